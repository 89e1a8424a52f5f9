"""Who may know whom: bot -> handlers -> knowledge and storage, which know neither each other nor any platform."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from knowledge import load

ROOT = Path(__file__).parents[1]
MAY_KNOW = {
    "bot": {"handlers", "knowledge", "storage"},
    "handlers": {"knowledge", "storage"},
    "knowledge": set(),
    "storage": set(),
}
LEAVES = {"slack_bolt", "slack_sdk", "telegram", "starlette", "uvicorn", "asyncio"}  # only bot meets these
NOWHERE = {"pickle", "shelve"}  # what is read from a file is data, never a program
FORBIDDEN = {"eval", "exec", "atomic", "__import__"}  # `atomic` begins deferred: see storage/database.py
FILES = [path.relative_to(ROOT) for package in MAY_KNOW for path in sorted((ROOT / package).rglob("*.py"))]


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse((ROOT / path).read_text("utf-8")))


def imported(path: Path) -> Iterator[str]:
    """The first word of every import, also of those inside functions."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield path.parts[0] if node.level else (node.module or "").partition(".")[0]


def called(path: Path) -> Iterator[str]:
    """What is called, as it is written."""
    return (ast.unparse(node.func) for node in nodes(path) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_a_module_knows_only_what_lies_below(path: Path) -> None:
    package, names = path.parts[0], set(imported(path))

    assert names & MAY_KNOW.keys() <= MAY_KNOW[package] | {package}
    assert names & {"tests", "bench"} == set()
    assert package == "bot" or names & LEAVES == set()
    assert names & NOWHERE == set()


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_a_module_runs_nothing_it_reads(path: Path) -> None:
    calls = set(called(path))
    loaders = {"yaml.load"} if path.as_posix() == "knowledge/load.py" else set()

    assert {call.rpartition(".")[2] for call in calls} & FORBIDDEN == set()
    assert {call for call in calls if call.startswith("yaml.") and "load" in call} <= loaders


def test_the_loader_of_content_makes_plain_data_only() -> None:
    assert issubclass(load._Lines, yaml.CSafeLoader | yaml.SafeLoader)


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] in ("handlers", "bot")], ids=Path.as_posix)
def test_what_is_said_to_people_stands_in_content(path: Path) -> None:
    """Swedish words with a space between, which are no pattern and no example of a command, are a text."""
    tree = list(nodes(path))
    told = {id(node.value) for node in tree if isinstance(node, ast.Expr)}  # docstrings
    strings = [n for n in tree if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told]
    texts = [string.value for string in strings if set("åäöÅÄÖ") & set(string.value) and " " in string.value]

    assert [text for text in texts if not text.startswith("Example: ") and not set("|\\") & set(text)] == []
