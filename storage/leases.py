"""Who does what only one program may do at a time, such as asking Telegram for updates. Taken for a while."""

from datetime import datetime

from storage.database import Database, one, stamp


def take(db: Database, name: str, owner: str, now: datetime, until: datetime) -> bool:
    """Hold `name` until then; False while somebody else does."""
    row = one(
        db,
        """insert into leases (name, owner, until) values (?, ?, ?) on conflict (name) do update
        set owner = excluded.owner, until = excluded.until where owner = excluded.owner or until <= ?
        returning owner""",
        (name, owner, stamp(until), stamp(now)),
    )
    return row is not None


def give_back(db: Database, name: str, owner: str) -> None:
    """Somebody else may take it at once."""
    db.conn.execute("delete from leases where name = ? and owner = ?", (name, owner))
