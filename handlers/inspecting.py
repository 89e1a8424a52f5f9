"""The words of an inspection: `inspection at Nordkaffe …`, and what the buttons of its checklist say."""

from collections.abc import Callable
from dataclasses import replace

from handlers import inspection_points, inspections, questions, talk
from handlers.context import Context
from handlers.messages import Message, Reply, joined
from handlers.on_site import ALONE
from knowledge.text import para
from storage import inspections as stored
from storage import talks
from storage.inspections import Inspection, Point
from storage.talks import Talk

FLOW = "inspection-point"


def inspection(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a number shows one; a sentence about a supplier begins the talk; other words are a question."""
    words = message.text.strip()
    if not words:
        return inspections.list_latest(ctx)
    if ALONE.fullmatch(words):
        return numbered(inspections.show)(message, ctx)
    heard = inspections.heard(words, ctx)
    if ctx.library.sounds_asked(words) or not heard:
        return questions.ask_after("inspection", message, ctx)
    return talk.start("inspection", heard, ctx)


def numbered(act: Callable[[Inspection, Context], Reply]) -> Callable[[Message, Context], Reply]:
    """A handler for the number of an inspection and nothing else."""

    def handler(message: Message, ctx: Context) -> Reply:
        said = ALONE.fullmatch(message.text.strip())
        found = stored.find(ctx.db, int(said[1])) if said else None
        return act(found, ctx) if found else inspections.which(ctx)

    return handler


def checklist(found: Inspection, ctx: Context) -> Reply:
    """`/checklist 3`: the first point that nobody looked at."""
    point = inspection_points.first_open(found, ctx)
    if found.state == "done" or point is None:
        return inspections.is_done(found, ctx)
    return _at(point, ctx)


def point(message: Message, ctx: Context) -> Reply:
    """`/point 34` shows a point, `/point 34 yes` ticks it off and shows the next; twice is the same as once."""
    number, _, outcome = message.text.strip().partition(" ")
    found = _point(number, ctx)
    if found is None or outcome not in ("", *inspections.OUTCOMES):
        return inspections.which(ctx)
    if stored_done := _done(found, ctx):
        return stored_done
    if not outcome:
        return _at(found, ctx)
    said = inspection_points.tick(found, outcome, "", ctx)
    following = inspection_points.next_point(found, ctx)
    if following is None:
        return joined(said, inspections.all_done(inspections.read(found.inspection, ctx), ctx))
    return joined(said, _at(following, ctx))


def _done(found: Point, ctx: Context) -> Reply | None:
    whole = inspections.read(found.inspection, ctx)
    return inspections.is_done(whole, ctx) if whole.state == "done" else None


def _point(words: str, ctx: Context) -> Point | None:
    said = ALONE.fullmatch(words.strip())
    return stored.point(ctx.db, int(said[1])) if said else None


def _at(found: Point, ctx: Context) -> Reply:
    """The point's card, in the talk through its checklist, which is taken up again when there is one."""
    known = next((each for each in talks.parked(ctx.db, ctx.person.id) if _is_of(each, found)), None)
    if known is None:
        return talk.start(FLOW, {inspection_points.POINT: found.id}, ctx, found.inspection)
    talks.park(ctx.db, ctx.place.key, ctx.person.id, ctx.now)
    return talk.again(
        replace(known, answers={inspection_points.POINT: found.id}, asked="seen", state="open", place=ctx.place.key),
        ctx,
    )


def _is_of(each: Talk, found: Point) -> bool:
    return each.flow == FLOW and each.subject == found.inspection


def deviation(message: Message, ctx: Context) -> Reply:
    """`/point-deviation 34`: a deviation about what a point says, with what is known of it."""
    found = _point(message.text, ctx)
    if found is None:
        return inspections.which(ctx)
    said = talk.start("deviation", inspection_points.deviation_answers(found, ctx), ctx)
    about = para(ctx.phrase("point_deviation_of", title=found.title))
    return replace(said, parts=(about, *said.parts, ctx.note("point_deviation_then")))


def photographed(going_on: Talk, message: Message, ctx: Context) -> Reply:
    """Photos that come while a point is shown are about it; the point stays."""
    found = stored.find(ctx.db, going_on.subject or 0)
    if found is None:
        return inspections.which(ctx)
    shown = stored.point(ctx.db, int(going_on.answers.get(inspection_points.POINT, 0)))
    said = inspection_points.add_files(found, shown, message.files, message.text, ctx)
    return joined(said, talk.again(going_on, ctx))
