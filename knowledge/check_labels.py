"""What must fit in labels: references, risk areas, and that what nobody has read is listed and not stated."""

from collections.abc import Iterator

from knowledge.check_answers import wrong_references
from knowledge.check_chains import wrong_ids
from knowledge.check_law import uncited
from knowledge.check_reading import Sound, fault
from knowledge.label import KINDS, MAY_BE_UNREAD, Label
from knowledge.load import ContentError, suggest
from knowledge.text import LANGUAGES


def wrong_labels(library: Sound) -> Iterator[ContentError]:
    """Faults in labels."""
    for label in library.labels.values():
        path = library.shelves.holding("labels.yaml", label.id)
        at = f"{label.id}:"
        yield from wrong_ids(library, path, "covers:", "risk area", label.covers, at)
        yield from wrong_references(library, path, label.sources, at, "sources:")
        if label.review_by <= label.reviewed:
            yield fault(path, "'review_by' should be after 'reviewed'", at, "review_by:")
        for key, message in (*_wrong_reading(label), *_uncited_law(label)):
            yield fault(path, message, at, key)


def _uncited_law(label: Label) -> Iterator[tuple[str, str]]:
    """Key and message: a paragraph that neither the label nor the law on its kind leads to."""
    texts = {"proves:": label.proves, "not:": label.limits, "ask_for:": label.ask_for}
    for key, text in texts.items():
        for lang in LANGUAGES:
            for mention in uncited(text.of(lang), lang, (*label.sources, *KINDS[label.kind])):
                yield key, f"'{mention}' is mentioned but does not stand in 'sources'"


def _wrong_reading(label: Label) -> Iterator[tuple[str, str]]:
    """Key and message: what is both stated and listed as unread, or neither."""
    for field in label.unverified:
        if field not in MAY_BE_UNREAD:
            yield "unverified:", f"'{field}' cannot be unverified.{suggest(field, MAY_BE_UNREAD)}"
    for field, text in (("verify", label.verify), ("lasts", label.lasts)):
        if text and field in label.unverified:
            yield f"{field}:", f"'{field}' is stated but listed under 'unverified'; take away one of them"
        if not text and field not in label.unverified and label.kind != "guidance":
            yield f"{label.id}:", f"write '{field}', or list it under 'unverified'"
    if label.verified and not label.sources:
        yield f"{label.id}:", "'sources' is empty: name what was read, or list 'proves' under 'unverified'"
    if label.covers and "covers" in label.unverified:
        yield "covers:", "'covers' is stated but listed under 'unverified'; take away one of them"
