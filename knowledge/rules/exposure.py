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
    "cpi": (70.0, 55.0, 40.0, 25.0),
    "freedom": (85.0, 70.0, 50.0, 30.0),
    "epi": (60.0, 50.0, 40.0, 30.0),
}
CHILDREN = (2.0, 5.0, 10.0, 20.0)  # per cent
RISING = {  # cut-offs for what is worse the higher it is
    "working_children": CHILDREN,
    "unicef": CHILDREN,
    "vulnerability": (20.0, 35.0, 50.0, 65.0),
    "ituc": (2.0, 3.0, 4.0, 5.0),  # the rating itself; 5+ is imported as 5
}

# Area -> alternatives: the first whose figures are all there counts, else what there is of the last. Several figures in
# one are averaged by band. What we may not ship is there when imported: unicef, vulnerability, ituc, freedom, cpi, epi.
INDICATORS = {
    "child_labour": (("working_children", "unicef"), ("unicef",), ("working_children",), ("governance",)),
    "forced_labour": (("vulnerability",), ("governance",)),
    "foa": (("ituc",), ("voice",)),
    "discrimination": (("freedom",), ("voice",)),
    "wages": (("ituc", "rule_of_law"), ("voice", "rule_of_law")),
    "hours": (("ituc", "rule_of_law"), ("voice", "rule_of_law")),
    "hs": (("rule_of_law",),),
    "corruption": (("cpi",), ("corruption_control",), ("rule_of_law",)),
    "land": (("freedom", "rule_of_law"), ("voice", "rule_of_law")),
    "conflict_minerals": (("stability",),),
    "environment": (("epi",), ("governance",)),
}
HIGHEST = {"child_labour"}  # two counts of the same children: the higher
DIRECT = {"working_children", "unicef", "vulnerability", "ituc", "cpi", "corruption_control", "stability"}  # no proxies
PREVALENT = {10.0: 4, 20.0: 5}  # people in modern slavery per 1,000 -> at least this for forced labour
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
    measured = _prevalent(_measured(country, figures, area), country, area)
    return _ratified(_fragile(measured, country, area), country, area)


def _figures(country: Country, area: str) -> dict[str, Figure]:
    """The figures of the first alternative that has all of them."""
    *first, last = INDICATORS[area]
    names = next((names for names in first if country.figures.keys() >= set(names)), last)
    return {name: country.figures[name] for name in names if name in country.figures}


def _measured(country: Country, figures: Mapping[str, Figure], area: str) -> Exposure:
    if not figures:
        return Exposure(1, "direct", ())
    bands = [band(name, figure.value) for name, figure in figures.items()]
    basis = "direct" if figures.keys() <= DIRECT else "proxy"
    reasons = tuple(_shown(country, name, figure) for name, figure in figures.items())
    return Exposure(max(bands) if area in HIGHEST else int(fmean(bands) + 0.5), basis, reasons)


def band(name: str, value: float) -> int:
    """1 (best) to 5 (worst) for one figure."""
    if name in RISING:
        return 1 + sum(value >= cut for cut in RISING[name])
    return 1 + sum(value < cut for cut in BANDS[name])


def _shown(country: Country, name: str, figure: Figure) -> Reason:
    words = {"country": country.code, "figure": f"{figure.value:g}"}
    return Reason(name, words, figure.source, figure.year)


def _prevalent(found: Exposure, country: Country, area: str) -> Exposure:
    figure = country.figures.get("prevalence") if area == "forced_labour" else None
    floor = max((least for share, least in PREVALENT.items() if figure and figure.value >= share), default=0)
    if figure is None or floor <= found.value:
        return found
    return replace(found, value=floor, reasons=(*found.reasons, _shown(country, "prevalence", figure)))


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
