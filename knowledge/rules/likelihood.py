"""How likely a harm is in one tier, area and country, 1-5 (step 2 of docs/risk-method.md).

Each step answers with a value and its reasons, or with None when it does not apply; the first answer counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge.category import Risk, Tier
from knowledge.country import Goods, Input, Sector
from knowledge.rules.exposure import Exposure, Reason

LIGHT = 2  # the most for the environment where things are only sorted, sewn, mixed, assembled or packed
WIDELY = 5  # documented in so many countries, the harm lies in the step and not in one country
COUNTRY_WIDE = {"foa", "discrimination", "wages", "hours", "corruption"}  # follow from law and governance everywhere


@dataclass(frozen=True, slots=True)
class Case:
    """One tier, area and country, and what is known of them. `risks` are documented for this tier and area."""

    goods: Goods
    sectors: Sequence[Sector]
    tier: Tier
    area: str
    country: str
    risks: tuple[Risk, ...]
    exposure: Exposure

    @property
    def raw(self) -> bool:
        return self.tier.type.startswith("raw")

    @property
    def burdens(self) -> bool:
        """Whether the work itself burdens the environment: what is grown, dug, smelted, dyed, tanned, pulped."""
        return self.area == "environment" and (self.raw or self.tier.type == "heavy_industry")

    def there(self) -> list[Risk]:
        return [risk for risk in self.risks if self.country in risk.countries]

    def found(self, value: int, basis: str, reasons: Sequence[Reason]) -> Exposure:
        return Exposure(value, basis, (*reasons, *self.exposure.reasons))

    def by_country(self, value: int, reasons: Sequence[Reason]) -> Exposure:
        """A value that rests on the country's figures, and is as sure as they are."""
        return self.found(value, self.exposure.basis, reasons)


def likelihood(case: Case) -> Exposure | None:
    """How likely the harm is, 1-5, with reasons; None where the area does not arise in this country."""
    if case.area == "se_labour_crime":
        return sector_lists(case)
    found = next(answer for step in STEPS if (answer := step(case)))
    floor = 3 if case.exposure.value >= 2 else 2
    if case.burdens and found.value < floor:
        burden = Reason("raw_environment" if case.raw else "heavy_environment", {"least": str(floor)})
        return replace(found, value=floor, reasons=(*found.reasons, burden))
    return found


def sector_lists(case: Case) -> Exposure | None:
    """Labour-market crime in Sweden: how many lists of risk sectors name the sector. Countries say nothing here."""
    if case.country != "SWE":
        return None
    named = [risk for risk in case.risks if risk.evidence != "published_rating"]
    lists = len({risk.source for risk in named})
    manual = case.tier.type == "service_manual_se"
    if lists == 0:
        return Exposure(3, "proxy", (Reason("on_no_sector_list"),)) if manual else None
    phrase = "on_sector_list" if lists == 1 else "on_sector_lists"
    words = {"count": str(lists)}
    return Exposure(5 if lists > 1 and manual else 4, "direct", (*map(told, named), Reason(phrase, words)))


def on_a_list(case: Case) -> Exposure | None:
    """An official list names the good, the sector or the product step from this country."""
    listed = [good for good in case.tier.goods if case.area in case.goods.listed(case.country, good)]
    reasons = [_listed(case, listed)] if listed else []
    official = [told(risk) for risk in case.there() if risk.evidence == "official_list"]
    reasons += official or [_sector(sector) for sector in case.sectors if _hits(sector, case)]
    return Exposure(5, "direct", tuple(reasons)) if reasons else None


def made_with_listed_input(case: Case) -> Exposure | None:
    made = [(good, case.goods.made_with(case.country, good)) for good in case.tier.goods]
    reasons = [_made_with(case, good, source) for good, source in made if source and source.area == case.area]
    return case.found(max(4, case.exposure.value), "direct", reasons) if reasons else None


def documented_there(case: Case) -> Exposure | None:
    """A named source documents the area for this product step in this country."""
    risks = case.there()
    return case.found(max(4, case.exposure.value), "direct", [told(risk) for risk in risks]) if risks else None


def documented_in_general(case: Case) -> Exposure | None:
    """A named source documents the area for this product step, whatever the country."""
    risks = [risk for risk in case.risks if not risk.countries]
    if not risks:
        return None
    value = case.exposure.value
    least = 3 if value >= 2 else 2 if case.area in ("hs", "environment") else 1
    rule = Reason(
        "for_the_step_raised" if value < least else "for_the_step", {"value": str(value), "least": str(least)}
    )
    return case.by_country(max(value, least), [*map(told, risks), rule])


def documented_elsewhere(case: Case) -> Exposure | None:
    """Documented for this product step, but in other countries than this one."""
    reasons = [*_listed_elsewhere(case), *map(told, case.risks)]
    if not reasons:
        return None
    value = case.exposure.value
    words = {"country": case.country, "value": str(value)}
    if value == 2 and len(_countries(case)) >= WIDELY:
        widely = Reason("elsewhere_widely", {**words, "least": "3", "least_countries": str(WIDELY)})
        return case.by_country(3, [*reasons, widely])
    return case.by_country(value, [*reasons, Reason("elsewhere", words)])


def follows_from_country(case: Case) -> Exposure | None:
    """Nothing documented for the step, but the area follows from law and governance in the whole country."""
    if case.area in COUNTRY_WIDE:
        words = {"area": case.area, "value": str(case.exposure.value)}
        return case.by_country(case.exposure.value, [Reason("country_wide", words)])
    return case.exposure if case.area == "animal_welfare" else None


def not_documented(case: Case) -> Exposure:
    """Nothing found: below the country value, for nothing found is still not no risk."""
    factory = case.area in ("child_labour", "forced_labour") and not case.raw
    peace = case.area == "conflict_minerals" and case.exposure.value < 5
    less = 2 if factory or peace else 1
    words = {"value": str(case.exposure.value), "less": str(less), "most": str(LIGHT)}
    value = max(1, case.exposure.value - less)
    if value > LIGHT and case.area == "environment" and not case.burdens:
        return case.by_country(LIGHT, [Reason("not_documented_light", words)])
    return case.by_country(value, [Reason("not_documented", words)])


STEPS: tuple[Callable[[Case], Exposure | None], ...] = (
    on_a_list,
    made_with_listed_input,
    documented_there,
    documented_in_general,
    documented_elsewhere,
    follows_from_country,
    not_documented,
)


def told(risk: Risk) -> Reason:
    """A documented risk as a reason, in the words of the category file."""
    return Reason("documented", {}, risk.source, risk.year, risk.statement)


def _listed(case: Case, goods: Sequence[str]) -> Reason:
    words = {"goods": ";".join(goods), "country": case.country, "area": case.area}
    return Reason("listed", words, "ilab-goods", case.goods.year)


def _countries(case: Case) -> set[str]:
    """The countries for which the area is documented in this step."""
    listed = {code for good in case.tier.goods for code in case.goods.countries(good, case.area)}
    return listed | {code for risk in case.risks for code in risk.countries}


def _listed_elsewhere(case: Case) -> list[Reason]:
    places = {good: case.goods.countries(good, case.area) for good in case.tier.goods}
    goods = [good for good, countries in places.items() if countries]
    count = len({country for countries in places.values() for country in countries})
    words = {"goods": ";".join(goods), "count": str(count), "country": case.country, "area": case.area}
    return [Reason("listed_elsewhere", words, "ilab-goods", case.goods.year)] if goods else []


def _hits(sector: Sector, case: Case) -> bool:
    here = case.area == "forced_labour" and sector.country == case.country
    return here and not set(sector.goods).isdisjoint(case.tier.goods)


def _sector(sector: Sector) -> Reason:
    words = {"country": sector.country, "since": str(sector.since)}
    return Reason("priority_sector", words, "uflpa", sector.edition, sector.name)


def _made_with(case: Case, good: str, source: Input) -> Reason:
    words = {"goods": good, "country": case.country, "input": source.good, "from": source.country, "area": case.area}
    return Reason("made_with", words, "ilab-goods", case.goods.year)
