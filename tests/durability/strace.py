"""What strace can do to a program: kill it at its n-th system call, let the call fail, or write down what was written.

SQLite syncs with fsync or fdatasync, depending on how it was built; both are meant when one is named.
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

SYNC = "fsync,fdatasync"


@cache
def why_not() -> str:
    """Why strace cannot be used here; empty when it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False, timeout=10)
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.decode().strip()[:80]}"


needs_strace = pytest.mark.skipif(bool(why_not()), reason=why_not() or "strace works")


def kill_at(calls: str, nth: int) -> tuple[str, ...]:
    """Run a program so that it dies just before its n-th call of `calls`."""
    return (*_traced(calls), "-e", f"inject={calls}:signal=SIGKILL:when={nth}")


def fail_at(calls: str, error: str, when: str) -> tuple[str, ...]:
    """Run a program so that some of its `calls` fail: the `when`-th; "5+" is every one from the fifth on."""
    return (*_traced(calls), "--seccomp-bpf", "-e", f"inject={calls}:error={error}:when={when}")


def write_down(path: Path, calls: str) -> tuple[str, ...]:
    """Run a program so that its `calls` stand in `path`, with every byte as hexadecimal and every file by name."""
    return (*_traced(calls, path), "--seccomp-bpf", "-y", "-xx", "-s", "100000")


def _traced(calls: str, to: Path = Path("/dev/null")) -> tuple[str, ...]:
    return ("strace", "-f", "-qq", "-o", str(to), "-e", f"trace={calls}", "-e", "signal=none")
