"""What a person meets when the program comes back: found by killing it, kept here as single cases."""

from storage import follow_ups
from storage.database import open_database, write

from .program import OWN, run
from .script import script

A_TALK = [line for line in script(40) if line.id.startswith("2.")]
ANOTHER = [line for line in script(40) if line.id.startswith("5.")]


def test_an_old_question_shown_again_does_not_take_the_answer_to_a_newer_one(tmp_path):
    database = tmp_path / "duly.db"
    run(database, [*A_TALK, *ANOTHER[:-1]])
    _leave_unseen(database, "2.6")
    run(database, ANOTHER[-1:])

    assert [item.subject for item in follow_ups.all_open(open_database(str(database)))] == ["samtal 2", "samtal 5"]


def _leave_unseen(database, line):
    """The answer to `line` as a kill leaves it: kept, and nobody knows whether it was shown."""
    db = open_database(str(database))
    with write(db):
        db.conn.execute(
            """update outbox set state = 'sending', sent_at = null, lease_until = '2026-01-01T00:00:00.000+00:00'
            where dedupe_key = (select 'reply:' || id || ':0' from inbox where event_key = ?)""",
            (OWN + line,),
        )
    db.conn.close()
