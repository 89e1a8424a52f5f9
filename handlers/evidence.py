"""Notes and files about a record: kept in order, told in order. A file waits among a talk's answers for its record."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.context import Context
from handlers.messages import Attachment
from knowledge.text import Heading, Items, Part, Span
from storage import evidence, people
from storage.evidence import Evidence

KEY = "files"  # among a talk's answers; no question has this id
MOST_SHOWN = 12


def waiting(files: Sequence[Attachment]) -> dict[str, Any]:
    """Files as a talk keeps them."""
    return {KEY: [[each.name, each.kind, each.path, each.sha256, each.size] for each in files]}


def keep(about: str, answers: Mapping[str, Any], ctx: Context) -> None:
    """The files of a talk as evidence of the record that it made."""
    for name, kind, path, sha256, size in answers.get(KEY) or ():
        what = "document" if kind == "pdf" else "photo"
        evidence.file(ctx.db, about, what, name, path, sha256, size, ctx.person.id, ctx.now)
        ctx.did("added a file to", about, {"sha256": sha256, "kind": kind})


def note(about: str, text: str, ctx: Context) -> None:
    """A line about a record."""
    evidence.note(ctx.db, about, text, ctx.person.id, ctx.now)
    ctx.did("added a note to", about)


def told(about: str, ctx: Context) -> tuple[Part, ...]:
    """What there is about a record, the latest last."""
    found = evidence.of(ctx.db, about)
    lines = tuple((Span(_line(each, ctx)),) for each in found[-MOST_SHOWN:])
    return (Heading(ctx.phrase("evidence_title")), Items(lines)) if lines else ()


def _line(each: Evidence, ctx: Context) -> str:
    who = people.find(ctx.db, each.person)
    what = each.text or ctx.phrase(f"evidence_{each.kind}", name=each.name)
    return ctx.phrase("evidence_line", day=each.created_at[:10], name=who.name if who else "", what=what)
