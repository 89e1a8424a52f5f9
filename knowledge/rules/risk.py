"""From public data to a risk picture: likelihood x severity for every tier and risk area of a purchase category.

The method and its weak points are told in docs/risk-method.md. A risk is one that occurs in chains like this one;
nothing here is about a named supplier. An unknown origin never looks safer than any plausible origin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import lru_cache

from knowledge.category import Area, Category, Tier
from knowledge.country import Country, Goods, Sector
from knowledge.rules.exposure import Exposure, Reason, exposure
from knowledge.rules.likelihood import COUNTRY_WIDE, Case, likelihood
from knowledge.text import Text
from knowledge.typical import TypicalOrigin


class Level(IntEnum):
    """How grave a cell is. Compared as numbers, shown as `word`."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    VERY_HIGH = 4

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, eq=False)  # the same object or not: it is large, and a key of caches
class Evidence:
    """Everything the method reads, besides the category itself."""

    countries: Mapping[str, Country]
    goods: Goods
    sectors: Sequence[Sector]
    areas: Mapping[str, Area]
    typical_origins: Mapping[str, TypicalOrigin]


@dataclass(frozen=True, slots=True)
class Cell:
    """One risk area in one tier. `country` (ISO3) drives the level; None when not even a plausible origin is known.

    `lowest` and `typical_likelihood` (the median) are of the same countries as `likelihood` (the worst).
    """

    area: str
    tier: str
    country: str | None
    likelihood: int
    lowest: int
    typical_likelihood: int
    severity: int
    level: Level
    typical_level: Level
    confidence: str
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return self.likelihood * self.severity


@dataclass(frozen=True, slots=True)
class Picture:
    """The risk picture of a category (its id): the cells, worst first, and what they come to."""

    category: str
    origin_known: bool
    overall: Level
    typical: Level
    priority: int
    cells: tuple[Cell, ...]


LABOUR = ("forced_labour", "foa", "discrimination", "wages", "hours")
MAKING = ("child_labour", *LABOUR, "hs", "corruption", "environment")
APPLIES = {  # tier type -> areas
    "raw_agri": (*MAKING, "land", "se_labour_crime"),
    "raw_mineral": (*MAKING, "land", "conflict_minerals"),
    "raw_animal": (*MAKING, "land", "animal_welfare"),
    "processing": MAKING,
    "manufacturing": MAKING,
    "heavy_industry": MAKING,
    "service_manual_se": (*LABOUR, "hs", "corruption", "se_labour_crime"),
    "service_office": (*LABOUR, "corruption"),
}
CONFIDENCE = {"direct": "high", "proxy": "medium", "none": "low"}
LEVELS = ((5, Level.LOW), (11, Level.MEDIUM), (15, Level.HIGH), (25, Level.VERY_HIGH))  # highest product of each
OLD_AFTER_YEARS = 3


def level(likelihood: int, severity: int) -> Level:
    """The matrix: the level of likelihood x severity."""
    return next(name for most, name in LEVELS if likelihood * severity <= most)


def assess(category: Category, origins: Mapping[str, Sequence[str]], evidence: Evidence) -> Picture:
    """The risk picture of `category`. A tier without countries (ISO3) in `origins` is of unknown origin."""
    cells = [cell for tier in category.tiers for cell in _cells(category, tier, origins.get(tier.id, ()), evidence)]
    cells.sort(key=lambda cell: (cell.score, cell.typical_likelihood), reverse=True)
    return Picture(
        category.id,
        all(origins.get(tier.id) for tier in category.tiers),
        max(cell.level for cell in cells),
        max(cell.typical_level for cell in cells),
        priority(cells),
        tuple(cells),
    )


def priority(cells: Sequence[Cell]) -> int:
    """0-100, to rank categories among each other: the mean over the areas of typical likelihood x severity."""
    worst: dict[str, int] = {}
    for cell in cells:
        worst[cell.area] = max(worst.get(cell.area, 0), cell.typical_likelihood * cell.severity)
    return round(100 / 25 * sum(worst.values()) / len(worst))


def _cells(category: Category, tier: Tier, countries: Sequence[str], evidence: Evidence) -> list[Cell]:
    chosen = tuple(dict.fromkeys(countries)) or plausible(tier, evidence)
    found = (_cell(evidence, category, tier, area, chosen, bool(countries)) for area in APPLIES[tier.type])
    return [cell for cell in found if cell]


def plausible(tier: Tier, evidence: Evidence) -> tuple[str, ...]:
    """The countries that `tier` may lie in when nobody knows it."""
    typical = (code for id in tier.typical for code in evidence.typical_origins[id].countries)
    return tuple(dict.fromkeys((*tier.origins, *typical)))


@lru_cache(maxsize=20_000)  # a category of unknown origin takes some 30 of these; all that ship, about 2,000
def _cell(
    evidence: Evidence, category: Category, tier: Tier, area: str, countries: tuple[str, ...], known: bool
) -> Cell | None:
    """The cell for `countries`: the worst of them counts, the first one if several are equally bad."""
    found = [(each, code) for code in countries if (each := _likelihood(evidence, category, tier, area, code))]
    if not found and area == "se_labour_crime":
        return None
    if not found:
        found = [(_nowhere(category, tier, area), "")]
    values = {code: each.value for each, code in found}
    worst, country = max(found, key=lambda pair: pair[0].value)
    grave, why = severity(evidence, category, area)
    typical, whence = _typical(evidence, category, tier, area, () if known else tier.typical)
    lowest, typical = min(values.values()), typical or median(values.values())
    typical = max(lowest, typical)  # the step may work with more than what has typical origins
    return Cell(
        area,
        tier.id,
        country or None,
        worst.value,
        lowest,
        typical,
        grave,
        level(worst.value, grave),
        level(typical, grave),
        CONFIDENCE[worst.basis] if known else "low",
        (*worst.reasons, *(() if known else _range(tier, values, typical, whence)), why),
    )


def _typical(
    evidence: Evidence, category: Category, tier: Tier, area: str, ids: Sequence[str]
) -> tuple[int, TypicalOrigin | None]:
    """The worst of what the step works with, each at the median of where it is mostly made; 0 when nothing is known.

    A product holds all its materials at once, so a safe one does not make up for a bad one.
    """
    found: list[tuple[int, TypicalOrigin | None]] = [(0, None)]
    for origin in (evidence.typical_origins[id] for id in ids):
        part = _part(tier, origin.goods)
        there = [_likelihood(evidence, category, part, area, code) for code in origin.countries]
        if values := [each.value for each in there if each]:
            found.append((median(values), origin))
    return max(found, key=lambda pair: pair[0])


@lru_cache(maxsize=1_000)
def _part(tier: Tier, goods: tuple[str, ...]) -> Tier:
    """The part of a step that works with some of its `goods`. The same object each time: it is a key of caches."""
    return replace(tier, goods=tuple(good for good in tier.goods if good in goods))


def median(values: Iterable[int]) -> int:
    """The middle one, and of two in the middle the higher."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


@lru_cache(maxsize=20_000)
def _likelihood(evidence: Evidence, category: Category, tier: Tier, area: str, code: str) -> Exposure | None:
    risks = tuple(risk for risk in category.risks if (risk.tier, risk.area) == (tier.id, area))
    return likelihood(Case(evidence.goods, evidence.sectors, tier, area, code, risks, _exposure(evidence, code, area)))


@lru_cache(maxsize=4_000)  # 250 countries, 12 areas
def _exposure(evidence: Evidence, code: str, area: str) -> Exposure:
    return exposure(evidence.countries.get(code), code, area)


def _nowhere(category: Category, tier: Tier, area: str) -> Exposure:
    """The origin is unknown and there is no plausible list: 4 where the step is documented, else 3."""
    documented = any((risk.tier, risk.area) == (tier.id, area) for risk in category.risks)
    value = 4 if documented else 3
    return Exposure(value, "none", (Reason("no_plausible_origin", {"value": str(value)}),))


def _range(tier: Tier, values: Mapping[str, int], typical: int, whence: TypicalOrigin | None) -> tuple[Reason, ...]:
    """What an unknown origin rests on: how many plausible countries, how far apart, and who says so."""
    if not values.keys() - {""}:
        return ()
    lowest, highest = min(values.values()), max(values.values())
    words = {"count": str(len(values)), "lowest": str(lowest), "highest": str(highest), "typical": str(typical)}
    phrase = "unknown_origin_alike" if lowest == highest else "unknown_origin"
    return Reason(phrase, words), *_basis(tier), *(_mostly(whence) if lowest < highest else ())


def _basis(tier: Tier) -> tuple[Reason, ...]:
    """What the plausible countries rest on."""
    if not tier.origins:
        return ()
    source = {"ilab": "ilab-goods", "source": tier.origin_source}.get(tier.origin_basis)
    return (Reason(f"origins_{tier.origin_basis}", {}, source),)


def _mostly(origin: TypicalOrigin | None) -> tuple[Reason, ...]:
    """Where what decides the typical value is mostly made, and how we know."""
    if origin is None:
        return ()
    words = {"made": origin.id, "places": ";".join(origin.countries)}
    return (Reason(f"mostly_{origin.basis}", words, origin.source, origin.year),)


def severity(evidence: Evidence, category: Category, area: str) -> tuple[int, Reason]:
    """How grave the harm is, 1-5 (step 3): one lower when it is documented in one country at most."""
    weight = evidence.areas[area]
    full = max(weight.scale, weight.irremediability)
    words = {"scale": str(weight.scale), "irremediability": str(weight.irremediability)}
    fixed = weight.scale == 5 or area in COUNTRY_WIDE or area == "environment"
    if fixed or _widespread(category, area):
        return full, Reason("severity", {**words, "severity": str(full)})
    return full - 1, Reason("severity_narrow", {**words, "severity": str(full - 1)})


def _widespread(category: Category, area: str) -> bool:
    risks = [risk for risk in category.risks if risk.area == area]
    return any(not risk.countries for risk in risks) or len({code for risk in risks for code in risk.countries}) > 1


def old(reason: Reason, today: date) -> bool:
    """Whether what `reason` rests on is so old that the answer should say so."""
    return reason.year is not None and today.year - reason.year > OLD_AFTER_YEARS


def tell(reason: Reason, lang: str, phrases: Mapping[str, Text], evidence: Evidence) -> str:
    """The sentence for `reason`, from the phrases of content/reasons.yaml."""
    words = {key: _say(key, value, lang, evidence) for key, value in reason.words.items()}
    statement = reason.statement.of(lang) if reason.statement else ""
    return phrases[reason.phrase].of(lang).format_map({**words, "statement": statement, "year": reason.year or ""})


def _say(key: str, value: str, lang: str, evidence: Evidence) -> str:
    """A word of a reason as people write it: names for codes, a comma in Swedish numbers."""
    if key in ("country", "from"):
        return evidence.countries[value].name.of(lang) if value in evidence.countries else value
    if key in ("goods", "input"):
        return ", ".join(evidence.goods.names[good].of(lang) for good in value.split(";"))
    if key == "made":
        return evidence.typical_origins[value].name.of(lang)
    if key == "places":
        return ", ".join(_say("country", code, lang, evidence) for code in value.split(";"))
    if key == "area":
        name = evidence.areas[value].name.of(lang)
        return name[0].lower() + name[1:]
    if key == "figure":
        return value.replace("-", "−").replace(".", "," if lang == "sv" else ".")
    return value
