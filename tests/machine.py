"""A machine where nobody used Duly before: `duly …` as a program of its own, and what it left behind."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .shapes import REPLY, faults

ROOT = Path(__file__).parents[1]


@dataclass
class Run:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Machine:
    """A home directory, and the environment that goes with it."""

    home: Path

    @property
    def database(self) -> Path:
        """Where the data lie when no setting says otherwise."""
        return self.home / ".local" / "share" / "duly" / "duly.db"

    def run(self, *arguments: str, typed: bytes | str = b"", **settings: str) -> Run:
        """`duly …` from the home directory."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DULY_")}
        environment = {**kept, "HOME": str(self.home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings}
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
            environment.pop(name, None)
        data = typed.encode() if isinstance(typed, str) else typed
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(command, cwd=self.home, env=environment, input=data, capture_output=True, timeout=60)
        return Run(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def assert_refused(run: Run, code: int, *says: str) -> None:
    """One line on stderr that says `says`, and nothing else."""
    assert run.code == code, run.err
    assert len(run.err.splitlines()) == 1, run.err
    assert all(part in run.err for part in says), run.err
    assert "Traceback" not in run.err
    assert run.out == ""


def chat(machine: Machine, *lines: str) -> list[dict[str, Any]]:
    """What `duly chat --json` says to each line."""
    run = machine.run("chat", "--json", "--as", "Åsa", typed="".join(f"{line}\n" for line in lines))
    said = [json.loads(line) for line in run.out.split("\n") if line]

    assert (run.code, run.err) == (0, "")
    assert faults(said, [{"replies": [REPLY]}]) == []
    assert len(said) == len(lines)
    return said
