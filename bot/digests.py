"""What is told once a day or once a week: a person's digest before her reminders, a team's in its room, failed letters.

Each is known by its local day, so it is said once, later the same day when nobody was there at the hour, and never on
a day after.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot import apart
from bot.service import Service
from handlers import digests
from handlers.context import Context
from handlers.messages import Place, Reply, to_json
from handlers.privacy import room_level
from handlers.teams import digest_time
from knowledge.rules import calendar
from knowledge.text import Items, Part, Span
from storage import absences, faults, follow_ups, outbox, people, reminders, rooms, teams
from storage.faults import Fault
from storage.outbox import Letter
from storage.people import Person
from storage.reminders import Reminder
from storage.teams import Team

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LATEST = time(18)  # what could not be told by then would disturb
MOST_FAULTS = 10  # lines; the log has all
TEAM, UNDELIVERED = "teamdigest:", "undelivered:"

Wanted = tuple[str, Place, Reply, str | None]  # key, where, what, for whom


def write(service: Service) -> int:
    """Write the digests whose hour has come; how many.

    Raises:
        NotKept: the database could not be written; they are written later today.
    """
    asked = {f"team {team.id}": partial(_of_team, service, team) for team in teams.every(service.db)}
    asked |= {
        f"admin {admin.id}": partial(_of_admin, service, admin) for admin in people.with_role(service.db, "admin")
    }
    resting = faults.resting(service.db, service.now())
    found = [_tried(service, what, ask) for what, ask in asked.items() if what not in resting]
    wanted = [each for each in found if each]
    if not wanted:
        return 0
    with service.kept():
        return sum(_add(service, *each) for each in wanted)


def _tried(service: Service, what: str, ask: Callable[[], Wanted | None]) -> Wanted | None:
    """What cannot be worded is put off and keeps nobody else waiting."""
    try:
        return ask()
    except Exception as error:
        with service.kept():
            apart.note(service, what, error)
        return None


def _add(service: Service, key: str, place: Place, reply: Reply, person: str | None) -> bool:
    return outbox.add(service.db, key, place.platform, place.key, to_json(reply), service.now(), person)


# One officer: what is planned for later today comes along when it makes a digest.


def early(service: Service) -> Counter[str]:
    """How many reminders of later today are told now, since they make a digest and its hour has come; by recipient."""
    zones = [calendar.zone_named(name, service.zone) for name in people.zones(service.db)]
    ends = [_midnight(service, zone) for zone in zones if _may_be_early(service, zone)]
    if not ends:
        return Counter()
    count = reminders.by_recipient(service.db, max(ends))
    many = [
        (who, of) for who, of in by_reader(service, count).items() if _is_much(service, sum(count[id] for id in of))
    ]
    return Counter(each.recipient for who, of in many for each in ahead(service, who, of))


def by_reader(service: Service, recipients: Iterable[str]) -> dict[str, list[str]]:
    """For whom each hears, who hears today."""
    found: dict[str, list[str]] = {}
    for recipient in recipients:
        found.setdefault(reader(service, recipient), []).append(recipient)
    return found


def reader(service: Service, recipient: str) -> str:
    """Who hears today what is for `recipient`: whoever stands in, as long as she can be reached."""
    try:
        found = absences.reader(service.db, recipient, service.today())
    except ValueError:  # an absence that cannot be read is none
        return recipient
    return found if people.place_of(service.db, found) else recipient


def ahead(service: Service, who: str, recipients: Iterable[str]) -> list[Reminder]:
    """Reminders of later today that `who` hears for these, where they make a digest and its hour has come.

    None while there is one that cannot be read: each comes at its own hour, and what is wrong is found then.
    """
    try:
        return _ahead(service, who, recipients)
    except ValueError:
        return []


def _ahead(service: Service, who: str, recipients: Iterable[str]) -> list[Reminder]:
    person, now = people.find(service.db, who), service.now()
    if person is None or not _may_be_early(service, zone := service.zone_for(person)):
        return []
    midnight = _midnight(service, zone)
    planned = [each for id in recipients for each in reminders.of_person(service.db, id, until=midnight)]
    today = [each for each in planned if each.due_at < midnight]
    items = {each.item for each in today if _is_open(service, each.item)}
    return [each for each in today if each.due_at > now] if _is_much(service, len(items)) else []


def _is_much(service: Service, count: int) -> bool:
    return count > service.library.cadence.digest_over


def _may_be_early(service: Service, zone: ZoneInfo) -> bool:
    local = service.now().astimezone(zone)
    return calendar.is_working_day(local.date()) and service.library.cadence.digest_at <= local.time()


def _midnight(service: Service, zone: ZoneInfo) -> datetime:
    """When today ends."""
    return calendar.to_utc(service.now().astimezone(zone).date() + DAY, time(), zone)


def _is_open(service: Service, id: int) -> bool:
    item = follow_ups.find(service.db, id)
    return item is not None and item.state == "open"


# A team in its room.


def _of_team(service: Service, team: Team) -> Wanted | None:
    ctx = _context(service, team)
    key = f"{TEAM}{team.id}:{ctx.today}"
    allowed = rooms.level_of(service.db, team.platform, team.tenant, team.room)
    if not allowed or not _is_time(team, ctx) or outbox.exists(service.db, key):
        return None
    return key, ctx.place, _worded(team, ctx), None


def _context(service: Service, team: Team) -> Context:
    place = Place(team.platform, team.tenant, team.room, shared=True)
    return service.context_of(Person(f"team:{team.id}", team.name, team.language, "reader"), place)


def _is_time(team: Team, ctx: Context) -> bool:
    """Whether today is the day, a day off moved on to the next working day, and the hour has come and not gone."""
    day, at = digest_time(team, ctx)
    monday = ctx.today - timedelta(days=ctx.today.weekday())
    meant = (monday + timedelta(days=day - 1), monday + timedelta(days=day - 1) - WEEK)
    local = ctx.now.astimezone(ctx.zone).time()
    return any(calendar.next_working_day(each) == ctx.today for each in meant) and at <= local < LATEST


def _worded(team: Team, ctx: Context) -> Reply:
    _, at = digest_time(team, ctx)
    since = calendar.to_utc(ctx.today - WEEK, at, ctx.zone)
    return digests.of_team(team, room_level(ctx.db, ctx.place), since, ctx)


def said_less(service: Service, letter: Letter) -> bool:
    """Write a team's digest again, for what its room may read now; whether there is less to say than before."""
    team = teams.find(service.db, int(letter.dedupe_key.split(":")[1]))
    if team is None:
        return False
    ctx = _context(service, team)
    key = f"{letter.dedupe_key}:{room_level(service.db, ctx.place)}"
    return _add(service, key, ctx.place, _worded(team, ctx), None)


def applies(service: Service, letter: Letter) -> bool:
    """Whether a team's digest is of today, and its room is still allowed; any other letter passes."""
    if not letter.dedupe_key.startswith(TEAM):
        return True
    day, place = letter.dedupe_key.split(":")[2], Place.of(letter.place)
    allowed = rooms.level_of(service.db, place.platform, place.tenant, place.room) is not None
    return allowed and day == service.today().isoformat()


# Whoever runs Duly.


def _of_admin(service: Service, admin: Person) -> Wanted | None:
    """What could not be delivered between the digest hour of the working day before and today's."""
    ctx = service.context_of(admin, Place("terminal"))
    where, key = people.place_of(service.db, admin.id), f"{UNDELIVERED}{admin.id}:{ctx.today}"
    if not where or not _is_hour(ctx) or outbox.exists(service.db, key):
        return None
    parts = (*_failed(_undelivered(ctx), ctx), *_put_off(ctx))
    return (key, Place.of(where), Reply(parts), admin.id) if parts else None


def _is_hour(ctx: Context) -> bool:
    local, at = ctx.now.astimezone(ctx.zone).time(), ctx.library.cadence.digest_at
    return calendar.is_working_day(ctx.today) and at <= local < LATEST


def _undelivered(ctx: Context) -> dict[str, int]:
    return outbox.failed_between(ctx.db, *_day_before(ctx))


def _day_before(ctx: Context) -> tuple[datetime, datetime]:
    """From the digest hour of the working day before to that of today."""
    at, before = ctx.library.cadence.digest_at, calendar.previous_working_day(ctx.today - DAY)
    return calendar.to_utc(before, at, ctx.zone), calendar.to_utc(ctx.today, at, ctx.zone)


def _failed(counts: dict[str, int], ctx: Context) -> tuple[Part, ...]:
    if not counts:
        return ()
    lines = [ctx.phrase("undelivered_line", platform=name.capitalize(), count=n) for name, n in counts.items()]
    listed = Items(tuple((Span(line),) for line in lines))
    return ctx.marked("undelivered_title"), listed, ctx.note("undelivered_note")


def _put_off(ctx: Context) -> tuple[Part, ...]:
    """What the clock could not make or tell since then, and is trying every hour."""
    found = faults.between(ctx.db, *_day_before(ctx))
    if not found:
        return ()
    lines = tuple((Span(_fault(each, ctx)),) for each in found[:MOST_FAULTS])
    more = [ctx.note("more_items", count=len(found) - MOST_FAULTS)] if len(found) > MOST_FAULTS else []
    return ctx.marked("faults_title"), Items(lines), *more, ctx.note("faults_note")


def _fault(fault: Fault, ctx: Context) -> str:
    kind, _, id = fault.what.partition(" ")
    what = ctx.phrase(f"fault_{kind}", number=id)
    return ctx.phrase("fault_line", what=what, error=fault.trouble.error, where=fault.trouble.where)
