"""A risk picture in words: the table and the matrix that people see, and the shape that programs read."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from handlers.questions import source_json
from knowledge.figures import Chain, Link
from knowledge.library import Library
from knowledge.rules.risk import Cell, Level, assess, level, tell
from knowledge.rules.risk import Picture as RiskPicture
from knowledge.source import Source
from knowledge.text import Heading, Items, Mark, Part, Picture, Span, Table

MOST_EXPLAINED = 3
MOST_IN_TABLE = 13
LEVELS = tuple(each.word for each in Level)

Json = dict[str, Any]


def picture_json(library: Library, category: str, origins: Mapping[str, Sequence[str]], lang: str) -> Json:
    """The risk picture of a category in the shape that programs read. The same question gives the same object: copy it
    before changing it."""
    return _picture_json(library, category, tuple((tier, tuple(codes)) for tier, codes in origins.items()), lang)


@lru_cache(maxsize=512)  # a picture takes a millisecond to word, and the same ones are asked for again
def _picture_json(library: Library, category: str, origins: tuple[tuple[str, tuple[str, ...]], ...], lang: str) -> Json:
    found = assess(library.categories[category], dict(origins), library.evidence)
    return {
        "category": category,
        "countries": sorted({code for _, codes in origins for code in codes}),
        "origin_known": found.origin_known,
        "overall": found.overall.word,
        "typical": found.typical.word,
        "priority": found.priority,
        "cells": [_cell_json(cell, library, lang) for cell in found.cells],
        "labels": [_label_json(library, id) for id in library.categories[category].labels],
        "next": [
            {"command": id, "label": library.phrase(f"start_{id}", lang)} for id in _next(library, category, found)
        ],
    }


def kept_json(library: Library, category: str, origins: Mapping[str, Sequence[str]], lang: str) -> Json:
    """The same picture as a record keeps it: each source once, a fifth of the size. `picture_from` reads it back."""
    return _kept_json(library, category, tuple((tier, tuple(codes)) for tier, codes in origins.items()), lang)


@lru_cache(maxsize=512)
def _kept_json(library: Library, category: str, origins: tuple[tuple[str, tuple[str, ...]], ...], lang: str) -> Json:
    picture = _picture_json(library, category, origins, lang)
    sources = {reason["source"]["ref"]: reason["source"] for cell in picture["cells"] for reason in cell["reasons"]}
    cells = [
        {**cell, "reasons": [(reason["text"], reason["source"]["ref"], reason["year"]) for reason in cell["reasons"]]}
        for cell in picture["cells"]
    ]
    return {**picture, "cells": cells, "sources": sources}


def picture_from(kept: Mapping[str, Any]) -> Json:
    """The picture that a record keeps, in the shape that programs read."""
    sources = kept.get("sources", {})
    cells = [
        {
            **cell,
            "reasons": [{"text": text, "source": sources[ref], "year": year} for text, ref, year in cell["reasons"]],
        }
        for cell in kept["cells"]
    ]
    return {**{key: value for key, value in kept.items() if key != "sources"}, "cells": cells}


def _cell_json(cell: Cell, library: Library, lang: str) -> Json:
    return {
        "area": cell.area,
        "tier": cell.tier,
        "country": cell.country,
        "likelihood": cell.likelihood,
        "typical_likelihood": cell.typical_likelihood,
        "severity": cell.severity,
        "level": cell.level.word,
        "confidence": cell.confidence,
        "reasons": [
            {
                "text": tell(reason, lang, library.reasons, library.evidence),
                "source": source_json(library.cite(reason.source or "risk-method", lang)),
                "year": reason.year,
            }
            for reason in cell.reasons
        ],
    }


def _label_json(library: Library, id: str) -> Json:
    label = library.labels[id]
    return {"id": id, "name": label.name, "covers": list(label.covers)}


def _next(library: Library, category: str, found: RiskPicture) -> list[str]:
    service = library.categories[category].kind != "goods"
    high = found.overall >= Level.HIGH
    return [*(("wording",) if high else ()), *(("need",) if service else ()), "follow-up"]


def worst(picture: Json) -> list[Json]:
    """The gravest cell of each area, the gravest first, from a picture as programs read it."""
    found: dict[str, Json] = {}
    for cell in picture["cells"]:
        found.setdefault(cell["area"], cell)
    return list(found.values())


def table(picture: Json, library: Library, lang: str) -> Table:
    """One line per area: where it is gravest, worst plausible and typical level."""
    head = tuple(library.phrase(f"column_{name}", lang) for name in ("area", "tier", "country", "worst", "typical"))
    return Table(head, tuple(_row(cell, library, lang) for cell in worst(picture)[:MOST_IN_TABLE]))


def _row(cell: Json, library: Library, lang: str) -> tuple[str, ...]:
    typical = level(cell["typical_likelihood"], cell["severity"]).word
    grave = library.phrase(f"level_{cell['level']}", lang)
    return (
        library.areas[cell["area"]].name.of(lang),
        library.phrase(f"tier_{cell['tier']}", lang),
        country_name(cell["country"], library, lang),
        f"{grave} ({cell['likelihood']}×{cell['severity']})",
        library.phrase(f"level_{typical}", lang),
    )


def country_name(code: str | None, library: Library, lang: str) -> str:
    """The name of a country, or that it is not known."""
    country = library.countries.get(code or "")
    return country.name.of(lang) if country else library.phrase("unknown_origin", lang)


def matrix(picture: Json, title: str, library: Library, lang: str) -> Picture:
    """The 5×5 matrix with each area at its gravest cell."""
    cells = worst(picture)
    marks = tuple(Mark(c["severity"], c["likelihood"], library.areas[c["area"]].name.of(lang)) for c in cells)
    grave = [library.areas[c["area"]].name.of(lang) for c in cells if c["level"] in ("high", "very_high")]
    alt = library.phrase(
        "matrix_alt",
        lang,
        title=title,
        overall=library.phrase(f"level_{picture['overall']}", lang),
        areas=", ".join(grave) or library.phrase("none_of_them", lang),
    )
    legend = tuple(library.phrase(f"matrix_{level}", lang) for level in LEVELS)
    return Picture(
        "risk_matrix",
        title,
        alt,
        library.phrase("severity", lang),
        library.phrase("likelihood", lang),
        marks,
        legend,
        lang,
    )


def has_chain(picture: Json) -> bool:
    """Whether there is more than one tier to draw; a service has one."""
    return len({cell["tier"] for cell in picture["cells"]}) > 1


def chain(picture: Json, library: Library, lang: str) -> Chain:
    """The gravest level of each area in each tier, the gravest area first."""
    tiers = [tier.id for tier in library.categories[picture["category"]].tiers]
    levels: dict[str, dict[str, int]] = {}
    for cell in reversed(picture["cells"]):  # the worst first, so the last one written is the worst
        levels.setdefault(cell["area"], {})[cell["tier"]] = LEVELS.index(cell["level"])
    rows = tuple(
        Link(library.areas[cell["area"]].name.of(lang), tuple(levels[cell["area"]].get(tier) for tier in tiers))
        for cell in worst(picture)
    )
    return Chain(tuple(library.phrase(f"tier_{tier}", lang) for tier in tiers), rows)


def explained(cells: Sequence[Json], library: Library, lang: str) -> tuple[list[Part], list[Source]]:
    """Why each cell is what it is, with the sources behind it."""
    parts: list[Part] = []
    sources: list[Source] = []
    for cell in cells:
        tier, country = library.phrase(f"tier_{cell['tier']}", lang), country_name(cell["country"], library, lang)
        word = library.phrase(f"level_{cell['level']}", lang)
        name = library.areas[cell["area"]].name.of(lang)
        parts.append(Heading(library.phrase("cell_title", lang, area=name, tier=tier, country=country, level=word)))
        parts.append(Items(tuple((Span(reason["text"]),) for reason in cell["reasons"])))
        sources += [Source(**reason["source"]) for reason in cell["reasons"]]
    return parts, list(dict.fromkeys(sources))
