"""How exposed a country is in a risk area, 1-5: one open indicator per area, never a sum.

The cut-offs are round numbers of our own choosing, no publisher's. Missing data gives 4: it must not lower a risk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import fmean

from knowledge.country import Country, Figure
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is what it is: a phrase of content/reasons.yaml with its words, or a documented `statement`."""

    phrase: str
    words: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    year: int | None = None
    statement: Text | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A value 1-5 with its reasons. `basis`: direct measures the thing itself, proxy something near it; or none."""

    value: int
    basis: str
    reasons: tuple[Reason, ...]


PERCENTILE = (80.0, 60.0, 40.0, 20.0)  # 100 is best
BANDS = {  # falling cut-offs: each one passed downwards is one step worse
    "voice": PERCENTILE,
    "rule_of_law": PERCENTILE,
    "corruption_control": PERCENTILE,
    "governance": PERCENTILE,
    "stability": (0.5, 0.0, -0.5, -1.0),
}
SHARE_BANDS = {"working_children": (2.0, 5.0, 10.0, 20.0)}  # rising: per cent of children

INDICATORS = {  # area -> alternatives, the first with data counts; several figures in one are averaged by band
    "child_labour": (("working_children",), ("governance",)),
    "forced_labour": (("governance",),),
    "foa": (("voice",),),
    "discrimination": (("voice",),),
    "wages": (("voice", "rule_of_law"),),
    "hours": (("voice", "rule_of_law"),),
    "hs": (("rule_of_law",),),
    "corruption": (("corruption_control",), ("rule_of_law",)),
    "land": (("voice", "rule_of_law"),),
    "conflict_minerals": (("stability",),),
    "environment": (("governance",),),
}
DIRECT = {"working_children", "corruption_control", "stability"}  # the rest stand in for something unmeasured
CONVENTIONS = {  # not ratified: at least 3
    "child_labour": ("C138", "C182"),
    "forced_labour": ("C29", "C105"),
    "foa": ("C87", "C98"),
    "discrimination": ("C100", "C111"),
}
SAFETY = ("C155", "C187")  # neither ratified: one step worse for health and safety
FRAGILE = {"forced_labour": 4, "conflict_minerals": 5}  # at least this on the World Bank list
MISSING = 4


def exposure(country: Country | None, code: str, area: str) -> Exposure:
    """The country value (step 1 of docs/risk-method.md); `country` is None when we know nothing about `code`."""
    if area not in INDICATORS:
        return Exposure(3, "none", (Reason("no_index"),))
    figures = _figures(country, area) if country else {}
    if country is None or (not figures and not (country.fragile and FRAGILE.get(area) == 5)):
        return Exposure(MISSING, "none", (Reason("no_data", {"country": code}),))
    return _ratified(_fragile(_measured(country, figures), country, area), country, area)


def _figures(country: Country, area: str) -> dict[str, Figure]:
    """The figures of the first alternative that has any."""
    for names in INDICATORS[area]:
        if found := {name: country.figures[name] for name in names if name in country.figures}:
            return found
    return {}


def _measured(country: Country, figures: Mapping[str, Figure]) -> Exposure:
    if not figures:
        return Exposure(1, "direct", ())
    bands = [band(name, figure.value) for name, figure in figures.items()]
    basis = "direct" if figures.keys() <= DIRECT else "proxy"
    reasons = tuple(_shown(country, name, figure) for name, figure in figures.items())
    return Exposure(int(fmean(bands) + 0.5), basis, reasons)


def band(name: str, value: float) -> int:
    """1 (best) to 5 (worst) for one figure."""
    if name in SHARE_BANDS:
        return 1 + sum(value >= cut for cut in SHARE_BANDS[name])
    return 1 + sum(value < cut for cut in BANDS[name])


def _shown(country: Country, name: str, figure: Figure) -> Reason:
    words = {"country": country.code, "figure": f"{figure.value:g}"}
    return Reason(name, words, figure.source, figure.year)


def _fragile(found: Exposure, country: Country, area: str) -> Exposure:
    floor = FRAGILE.get(area)
    if floor is None or not country.fragile:
        return found
    words = {"country": country.code, "list": country.fragile_list}
    reason = Reason("fragile", words, "fcs", int(country.fragile_list.removeprefix("FY")))
    if floor == 5:  # the list itself is the measure; stability is only asked where it is silent
        return Exposure(5, "direct", (reason,))
    return replace(found, value=max(floor, found.value), reasons=(*found.reasons, reason))


def _ratified(found: Exposure, country: Country, area: str) -> Exposure:
    missing = [name for name in CONVENTIONS.get(area, SAFETY) if name in (country.not_ratified or ())]
    if not missing or (area not in CONVENTIONS and area != "hs"):
        return found
    words = {"country": country.code, "conventions": ", ".join(missing)}
    reason = Reason("not_ratified", words, "ilo-normlex", country.ratified_year)
    if area == "hs":
        worse = found.value + (len(missing) == len(SAFETY))
        return replace(found, value=min(5, worse), reasons=(*found.reasons, reason))
    return replace(found, value=max(3, found.value), reasons=(*found.reasons, reason))
