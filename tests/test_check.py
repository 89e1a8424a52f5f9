"""Whoever edits content is told every mistake, where it stands and what to mend; what ships has none."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.check import catalogue, check, stale
from knowledge.library import CONTENT, Library, open_library
from tests.mistakes import COFFEE, CRITERIA, ILO, MISTAKES, TOPIC

COPIED = (  # few enough to be quick; `related`, `clauses` and `about` are emptied, as they name what is left out here
    *("*.csv", "*.yaml", "phrases/*.yaml", "sources/*.yaml", "topics/living-wage.*", "topics/proportionality.*"),
    *("clauses/ilo-basic.yaml", "clauses/label-fairtrade-term.yaml", "flows/risk.yaml", "flows/need.yaml"),
    *("flows/self-assessment.yaml", "criteria/self-assessment.yaml"),
    *("categories/coffee.yaml", "categories/tea.yaml", "categories/cocoa_chocolate.yaml"),
    *("categories/bananas_tropical_fruit.yaml", "categories/flowers.yaml", "categories/sugar.yaml"),
    *("categories/fruit_vegetables.yaml", "categories/rice.yaml"),
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small copy of the content, without a fault."""
    root = tmp_path / "content"
    for path in (path for pattern in COPIED for path in CONTENT.glob(pattern)):
        target = root / path.relative_to(CONTENT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for path in root.glob("topics/*.md"):
        change(path, r"^related: .*", "related: []")
        change(path, r"^clauses: .*", "clauses: []")
        change(path, r"^categories: .*", "categories: []")
    glossary = root / "glossary.yaml"
    glossary.write_text(re.sub(r"^  topic: .*\n", "", glossary.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    dates = root / "dates.yaml"
    dates.write_text(
        re.sub(r"^  topic: .*", "  topic: living-wage", dates.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
    )
    draft = root / "draft.yaml"
    draft.write_text(
        re.sub(r"^  clause: .*", "  clause: ilo-basic", draft.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
    )
    ladder = root / "ladder.yaml"
    ladder.write_text(
        re.sub(r"^  clauses: .*", "  clauses: [ilo-basic]", ladder.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
    )
    left = ", ".join(path.stem for path in sorted(root.glob("categories/*.yaml")))
    groups = (
        "food:\n  name:\n    sv: Mat\n    en: Food\n  categories: [{}]\nrest:\n  name:\n    sv: Annat\n    en: Other\n"
    )
    (root / "groups.yaml").write_text(f"{groups.format(left)}  categories: []\n", "utf-8")
    change(root / "synonyms.yaml", r"^about:\n(?:  .*\n)*", "about: {}\n")
    return root


def change(path: Path, pattern: str, new: str) -> int:
    """Replace the first match of `pattern`; gives the line on which it stands."""
    text = path.read_text("utf-8")
    found = re.search(pattern, text, re.MULTILINE)
    assert found, f"{pattern} is not in {path.name}"
    path.write_text(text[: found.start()] + found.expand(new) + text[found.end() :], encoding="utf-8")
    return text.count("\n", 0, found.start()) + 1


def test_the_content_that_ships_is_without_fault():
    assert check(open_library()) == []


def test_the_small_copy_is_without_fault(content):
    assert check(Library(content)) == []


@pytest.mark.parametrize(
    ("file", "pattern", "new", "below", "says"), MISTAKES, ids=[mistake[-1] for mistake in MISTAKES]
)
def test_a_mistake_is_told_where_it_stands(content, file, pattern, new, below, says):
    lines = [change(path, pattern, new) for path in sorted(content.glob(file))]

    faults = check(Library(content))
    assert faults == [faults[0]]
    assert faults[0].startswith(f"content/{file.replace('*', 'sv')}:{lines[-1] + below}: {says}")


def test_a_question_without_criteria_and_criteria_without_a_question_are_told(content):
    path = content / CRITERIA
    line = change(path, r"^  policy_public:$", "  policy_publik:")

    lacking, unknown = check(Library(content))
    assert lacking == f"content/{CRITERIA}:{line_of(path, 'criteria:')}: the question 'policy_public' has no criteria"
    assert unknown.startswith(
        f"content/{CRITERIA}:{line}: 'policy_publik' is no question of 'self-assessment'. Did you"
    )


def test_criteria_are_named_as_a_form(content):
    (content / CRITERIA).rename(content / "criteria/self-asessment.yaml")

    (told,) = check(Library(content))
    assert "unknown flow 'self-asessment'. Did you mean 'self-assessment'?" in told


def line_of(path: Path, words: str) -> int:
    """The line that consists of `words`."""
    return path.read_text("utf-8").splitlines().index(words) + 1


def test_a_missing_translation_is_told(content):
    (content / "topics/living-wage.en.md").unlink()

    assert check(Library(content)) == [
        "content/topics/living-wage.en.md:1: the translation is missing: every topic needs sv and en"
    ]


def test_two_topics_cannot_be_asked_for_in_the_same_words(content):
    for slug in ("living-wage", "proportionality"):
        change(content / f"topics/{slug}.sv.md", r"^asked_as:", "asked_as:\n  - vad är rimligt att kräva")

    assert check(Library(content)) == [
        "content/topics/proportionality.sv.md:4: 'vad är rimligt att kräva' stands in 'living-wage' too; "
        "it can lead to one answer only"
    ]


@pytest.mark.parametrize(
    "name", ["topics/living-wage.md", "clauses/ILO.yaml", "flows/risk.yml", "categories/kött.yaml"]
)
def test_a_file_that_nobody_would_read_is_told(content, name):
    shutil.copyfile(content / TOPIC, content / name)

    assert any(fault.startswith(f"content/{name}:1: a file here is called ") for fault in check(Library(content)))


def test_a_source_described_in_two_files_is_told(content):
    (content / "sources/zz.yaml").write_text(
        "# one more\nlou: {short: LOU, title: {sv: a, en: a}, url: b, checked: 2026-11-22}\n", "utf-8"
    )

    assert check(Library(content)) == ["content/sources/zz.yaml:2: the source 'lou' is described twice"]


def test_a_file_saved_with_other_letters_is_told(content):
    text = (content / TOPIC).read_text("utf-8")
    (content / TOPIC).write_text(text, encoding="latin-1", errors="replace")

    assert check(Library(content)) == [
        f"content/{TOPIC}:1: the file is not saved as UTF-8, so å, ä and ö cannot be read"
    ]


def test_a_missing_file_is_told(content):
    (content / "reminders.yaml").unlink()

    assert check(Library(content)) == ["content/reminders.yaml:1: the file is missing"]


def test_a_fault_in_one_file_hides_none_in_the_others(content):
    for name in (TOPIC, ILO, COFFEE):
        change(content / name, r"^owner: .*", "owner:")
    change(content / "flows/need.yaml", r"^  sv: .*", "  se: x")

    assert {fault.split(":")[0] for fault in check(Library(content))} == {
        f"content/{name}" for name in (TOPIC, ILO, COFFEE, "flows/need.yaml")
    }


@pytest.mark.parametrize(
    "name", ["sources/topics-a.yaml", "risk_areas.yaml", "commands.yaml", "labels.yaml", "cpv.csv"]
)
def test_a_file_that_cannot_be_opened_makes_nothing_else_look_wrong(content, name):
    (content / name).write_text("code,sv,en\n1\n" if name.endswith("csv") else "lou: [", "utf-8")

    assert [fault.split(":")[0] for fault in check(Library(content))] == [f"content/{name}"]


def test_what_a_broken_file_is_called_is_still_known(content):
    change(content / "topics/proportionality.sv.md", r"^owner: .*", "owner:")
    for path in content.glob("topics/living-wage.*.md"):
        change(path, r"^related: .*", "related: [proportionality]")

    assert [fault.split(":")[0] for fault in check(Library(content))] == ["content/topics/proportionality.sv.md"]


def test_what_is_past_its_review_is_a_warning_and_no_fault(content):
    change(content / TOPIC, r"^reviewed: .*\nreview_by: .*", "reviewed: 2026-01-01\nreview_by: 2026-11-21")
    line = change(content / COFFEE, r"^reviewed: .*\nreview_by: .*", "reviewed: 2026-01-01\nreview_by: 2026-11-22") + 1
    library = Library(content)

    assert check(library) == []
    assert [warning.partition(":")[0] for warning in stale(library, date(2026, 11, 22))] == [f"content/{TOPIC}"]
    assert f"content/{COFFEE}:{line}: should have been reviewed by 2026-11-22 (Riskredaktör)" in stale(
        library, date(2026, 11, 23)
    )


def test_a_translation_older_than_the_swedish_text_is_a_warning(content):
    line = change(content / "topics/living-wage.en.md", r"^reviewed: .*", "reviewed: 2026-01-01")

    (warning,) = stale(Library(content), date(2026, 11, 22))
    assert warning.startswith(f"content/topics/living-wage.en.md:{line}: reviewed before the Swedish text")


def test_the_catalogue_holds_every_kind():
    found = {(kind, id) for kind, id, _ in catalogue(open_library())}

    assert {
        ("topic", "living-wage"),
        ("clause", "ilo-basic"),
        ("category", "coffee"),
        ("label", "gots"),
        ("term", "standstill"),
    } <= found


def test_a_topic_that_none_of_its_own_questions_finds_is_refused(content):
    line = change(content / "topics/living-wage.en.md", r"^asked_as:\n(?:  - .*\n)+", 'asked_as:\n  - "?!"\n')

    assert f"content/topics/living-wage.en.md:{line}: no question under 'asked_as' finds this topic" in _told(content)


def test_a_question_that_was_heard_leads_to_one_topic_only(content):
    heard = content / "topics/proportionality.heard.txt"
    heard.write_text("# comment\nÄr kravet för hårt?\nkan man leva på lönen\n", "utf-8")
    change(content / "topics/living-wage.heard.txt", r"\Z", "Kan man leva på lönen?\n")

    assert "content/topics/proportionality.heard.txt:3: 'kan man leva på lönen' stands in 'living-wage' too" in _told(
        content
    )


def test_questions_that_were_heard_about_no_topic_are_refused(content):
    (content / "topics/living-wages.heard.txt").write_text("räcker lönen\n", "utf-8")

    assert "content/topics/living-wages.heard.txt:1: there is no topic 'living-wages'. Did you mean 'living-wage'?" in (
        _told(content)
    )


def test_two_topics_that_say_the_same_are_refused(content):
    for lang in ("sv", "en"):
        copy = content / f"topics/same-again.{lang}.md"
        shutil.copyfile(content / f"topics/living-wage.{lang}.md", copy)
        change(copy, r"^asked_as:\n(?:  - .*\n)+", f"asked_as:\n  - något helt annat på {lang}\n")

    assert "this says nearly what 'living-wage' says; make one answer of them" in _told(content)


def test_an_answer_that_fills_more_than_a_message_with_its_sources_is_refused(content):
    many = ", ".join(f"lou 17:{number}" for number in range(1, 60))
    for lang in ("sv", "en"):
        change(content / f"topics/living-wage.{lang}.md", r"^sources: .*", f"sources: [{many}]")

    assert "4096 fit in a message" in _told(content)


def _told(content: Path) -> str:
    return "\n".join(check(Library(content)))
