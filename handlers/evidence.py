"""Notes and files that support a record: who added them and when, shown in the order in which they came.

Files that come while a talk goes on wait among its answers until there is a record to keep them with.
"""

from collections.abc import Iterable
from dataclasses import replace

from handlers.context import Context
from handlers.messages import Attachment
from knowledge.rules import calendar
from knowledge.text import Heading, Items, Part, Span
from storage import evidence, people
from storage.evidence import Evidence
from storage.talks import Talk

WAITING = "files"  # no question has this id
KINDS = {"pdf": "document", "png": "photo", "jpeg": "photo"}
MOST_SHOWN = 20


def add_note(about: str, text: str, ctx: Context) -> None:
    """Keep a note. What it says stands in no audit trail, where it could never be put right."""
    id = evidence.add(ctx.db, about, "note", text, ctx.person.id, ctx.now)
    ctx.did("added", f"evidence:{id}", {"about": about, "kind": "note"})


def add_files(about: str, files: Iterable[Attachment], text: str, ctx: Context) -> None:
    """Keep files, with the words that came with them."""
    for file in files:
        kept = file.name, file.path, file.sha256, file.size
        id = evidence.add(ctx.db, about, KINDS[file.kind], text or None, ctx.person.id, ctx.now, *kept)
        ctx.did("added", f"evidence:{id}", {"about": about, "kind": KINDS[file.kind], "sha256": file.sha256})


def waiting(files: Iterable[Attachment]) -> list[list[str | int]]:
    """Files as a talk's answers hold them."""
    return [[file.name, file.kind, file.path, file.sha256, file.size] for file in files]


def joined(talk: Talk, files: Iterable[Attachment]) -> Talk:
    """The talk with these files, too."""
    return replace(talk, answers={**talk.answers, WAITING: [*talk.answers.get(WAITING, ()), *waiting(files)]})


def of_talk(talk: Talk) -> list[Attachment]:
    """The files that came while the talk went on."""
    return [Attachment(*each) for each in talk.answers.get(WAITING, ())]


def take_over(talk: Talk, about: str, ctx: Context) -> None:
    """Keep the talk's files with its record, each once however often an answer is changed afterwards."""
    known = {each.path for each in evidence.of(ctx.db, about)}
    add_files(about, (file for file in of_talk(talk) if file.path not in known), "", ctx)


def shown(about: str, ctx: Context) -> tuple[Part, ...]:
    """What there is about a record, in order; nothing where there is nothing."""
    found = evidence.of(ctx.db, about)
    if not found:
        return ()
    lines = tuple((Span(_line(each, ctx)),) for each in found[-MOST_SHOWN:])
    earlier = len(found) - len(lines)
    more = (ctx.note("evidence_earlier", count=earlier),) if earlier else ()
    return (Heading(ctx.phrase("evidence_title")), *more, Items(lines))


def _line(each: Evidence, ctx: Context) -> str:
    local, person = each.created_at.astimezone(ctx.zone), people.find(ctx.db, each.person)
    words = {"day": calendar.short(local.date(), ctx.lang), "time": f"{local:%H:%M}", "text": each.text or ""}
    line = ctx.phrase(f"evidence_{each.kind}", by=person.name if person else each.person, file=each.name or "", **words)
    return f"{line}: {each.text}" if each.text and each.kind != "note" else line
