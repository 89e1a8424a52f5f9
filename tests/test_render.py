"""Plain text and terminal: everything in a reply is shown, nothing in it is obeyed."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.render import printable
from bot.render.plain import plain_text
from bot.render.terminal import terminal
from handlers.messages import Button, Reply, from_json, to_json
from knowledge.source import Source
from knowledge.text import Document, Facts, Heading, Items, Mark, Note, Para, Part, Picture, Span, Table, para, spans

LABELS = {"source": "Källa", "checked": "läst"}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LEVELS = ("låg", "medel", "hög", "mycket hög")
MATRIX = Picture(
    "risk_matrix",
    "Riskbild: arbetskläder",
    "Sex risker är bedömda. Störst är barnarbete i råvaruledet, med sannolikhet 5 och allvar 5.",
    "Allvar",
    "Sannolikhet",
    (
        Mark(5, 5, "Barnarbete, råvara"),
        Mark(5, 5, "Tvångsarbete, råvara"),
        Mark(4, 4, "Föreningsfrihet, bearbetning"),
        Mark(4, 3, "Miljö, bearbetning"),
        Mark(2, 2, "Korruption, slutproduktion"),
        Mark(1, 5, "Djurskydd, råvara"),
    ),
    LEVELS,
)
RISK = Reply(
    (
        Heading("Arbetskläder från Bangladesh"),
        Para(spans("Risken är **mycket hög** i råvaruledet. Se [riskanalysen](https://example.org/riskanalys).")),
        Items((spans("Ställ **kontraktsvillkor** om ILO:s kärnkonventioner"), spans("Be om spårbarhet till råvaran"))),
        Items((spans("Spara riskfallet"), spans("Välj krav, och fyll i det som står inom [hakparentes]")), True),
        Facts((("Ursprung", "Bangladesh (BGD)"), ("Prioritet", "85 av 100"), ("Bedömd", "2026-11-22"))),
        Table(
            ("Område", "Led", "Nivå"),
            (("Barnarbete", "Råvara", "mycket hög"), ("Föreningsfrihet", "Slutproduktion", "hög")),
        ),
        Note(spans("Att inget hittats betyder inte att risken saknas.")),
        MATRIX,
    ),
    ((Button("Spara riskfall", "save"), Button("Ändra", "change")), (Button("Visa källor", "sources"),)),
    (Source("lou", "Lag om offentlig upphandling", "LOU 17 kap. 2 §", "https://example.org/lou", "2026-11-22"),),
    Document("krav.docx", "docx", "Krav", "sv", ()),
)

WORDS = st.text(max_size=40)
RUNS = st.lists(st.builds(Span, WORDS, st.booleans(), st.sampled_from(("", "https://example.org/a"))), max_size=4)
ROWS = st.lists(st.tuples(WORDS, WORDS), max_size=4).map(tuple)
PARTS = st.one_of(
    st.builds(Heading, WORDS),
    st.builds(Para, RUNS.map(tuple)),
    st.builds(Items, st.lists(RUNS.map(tuple), max_size=4).map(tuple), st.booleans()),
    st.builds(Facts, ROWS),
    st.builds(Table, st.tuples(WORDS, WORDS), ROWS),
    st.builds(Note, RUNS.map(tuple)),
    st.builds(
        Picture,
        st.sampled_from(("risk_matrix", "other")),
        WORDS,
        WORDS,
        WORDS,
        WORDS,
        st.lists(st.builds(Mark, st.integers(-1, 9), st.integers(-1, 9), WORDS), max_size=30).map(tuple),
        st.sampled_from(((), LEVELS)),
    ),
)


def words_of(part: Part) -> list[str]:
    """Every word that `part` holds, as it is shown."""
    match part:
        case Heading(text):
            texts = [text]
        case Para(runs) | Note(runs):
            texts = ["".join(run.text for run in runs)] if not any(run.link for run in runs) else [r.text for r in runs]
        case Items(items, _):
            texts = [run.text for item in items for run in item]
        case Facts(rows):
            texts = [cell for row in rows for cell in row]
        case Table(head, rows):
            texts = [cell for row in (head, *rows) for cell in row]
        case Picture():
            texts = [part.alt]
    return [word for text in texts for word in printable(text).split()]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("colour", [True, False], ids=["colour", "plain"])
def test_a_reply_in_the_terminal_is_as_agreed(golden, width, colour):
    text = terminal(RISK, width, colour, LABELS)

    golden(f"terminal/risk-{width}-{'colour' if colour else 'plain'}.txt", text)


def test_a_reply_as_plain_text_is_as_agreed(golden):
    golden("plain/risk.txt", plain_text(RISK, LABELS))


def test_a_table_that_does_not_fit_is_told_line_by_line(golden):
    head = ("Krav", "Uppföljning", "När")
    wide = Table(
        head, (("Leverantörens kvalitetsledningssystem", "Självskattning", "Efter tre månader"), ("Spårbarhet",))
    )

    golden("terminal/table-40-plain.txt", terminal(Reply((wide,)), 40, False, LABELS))


@pytest.mark.parametrize("table", [Table((), ()), Table((), (("a", "b"),)), Table(("A",), (("b", "c"), ()))])
def test_a_table_with_ragged_rows_is_shown(table):
    shown = [plain_text(Reply((table,)), LABELS), terminal(Reply((table,)), 40, False, LABELS)]

    assert all(cell in text for text in shown for row in (table.head, *table.rows) for cell in row)


@given(part=PARTS, width=st.integers(1, 120), colour=st.booleans())
def test_the_terminal_loses_no_word(part, width, colour):
    shown = squeezed(COLOUR.sub("", terminal(Reply((part,)), width, colour, LABELS)))

    assert all(word in shown for word in words_of(part))


@given(part=PARTS)
@example(part=Facts((("", "\r"), ("", ""))))
def test_plain_text_loses_no_word(part):
    shown = squeezed(plain_text(Reply((part,)), LABELS))

    assert all(word in shown for word in words_of(part))


@given(part=PARTS)
def test_the_marks_and_axes_of_a_matrix_stand_in_the_terminal(part):
    matrix = part if isinstance(part, Picture) and part.kind == "risk_matrix" else MATRIX
    shown = squeezed(terminal(Reply((matrix,)), 60, False, LABELS))

    said = [matrix.title, matrix.x, matrix.y, *matrix.legend, *(mark.label for mark in matrix.marks)]
    assert all(squeezed(printable(text)) in shown for text in said)


@given(part=PARTS)
def test_no_control_character_reaches_a_terminal(part):
    shown = terminal(Reply((part,)), 80, False, LABELS) + plain_text(Reply((part,)), LABELS)

    assert shown.replace("\n", "").replace("\t", "") == printable(shown).replace("\n", "").replace("\t", "")


def test_typed_ansi_codes_and_markup_are_shown_and_not_obeyed():
    shown = terminal(Reply((para("\x1b[31mröd\x1b[0m [bold]fet[/bold] :smile:"),)), 80, True, LABELS)

    assert "\x1b" not in shown
    assert "␛[31mröd␛[0m [bold]fet[/bold] :smile:" in shown


def test_no_line_is_wider_than_the_window_save_a_word_that_is():
    lines = terminal(RISK, 40, False, LABELS).splitlines()

    assert [line for line in lines if len(line) > 40] == []
    address = "https://example.org/" + "a" * 60
    assert address in terminal(Reply((para(f"Läs {address} först"),)), 40, False, LABELS).splitlines()


def test_the_same_reply_gives_the_same_text_whatever_the_environment(monkeypatch):
    before = terminal(RISK, 60, True, LABELS)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "dumb")

    assert terminal(RISK, 60, True, LABELS) == before


def test_without_colour_there_is_no_code_at_all():
    assert "\x1b" not in terminal(RISK, 80, False, LABELS)


def test_a_picture_survives_the_outbox():
    assert from_json(to_json(RISK)) == RISK
