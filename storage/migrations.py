"""The tables, as they came to be. A released migration is never edited; the next change is a new function."""

from sqlite_utils import Database, Migrations

from storage import tables

MIGRATIONS = Migrations("duly")
SCHEMA_VERSION = 12


@MIGRATIONS()
def m001_the_spine(db: Database) -> None:
    """People, talks, procurements with what was found out about them, follow-up, the post, the audit trail."""
    for statement in tables.PEOPLE + tables.PROCUREMENTS + tables.FOLLOW_UP + tables.POST + tables.AUDIT:
        db.conn.execute(statement)


@MIGRATIONS()
def m002_the_organisation(db: Database) -> None:
    """The organisation's own policies, and how far it says it has come."""
    for statement in tables.ORGANISATION:
        db.conn.execute(statement)


@MIGRATIONS()
def m003_the_post(db: Database) -> None:
    """Rooms that others read in, letters that change a card which was posted before, people in another time zone."""
    for statement in tables.ROOMS:
        db.conn.execute(statement)


@MIGRATIONS()
def m004_the_people(db: Database) -> None:
    """Codes by which a person comes in, or brings another account of hers; letters that go out in several parts."""
    for statement in tables.COMING_IN:
        db.conn.execute(statement)


@MIGRATIONS()
def m005_on_site(db: Database) -> None:
    """What is found and shown on site: deviations, certificates, and the notes and files that support them."""
    for statement in tables.ON_SITE:
        db.conn.execute(statement)


@MIGRATIONS()
def m006_contracts(db: Database) -> None:
    """Contracts that were awarded, and decisions to count another authority's follow-up."""
    for statement in tables.CONTRACTS:
        db.conn.execute(statement)


@MIGRATIONS()
def m007_actions(db: Database) -> None:
    """What a supplier is to do about a deviation, and what was decided about the breach."""
    for statement in tables.ACTIONS:
        db.conn.execute(statement)


@MIGRATIONS()
def m008_the_web(db: Database) -> None:
    """Addresses for those who have no account with us, and the self-assessments that suppliers fill in there."""
    for statement in tables.WEB:
        db.conn.execute(statement)


@MIGRATIONS()
def m009_authorities(db: Database) -> None:
    """Authorities whose follow-up results are taken in, the results that came, and inspections, also joint ones."""
    for statement in tables.AUTHORITIES + tables.INSPECTIONS:
        db.conn.execute(statement)


@MIGRATIONS()
def m010_the_reminders(db: Database) -> None:
    """Cadences of one's own, what comes back, who is away and who stands in, and how the clock is."""
    for statement in tables.REMINDERS:
        db.conn.execute(statement)


@MIGRATIONS()
def m011_teams(db: Database) -> None:
    """Teams and their rooms, what can be undone for a while, and when a letter was given up."""
    for statement in tables.TEAMS:
        db.conn.execute(statement)


@MIGRATIONS()
def m012_reminders_by_person(db: Database) -> None:
    """Who is to hear of something, and of what, is found among a million reminders without reading the others."""
    for statement in tables.REMINDERS_BY_PERSON:
        db.conn.execute(statement)
