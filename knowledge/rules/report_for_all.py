"""The report for everybody's eyes: its figures without the numbers that are so small that they point at a supplier."""

from collections.abc import Mapping, Sequence

from knowledge.rules.report import BANDS, CLASSES, FIGURES, VERDICTS, Value
from knowledge.rules.report_categories import STEPS, Category

Figures = Mapping[str, Value]
FEW, WITHHELD = "few", "withheld"
LEAST = 3  # a smaller number may point at one supplier; Duly's own proposal
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (  # a whole, if it is told, and its parts
    ("deviations_found", tuple(f"deviations_found_{kind}" for kind in CLASSES)),
    ("deviations_open", tuple(f"deviations_open_{kind}" for kind in CLASSES)),
    ("deviations_open", tuple(f"deviations_open_age_{band}" for band in BANDS)),
    ("assessments_judged", tuple(f"assessments_{verdict}" for verdict in VERDICTS)),
    ("", ("certificates_valid", "certificates_expiring", "certificates_expired")),
)
OF_DEVIATIONS = (*FIGURES["deviations"], "missing_class")
ALONE = ("deviations_found", "deviations_open", "deviations_closed", "deviations_verified", "assessments_judged")
OF_VERIFIED = ("deviations_days_median", "deviations_days_longest")


def for_all(told: Figures) -> dict[str, Value]:
    """`told` without the numbers that are so small that they may point at one supplier."""
    hidden = dict(told)
    for whole, parts in GROUPS:
        hidden |= zip(parts, without_small([told[name] for name in parts]), strict=True)
        secret = [told[name] for name in parts if hidden[name] in (FEW, WITHHELD)]
        if whole and secret and _can_be_told(secret):
            hidden[whole] = WITHHELD
    hidden |= {name: FEW for name in ALONE if _is_small(told[name])}
    hidden["missing_class"] = hidden["deviations_open_none"]  # the same deviations
    if hidden["deviations_verified"] == FEW:
        hidden |= dict.fromkeys(OF_VERIFIED, WITHHELD)
    return hidden


def without_small(parts: Sequence[Value]) -> list[Value]:
    """`parts` of a whole with every number below three hidden, once any of them is 1 or 2.

    The smallest of the others go, too, for as long as the whole would tell what is hidden.
    """
    few = {at for at, part in enumerate(parts) if isinstance(part, int) and part < LEAST}
    if not any(_is_small(part) for part in parts):
        return list(parts)
    others = sorted((part, at) for at, part in enumerate(parts) if isinstance(part, int) and part >= LEAST)
    withheld: set[int] = set()
    while others and _can_be_told([parts[at] for at in few | withheld]):
        withheld.add(others.pop(0)[1])
    return [FEW if at in few else WITHHELD if at in withheld else part for at, part in enumerate(parts)]


def _is_small(value: Value) -> bool:
    return isinstance(value, int) and 0 < value < LEAST


def _can_be_told(hidden: Sequence[Value]) -> bool:
    """Whether the sum of what is hidden tells each of them: it is only one, or all are as large as may be."""
    return len(hidden) < 2 or all(value == LEAST - 1 for value in hidden)


def categories_for_all(found: Sequence[Category]) -> list[Category]:
    """`found` with every small number hidden, column by column."""
    columns = {step: without_small([each.steps[step] for each in found]) for step in STEPS}
    return [
        Category(each.id, each.risk, each.worth, {step: columns[step][at] for step in STEPS})
        for at, each in enumerate(found)
    ]


# Where suppliers are named.


def beside_names(told: Figures) -> dict[str, Value]:
    """`told` without a figure about deviations: with the names it might tell whose they are."""
    return {**told, **dict.fromkeys(OF_DEVIATIONS, WITHHELD)}


def categories_beside_names(found: Sequence[Category]) -> list[Category]:
    """The same for how far each category has come."""
    hidden = dict.fromkeys(("deviations", "closed"), WITHHELD)
    return [Category(each.id, each.risk, each.worth, {**each.steps, **hidden}) for each in found]
