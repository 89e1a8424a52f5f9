"""Photos and documents sent to Duly in Slack: kept as evidence under a name of ours; the token goes nowhere else."""

from io import BytesIO

import docx
import pytest

from bot.service import Service
from storage import certificates, deviations, evidence

from .conftest import STOCKHOLM
from .slack_life import Life, texts, workspace

PDF = b"%PDF-1.7 " + bytes(range(256))
PHOTO = b"\xff\xd8\xff" + bytes(200)
ELSEWHERE = (
    *("http://169.254.169.254/", "https://evil.example/x", "file:///etc/passwd", ""),
    *("https://files.slack.com.evil.example/x", "https://files.slack.com@evil.example/x"),
)


@pytest.fixture
def slack():
    with workspace() as slack:
        yield slack
        assert slack.warnings == []


@pytest.fixture
def by_socket(slack, db, library, clock):
    with Life(slack, Service(db, library, STOCKHOLM, clock, presents=())) as life:
        yield life


def test_a_photo_in_the_middle_of_a_deviation_is_its_evidence(by_socket: Life, db):
    by_socket.say("U1", "avvikelse hos Nordkaffe AB: saknar ID06 på 2 personer")
    by_socket.say("U1", "hoppa över")
    by_socket.upload("U1", ("entré.jpg", PHOTO), ("dörr.jpg", PHOTO + b"2"))
    by_socket.say("U1", "mindre")

    assert deviations.find(db, 1) is not None
    kept = evidence.of(db, "deviations:1")
    assert [each.name for each in kept] == ["entré.jpg", "dörr.jpg"]
    assert [(by_socket.files / str(each.path)).read_bytes() for each in kept] == [PHOTO, PHOTO + b"2"]


def test_a_pdf_alone_begins_the_certificate_talk(by_socket: Life):
    (card,) = by_socket.upload("U1", ("intyg.pdf", PDF))

    assert "Vilken leverantör har visat certifikatet?" in texts(card)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.exe", b"MZ" + bytes(50), "filtypen"),
        ("x.pdf", b"", "tom"),
        ("x.pdf", b"%PDF-" + bytes(5 * 2**20), "för stor"),
        ("x.svg", b"<svg onload=alert(1)>", "filtypen"),
    ],
)
def test_what_is_no_photo_or_document_is_refused_and_none_of_it_is_kept(name, data, says, by_socket: Life):
    (card,) = by_socket.upload("U1", ("entré.jpg", PHOTO), (name, data), text="avvikelse hos Nordkaffe AB: ser ut så")

    assert says in texts(card)
    assert list(by_socket.files.iterdir()) == []


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_our_token_goes_to_slack_alone(elsewhere, by_socket: Life, slack):
    payload = slack.uploaded("U1", [("x.pdf", PDF)])
    payload["event"]["files"][0]["url_private"] = elsewhere
    (card,) = by_socket.after(slack.dm("U1"), lambda: by_socket.deliver(payload))

    assert "ligger inte i Slack" in texts(card)


def a_word_file(*paragraphs: str) -> bytes:
    made, file = docx.Document(), BytesIO()
    for words in paragraphs:
        made.add_paragraph(words)
    made.save(file)
    return file.getvalue()


DRAFT = "Leverantören ska följa ILO:s kärnkonventioner om barnarbete och tvångsarbete vid produktionen av kaffet."


@pytest.mark.parametrize("text", ["", "granska"])
@pytest.mark.parametrize(("name", "data"), [("krav.docx", a_word_file(DRAFT)), ("krav.md", DRAFT.encode())])
def test_a_draft_is_checked_as_if_it_had_been_pasted_and_kept_nowhere(name, data, text, by_socket: Life):
    (card,) = by_socket.upload("U1", (name, data), text=text)

    assert "Granskning" in texts(card)
    assert list(by_socket.files.glob("*")) == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 no", "går inte att läsa"),
        (a_word_file(" "), "går inte att läsa"),
        (a_word_file("å" * 20_001), "längre"),
    ],
)
def test_a_draft_that_cannot_be_checked_says_what_to_do(data, says, by_socket: Life):
    (card,) = by_socket.upload("U1", ("krav.docx", data))

    assert says in texts(card)


def test_a_lacking_scope_is_told(by_socket: Life, slack):
    slack.lacking.add("files:read")
    (card,) = by_socket.upload("U1", ("x.pdf", PDF))

    assert "duly doctor" in texts(card)


def test_a_file_with_words_that_may_not_be_kept_is_not_fetched(by_socket: Life, db):
    by_socket.upload("U1", ("x.pdf", PDF), text="avvikelse hos Nordkaffe AB: 850101-1236 saknar ID06")

    assert list(by_socket.files.glob("*")) == []
    assert certificates.current(db) == []
