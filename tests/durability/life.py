"""One database through many deaths of the program, what was said and heard meanwhile, and what must hold after all."""

import time
from collections import Counter
from pathlib import Path

from sqlite_utils import Database

from storage import audit, inbox, outbox
from storage.database import open_database

from .program import NOT_KEPT, Heard, Line, complaints_of, run
from .script import HELLO, fall_due, subjects

AGAIN = "(kan vara en upprepning)"
LEASE = 5.2  # seconds until nobody waits any longer for a program that died while showing something


class Life:
    """Begins with a program that starts and ends well, on a new database."""

    def __init__(self, directory: Path, lines: list[Line]) -> None:
        self.database = directory / "duly.db"
        self.waiting = list(lines)  # not said yet, or said and not answered
        self.lines: list[Line] = []  # said at least once
        self.said: Counter[str] = Counter()
        self.heard: list[Heard] = []
        self.due: list[str] = []
        self.say([HELLO])
        self.listen(run(self.database, [HELLO])[1])

    def next(self, most: int) -> list[Line]:
        """What to say now: whatever has no answer yet, in order."""
        batch = self.waiting[:most]
        self.say(batch)
        return batch

    def say(self, lines: list[Line]) -> None:
        """Note what is said."""
        self.lines += [line for line in lines if not self.said[line.id]]
        self.said.update(line.id for line in lines)

    def listen(self, heard: list[Heard]) -> None:
        """Note what was heard; the lines it answers wait no longer."""
        self.heard += heard
        answered = self.answered()
        self.waiting = [line for line in self.waiting if line.id not in answered]

    def answered(self) -> set[str]:
        """The lines whose answer was seen."""
        db = open_database(str(self.database))
        ids = dict(db.conn.execute("select id, event_key from inbox").fetchall())
        db.close()
        keys = {key.split(":")[1] for said in self.heard for key in said.keys if key.startswith("reply:")}
        return {ids[int(number)] for number in keys}

    def fall_due(self) -> None:
        """One more reminder is due, whether or not the program lives to say it."""
        self.due.append(fall_due(self.database, len(self.due)))

    def end(self) -> None:
        """Answer what is left, and wait until everything that was ever written was shown."""
        self.listen(run(self.database, self.next(len(self.waiting)))[1])
        time.sleep(LEASE)
        self.listen(run(self.database, [HELLO, HELLO])[1])
        self.said[HELLO.id] += 2


def assert_nothing_lost_or_doubled(life: Life) -> None:
    """Every line answered and done once; every reminder shown; copies say that they may be copies."""
    db = open_database(str(life.database))
    assert_sound(db)
    assert_done_once(db, life.lines, life.due)
    assert life.waiting == []
    assert outbox.states(db).keys() == {"sent"}
    assert inbox.dead(db) == 0
    assert_copies_are_told(life, db)
    db.close()
    assert complaints_of(life.database).read_text() == ""


def assert_sound(db: Database) -> None:
    """The file, its references and the audit chain."""
    assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert db.execute("pragma foreign_key_check").fetchall() == []
    assert audit.first_bad(db) is None


def assert_done_once(db: Database, lines: list[Line], due: list[str]) -> None:
    """What `lines` ask for is on record once, at the right supplier, and noted in the audit trail once."""
    sql = "select f.subject, s.name from follow_ups f join suppliers s on s.id = f.supplier"
    recorded = [row for row in db.conn.execute(sql).fetchall() if row[0] not in due]
    noted = db.conn.execute("select count(*) from audit where action = 'recorded' and object like 'follow_ups:%'")
    assert sorted(recorded) == sorted(subjects(lines).items())
    assert noted.fetchone()[0] == len(recorded)


def assert_copies_are_told(life: Life, db: Database) -> None:
    """Only a line that was said again, or a label, gives a second copy; and each copy has the same words."""
    lines = dict(db.conn.execute("select 'reply:' || id || ':0', event_key from inbox").fetchall())
    shown = [said for said in life.heard if said.keys]
    plain = Counter(said.keys for said in shown if not said.text.startswith(AGAIN))
    words: dict[tuple[str, ...], set[str]] = {}
    for said in shown:
        words.setdefault(said.keys, set()).add(said.text.removeprefix(AGAIN).strip())
    reminded = "\n".join(said.text for said in shown if said.keys[0].startswith(("rem:", "digest:")))

    assert all(len(texts) == 1 for texts in words.values())
    assert all(times <= life.said[lines[keys[0]]] if keys[0] in lines else times == 1 for keys, times in plain.items())
    assert [subject for subject in life.due if f" {subject} " not in reminded] == []


def not_kept(heard: list[Heard]) -> int:
    """How many lines were answered with "I could not store that"."""
    return sum(said.text.startswith(NOT_KEPT) for said in heard)
