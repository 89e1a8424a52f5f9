"""What hangs on an officer: counted before she leaves, given to a colleague, brought together, or forgotten."""

import re
from dataclasses import dataclass
from datetime import datetime

import orjson

from storage.database import Database, one, stamp

# What goes over with the work, by table and column; who did something stays who did it.
IN_CHARGE = (
    ("procurements", "responsible"),
    ("procurements", "deputy"),
    ("follow_ups", "responsible"),
    ("follow_ups", "deputy"),
    ("deviations", "responsible"),
    ("contracts", "responsible"),
    ("contracts", "deputy"),
    ("self_assessments", "responsible"),
    ("inspections", "responsible"),
)
STILL = {  # what is over stays as it was
    "follow_ups": "and state = 'open'",
    "deviations": "and state <> 'closed'",
    "inspections": "and state = 'open'",
    "self_assessments": "and state not in ('judged', 'withdrawn')",
}
DEPUTISED = ("procurements", "follow_ups", "contracts")
# Everything that names a person, for accounts that turn out to be the same one's.
NAMED = (
    *IN_CHARGE,
    ("talks", "person"),
    ("risk_cases", "made_by"),
    ("need_assessments", "signed_by"),
    ("chosen_clauses", "chosen_by"),
    ("follow_ups", "done_by"),
    ("follow_ups", "created_by"),
    ("policies", "created_by"),
    ("self_checks", "made_by"),
    ("deviations", "closing_by"),
    ("deviations", "closed_by"),
    ("deviations", "created_by"),
    ("certificates", "created_by"),
    ("evidence", "person"),
    ("contracts", "created_by"),
    ("reuses", "decided_by"),
    ("actions", "created_by"),
    ("actions", "verified_by"),
    ("decisions", "proposed_by"),
    ("decisions", "decided_by"),
    ("web_links", "made_by"),
    ("self_assessments", "created_by"),
    ("self_assessments", "judged_by"),
    ("item_cadences", "set_by"),
    ("series", "created_by"),
    ("absences", "person"),
    ("absences", "stand_in"),
    ("judgements", "judged_by"),
    ("inspections", "created_by"),
    ("inspection_points", "by"),
    ("undos", "by"),
)


@dataclass(frozen=True, slots=True)
class InCharge:
    """How much somebody is in charge of: items, deviations, contracts, self-assessments …; as a deputy."""

    items: int
    procurements: int
    reminders: int
    deviations: int
    contracts: int
    assessments: int
    deputy: int

    @property
    def nothing(self) -> bool:
        own = self.items, self.procurements, self.deviations, self.contracts, self.assessments
        return not (any(own) or self.deputy)


def in_charge(db: Database, person: str) -> InCharge:
    count = (
        "select count(*) from follow_ups where responsible = ? and state = 'open'",
        "select count(*) from procurements where responsible = ?",
        "select count(*) from reminders where recipient = ? and state = 'planned'",
        "select count(*) from deviations where responsible = ? and state <> 'closed'",
        "select count(*) from contracts where responsible = ?",
        "select count(*) from self_assessments where responsible = ? and state not in ('judged', 'withdrawn')",
        """select (select count(*) from follow_ups where deputy = ?1 and state = 'open')
            + (select count(*) from procurements where deputy = ?1)
            + (select count(*) from contracts where deputy = ?1)""",
    )
    return InCharge(*(int(one(db, sql, (person,))[0]) for sql in count))


def items(db: Database, person: str) -> list[int]:
    """The open follow-up items that somebody answers for or stands in for."""
    sql = "select id from follow_ups where state = 'open' and (responsible = ?1 or deputy = ?1) order by id"
    return [int(row[0]) for row in db.conn.execute(sql, (person,))]


def hand_over(db: Database, giver: str, taker: str, at: datetime) -> None:
    """What `giver` is in charge of is `taker`'s. Closed items stay as they were; nobody is her own deputy."""
    now = stamp(at)
    for table, column in IN_CHARGE:
        db.conn.execute(
            f"update {table} set {column} = ?, version = version + 1, changed_at = ?"
            f" where {column} = ? {STILL.get(table, '')}",
            (taker, now, giver),
        )
    for table in DEPUTISED:
        db.conn.execute(f"update {table} set deputy = null where deputy = responsible and deputy = ?", (taker,))


def bring_together(db: Database, one_id: str, other: str, at: datetime) -> None:
    """`one_id` turned out to be `other`: everything that names the first names the second."""
    db.conn.execute("update talks set state = 'parked' where person = ? and state = 'open'", (one_id,))
    db.conn.execute(
        """delete from absences where (person = ?1 and stand_in = ?2) or (person = ?2 and stand_in = ?1)
        or (person = ?1 and ended_at is null and exists (
        select 1 from absences a where a.person = ?2 and a.ended_at is null))""",
        (one_id, other),
    )
    for table, column in NAMED:
        db.conn.execute(f"update {table} set {column} = ? where {column} = ?", (other, one_id))
    db.conn.execute(
        "delete from reminders where recipient = ? and state = 'planned' and exists (select 1 from reminders r"
        " where r.item = reminders.item and r.kind = reminders.kind and r.offset_days = reminders.offset_days"
        " and r.local_date = reminders.local_date and r.recipient = ?)",
        (one_id, other),
    )
    db.conn.execute("update reminders set recipient = ? where recipient = ? and state = 'planned'", (other, one_id))
    db.conn.execute(
        "update web_links set about = ? where kind = 'calendar' and about = ?", (f"people:{other}", f"people:{one_id}")
    )
    db.conn.execute("update or ignore team_members set person = ? where person = ?", (other, one_id))
    leave_teams(db, one_id)
    for table in DEPUTISED:
        sql = f"update {table} set deputy = null, changed_at = ? where deputy = responsible and deputy = ?"
        db.conn.execute(sql, (stamp(at), other))


def leave_teams(db: Database, person: str) -> None:
    """Be a member of no team any longer."""
    db.conn.execute("delete from team_members where person = ?", (person,))


def forget(db: Database, person: str, name: str, instead: str) -> None:
    """Erase what is only hers: accounts, talks, messages to and from her. Where others name her stands `instead`."""
    db.conn.execute("delete from addresses where person = ?", (person,))
    db.conn.execute("delete from talks where person = ?", (person,))
    leave_teams(db, person)
    db.conn.execute("delete from links where person = ?", (person,))
    db.conn.execute("delete from absences where person = ?1 or stand_in = ?1", (person,))
    db.conn.execute("update invitations set name = '' where person = ?", (person,))
    db.conn.execute("update inbox set body = '{}', place = '', person = '' where person = ?", (person,))
    db.conn.execute(
        "update outbox set state = 'cancelled' where person = ? and state in ('pending', 'sending', 'unknown')",
        (person,),
    )
    db.conn.execute("""update outbox set body = '{"parts":[]}', card = null, place = '' where person = ?""", (person,))
    for table in ("inbox", "outbox"):
        _rename(db, table, orjson.dumps(name).decode()[1:-1], instead)
    db.conn.execute("update reminders set state = 'cancelled' where recipient = ? and state = 'planned'", (person,))


def _rename(db: Database, table: str, name: str, instead: str) -> None:
    """Put `instead` where `name` stands as a word of its own in the bodies of letters or events."""
    found = db.conn.execute(f"select id, body from {table} where instr(body, ?) > 0", (name,)).fetchall()
    alone = re.compile(rf"\b{re.escape(name)}\b")
    db.conn.executemany(
        f"update {table} set body = ? where id = ?", [(alone.sub(instead, body), id) for id, body in found]
    )
