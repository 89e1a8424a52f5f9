"""The terminal: the platform that needs no account. Reads lines, shows answers, and reminders when they come due.

On a terminal a line that equals a button's label presses it. Without one (a pipe) it is one message a line in, answers
out; with `--json` one line of JSON per message, and a line may be {"id": …, "text": …} so that sending it again after a
crash gives the same answer.
"""

import contextlib
import json
import os
import re
import shutil
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

from bot import clock, reviews, revisions
from bot.delivery import Outcome, deliver
from bot.render.plain import plain_text
from bot.service import Answer, NotKept, Service
from handlers.clean import clean
from handlers.messages import Button, Message, Place, Reply
from handlers.questions import source_json
from knowledge.text import Picture, para
from knowledge.words import fold
from storage import people
from storage.database import Refused
from storage.outbox import Letter
from storage.people import Person

NAME = "terminal"
EVERY_SECONDS = 2.0  # how often a running chat looks for what is due
WIDEST = 100  # columns; longer lines are hard to read
MOST_ID = 200  # characters of a message id
COUNTED = re.compile(r" \(\d+\)$")  # how many it is about; nobody types that
NOT_IN_A_NAME = re.compile(r"[|\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at the terminal, and where."""

    person: Person
    place: Place


def sit_down(service: Service, name: str, lang: str | None, default_lang: str) -> Seat:
    """The officer called `name`, made when she comes for the first time.

    Raises:
        Refused: the database cannot be written.
    """
    name = NOT_IN_A_NAME.sub(" ", name).strip()[:80] or "officer"
    place = Place(NAME, "", fold(name))
    try:
        with service.kept():
            person = _officer(service, name, place.room, lang, default_lang)
            people.add_address(service.db, person.id, NAME, "", place.room, place.key, service.now())
    except NotKept as error:
        raise Refused(f"The database cannot be written ({error}). Make room, or wait for whoever holds it.") from None
    return Seat(person, place)


def _officer(service: Service, name: str, account: str, lang: str | None, default_lang: str) -> Person:
    person = people.at_address(service.db, NAME, "", account)
    if person is None:
        person = Person(people.new_id(), name, lang or default_lang, "admin")
        people.add(service.db, person, service.now())
    elif person.role == people.REMOVED:
        raise Refused(f"{person.name} was removed. Another administrator lets you in: duly officer role NAME admin")
    elif lang and lang != person.language:
        people.set_language(service.db, person.id, lang, service.now())
        person = replace(person, language=lang)
    return person


class Terminal:
    """The chat on one pair of streams; also the platform that the send loop sends to."""

    name = NAME
    lease = timedelta(seconds=5)

    def __init__(self, service: Service, seat: Seat, out: TextIO, as_json: bool, downloads: Path | None = None) -> None:
        self.service, self.seat, self.out, self.as_json = service, seat, out, as_json
        self.downloads = downloads or Path.cwd()
        self.pressable: tuple[tuple[Button, ...], ...] = ()
        self.screen = threading.RLock()
        self.asking = ""  # the prompt that stands on the screen, to be put back after a reminder

    # What the platform does for the send loop.

    def find(self, letter: Letter) -> str | None:  # noqa: ARG002
        """A screen cannot be asked what it showed."""
        return None

    def send(self, letter: Letter, reply: Reply, repeated: bool) -> Outcome:
        pressable = self.pressable
        if repeated:
            reply = replace(reply, parts=(para(self._phrase("perhaps_again")), *reply.parts))
        self._show([reply], [letter.dedupe_key])
        if repeated:  # an old question must not take the words that answer a newer one
            self.pressable = pressable
        return Outcome("sent", "screen")

    # What the person does.

    def talk(self, lines: Iterator[str]) -> None:
        """Answer every line until there are no more."""
        for line in lines:
            message = self._message(line)  # a label means the buttons that were there when it was typed
            self.catch_up()
            if message is None:
                continue
            try:
                answer = self.service.receive(message)
            except NotKept:
                self._show([Reply((para(self._phrase("not_kept")),))], [])
                continue
            self._refresh_person()
            self._answer(answer)

    def catch_up(self) -> int:
        """Show what is due, and what was said but perhaps never seen; how much there was."""
        with self.screen, contextlib.suppress(NotKept):  # what is due stays due
            clock.tick(self.service)
            return deliver(self.service, self, self.seat.place.key)
        return 0

    def greet(self) -> None:
        """The first screen."""
        from handlers.help import hello

        ctx = self.service.context_of(self.seat.person, self.seat.place)
        self._show([hello(Message("", self.seat.place, self.seat.person.id, ""), ctx)], [])

    def _message(self, line: str) -> Message | None:
        id, text = self._spoken(line)
        if not text.strip() and not self.as_json:
            return None
        own = f"{self.seat.place.room}:{id}"  # two people may number their messages alike
        return Message(own, self.seat.place, self.seat.person.id, self._pressed(text))

    def _spoken(self, line: str) -> tuple[str, str]:
        """The id and the text of a line."""
        text = line.rstrip("\r\n")
        if self.as_json and text.startswith("{"):
            try:
                said = json.loads(text)
            except (ValueError, RecursionError):
                said = None
            if isinstance(said, dict) and isinstance(said.get("text"), str) and isinstance(said.get("id"), str):
                return clean(said["id"])[:MOST_ID], said["text"]
        return uuid.uuid4().hex, text

    def _pressed(self, text: str) -> str:
        """What the button says whose label was typed."""
        said = fold(text.strip().removeprefix("[").removesuffix("]"))
        for row in self.pressable:
            for button in row:
                if said in (fold(button.label), fold(COUNTED.sub("", button.label))):
                    return button.says
        return text

    def _answer(self, answer: Answer) -> None:
        with self.screen:
            self._show(answer.replies, answer.keys)
            with contextlib.suppress(NotKept):  # it is shown once more later, as perhaps a repetition
                self.service.shown(answer)

    def _refresh_person(self) -> None:
        person = people.find(self.service.db, self.seat.person.id)
        if person and person != self.seat.person:
            self.seat = replace(self.seat, person=person)

    # What is shown.

    def _show(self, replies: Sequence[Reply], keys: Sequence[str]) -> None:
        saved = [self._saved(reply) for reply in replies]
        for reply in replies:
            self.pressable = reply.buttons or self.pressable
        if self.as_json:
            self._write(
                json.dumps({"replies": [self._data(r) for r in replies], "keys": keys}, ensure_ascii=False) + "\n"
            )
            return
        for reply, path in zip(replies, saved, strict=True):
            self._write(f"\n{self._rendered(reply)}\n" + (f"{path}\n" if path else ""))

    def _saved(self, reply: Reply) -> str:
        """Write a document to the working directory; its path."""
        if reply.document is None or self.as_json:
            return ""
        from bot.documents import written

        path = _free(self.downloads / reply.document.name)
        path.write_bytes(written(reply.document, self.service.now()))
        return str(path)

    def _rendered(self, reply: Reply) -> str:
        if not self.out.isatty():
            return plain_text(reply, self.labels())
        from bot.render.terminal import terminal

        width = min(WIDEST, shutil.get_terminal_size().columns)
        colour = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        return terminal(reply, width, colour, self.labels())

    def _data(self, reply: Reply) -> dict[str, Any]:
        return reply_json(reply, plain_text(replace(reply, buttons=(), sources=(), document=None), self.labels()))

    def labels(self) -> dict[str, str]:
        return {name: self._phrase(f"label_{name}") for name in ("source", "checked")}

    def _phrase(self, id: str) -> str:
        return self.service.library.phrase(id, self.seat.person.language)

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def reply_json(reply: Reply, text: str) -> dict[str, Any]:
    """A reply in the shape that programs read."""
    picture = next((part for part in reply.parts if isinstance(part, Picture)), None)
    return {
        "text": text,
        "buttons": [[{"label": button.label, "says": button.says} for button in row] for row in reply.buttons],
        "sources": [source_json(source) for source in reply.sources],
        "picture": {"kind": picture.kind, "title": picture.title, "alt": picture.alt} if picture else None,
        "document": {"name": reply.document.name, "kind": reply.document.kind} if reply.document else None,
        "private": reply.private,
    }


def _free(path: Path) -> Path:
    """`path`, or the first of "name-2", "name-3" … that is not taken."""
    number = 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free


def run(service: Service, seat: Seat, as_json: bool) -> None:
    """The chat on standard input and output."""
    terminal = Terminal(service, seat, sys.stdout, as_json)
    with contextlib.suppress(NotKept):  # told at the next start
        revisions.announce(service)
        clock.recompute(service)
        reviews.look(service)
    terminal.catch_up()
    if not sys.stdin.isatty():
        terminal.talk(iter(sys.stdin))
        return
    terminal.greet()
    stop = threading.Event()
    watch = threading.Thread(target=_watch, args=(terminal, stop), daemon=True)
    watch.start()
    try:
        terminal.talk(_typed(terminal))
    finally:
        stop.set()


def _typed(terminal: Terminal) -> Iterator[str]:
    """Lines from the keyboard, until end of file or an interrupt."""
    with contextlib.suppress(ImportError):  # line editing and history, where the system has it
        import readline  # noqa: F401
    while True:
        try:
            terminal.asking = "\n> "
            line = input(terminal.asking)
        except (EOFError, KeyboardInterrupt):
            terminal._write("\n")
            return
        finally:
            terminal.asking = ""
        yield line


def _watch(terminal: Terminal, stop: threading.Event) -> None:
    """Show reminders while the person thinks."""
    while not stop.wait(EVERY_SECONDS):
        with terminal.screen:
            if terminal.catch_up() and terminal.asking:
                terminal._write(terminal.asking + _typed_so_far())


def _typed_so_far() -> str:
    """What stands after the prompt, where line editing knows it."""
    readline = sys.modules.get("readline")
    return readline.get_line_buffer() if readline else ""
