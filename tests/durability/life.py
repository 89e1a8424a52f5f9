"""One database through many deaths of the program, what was said and heard meanwhile, and what must hold after all."""

import re
import subprocess
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

from storage import audit, inbox, outbox
from storage.database import Database, open_database, sqlite3

from .program import NOT_KEPT, OWN, PATIENCE, Heard, Line, complaints_of, encoded, run, understood
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
        self.patient: set[str] = set()  # lines that are not said again: their answer must come by itself
        self.waits = cycle((True, False))
        self.say([HELLO])
        self.listen(run(self.database, [HELLO])[1])

    def next(self, most: int) -> list[Line]:
        """What to say now: whatever has no answer yet and is not waited for, in order."""
        batch = [line for line in self.waiting if line.id not in self.patient][:most]
        self.say(batch)
        return batch

    def say(self, lines: list[Line]) -> None:
        """Note what is said."""
        self.lines += [line for line in lines if not self.said[line.id]]
        self.said.update(line.id for line in lines)

    def listen(self, heard: list[Heard]) -> None:
        """Note what was heard. Of the lines that were kept, and not heard of, every second is not said again."""
        self.heard += heard
        kept = self._kept()
        answered = {kept[key] for said in self.heard for key in said.keys if key in kept}
        self.waiting = [line for line in self.waiting if line.id not in answered]
        unseen = {line.id for line in self.waiting if line.id in kept.values()} - self.patient
        self.patient |= {id for id in unseen if next(self.waits)}

    def _unsent(self) -> bool:
        db = sqlite3.connect(self.database)
        unsent = db.execute("select exists (select 1 from outbox where state <> 'sent')").fetchone()[0]
        db.close()
        return bool(unsent)

    def _kept(self) -> dict[str, str]:
        """The lines that were handled, by the key of their answer."""
        db = sqlite3.connect(self.database)
        kept = {f"reply:{id}:0": key.removeprefix(OWN) for id, key in db.execute("select id, event_key from inbox")}
        db.close()
        return kept

    def fall_due(self) -> None:
        """One more reminder is due, whether or not the program lives to say it."""
        self.due.append(fall_due(self.database, len(self.due)))

    def end(self) -> None:
        """Answer what was said, and wait until everything that was ever written was shown."""
        self.waiting = [line for line in self.waiting if self.said[line.id]]
        self.listen(run(self.database, self.next(len(self.waiting)))[1])
        if self._unsent():
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
    db.conn.close()
    assert complaints_of(life.database).read_text() == ""


def assert_sound(db: Database) -> None:
    """The file, its references and the audit chain."""
    assert db.conn.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert db.conn.execute("pragma foreign_key_check").fetchall() == []
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
    events = db.conn.execute("select id, event_key from inbox").fetchall()
    lines = {f"reply:{id}:0": key.removeprefix(OWN) for id, key in events}
    shown = [said for said in life.heard if said.keys]
    plain = Counter(said.keys for said in shown if not said.text.startswith(AGAIN))
    words: dict[tuple[str, ...], set[str]] = {}
    for said in shown:
        words.setdefault(said.keys, set()).add(said.text.removeprefix(AGAIN).strip())
    reminded = "\n".join(said.text for said in shown if said.keys[0].startswith(("rem:", "digest:")))

    assert all(len(texts) == 1 for texts in words.values())
    assert all(times <= life.said[lines[keys[0]]] if keys[0] in lines else times == 1 for keys, times in plain.items())
    assert [subject for subject in life.due if not re.search(rf" {subject}[ ,]", reminded)] == []


def not_kept(heard: list[Heard]) -> int:
    """How many lines were answered with "I could not store that"."""
    return sum(said.text.startswith(NOT_KEPT) for said in heard)


def say(child: subprocess.Popen[bytes], life: Life, lines: list[Line]) -> None:
    """Say `lines` and listen to one answer each."""
    assert child.stdin
    assert child.stdout
    life.say(lines)
    child.stdin.write(encoded(lines))
    child.stdin.flush()
    life.listen(understood([child.stdout.readline() for _ in lines]))


def hang_up(child: subprocess.Popen[bytes], life: Life) -> None:
    """Nothing more to say; hear what is left."""
    out, _ = child.communicate(timeout=PATIENCE)
    life.listen(understood(out.splitlines(keepends=True)))


def one_line(database: Path) -> str:
    """What the program complained of; it is not counted again."""
    words = complaints_of(database).read_text()
    assert words.count("\n") == 1
    complaints_of(database).unlink()
    return words
