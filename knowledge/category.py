"""What can be bought, in which steps it is made, and which risks are documented for each step.

Risks from the goods list (child and forced labour) are not repeated in the category files: they follow from the
names in `Tier.goods`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.load import Fields
from knowledge.text import Text

KINDS = ("goods", "services", "works")
TIERS = ("raw", "processing", "final", "service")
TIER_TYPES = (
    "raw_agri",
    "raw_mineral",
    "raw_animal",
    "processing",
    "manufacturing",
    "heavy_industry",
    "service_manual_se",
    "service_office",
)
ORIGIN_BASES = ("ilab", "source", "minerals", "assumption")
EVIDENCE = ("official_list", "documented", "published_rating")
GROUPS = ("human_rights", "workers_rights", "environment", "corruption", "animals")


@dataclass(frozen=True, slots=True)
class Area:
    """A risk area. `scale` and `irremediability` are 1-5 and a proposal of ours, not sourced figures."""

    id: str
    name: Text
    group: str
    scale: int
    irremediability: int
    about: Text
    measure: Text


@dataclass(frozen=True, eq=False)  # the same object or not: tiers and categories are large, and keys of caches
class Tier:
    """A step in the supply chain. `origins` are plausible countries (ISO3), used when nobody knows the origin."""

    id: str
    type: str
    steps: Text
    goods: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    origin_basis: str = "assumption"
    origin_source: str | None = None
    typical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """A documented risk in one tier. No countries means: documented for this product step in general."""

    tier: str
    area: str
    countries: tuple[str, ...]
    statement: Text
    source: str
    year: int | None
    evidence: str


@dataclass(frozen=True, eq=False)
class Category:
    """A purchase category with its supply chain, in the words officers use for it.

    `ask_for` are questions to the market, `follow_up` how such contracts are usually followed up.
    """

    id: str
    kind: str
    name: Text
    synonyms: Mapping[str, tuple[str, ...]]
    cpv: tuple[str, ...]
    tiers: tuple[Tier, ...]
    risks: tuple[Risk, ...]
    labels: tuple[str, ...]
    ask_for: Mapping[str, tuple[str, ...]]
    follow_up: Mapping[str, tuple[str, ...]]
    reviewed: date
    review_by: date
    owner: str


def category_from(id: str, fields: Fields) -> Category:
    """The category that a file describes.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    fields.need("tiers")
    category = Category(
        id,
        fields.one_of("kind", KINDS),
        fields.text("name"),
        fields.lists("synonyms"),
        fields.list("cpv"),
        tuple(tier_from(tier) for tier in fields.each("tiers")),
        tuple(risk_from(risk) for risk in fields.each("risks")),
        fields.list("labels"),
        fields.lists("ask_for"),
        fields.lists("follow_up"),
        fields.day("reviewed"),
        fields.day("review_by"),
        fields.words("owner"),
    )
    fields.done()
    return category


def tier_from(fields: Fields) -> Tier:
    """One entry under `tiers`."""
    tier = Tier(
        fields.one_of("id", TIERS),
        fields.one_of("type", TIER_TYPES),
        fields.text("steps"),
        fields.list("goods"),
        fields.list("origins"),
        fields.one_of("origin_basis", ORIGIN_BASES, default="assumption"),
        fields.get("origin_source"),
        fields.list("typical"),
    )
    fields.done()
    return tier


def risk_from(fields: Fields) -> Risk:
    """One entry under `risks`."""
    risk = Risk(
        fields.one_of("tier", TIERS),
        fields.words("area"),
        fields.list("countries"),
        fields.text("statement"),
        fields.words("source"),
        fields.number("year") if fields.get("year") is not None else None,
        fields.one_of("evidence", EVIDENCE),
    )
    fields.done()
    return risk


def area_from(id: str, fields: Fields) -> Area:
    """One entry of risk_areas.yaml."""
    area = Area(
        id,
        fields.text("name"),
        fields.one_of("group", GROUPS),
        fields.number("scale"),
        fields.number("irremediability"),
        fields.text("about"),
        fields.text("measure"),
    )
    fields.done()
    return area
