"""Templates of letters, mails and protocols: what stands in them, and the {names} that are filled in.

The template is read as Markdown before anything is filled in, so that what people typed stays as they typed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.load import Fields
from knowledge.text import Heading, Items, Note, Para, Part, Span, Text, markdown, plain

Blocks = Mapping[str, tuple[Part, ...]]

WORDS: dict[str, tuple[str, ...]] = {  # template -> the names in its lines
    "deviation": ("number", "supplier", "what", "found", "plan", "done"),
    "zero_tolerance": ("number", "supplier", "found", "plan", "done"),
    "self_assessment": ("supplier", "due", "how"),
    "self_assessment_link": ("supplier", "due", "how", "link"),
    "self_assessment_reminder": ("supplier", "due", "link"),
    "self_assessment_back": ("supplier", "due", "link"),
    "protocol": ("supplier", "day"),
}
BLOCKS: dict[str, tuple[str, ...]] = {  # template -> the names that are paragraphs of their own: lists and tables
    "deviation": ("reference", "clauses", "actions", "signature"),
    "zero_tolerance": ("reference", "clauses", "signature"),
    "self_assessment": (),
    "self_assessment_link": (),
    "self_assessment_reminder": (),
    "self_assessment_back": ("questions",),
    "protocol": (*("facts", "participants", "checklist", "observed", "deviations", "actions", "files", "signatures"),),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """`file` is what its Word file is called; `body` is in our Markdown subset."""

    id: str
    file: Text
    title: Text
    body: Text


def letter_from(id: str, fields: Fields) -> Letter:
    """One entry of letters.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    letter = Letter(id, fields.text("file"), fields.text("title"), fields.text("body"))
    fields.done()
    return letter


def filled(letter: Letter, lang: str, words: Mapping[str, str], blocks: Blocks) -> tuple[Part, ...]:
    """The parts of a letter in `lang`, each {name} replaced by its words, or by its block where it stands alone."""
    return tuple(part for each in markdown(letter.body.of(lang)) for part in _parts(each, words, blocks))


def alone(part: Part) -> str:
    """The name that a paragraph consists of, or nothing."""
    said = plain(part.spans) if isinstance(part, Para) else ""
    return said[1:-1] if said[:1] == "{" and said[-1:] == "}" and said[1:-1].isidentifier() else ""


def _parts(part: Part, words: Mapping[str, str], blocks: Blocks) -> tuple[Part, ...]:
    if (name := alone(part)) in blocks:
        return blocks[name]
    if isinstance(part, Heading):
        return (Heading(part.text.format_map(words)),)
    if isinstance(part, Items):
        return (replace(part, items=tuple(_spans(item, words) for item in part.items)),)
    return (replace(part, spans=_spans(part.spans, words)),) if isinstance(part, Para | Note) else (part,)


def _spans(spans: tuple[Span, ...], words: Mapping[str, str]) -> tuple[Span, ...]:
    return tuple(replace(span, text=span.text.format_map(words)) for span in spans)
