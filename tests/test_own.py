"""An organisation's own content lies over ours: it adds, replaces, goes first, and is checked with it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.asking import answered, reader
from bot.own import START, begin
from bot.render.plain import plain_text
from handlers import questions
from knowledge.check import check, stale
from knowledge.library import CONTENT, Library, open_library
from tests.test_check import change

GUIDELINE = """---
title: Riktlinjer för uppföljning
about: [{about}]
decided: 2025-06-10
decided_by: Kommunstyrelsen
link: https://www.orebro.se/riktlinjer
owner: knowledge-editor
reviewed: 2026-11-27
review_by: {review_by}
---
Vi följer upp varje riskavtal inom ett år.
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    root = tmp_path / "own"
    (root / "guidelines").mkdir(parents=True)
    return root


def guide(own: Path, about: str = "living-wage", review_by: str = "2027-11-27") -> Path:
    path = own / "guidelines" / "uppfoljning.sv.md"
    path.write_text(GUIDELINE.format(about=about, review_by=review_by), "utf-8")
    return path


def told(library: Library, question: str, lang: str = "sv") -> str:
    ctx = reader(library, lang)
    found = library.index.ask(question, lang)
    return plain_text(questions.told(found, ctx), {"source": "Källa", "checked": "läst"})


def test_the_examples_for_editors_can_be_copied_as_they_stand(own):
    readme = (CONTENT / "README.md").read_text("utf-8")
    examples = re.findall(r"<!-- (\S+) -->\n```\w*\n(.*?)```\n", readme, re.DOTALL)
    for name, words in examples:
        (own / name).parent.mkdir(exist_ok=True)
        (own / name).write_text(words, "utf-8")
    library = open_library(own)

    assert [name for name, _ in examples] == [
        "clauses/contact-person.yaml",
        "topics/contact-person.sv.md",
        "topics/contact-person.en.md",
    ]
    assert check(library) == []
    assert library.index.ask("vem ringer vi om de sociala villkoren?").hits[0].topic == "contact-person"


def test_an_empty_directory_changes_nothing(own):
    with_own, without = open_library(own), open_library()

    assert check(with_own) == []
    for part in ("phrases", "clauses", "categories", "labels", "glossary", "limits", "commands", "deviations"):
        assert getattr(with_own, part).__repr__() == getattr(without, part).__repr__()
    assert list(with_own.topics) == list(without.topics)
    assert with_own.cadence == without.cadence


def test_a_guideline_is_quoted_before_the_answer(own):
    guide(own)

    words = told(open_library(own), "får vi kräva levnadslön?")

    assert words.index("Vi följer upp varje riskavtal") < words.index("Det beror på formen")
    assert "Kommunstyrelsen, 10 juni 2025" in words


def test_a_guideline_for_everything_is_a_line_and_no_more(own):
    guide(own, about="all")

    words = told(open_library(own), "får vi kräva levnadslön?")

    assert words.lstrip().startswith("| Er egen policy går före det här svaret: Riktlinjer för uppföljning")
    assert "Vi följer upp varje riskavtal" not in words


def test_a_guideline_without_translation_is_shown_as_it_was_written(own):
    guide(own)

    assert "Vi följer upp varje riskavtal" in told(open_library(own), "can we require a living wage?", "en")


def test_programs_get_the_guideline_apart_from_the_answers(own):
    guide(own)

    found = answered(open_library(own), "får vi kräva levnadslön?", "sv")

    assert [each["title"] for each in found["guidelines"]] == ["Riktlinjer för uppföljning"]
    assert found["guidelines"][0]["decided_by"] == "Kommunstyrelsen"
    assert found["answers"][0]["topic"] == "living-wage"


def test_a_guideline_past_its_review_says_so_and_is_listed(own):
    guide(own, review_by="2026-11-28")
    library = open_library(own)
    (own / "guidelines" / "uppfoljning.sv.md").write_text(
        GUIDELINE.format(about="living-wage", review_by="2025-01-01").replace("2026-11-27", "2024-01-01"), "utf-8"
    )

    assert "skulle ha setts över" in told(open_library(own), "får vi kräva levnadslön?")
    assert any("own/guidelines/uppfoljning.sv.md" in line for line in stale(library, reader(library, "sv").today))


def test_an_own_clause_replaces_ours_and_another_is_added(own):
    (own / "clauses").mkdir()
    for name in ("ilo-basic", "ilo-vara-ord"):
        shutil.copyfile(CONTENT / "clauses" / "ilo-basic.yaml", own / "clauses" / f"{name}.yaml")
    change(own / "clauses" / "ilo-basic.yaml", r'^version: ".*"', 'version: "2030-01-01"')
    library = open_library(own)

    assert library.clauses["ilo-basic"].version == "2030-01-01"
    assert "ilo-vara-ord" in library.clauses
    assert len(library.clauses) == len(open_library().clauses) + 1


def test_an_own_topic_answers_instead_of_ours(own):
    (own / "topics").mkdir()
    for lang in ("sv", "en"):
        shutil.copyfile(CONTENT / "topics" / f"living-wage.{lang}.md", own / "topics" / f"living-wage.{lang}.md")
    change(own / "topics" / "living-wage.sv.md", r"^Det beror på formen\.", "Vi gör så här.")

    assert "Vi gör så här." in told(open_library(own), "får vi kräva levnadslön?")


def test_single_entries_replace_ours_and_the_rest_stays(own):
    (own / "deviations.yaml").write_text(
        "minor:\n  name: {sv: Mindre, en: Minor}\n  means: {sv: Litet fel, en: A small fault}\n  plan_days: 21\n",
        "utf-8",
    )
    (own / "reminders.yaml").write_text("# before_days: [30]\nlate_every_days: 14\n", "utf-8")
    (own / "phrases.yaml").write_text("hello: {sv: Hej från Örebro, en: Hello from Örebro}\n", "utf-8")
    (own / "roles.yaml").write_text(
        "risk-editor:\n  name: {sv: Hållbarhetsstrateg, en: Strategist}\n  contact: hallbarhet@orebro.se\n", "utf-8"
    )
    library, ours = open_library(own), open_library()

    assert (library.deviations["minor"].plan_days, library.deviations["major"].plan_days) == (21, 14)
    assert library.cadence.late_every_days == 14
    assert library.cadence.before_days == ours.cadence.before_days
    assert library.phrase("hello", "sv") == "Hej från Örebro"
    assert library.roles["risk-editor"].contact == "hallbarhet@orebro.se"
    assert check(library) == []


def test_the_times_of_deviations_say_whose_they_are(own):
    question = "hur många dagar har leverantören på sig att rätta en avvikelse?"

    assert "Dulys förslag" in told(open_library(), question)
    shutil.copyfile(CONTENT / "deviations.yaml", own / "deviations.yaml")
    assert "era egna" in told(open_library(own), question)


MISTAKES = [
    ("guidelines/uppfoljning.sv.md", GUIDELINE.format(about="livng-wage", review_by="2027-11-27"), 3, "unknown topic"),
    ("guidelines/Uppföljning.md", "x", 1, "a file here is called"),
    ("guidelines/a.en.md", GUIDELINE.format(about="all", review_by="2027-11-27"), 1, "write a.sv.md first"),
    ("reminders.yaml", "late_every_day: 3\n", 1, "unknown key 'late_every_day'. Did you mean 'late_every_days'?"),
    ("deviations.yaml", "minor:\n  name: {sv: M, en: M}\n", 2, "'means' is missing"),
    ("phrases.yaml", "hello:\n  sv: Hej\n", 2, "'en' is missing"),
    ("synonyms.yaml", "short: {}\n", 1, "nothing of this name is read from here"),
    ("clause/x.yaml", "x: 1\n", 1, "nothing of this name is read from here. Did you mean 'clauses'?"),
    ("limits.yaml", "- id: direct-award-lou\n  from: 2022-02-01\n", 1, "'name' is missing"),
]


@pytest.mark.parametrize(("name", "words", "line", "message"), MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_a_mistake_in_the_own_content_is_told_where_it_stands(own, name, words, line, message):
    path = own / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(words, "utf-8")

    found = check(open_library(own))

    where = name if "/" in name and not name.startswith("clause/") else name.split("/")[0]
    assert any(told.startswith(f"own/{where}:{line}: ") and message in told for told in found), found


def test_an_owner_who_is_no_role_is_refused(own):
    guide(own)
    change(own / "guidelines" / "uppfoljning.sv.md", r"^owner: .*", "owner: Anna Andersson")

    assert any("unknown role 'Anna Andersson'" in line for line in check(open_library(own)))


def test_what_init_writes_is_sound_and_is_not_written_twice(tmp_path):
    assert begin(tmp_path / "new")
    assert not begin(tmp_path / "new")
    assert check(open_library(tmp_path / "new")) == []
    assert {path.name for path in START.iterdir()} == {path.name for path in (tmp_path / "new").iterdir()}


def duly(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=settings, cwd=Path(__file__).parents[1], input=""
    )


def test_the_setting_points_it_out_and_faults_stop_the_start(own, tmp_path):
    guide(own)
    home = {"HOME": str(tmp_path), "DULY_CONTENT": str(own), "DULY_DATABASE": str(tmp_path / "duly.db")}

    assert json.loads(duly("ask", "får vi kräva levnadslön?", "--json", **home).stdout)["guidelines"]
    assert duly("chat", **home).returncode == 0
    change(own / "guidelines" / "uppfoljning.sv.md", r"^about: .*", "about: [nothing]")
    stopped = duly("chat", **home)
    assert stopped.returncode == 78
    assert "own/guidelines/uppfoljning.sv.md:3: unknown topic 'nothing'" in stopped.stderr
    assert duly("ask", "hej", **(home | {"DULY_CONTENT": str(tmp_path / "gone")})).returncode == 78
