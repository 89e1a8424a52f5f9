"""What is said to the program, and what must have come of it: records by one sentence, whole talks, and questions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count as count_up
from itertools import islice
from pathlib import Path

from storage import follow_ups, people, reminders, suppliers
from storage.database import open_database, write

from .program import NAME, Line

AHEAD = timedelta(days=200)  # a deadline whose reminders all lie ahead
HELLO = Line("hello", "hjälp")


def script(count: int) -> list[Line]:
    """So many lines. Every third turn is a talk of eight lines, every seventh a question."""
    return list(islice(_lines(), count))


def independent(count: int) -> list[Line]:
    """Lines that mean the same in any order, for when some of them may be refused."""
    return list(islice((line for line in _lines() if line.text.startswith("följ upp")), count))


def _lines() -> Iterator[Line]:
    for turn in count_up():
        for number, text in enumerate(_turn(turn)):
            yield Line(f"{turn}.{number}", text)


def _turn(turn: int) -> list[str]:
    supplier = f"Leverantör {turn % 9} AB"
    if turn % 7 == 6:
        return ["vad är fairtrade?"]
    if turn % 3 == 2:
        due, skip = _due(turn).isoformat(), "hoppa över"
        return ["/start follow-up", supplier, f"samtal {turn}", "annat", f"A-{turn}", due, NAME, skip]
    return [f"följ upp punkt {turn} hos {supplier} senast {_due(turn)}"]


def _due(turn: int) -> date:
    return datetime.now(UTC).date() + AHEAD + timedelta(days=turn % 28)


def subjects(lines: list[Line]) -> dict[str, str]:
    """What must be on record when all of `lines` were answered: subject and supplier."""
    wanted = {}
    for line in lines:
        turn, _, number = line.id.partition(".")
        words = _turn(int(turn)) if number else []
        if len(words) > 1 and int(number) == len(words) - 1:
            wanted[words[2]] = words[1]
        elif line.text.startswith("följ upp"):
            subject, _, rest = line.text.removeprefix("följ upp ").partition(" hos ")
            wanted[subject] = rest.partition(" senast")[0]
    return wanted


def fall_due(database: Path, number: int) -> str:
    """Let one reminder fall due now, while the program is not looking; its subject."""
    db = open_database(str(database))
    now, subject = datetime.now(UTC), f"påminnelse {number}"
    with write(db):
        supplier = suppliers.named(db, "Påminda AB")
        id = supplier.id if supplier else suppliers.add(db, "Påminda AB", now)
        hers = people.named(db, NAME)
        assert hers is not None  # she has written already
        item = follow_ups.add(db, id, "other", subject, now.date() + AHEAD, hers.id, now)
        reminders.plan(db, item, "before", 30, now.date(), now - timedelta(seconds=1), hers.id, now)
    db.conn.close()
    return subject
