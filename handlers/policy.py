"""The organisation's own policies: recorded, listed, and named first in answers, since they prevail."""

from datetime import date
from urllib.parse import urlsplit

from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.show import show
from knowledge.rules.calendar import short
from knowledge.text import Heading, Items, Note, Para, Part, Span
from storage import policies
from storage.policies import Policy
from storage.talks import Talk

TOPIC = "procurement-policy-goals"  # the answer that lists them all
MOST_NAMED = 2  # in other answers


def policy(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`policy`: what is recorded, and what to do with it."""
    buttons = (
        (
            ctx.button("add_policy_button", "/start policy"),
            ctx.button("start_maturity", "/maturity"),
            ctx.button("start_priorities", "/priorities"),
        ),
    )
    known = policies.in_force(ctx.db)
    if not known:
        return ctx.reply("no_policy", *buttons)
    return Reply((Heading(ctx.phrase("policies_title")), _list(known, ctx)), buttons)


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Keep the policy; from now on answers name it first."""
    said = talk.answers
    review = date.fromisoformat(said["review_on"]) if said.get("review_on") else None
    id = policies.add(
        ctx.db,
        said["title"],
        date.fromisoformat(said["decided_on"]),
        said["decided_by"],
        _address(said.get("link")),
        said["owner"],
        review,
        ctx.person.id,
        ctx.now,
    )
    ctx.did("recorded", f"policies:{id}", {"title": said["title"], "decided_on": said["decided_on"]})
    return Reply((Para((Span(ctx.phrase("policy_kept", title=said["title"])),)), _list(policies.in_force(ctx.db), ctx)))


def named_first(topic: str, ctx: Context) -> tuple[Part, ...]:
    """The organisation's own policies, to stand before the answer `topic`; nothing when none is recorded."""
    known = policies.in_force(ctx.db)
    if not known:
        return ()
    if topic == TOPIC:
        return (Heading(ctx.phrase("policies_title")), _list(known, ctx))
    spans = [span for each in known[:MOST_NAMED] for span in (Span(", "), *_name(each))]
    return (Note((Span(ctx.phrase("policy_first")), Span(" "), *spans[1:])),)


def _list(known: list[Policy], ctx: Context) -> Items:
    return Items(tuple((*_name(each), Span(_about(each, ctx))) for each in known))


def _name(known: Policy) -> tuple[Span, ...]:
    return (Span(known.title, bold=not known.link, link=known.link or ""),)


def _about(known: Policy, ctx: Context) -> str:
    by = show(ctx.library.flows["policy"].by_id["decided_by"], known.decided_by, ctx)
    words = ctx.phrase("policy_line", day=short(known.decided_on, ctx.lang), by=by, owner=known.owner)
    if known.review_on is None:
        return words
    late = "policy_review_past" if known.review_on < ctx.today else "policy_review"
    return f"{words} {ctx.phrase(late, day=short(known.review_on, ctx.lang))}"


def _address(words: str | None) -> str | None:
    """A web address as a link; anything else is no link, and is left out."""
    said = (words or "").strip()
    return said if urlsplit(said).scheme in ("http", "https") and " " not in said else None
