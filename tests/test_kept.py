"""What answers questions is kept for the next run, and whatever happens to that file, the answers are the same."""

import os
import shutil
from pathlib import Path

import orjson
import pytest

from bot.config import cache_directory
from knowledge import kept
from knowledge.library import CONTENT, Library
from knowledge.load import ContentError
from knowledge.text import LANGUAGES

QUESTION = "får vi kräva levnadslön i fabriken?"
PLAIN = Library()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def files(cache: Path) -> list[Path]:
    return sorted(cache.glob("*"))


def made(cache: Path, content: Path = CONTENT, own: Path | None = None) -> Library:
    """A library that has answered once, and has kept what it made."""
    library = Library(content, own, cache)
    library.index.ask(QUESTION)
    return library


def test_what_was_kept_is_what_was_made(cache):
    made(cache)

    again = Library(cache=cache)
    assert again.topics == PLAIN.topics
    assert list(again.topics) == list(PLAIN.topics)
    assert orjson.dumps(again.index.tables()) == orjson.dumps(PLAIN.index.tables())


def test_every_way_of_asking_is_answered_as_before(cache):
    made(cache)

    index = Library(cache=cache).index
    for topic in PLAIN.topics.values():
        for phrase in (phrase for lang in LANGUAGES for phrase in topic.asked_as[lang]):
            assert index.ask(phrase) == PLAIN.index.ask(phrase)


def test_a_second_run_reads_no_topic_anew(cache, monkeypatch):
    made(cache)
    monkeypatch.setattr("knowledge.library.read_topic", lambda *_: pytest.fail("a topic was read"))

    assert Library(cache=cache).index.ask(QUESTION) == PLAIN.index.ask(QUESTION)


def test_without_a_directory_nothing_is_kept(tmp_path):
    Library(CONTENT).index.ask(QUESTION)

    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["topics/living-wage.sv.md", "topics/living-wage.en.md"])
def test_a_changed_text_is_answered_from_at_once(content, cache, name):
    made(cache, content)
    path = content / name
    path.write_text(path.read_text("utf-8") + "\nWombats.\n", "utf-8")

    library = Library(content, cache=cache)
    assert "Wombats." in library.topics["living-wage"].words[path.name.split(".")[1]]
    assert library.index.ask("wombats").nearest[0].topic == "living-wage"


def test_changed_synonyms_count_at_once(content, cache):
    made(cache, content)
    path = content / "synonyms.yaml"
    path.write_text(path.read_text("utf-8").replace("about:\n", "about:\n  agenda-2030-goals: [wombats]\n", 1), "utf-8")

    assert Library(content, cache=cache).index.ask("wombats").nearest[0].topic == "agenda-2030-goals"


def test_a_topic_that_is_gone_answers_no_more(content, cache):
    made(cache, content)
    for path in (content / "topics").glob("living-wage.*"):
        path.unlink()

    assert "living-wage" not in Library(content, cache=cache).topics


def test_a_mistake_in_the_content_is_told_although_it_was_right_before(content, cache):
    made(cache, content)
    (content / "topics" / "living-wage.en.md").unlink()

    with pytest.raises(ContentError, match="the translation is missing"):
        Library(content, cache=cache).index.ask(QUESTION)


def test_an_organisations_own_topic_counts_from_the_moment_it_is_there(cache, tmp_path):
    own = tmp_path / "own"
    (own / "topics").mkdir(parents=True)
    made(cache, own=own)
    for lang in LANGUAGES:
        text = (CONTENT / "topics" / f"living-wage.{lang}.md").read_text("utf-8")
        (own / "topics" / f"living-wage.{lang}.md").write_text(text + "\nWombats.\n", "utf-8")

    assert "Wombats." in made(cache, own=own).topics["living-wage"].words["sv"]
    assert "Wombats." not in Library(cache=cache).topics["living-wage"].words["sv"]


def test_a_file_changed_while_it_was_read_is_not_kept(content, cache):
    library = Library(content, cache=cache)
    assert library.topics
    path = content / "topics" / "living-wage.sv.md"
    path.write_text(path.read_text("utf-8") + "\nWombats.\n", "utf-8")

    library.index.ask(QUESTION)
    assert files(cache) == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def turn(path: Path) -> None:
    """One letter of an answer becomes another; it is still good JSON."""
    path.write_bytes(path.read_bytes().replace("levnadslön".encode(), "levnadslån".encode()))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def lock(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [cut, turn, empty, lock])
def test_a_spoilt_file_changes_no_answer(cache, spoil):
    made(cache)
    spoil(files(cache)[0])

    library = Library(cache=cache)
    assert library.index.ask(QUESTION) == PLAIN.index.ask(QUESTION)
    assert library.topics == PLAIN.topics


def test_a_spoilt_file_is_mended_by_the_next_run(cache):
    made(cache)
    path = files(cache)[0]
    whole = path.read_bytes()
    cut(path)

    made(cache)
    assert path.read_bytes() == whole


def test_a_file_that_somebody_else_wrote_is_not_believed(cache, monkeypatch):
    key = "0" * kept.HASH
    kept.save(cache, key, kept.Kept(PLAIN.topics, PLAIN.index))
    assert kept.load(cache, key)
    monkeypatch.setattr(os, "getuid", lambda: -1, raising=False)

    assert kept.load(cache, key) is None


def test_a_directory_that_cannot_be_made_is_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")

    assert made(tmp_path / "file" / "cache").index.ask(QUESTION) == PLAIN.index.ask(QUESTION)


def test_few_are_kept_and_nothing_else_is_touched(cache):
    cache.mkdir()
    (cache / "mine.txt").write_text("mine", "utf-8")
    ready = kept.Kept(PLAIN.topics, PLAIN.index)
    for number in range(kept.MOST_KEPT + 2):
        kept.save(cache, f"{number:064}", ready)

    assert len(list(cache.glob("topics-*.json"))) == kept.MOST_KEPT
    assert len(files(cache)) == kept.MOST_KEPT + 1


@pytest.mark.parametrize(
    ("environment", "directory"),
    [
        ({"XDG_CACHE_HOME": "/x"}, Path("/x/duly")),
        ({"LOCALAPPDATA": "/l"}, Path("/l/duly/cache")),
    ],
)
def test_it_is_kept_where_the_system_keeps_such_files(environment, directory):
    assert cache_directory(environment) == directory
