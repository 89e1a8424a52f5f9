"""What is told is what there is: commands, settings, content, dependencies, counts and paths."""

import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot import variables
from bot.cli import duly
from knowledge.library import Library

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "knowledge/content"
README = (ROOT / "README.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
DECISIONS = (ROOT / "docs/decisions.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), CONTENT / "README.md"]
COMMON = {"--help", "--lang"}  # every answer can be had in either language; told once


def commands(group: click.Group, before: str = "duly") -> dict[str, click.Command]:
    """Every command by the words that a person types."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        words = f"{before} {name}"
        found |= commands(command, words) if isinstance(command, click.Group) else {words: command}
    return found


def told(words: str) -> str:
    """The line of README's table about a command; `duly knowledge check|list|show ID` tells of three."""
    *group, last = words.split()
    lines = [line.replace("\\|", "|") for line in README.splitlines() if line.startswith(f"| `{' '.join(group)}")]
    return next((line for line in lines if re.search(rf"`{' '.join(group)} (?:\w+\|)*{last}\b", line)), "")


@pytest.mark.parametrize("words", commands(duly))
def test_the_readme_tells_of_every_command_and_its_options(words: str) -> None:
    command = commands(duly)[words]
    options = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}

    assert told(words), words
    assert {name for name in options - COMMON if name not in told(words)} == set()


def test_the_readme_tells_how_to_begin() -> None:
    for words in ("make chat", "make test", "--lang", "--help"):
        assert words in README


def test_the_readme_tells_of_every_setting_that_is_used_and_of_no_other() -> None:
    files = [path for package in ("bot", "handlers", "storage") for path in (ROOT / package).rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    known = (*variables.KNOWN, *variables.SLACK, *variables.TELEGRAM)
    used = {name for name in known if len(re.findall(rf"\b{name}\b", code)) > 1}  # once: in the list of names

    assert set(re.findall(r"^\| `(\w+)`", README, re.MULTILINE)) == used


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[^\w-]", line)[0].lower() for line in project["dependencies"]}
    reasons = {line.split("|")[1].split()[0].lower() for line in DECISIONS.splitlines() if line.startswith("| ")}

    assert names == reasons - {"package"}


def test_the_changelog_counts_what_there_is(library: Library) -> None:
    outside = [slug for slug in library.topics if slug.startswith("oos-")]
    counts = {
        r"(\d+) purchase categories": len(library.categories),
        r"(\d+) risk areas": len(library.areas),
        r"(\d+) clauses": len(library.clauses),
        r"(\d+) topics in scope": len(library.topics) - len(outside),
        r"(\d+) recognised as": len(outside),
    }

    assert {words: re.findall(words, CHANGELOG) for words in counts} == {w: [str(n)] for w, n in counts.items()}


# The guide to the content.


def guide() -> str:
    return (CONTENT / "README.md").read_text("utf-8")


def test_the_guide_tells_of_every_file_and_folder_of_the_content() -> None:
    named = {path.name for path in CONTENT.iterdir()} - {"README.md"}
    patterns = re.findall(r"^\| `([\w*]+(?:\.\w+)?)", guide().replace("| fil |", ""), re.MULTILINE)

    assert {name for name in named if not any(Path(name).match(pattern) for pattern in patterns)} == set()


def keys(pattern: str) -> set[str]:
    """The keys at the top of files, or of the questions of flows."""
    found: set[str] = set()
    for path in CONTENT.glob(pattern):
        text = path.read_text("utf-8")
        data: Any = yaml.safe_load(text.split("---\n")[1] if path.suffix == ".md" else text)
        found |= {key for question in data["questions"] for key in question} if "questions" in data else set(data)
    return found


@pytest.mark.parametrize("pattern", ["topics/*.sv.md", "clauses/*.yaml", "categories/*.yaml", "flows/*.yaml"])
def test_the_guide_tells_of_every_key_that_is_written_by_hand(pattern: str) -> None:
    told_of = set(re.findall(r"`(\w+)`", guide()))

    assert keys(pattern) - told_of == set()


# What pages point at.


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_points_at_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?://)([^)]+)\)", text)]
    paths = set(re.findall(r"`([\w.-]+/[\w./-]*)`", text)) - {"Europe/Stockholm"}
    roots = (page.parent, ROOT, ROOT / "knowledge", CONTENT)
    lost = [link for link in links if link and not (page.parent / link).exists()]
    lost += [path for path in paths if path[:5] != ".venv" and not any((root / path).exists() for root in roots)]

    assert lost == []
    assert "PLACEHOLDER" not in text


# Pictures, which docs/pictures.py makes from the running product.

MOST_BYTES = 250_000


def test_every_picture_is_made_by_the_script_and_light() -> None:
    made = set(re.findall(r'"([\w-]+\.png)": \w+', (ROOT / "docs/pictures.py").read_text("utf-8")))
    there = {path.name: path.read_bytes() for path in (ROOT / "docs/pictures").iterdir()}

    assert made == set(there)
    assert {name for name, data in there.items() if not data.startswith(b"\x89PNG") or len(data) > MOST_BYTES} == set()


def test_the_readme_shows_only_pictures_that_are_made_and_says_what_they_show() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(docs/pictures/([^)]+)\)", README)
    there = {path.name for path in (ROOT / "docs/pictures").iterdir()}

    assert {name for _, name in shown} <= there
    assert [name for words, name in shown if len(words) < 20] == []
