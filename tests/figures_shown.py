"""One figure of each kind, in both languages, as an officer might see it."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.asking import reader
from handlers.figures import (
    Bubble,
    Bubbles,
    BurnDown,
    Chain,
    Holding,
    Link,
    Mark,
    Month,
    Months,
    RiskMatrix,
    Shown,
    TimeLine,
    picture,
)
from knowledge.library import Library
from knowledge.text import LANGUAGES, Picture

TODAY = date(2026, 11, 28)
AREAS = ("child_labour", "forced_labour", "foa", "discrimination", "wages", "hours", "hs", "corruption", "environment")
CELLS = ((5, 5), (5, 4), (4, 4), (3, 4), (3, 4), (3, 4), (4, 4), (3, 4), (4, 3))  # severity, likelihood
LEVELS = ((3, 2, 1), (3, 1, 1), (3, 3, 2), (2, 2, 2), (2, 2, 1), (2, 1, 1), (2, 2, 2), (2, 2, 0), (1, None, None))
VALUES = ("small", "direct", "national", "eu")
CONTRACTS = (
    ("2025-9, IT-produkter Norden AB", 73, 3),
    ("2026-031, Arbetskläder i Borås AB", 71, 3),
    ("2026-12, Natursten i Bohuslän", 66, 2),
    ("2026-13, Svensk Mjölk ek. för.", 64, 2),
    ("2023-1, Frukt och grönt AB", 58, 4),
    ("2025-114, Nordkaffe AB", 54, 3),
    ("2026-56, Leksaksgrossisten i Åmål", 49, 1),
    ("2026-55, Möbler & Miljö", 47, 1),
    ("2025-201, Blomsterhuset", 41, 0),
    ("2024-77, Städbolaget Väst", 38, 2),
    ("2026-70, Taxi Väst", None, 2),
)
COUNTS = (
    *((0, 1, 3, 2, 0), (0, 0, 2, 1, 0), (1, 2, 4, 0, 0), (0, 0, 0, 0, 0), (0, 1, 1, 3, 0), (0, 0, 2, 0, 0)),
    *((0, 3, 5, 2, 0), (0, 0, 1, 0, 0), (1, 1, 2, 1, 0), (0, 2, 3, 2, 1), (0, 1, 2, 0, 3), (0, 0, 1, 1, 2)),
)
CERTIFICATES = (
    ("SA8000, Leksaksgrossisten i Åmål", None, date(2026, 8, 31), "passed"),
    ("ISO 45001, Natursten i Bohuslän", None, date(2026, 12, 15), "soon"),
    ("GOTS, Arbetskläder i Borås AB", None, date(2027, 1, 12), "soon"),
    ("Fairtrade, Nordkaffe AB", None, date(2027, 6, 30), "valid"),
    ("TCO Certified, IT-produkter Norden AB", None, date(2027, 11, 30), "valid"),
    ("FSC, Möbler & Miljö", date(2024, 3, 1), date(2028, 2, 29), "valid"),
)


def shown(library: Library) -> Iterator[Picture]:
    """A picture of each kind in each language."""
    for lang in LANGUAGES:
        ctx = reader(library, lang)
        yield from (picture(figure, title, ctx) for title, figure in figures(library, lang))


def figures(library: Library, lang: str) -> Iterator[tuple[str, Shown]]:
    """Title and figure, one of each kind."""
    sv = lang == "sv"
    areas = [library.areas[id].name.of(lang) for id in AREAS]
    matrix = RiskMatrix(tuple(Mark(x, y, name) for (x, y), name in zip(CELLS, areas, strict=True)))
    yield "Riskbild: kaffe från Brasilien" if sv else "Risk picture: coffee from Brazil", matrix
    values = library.flows["risk"].by_id["value"]
    bands = tuple(option.label.of(lang) for option in values.options if option.id in VALUES)
    unknown = library.phrase("figure_band_unknown", lang)
    contracts = Bubbles((*bands, unknown), tuple(Bubble(*each) for each in CONTRACTS))
    yield "Avtal efter risk och värde" if sv else "Contracts by risk and value", contracts
    yield "Uppföljning 2026" if sv else "Follow-up 2026", follow_up()
    months = tuple(
        Month(date(2025 + (number + 11) // 12, (number + 11) % 12 + 1, 1), each) for number, each in enumerate(COUNTS)
    )
    yield "Avvikelser per månad" if sv else "Deviations by month", Months(months)
    yield "Certifikat" if sv else "Certificates", TimeLine(TODAY, tuple(Holding(*each) for each in CERTIFICATES))
    tiers = tuple(library.phrase(f"tier_{tier}", lang) for tier in ("raw", "processing", "final"))
    links = tuple(Link(name, levels) for name, levels in zip(areas, LEVELS, strict=True))
    yield "Leveranskedja: kaffe" if sv else "Supply chain: coffee", Chain(tiers, links)


def follow_up() -> BurnDown:
    """31 items due in a year, one each eleven days; 21 of them done, somewhat late."""
    due = tuple(date(2026, 1, 20) + timedelta(days=11 * number) for number in range(31))
    done = tuple(date(2026, 2, 3) + timedelta(days=13 * number) for number in range(21))
    return BurnDown(date(2026, 1, 1), date(2026, 12, 31), TODAY, due, done)
