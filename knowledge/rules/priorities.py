"""Where to begin: purchases in the order of their risk, those with a credible label first (Örebro kommun's advice)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.category import Category
from knowledge.label import Label
from knowledge.rules.risk import Evidence, Level, Picture, assess


@dataclass(frozen=True, slots=True)
class Start:
    """A purchase to begin with: its risk when nobody knows the origin, and labels that bear on its grave areas."""

    category: str
    picture: Picture
    labels: tuple[str, ...]


@lru_cache(maxsize=4)  # some hundred risk pictures, the same until the content changes
def starts(
    categories: tuple[Category, ...], labels: tuple[tuple[str, Label], ...], evidence: Evidence
) -> tuple[Start, ...]:
    """Every category of high typical risk, the highest priority first."""
    known = dict(labels)
    pictures = [(category, assess(category, {}, evidence)) for category in categories]
    grave = [(category, picture) for category, picture in pictures if picture.typical >= Level.HIGH]
    grave.sort(key=lambda pair: (-pair[1].priority, pair[0].id))
    return tuple(Start(category.id, picture, _credible(category, picture, known)) for category, picture in grave)


def _credible(category: Category, picture: Picture, labels: Mapping[str, Label]) -> tuple[str, ...]:
    """Labels on the goods themselves that were checked against a source and cover an area of high typical risk."""
    areas = {cell.area for cell in picture.cells if cell.typical_level >= Level.HIGH}
    known = [labels[id] for id in category.labels]
    return tuple(label.id for label in known if _on_goods(label) and areas & set(label.covers))


def _on_goods(label: Label) -> bool:
    return label.verified and label.kind == "product_label" and "kind" not in label.unverified
