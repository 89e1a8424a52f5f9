"""What the commands that only read do: ask, due, verify."""

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from bot.render.plain import plain_text
from handlers import questions
from handlers.context import Context
from handlers.messages import Message, Place, Reply
from knowledge.library import Library
from storage.people import Person

if TYPE_CHECKING:
    from bot.service import Service

NOBODY = Place("terminal")


def reader(library: Library, lang: str, now: datetime | None = None) -> Context:
    """A context for reading the library only: there is no database behind it."""
    person = Person("", "", lang, "reader")
    zone = ZoneInfo("Europe/Stockholm")
    return Context(None, library, now or datetime.now(UTC), zone, person, NOBODY)  # type: ignore[arg-type]


def labels(ctx: Context) -> Mapping[str, str]:
    """The few words that a plain-text rendering needs."""
    return {name: ctx.phrase(f"label_{name}") for name in ("source", "checked")}


def text_of(reply: Reply, ctx: Context) -> str:
    """A reply as plain text, as JSON gives it: buttons and sources stand beside it."""
    return plain_text(Reply(reply.parts), labels(ctx))


def answered(library: Library, text: str, lang: str) -> dict[str, Any]:
    """The answer to one question, in the shape that programs read."""
    from handlers.clean import clean

    ctx = reader(library, lang)
    index = library.index  # read and built once; not what a question takes
    start = time.perf_counter()
    question = clean(text)
    found = index.ask(question, lang)
    data = questions.as_json(question, found, ctx, lambda reply: text_of(reply, ctx))
    return {**data, "elapsed_ms": round((time.perf_counter() - start) * 1000, 3)}


def one(library: Library, text: str, lang: str, as_json: bool) -> None:
    """Print the answer to one question."""
    if as_json:
        click.echo(json.dumps(answered(library, text, lang), ensure_ascii=False))
        return
    ctx = reader(library, lang)
    reply = questions.answer(Message("", NOBODY, "", text), ctx)
    click.echo(plain_text(Reply(reply.parts, (), reply.sources), labels(ctx)))
    titles = [button.label for row in reply.buttons for button in row if button.says.startswith("/topic")]
    for title in titles:
        click.echo(f"- {title}")


def batch(library: Library, path: Path, lang: str) -> None:
    """Answer each line {"id","text","lang"} with one line of JSON that carries its id."""
    for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            text, id = str(asked["text"]), asked.get("id")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            click.echo(f'{path}:{number}: expected {{"id": …, "text": …}}', err=True)
            sys.exit(1)
        wanted = asked.get("lang")
        known = wanted if wanted in ("sv", "en") else lang
        click.echo(json.dumps({"id": id, **answered(library, text, known)}, ensure_ascii=False))


def due(service: "Service", until: date, lang: str, as_json: bool) -> None:
    """Print which reminders will go out by the end of `until`, if nobody acts."""
    from bot import clock
    from handlers.reminders import why
    from knowledge.rules import calendar
    from storage import absences, follow_ups, people

    cadence, zone, db, library = service.library.cadence, service.zone, service.db, service.library
    end = calendar.to_utc(until, datetime.max.time().replace(microsecond=0), zone)
    coming = clock.forecast(service.db, end, cadence.late_every_days, cadence.at, zone, service.now(), library)
    rows = []
    for reminder in coming:
        heard_by = absences.reader(db, reminder.recipient, reminder.local_date)
        item, person = follow_ups.find(db, reminder.item), people.find(db, heard_by)
        if item is None or item.state != "open":
            continue
        at = reminder.due_at.astimezone(zone).isoformat(timespec="minutes")
        subject = f"#{item.id} {item.subject}, {item.supplier_name}"
        said = {"at": at, "to": person.name if person else "", "kind": reminder.kind, "subject": subject}
        rows.append({**said, "why": why(reminder, item, db, library, lang)})
    if as_json:
        click.echo(json.dumps({"reminders": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['at'].replace('T', ' ')[:16]}  {row['to']}  {row['kind']}  {row['subject']} ({row['why']})")
    if not rows:
        click.echo(service.library.phrase("nothing_due", lang, day=until.isoformat()))


def revised(service: "Service", lang: str) -> None:
    """Print each procurement with a clause that was revised since it was chosen: one line a clause."""
    from handlers import revisions

    found = revisions.all_revised(service.db, service.library.clauses)
    for procurement, several in found:
        for each in several:
            versions = f"{each.version} -> {each.clause.version}"
            click.echo(
                f"#{procurement.id} {procurement.title}  {each.clause.id}  {versions}  {procurement.responsible}"
            )
    if not found:
        click.echo(service.library.phrase("nothing_revised", lang))


def verify(db: Any) -> list[str]:
    """What is wrong with the database; nothing, one hopes."""
    from storage import copying

    return list(copying.faults(db))
