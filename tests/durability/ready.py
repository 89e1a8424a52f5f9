"""A program that has read everything and becomes `duly serve` once more for each line it is told.

Starting Python and reading the content takes a second; a fork of one that has done so takes a hundredth, and dies as
any other process does. `python -m tests.durability.ready MODULE` imports MODULE (its shorter waits) and waits.
"""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Ready:
    """The program that waits. `become` gives a process that is `duly serve`."""

    def __init__(self, module: str, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.durability.ready", module]
        self.parent = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._heard() == "ready"

    def become(self) -> "Life":
        assert self.parent.stdin is not None
        self.parent.stdin.write("go\n")
        self.parent.stdin.flush()
        return Life(self, int(self._heard()))

    def _heard(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline().strip()

    def close(self) -> None:
        self.parent.kill()
        self.parent.wait()


class Life:
    """One `duly serve`; the next begins when this one has ended."""

    def __init__(self, ready: Ready, pid: int) -> None:
        self.ready, self.pid = ready, pid
        self.code: int | None = None

    def poll(self) -> int | None:
        """None while it lives."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return self.code
        return self.wait()

    def send_signal(self, how: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float = 0) -> int:  # noqa: ARG002
        """How it ended: 0, or minus the signal."""
        if self.code is None:
            self.code = int(self.ready._heard())
        return self.code


def main(module: str) -> None:
    """Fork, tell the child's number, wait for its end, tell how it ended; again and again."""
    importlib.import_module(module)
    from bot import cli, opening, serve, slack_app, telegram_app  # noqa: F401 (read before the first fork)

    library = opening.open_library()
    for part in ("phrases", "commands", "topics", "index", "clauses", "flows", "labels", "glossary", "categories"):
        getattr(library, part)
    opening.open_library = lambda: library  # type: ignore[assignment]
    print("ready", flush=True)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdin.fileno())
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            sys.argv = ["duly", "serve"]
            cli.duly(prog_name="duly")
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
