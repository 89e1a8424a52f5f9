"""The real program as a child process: lines in, lines of JSON out, and what was heard until it ended or was killed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

HERE = Path(__file__).parents[2]
NAME = "Åsa Öberg"
OWN = "åsa öberg:"  # what the inbox puts before the id of a line of hers
NOT_KEPT = "Jag kunde inte spara"  # how the answer begins when nothing could be stored
CHAT = (sys.executable, "-B", "-m", "bot", "chat", "--json", "--as", NAME)
PATIENCE = 60  # seconds until a child that hangs fails the test


@dataclass(frozen=True, slots=True)
class Line:
    """One line to the program; sending the same id again must give the same answer."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One line from the program; `keys` name the letters that it shows."""

    keys: tuple[str, ...]
    text: str


def start(database: Path, *before: str) -> subprocess.Popen[bytes]:
    """The chat on `database`, run by `before` (such as strace); what it complains of lands beside its directory."""
    complaints = complaints_of(database).open("ab")
    try:
        return subprocess.Popen(
            [*before, *CHAT],
            cwd=HERE,
            env=surroundings(database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
    finally:
        complaints.close()


def surroundings(database: Path | str) -> dict[str, str]:
    """The environment of a program on `database`, with no other settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DULY_")} | {
        "DULY_DATABASE": str(database)
    }


def complaints_of(database: Path) -> Path:
    """Where standard error of the program on `database` goes."""
    return database.parent.with_name(f"{database.parent.name}.stderr")


def run(database: Path, lines: Iterable[Line], *before: str) -> tuple[int, list[Heard]]:
    """Say `lines` and then nothing more; the exit code and what was heard."""
    with start(database, *before) as child:
        out, _ = child.communicate(encoded(lines), timeout=PATIENCE)
    return child.returncode, understood(out.splitlines(keepends=True))


def run_and_kill(database: Path, lines: Iterable[Line], after_lines: int, after_seconds: float) -> list[Heard]:
    """Say `lines`, and kill the program some time after its n-th line; what was heard until then."""
    heard: list[bytes] = []
    with start(database) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(encoded(lines))
        child.stdin.flush()
        hanging = Timer(PATIENCE, child.kill)
        hanging.start()
        for line in child.stdout:
            heard.append(line)
            if len(heard) == after_lines:
                (Timer(after_seconds, child.kill).start if after_seconds else child.kill)()
        hanging.cancel()
    return understood(heard)


def encoded(lines: Iterable[Line]) -> bytes:
    return b"".join(json.dumps({"id": line.id, "text": line.text}).encode() + b"\n" for line in lines)


def understood(lines: Sequence[bytes]) -> list[Heard]:
    """Whole lines only: one that was cut off was not heard."""
    return [_heard(json.loads(line)) for line in lines if line.endswith(b"\n")]


def _heard(said: dict[str, list[dict[str, str]]]) -> Heard:
    return Heard(tuple(str(key) for key in said["keys"]), "\n\n".join(reply["text"] for reply in said["replies"]))
