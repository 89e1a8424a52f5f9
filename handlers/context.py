"""What a handler may use: the database, the knowledge, the hour, and who asks from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.messages import Button, Place, Reply
from handlers.web_links import HERE_ONLY, Web
from knowledge.library import Library
from knowledge.rules import calendar
from knowledge.source import Source
from knowledge.text import Note as NotePart
from knowledge.text import Para as ParaPart
from knowledge.text import para, spans
from storage import audit, people
from storage.database import Database
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is UTC and aware; `zone` is where the person's days begin, `home` where the organisation's do.

    `telegram` is what our bot is called there, once that is known; `web` is where our pages are;
    `mails`: there is a mail server that takes letters to suppliers.
    """

    db: Database
    library: Library
    now: datetime
    zone: ZoneInfo
    person: Person
    place: Place
    home: ZoneInfo | None = None
    telegram: str = ""
    web: Web = HERE_ONLY
    mails: bool = False

    @property
    def lang(self) -> str:
        return self.person.language

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    def day_of(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()

    def zone_of(self, person: str) -> ZoneInfo:
        """Where the days of somebody else begin."""
        found = people.find(self.db, person)
        home = self.home or self.zone
        return calendar.zone_named(found.zone, home) if found else home

    def phrase(self, id: str, **words: object) -> str:
        """The phrase `id` in the person's language."""
        return self.library.phrase(id, self.person.language, **words)

    def reply(self, id: str, *rows: tuple[Button, ...], **words: object) -> Reply:
        """One paragraph: the phrase `id`."""
        return Reply((para(self.phrase(id, **words)),), rows)

    def marked(self, id: str) -> ParaPart:
        """A paragraph from a phrase with **bold** in it; such a phrase takes no words from people."""
        return ParaPart(spans(self.phrase(id)))

    def note(self, id: str, **words: object) -> NotePart:
        """A note: the phrase `id`."""
        return NotePart((*para(self.phrase(id, **words)).spans,))

    def button(self, id: str, says: str, **words: object) -> Button:
        """A button whose label is the phrase `id`."""
        return Button(self.phrase(id, **words), says)

    def did(self, action: str, about: str, details: Mapping[str, Any] | None = None) -> None:
        """Note in the audit trail what the person did to "table:id"."""
        audit.append(self.db, self.person.id, action, about, self.now, details)

    def cite(self, *references: str) -> tuple[Source, ...]:
        """The sources behind references such as "lou 17:2", each once."""
        return tuple(self.library.cite(reference, self.person.language) for reference in dict.fromkeys(references))
