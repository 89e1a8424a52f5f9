"""The checklist of an inspection, a point at a time: what is shown, what is kept of the answer, and what is next."""

import re
from dataclasses import replace
from typing import Any

from handlers import evidence, inspections
from handlers.context import Context
from handlers.messages import Attachment, Reply, joined
from knowledge.text import Heading, Part, para
from storage import inspections as stored
from storage import talks
from storage.inspections import Inspection, Point
from storage.talks import Talk

BEGINS = {  # what somebody types instead of pressing; the rest is a note
    "yes": re.compile(r"(?:ja|jo|japp|yes|yep)(?:[\s,.:;!]+|$)", re.IGNORECASE),
    "no": re.compile(r"(?:nej|no|nope)(?:[\s,.:;!]+|$)", re.IGNORECASE),
    "not_seen": re.compile(r"(?:inte sett|ej sett|not seen|inte kontrollerat)(?:[\s,.:;!]+|$)", re.IGNORECASE),
}
POINT = "point"  # among a talk's answers: the point that is shown; no question has this id
MOST_LABEL = 45  # characters of a title on a button
LONGEST_NOTE = 4_000  # characters about one point
MOST_WHAT = 1_900  # characters of a deviation; an answer may hold 2,000


def card(point: Point, ctx: Context) -> Reply:
    """One point, to be answered with a thumb."""
    points = stored.points(ctx.db, point.inspection)
    number = [each.id for each in points].index(point.id) + 1
    parts: list[Part] = [
        Heading(ctx.phrase("point_progress", number=number, count=len(points), title=point.title)),
        para(point.question),
    ]
    if point.method:
        parts.append(ctx.note("point_method", method=ctx.phrase(f"result_method_{point.method}")))
    if point.own:
        parts.append(ctx.note("point_own"))
    if point.outcome or point.note:
        parts.append(ctx.note("point_so_far", outcome=inspections.outcome(point, ctx)))
    answers = tuple(ctx.button(f"point_{each}", f"/point {point.id} {each}") for each in inspections.OUTCOMES)
    last = (ctx.button("inspection_end_button", f"/inspection-end {point.inspection}"),)
    back = (ctx.button("point_before_button", f"/point {points[number - 2].id}"),) if number > 1 else ()
    return Reply(tuple(parts), (answers, (*back, *last)), ctx.cite(*_sources(point, ctx)))


def _sources(point: Point, ctx: Context) -> tuple[str, ...]:
    known = ctx.library.check_points.get(point.general or "")
    return known.sources if known else ()


def shown(talk: Talk, ctx: Context) -> Reply:
    """The point that a talk shows, before its question."""
    point = stored.point(ctx.db, int(talk.answers.get(POINT, 0)))
    return card(point, ctx) if point else Reply(())


def conclude_point(talk: Talk, ctx: Context) -> Reply:
    """Keep what was written about the point that was shown; the talk goes on with the next."""
    point = stored.point(ctx.db, int(talk.answers.get(POINT, 0)))
    if point is None:
        return inspections.which(ctx)
    said = keep(point, talk.answers.get("seen"), ctx)
    now = stored.point(ctx.db, point.id)
    assert now is not None
    stays = now.outcome is None and bool(talk.answers.get("seen"))
    following = now if stays else next_point(now, ctx)
    if following is None or inspections.read(point.inspection, ctx).state == "done":
        return joined(said, inspections.all_done(inspections.read(point.inspection, ctx), ctx))
    talks.keep(ctx.db, replace(talk, answers={POINT: following.id}, asked="seen", state="open"), ctx.now)
    ask = para(ctx.library.flows["inspection-point"].by_id["seen"].ask.of(ctx.lang))
    following_card = card(following, ctx)
    return joined(said, replace(following_card, parts=(*following_card.parts, ask)))


def keep(point: Point, words: str | None, ctx: Context) -> Reply:
    """Keep an outcome, a note, or both, out of what was written."""
    found = inspections.read(point.inspection, ctx)
    if found.state == "done":
        return inspections.is_done(found, ctx)
    for each, pattern in BEGINS.items():
        if words and (begun := pattern.match(words)):
            note = words[begun.end() :].strip()
            return tick(point, each, note, ctx)
    return _noted(point, words, ctx) if words else Reply(())


def tick(point: Point, seen: str, note: str, ctx: Context) -> Reply:
    """Keep the outcome, and the note if there is one."""
    found = inspections.read(point.inspection, ctx)
    if found.state == "done":
        return inspections.is_done(found, ctx)
    if seen != point.outcome:
        stored.tick(ctx.db, point.id, seen, ctx.person.id, ctx.now)
        ctx.did("ticked", found.about, {"point": point.id, "before": point.outcome, "after": seen})
    if note:
        _noted(point, note, ctx)
    said = para(ctx.phrase("point_kept", title=point.title, outcome=ctx.phrase(f"point_{seen}")))
    if seen != "no":
        return Reply((said,))
    offer = ctx.button("point_deviation_button", f"/point-deviation {point.id}", title=point.title[:MOST_LABEL])
    return Reply((said,), ((offer,),))


def _noted(point: Point, note: str, ctx: Context) -> Reply:
    if len(point.note or "") + len(note) > LONGEST_NOTE:
        return ctx.reply("too_long_answer", most=LONGEST_NOTE)
    stored.add_note(ctx.db, point.id, note, ctx.person.id, ctx.now)
    ctx.did("noted", f"inspections:{point.inspection}", {"point": point.id})
    return ctx.reply("point_noted", title=point.title)


def next_point(point: Point, ctx: Context) -> Point | None:
    """The next one that nobody looked at: after this one, or else from the start."""
    points = stored.points(ctx.db, point.inspection)
    left = [each for each in points if each.outcome is None and each.id != point.id]
    return next((each for each in left if each.id > point.id), left[0] if left else None)


def first_open(found: Inspection, ctx: Context) -> Point | None:
    """The first point that nobody looked at; the first of all when all were looked at."""
    points = stored.points(ctx.db, found.id)
    return next((each for each in points if each.outcome is None), points[0] if points else None)


def deviation_answers(point: Point, ctx: Context) -> dict[str, Any]:
    """What a deviation about a point begins with. What was found is only there when somebody wrote it."""
    found = inspections.read(point.inspection, ctx)
    known: dict[str, Any] = {"supplier": found.supplier_name}
    if found.contract:
        known["contract"] = found.contract
    if point.note:
        known["what"] = f"{point.title}: {point.note}"[:MOST_WHAT]
    return known


def add_files(found: Inspection, point: Point | None, files: tuple[Attachment, ...], words: str, ctx: Context) -> Reply:
    """Keep photos with the inspection, and say about which point they are."""
    about = ""
    if point:
        number = [each.id for each in stored.points(ctx.db, found.id)].index(point.id) + 1
        about = ctx.phrase("point_photo_about", number=number, title=point.title)
    text = ": ".join(each for each in (about, words) if each)
    evidence.add_files(found.about, files, text, ctx)
    return ctx.reply("point_files", count=len(files))
