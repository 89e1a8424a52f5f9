"""A disk rebuilt from what a program asked of it: what it synced is there, and anything may have become of the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512  # bytes; what a disk writes whole
CALLS = "write,pwrite64,ftruncate,fsync,fdatasync,unlink,link"
CALL = re.compile(
    rb'\d+ +(?:pwrite64\(\d+<(?P<written>[^>]*)>, "(?P<data>[^"]*)", \d+, (?P<at>\d+)\) = \d+'
    rb"|f(?:data)?sync\(\d+<(?P<synced>[^>]*)>\) += 0"
    rb"|ftruncate\(\d+<(?P<cut>[^>]*)>, (?P<size>\d+)\) = 0"
    rb'|unlink\("(?P<gone>[^"]*)"\) = 0'
    rb'|link\("(?P<old>[^"]*)", "(?P<new>[^"]*)"\) = 0'
    rb'|write\(1<[^>]*>, "(?P<said>[^"]*)")'
)


@dataclass(slots=True)
class File:
    """`safe` is what was synced; `pending` what was written since, as (offset, bytes)."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Disk:
    """The files by name, and how many lines the program has said so far."""

    files: dict[str, File] = field(default_factory=dict)
    said: int = 0


def moments(calls: Path) -> Iterator[Disk]:
    """The disk after each call that stands in `calls`; the same object, further on."""
    disk = Disk()
    with calls.open("rb") as lines:
        for line in lines:
            if found := CALL.match(line):
                _do(disk, found)
                yield disk


def _do(disk: Disk, call: re.Match[bytes]) -> None:
    if name := call["written"]:
        disk.files.setdefault(_text(name), File()).pending.append((int(call["at"]), _bytes(call["data"])))
    elif (name := call["synced"]) and (file := disk.files.get(_text(name))):
        write_through(file.safe, file.pending)
        file.pending.clear()
    elif (name := call["cut"]) and (file := disk.files.get(_text(name))):
        del file.safe[int(call["size"]) :]
    elif name := call["gone"]:
        disk.files.pop(_text(name), None)
    elif (name := call["old"]) and (file := disk.files.get(_text(name))):
        disk.files[_text(call["new"])] = file
    elif call["said"]:
        disk.said += _bytes(call["said"]).count(b"\n")


def write_through(content: bytearray, writes: list[tuple[int, bytes]]) -> None:
    """Put `writes` where they belong; a hole holds zeros."""
    for at, data in writes:
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(data)] = data


def after_power_loss(file: File, chance: Random) -> bytes:
    """One of the many things that `file` may hold when the power comes back."""
    content = bytearray(file.safe)
    fate = chance.choice(("kept", "lost", "cut", "mixed", "garbled"))
    if fate == "cut":
        write_through(content, file.pending[: chance.randint(0, len(file.pending))])
    elif fate != "lost":
        write_through(content, [_fared(write, fate, chance) for write in file.pending])
    return bytes(content)


def _fared(write: tuple[int, bytes], fate: str, chance: Random) -> tuple[int, bytes]:
    """What became of one unsynced write."""
    at, data = write
    if fate == "kept" or chance.random() < 0.5:
        return write
    if fate == "garbled":
        return at, chance.randbytes(len(data))
    return at, data[: chance.randrange(0, len(data) + 1, SECTOR) if len(data) >= SECTOR else 0]


def _bytes(hexadecimal: bytes) -> bytes:
    return bytes.fromhex(hexadecimal.replace(rb"\x", b"").decode())


def _text(hexadecimal: bytes) -> str:
    return _bytes(hexadecimal).decode()
