"""Which rows of which tables are about a person: one table, read when she asks what is kept about her."""

from typing import Any

from storage.database import Database
from storage.outbox import without_addresses

ABOUT: dict[str, str] = {  # table -> what makes a row hers
    "people": "id = :id",
    "addresses": "person = :id",
    "invitations": "person = :id or made_by = :id",
    "links": "person = :id",
    "talks": "person = :id",
    "procurements": "responsible = :id or deputy = :id",
    "risk_cases": "made_by = :id",
    "need_assessments": "signed_by = :id",
    "chosen_clauses": "chosen_by = :id",
    "follow_ups": "responsible = :id or deputy = :id or done_by = :id or created_by = :id",
    "reminders": "recipient = :id",
    "policies": "created_by = :id",
    "self_checks": "made_by = :id",
    "deviations": "responsible = :id or created_by = :id or closing_by = :id or closed_by = :id",
    "certificates": "created_by = :id",
    "evidence": "person = :id",
    "contracts": "responsible = :id or deputy = :id or created_by = :id",
    "reuses": "decided_by = :id",
    "actions": "created_by = :id or verified_by = :id",
    "decisions": "proposed_by = :id or decided_by = :id",
    "web_links": "made_by = :id",
    "self_assessments": "responsible = :id or created_by = :id or judged_by = :id",
    "judgements": "judged_by = :id",
    "inspections": "responsible = :id or created_by = :id",
    "inspection_points": "by = :id",
    "authorities": "added_by = :id",
    "imported_results": "imported_by = :id",
    "item_cadences": "set_by = :id",
    "team_cadences": "set_by = :id",
    "series": "created_by = :id",
    "absences": "person = :id or stand_in = :id",
    "team_members": "person = :id",
    "undos": "by = :id",
    "inbox": "person = :id",
    "outbox": "person = :id",
    "audit": "actor = :id or object = 'people:' || :id",
}
UNTOLD = (
    *("code_hash", "key_hash", "name_key", "title_key", "subject_key", "number_key", "supplier_key"),
    *("lease_owner", "lease_until"),
)


def rows(db: Database, table: str, person: str) -> list[dict[str, Any]]:
    """The rows of `table` about `person`, without what only the program needs and without addresses that open pages."""
    cursor = db.conn.execute(f"select * from {table} where {ABOUT[table]}", {"id": person})
    names = [column[0] for column in cursor.description]
    return [
        {
            name: without_addresses(value) if (table, name) == ("outbox", "body") else value
            for name, value in zip(names, row, strict=True)
            if name not in UNTOLD and value is not None
        }
        for row in cursor
    ]
