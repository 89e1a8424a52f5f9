"""What runs Duly elsewhere names commands, settings and files that there are."""

import re
from pathlib import Path

from bot import variables
from bot.__main__ import CONFIGURATION
from bot.cli import duly

ROOT = Path(__file__).parents[1]
UNIT = (ROOT / "deploy/duly.service").read_text("utf-8")
CONTAINER = (ROOT / "deploy/Containerfile").read_text("utf-8")


def test_what_is_started_is_a_command() -> None:
    started = re.findall(r"^ExecStart=\S+/duly (\w+)$", UNIT, re.MULTILINE)
    started += re.findall(r'^CMD \["duly", "(\w+)"\]$', CONTAINER, re.MULTILINE)

    assert [name in duly.commands for name in started] == [True, True]


def test_settings_that_are_set_are_known() -> None:
    set_there = set(re.findall(r"\b(DULY_\w+)=", UNIT + CONTAINER))

    assert set_there
    assert set_there <= set(variables.KNOWN)


def test_what_is_copied_into_the_container_is_there() -> None:
    copied = [line.split()[1:-1] for line in CONTAINER.splitlines() if re.match(r"COPY (?!--)", line)]
    names = {name for names in copied for name in names}

    assert {name for name in names if not (ROOT / name).exists()} == set()
    assert {"bot", "handlers", "knowledge", "storage"} <= names


def test_a_wrong_setting_is_not_tried_again_and_again() -> None:
    assert f"RestartPreventExitStatus={CONFIGURATION}\n" in UNIT


def test_neither_holds_a_secret() -> None:
    assert not re.search(r"xox|xapp|SECRET=|TOKEN=", UNIT + CONTAINER)
