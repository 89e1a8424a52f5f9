"""Conversations that an officer can read. Lines with `>` are hers; the rest is what Duly says, rewritten by --accept.

`@ 2026-11-23 10:00` sets the clock (local time) and shows what came due, `@ som Bo` lets a colleague write,
`@ in english` does the same with an English-speaking one, `@ omstart` ends the program and starts it again.
`@ svar på självskattning 1: gammal policy` sends in what a supplier answers. Keys in addresses are left out.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.render.plain import cited, plain_text
from bot.service import Service
from bot.terminal import Terminal, sit_down
from handlers.messages import Message, Reply
from knowledge.library import Library
from knowledge.source import Source
from storage.database import open_database

from .answered import FILES, GOOD, OLD_POLICY, ONLY_YES, send_in
from .conftest import MONDAY, STOCKHOLM, Clock

ANSWERS = re.compile(r"svar på självskattning (\d+): (.+)")
SUPPLIERS = {
    "gammal policy": (OLD_POLICY, FILES),
    "ja på allt": (ONLY_YES, ()),
    "komplettering": ({"policy_adopted": "Styrelsen, 2026-11-02", "responsible": GOOD["responsible"]}, ()),
}
KEY = re.compile(r"(/form/)[\w.-]+")
TALKS = sorted((Path(__file__).parent / "talks").glob("*.talk"))


class Recorder(Terminal):
    """The terminal, with each source on a short line so that a talk stays readable."""

    def _rendered(self, reply: Reply) -> str:
        text = plain_text(replace(reply, sources=()), self.labels())
        buttons = plain_text(Reply((), reply.buttons), self.labels())
        body = text.removesuffix(buttons).rstrip()
        sources = "\n".join(self._short(source) for source in reply.sources)
        return "\n\n".join(block for block in (body, sources, buttons) if block)

    def _short(self, source: Source) -> str:
        return f"{self.labels()['source']}: {cited(source, self.labels())}"


class Stage:
    """One talk under way: a database file, a clock, and whoever writes."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library, self.path, self.clock, self.out = library, folder / "talk.db", Clock(), io.StringIO()
        self.name, self.lang, self.count = "Åsa", "sv", 0
        self.restart()

    def restart(self) -> None:
        self.service = Service(open_database(str(self.path)), self.library, STOCKHOLM, self.clock)
        self.sit()

    def sit(self) -> None:
        seat = sit_down(self.service, self.name, self.lang, "sv")
        self.terminal = Recorder(self.service, seat, self.out, as_json=False, downloads=self.path.parent)

    def direct(self, words: str) -> str:
        """Carry out a line that begins with @; what is shown because of it."""
        if words == "omstart":
            self.service.db.close()
            self.restart()
        elif words.startswith("som "):
            self.name, self.lang = words.removeprefix("som "), "sv"
            self.sit()
        elif answered := ANSWERS.fullmatch(words):
            send_in(self, int(answered[1]), *SUPPLIERS[answered[2]])
        elif words == "in english":
            self.name, self.lang = "Mary", "en"
            self.sit()
        else:
            local = datetime.fromisoformat(words).replace(tzinfo=STOCKHOLM)
            self.clock.now = local.astimezone(UTC)
        self.terminal.catch_up()
        return self.shown()

    def say(self, words: str) -> str:
        self.count += 1
        seat = self.terminal.seat
        text = self.terminal._pressed(words.replace("\\n", "\n"))
        answer = self.service.receive(Message(f"m{self.count}", seat.place, seat.person.id, text))
        self.terminal._refresh_person()
        self.terminal._answer(answer)
        return self.shown()

    def shown(self) -> str:
        text = KEY.sub(r"\1…", self.out.getvalue().replace(str(self.path.parent), "").strip())
        self.out.seek(0)
        self.out.truncate()
        return text


def performed(lines: list[str], stage: Stage) -> Iterator[str]:
    """The talk as it goes today."""
    for line in lines:
        if line.startswith("# "):
            yield line
        elif line.startswith("@ "):
            shown = stage.direct(line.removeprefix("@ ").strip())
            yield f"\n{line}" + (f"\n{shown}" if shown else "")
        elif line.startswith("> "):
            yield f"\n{line}\n{stage.say(line.removeprefix('> '))}"


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_a_talk_goes_as_it_is_written(
    path: Path, library: Library, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    written = path.read_text("utf-8")
    stage = Stage(library, tmp_path)
    today = "\n".join(performed(written.splitlines(), stage)) + "\n"
    if request.config.getoption("--accept"):
        path.write_text(today, "utf-8")

    assert path.read_text("utf-8") == today
    assert "Något gick fel" not in today


def test_there_are_talks() -> None:
    assert len(TALKS) >= 20
    assert MONDAY.tzinfo is UTC
