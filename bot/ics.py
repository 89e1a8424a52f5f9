"""Calendars as Outlook, Google and Apple read them (RFC 5545): all-day events, without alarms.

Duly knows days, not hours, so no VTIMEZONE is needed: a day is the same day everywhere. DTSTAMP is when the item was
last changed, so that what did not change reads the same, to the byte.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.render import printable
from knowledge.text import Document, Table

if TYPE_CHECKING:
    from icalendar import Event

PRODID = "-//Duly//Duly//SV"
READ_AGAIN = timedelta(hours=6)


def ics(document: Document) -> bytes:
    """`document`, whose one part is a table of events as handlers/calendars.py makes them."""
    from icalendar import Calendar, vText

    calendar = Calendar()
    for name, value in (
        ("prodid", PRODID),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("x-wr-calname", vText(_one_line(document.title))),  # it is not escaped as the names it knows are
    ):
        calendar.add(name, value)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")  # Outlook's own name for it
    (table,) = document.parts
    assert isinstance(table, Table)
    for row in table.rows:
        calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


def _event(row: Sequence[str]) -> "Event":
    from icalendar import Event

    uid, day, title, text, version, state, changed = row
    event, first, at = Event(), date.fromisoformat(day), datetime.fromisoformat(changed)
    for name, value in (
        ("uid", uid),
        ("dtstamp", at),
        ("last-modified", at),
        ("sequence", int(version)),
        ("dtstart", first),
        ("dtend", first + timedelta(days=1)),
        ("summary", _one_line(title)),
        ("description", printable(text)),
        ("status", state),
        ("transp", "TRANSPARENT"),
    ):
        event.add(name, value)
    return event


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())
