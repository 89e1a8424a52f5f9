"""The calendar of what is to be followed up: an address that Outlook, Google and Apple read, and one item as a file.

A calendar is kept by others than us and seen by colleagues. So a title names the way of following up, never the words
that somebody wrote, and the supplier only where everybody in the organisation may know it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from handlers import web_links
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.web_links import Web
from knowledge.library import Library
from knowledge.text import Document, Table, para
from storage import calendars, people
from storage import web_links as stored
from storage.calendars import Entry
from storage.database import Database
from storage.follow_ups import FollowUp
from storage.people import REMOVED

KIND = "calendar"
SHOWN_AFTER = timedelta(days=30)  # how long what was settled stands there as cancelled, so that every copy learns of it
COLUMNS = ("uid", "day", "title", "text", "version", "state", "changed")  # what bot/ics.py reads
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody, or a group, with a calendar: what it is called and what stands in it now."""

    name: str
    lang: str
    entries: tuple[Entry, ...]


def _persons(db: Database, id: str, since: datetime) -> Whose | None:
    person = people.find(db, id)
    if person is None or person.role == REMOVED:
        return None
    return Whose(person.name, person.language, tuple(calendars.of_person(db, id, since)))


ABOUT: Mapping[str, Callable[[Database, str, datetime], Whose | None]] = {"people": _persons}  # by table


def of(about: str, db: Database, library: Library, web: Web, now: datetime) -> Document | None:
    """The calendar of "table:id" as a file; None when there is nobody who may have one."""
    table, _, id = about.partition(":")
    whose = ABOUT[table](db, id, now - SHOWN_AFTER) if table in ABOUT else None
    if whose is None:
        return None
    title = library.phrase("calendar_title", whose.lang, name=whose.name)
    return _document("duly.ics", title, whose.lang, whose.entries, library, web)


def _document(name: str, title: str, lang: str, entries: Iterable[Entry], library: Library, web: Web) -> Document:
    rows = tuple(_row(entry, lang, library, web) for entry in entries)
    return Document(name, "ics", title, lang, (Table(COLUMNS, rows),))


def _row(entry: Entry, lang: str, library: Library, web: Web) -> tuple[str, ...]:
    return (
        f"follow-up-{entry.id}@{urlsplit(web.url).hostname or 'duly'}",
        entry.due_on.isoformat(),
        _title(entry, lang, library),
        library.phrase("calendar_text", lang, number=entry.id),
        str(entry.version),
        CONFIRMED if entry.state == "open" else CANCELLED,
        entry.changed_at.isoformat(),
    )


def _title(entry: Entry, lang: str, library: Library) -> str:
    option = library.flows["follow-up"].by_id["kind"].option(entry.kind)
    kind = option.label.of(lang) if option else entry.kind
    phrase = "calendar_event" if entry.secret else "calendar_event_at"
    return library.phrase(phrase, lang, number=entry.id, kind=kind, supplier=entry.supplier_name)


# In the chat.


def calendar(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`calendar` gives her own address, once; whoever has lost it asks for a new one."""
    known = [link for link in stored.of(ctx.db, KIND, _own(ctx)) if link.good(ctx.now)]
    if not known:
        return _given("calendar_given", ctx)
    buttons = (ctx.button("calendar_new_button", "/new-calendar"), ctx.button("calendar_drop_button", "/drop-calendar"))
    return replace(ctx.reply("calendar_known", buttons, count=known[0].opened), private=True)


def new_address(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`new calendar link`: another address, and the old one leads nowhere."""
    took_back = _take_back(ctx)
    return _given("calendar_given_new" if took_back else "calendar_given", ctx)


def drop(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`remove calendar link`."""
    phrase = "calendar_dropped" if _take_back(ctx) else "calendar_none"
    return ctx.reply(phrase, (ctx.button("calendar_new_button", "/new-calendar"),))


def _take_back(ctx: Context) -> int:
    count = stored.revoke(ctx.db, KIND, _own(ctx), ctx.now)
    if count:
        ctx.did("revoked", _own(ctx), {"kind": KIND})
    return count


def _given(phrase: str, ctx: Context) -> Reply:
    address = web_links.make(KIND, _own(ctx), None, ctx)
    how = ctx.note("calendar_how" if ctx.web.public else "calendar_here_only")
    buttons = ((ctx.button("calendar_drop_button", "/drop-calendar"),),)
    return Reply((para(ctx.phrase(phrase)), para(address), how), buttons, private=True)


def _own(ctx: Context) -> str:
    return f"people:{ctx.person.id}"


def file(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """`/calendar-file 7`: one item as a file that a calendar opens."""
    entry = calendars.of_item(ctx.db, item.id)
    assert entry is not None  # it was found a moment ago
    title = _title(entry, ctx.lang, ctx.library)
    name = ctx.phrase("calendar_file_name", number=item.id)
    document = _document(name, title, ctx.lang, (entry,), ctx.library, ctx.web)
    return replace(ctx.reply("calendar_file", number=item.id), document=document)
