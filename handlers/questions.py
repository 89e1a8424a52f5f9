"""Answers to questions: what a source says, or that Duly does not know, with the nearest topics."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers import acts, glossary, labels, own, own_records
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.show import category_name
from knowledge.guideline import Guideline
from knowledge.search import Found, Hit
from knowledge.source import Source
from knowledge.term import Term
from knowledge.text import Heading, Items, Para, Part, Span, note, para
from knowledge.topic import Topic

MOST_SHOWN = 3
MOST_LEADS = 2  # clauses, and categories: an answer points on, it is no list
LABEL = 75  # characters on a button
NEAR = 0.03  # less likely ones are not even named
SURE = 0.5  # below, the answer is introduced as the likely one and the others are named with it


def ask(message: Message, ctx: Context) -> Reply:
    """Anything that is no command: what is on record, or what the topics say."""
    if not message.text:
        return ctx.reply("ask_how")
    return own_records.asked(message, ctx) or answer(message, ctx)


def answer(message: Message, ctx: Context) -> Reply:
    """The topic that answers a question, or the nearest ones; it reads no records."""
    if dated := acts.asked(message.text, ctx):
        return acts.tell(dated, ctx)
    found = ctx.library.index.ask(message.text, ctx.lang)
    if term := ctx.library.term_in(message.text):
        return glossary.before(term, found, lambda: told(found, ctx), ctx)
    topic = told(found, ctx) if found.hits else unknown(found, ctx)
    return labels.offered(message.text, topic, ctx)


def ask_after(command: str, message: Message, ctx: Context) -> Reply:
    """What began as a command, as the question that it is."""
    word = ctx.library.commands[command].words[ctx.lang][0]
    return ask(replace(message, text=f"{word} {message.text}".strip()), ctx)


def ask_or_number(message: Message, word: str, which: Reply, ctx: Context) -> Reply:
    """What began with `word`, as done with an item, and names none: a sure answer; else first `which` item is meant."""
    found = ctx.library.index.ask(message.text, ctx.lang)
    if ctx.library.term_in(message.text) or (found.hits and found.hits[0].confidence >= SURE):
        answer = ask(message, ctx)
        return replace(answer, parts=(*answer.parts, ctx.note("perhaps_item", word=word)))
    near = _topics(_near(found.hits or found.nearest), ctx)
    asked = (para(ctx.phrase("perhaps_question")),) if near else ()
    return replace(which, parts=(*which.parts, *asked), buttons=(*which.buttons, *near))


def told(found: Found, ctx: Context) -> Reply:
    """The best topic in full, the short answer to what else was asked, and the next ones as buttons."""
    first, *others = found.hits
    unsure = (para(ctx.phrase("perhaps")),) if first.confidence < SURE else ()
    answer = tell(ctx.library.topics[first.topic], ctx, _near(others))
    also = [ctx.library.topics[slug] for slug in found.parts]
    sources = ctx.cite(*(reference for topic in also for reference in topic.sources))
    return Reply(
        (*unsure, *answer.parts, *_also(also, ctx)), answer.buttons, tuple(dict.fromkeys((*answer.sources, *sources)))
    )


def _near(hits: Sequence[Hit]) -> tuple[str, ...]:
    return tuple(hit.topic for hit in hits[:MOST_SHOWN] if hit.confidence >= NEAR)


def _also(topics: list[Topic], ctx: Context) -> tuple[Part, ...]:
    """The short answers to the other parts of a question; the whole ones are a button away."""
    if not topics:
        return ()
    lines = tuple((Span(f"{topic.title.of(ctx.lang)}:", bold=True), Span(" "), *_short(topic, ctx)) for topic in topics)
    return (Heading(ctx.phrase("also_asked")), Items(lines))


def _short(topic: Topic, ctx: Context) -> tuple[Span, ...]:
    first = topic.body[ctx.lang][0]
    assert isinstance(first, Para)  # the checker refuses a topic that begins with anything else
    return first.spans


def tell(topic: Topic, ctx: Context, others: tuple[str, ...] = ()) -> Reply:
    """One topic with its sources, and where it leads on; `others` are topics to name before the related ones."""
    parts: tuple[Part, ...] = (Heading(topic.title.of(ctx.lang)), *topic.body[ctx.lang])
    parts = (*own.before(topic, ctx), *parts, *acts.standing(topic.slug, ctx), *own.after(topic, ctx))
    if topic.review_by < ctx.today:
        parts = (*parts, note(ctx.phrase("past_review", day=topic.review_by.isoformat())))
    if ctx.lang in topic.behind:
        parts = (*parts, ctx.note("translation_behind"))
    related = tuple(slug for slug in topic.related if ctx.library.topics[slug].in_scope)
    near = _topics(tuple(dict.fromkeys((*others, *related)))[:MOST_SHOWN], ctx)
    rows = (_jobs(topic, ctx), *_wording(topic, ctx), _risks(topic, ctx), *near)
    return Reply(parts, tuple(row for row in rows if row), ctx.cite(*topic.sources))


def _jobs(topic: Topic, ctx: Context) -> tuple[Button, ...]:
    """The commands that help now; where the risk of something named can be assessed, that is offered instead."""
    ids = [id for id in topic.next if not (id == "risk" and topic.categories)]
    return tuple(ctx.button(f"start_{id}", f"/{id}") for id in ids if f"start_{id}" in ctx.library.phrases)


def _wording(topic: Topic, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """The clauses that the answer leads to, each with a row of its own, as titles are long."""
    clauses = [ctx.library.clauses[id] for id in topic.clauses[:MOST_LEADS]]
    words = [ctx.phrase("show_clause", title=clause.title.of(ctx.lang)) for clause in clauses]
    return tuple((Button(each[:LABEL], f"/clause {clause.id}"),) for each, clause in zip(words, clauses, strict=True))


def _risks(topic: Topic, ctx: Context) -> tuple[Button, ...]:
    """What is bought in the answer, ready to be assessed."""
    names = [category_name(id, ctx) for id in topic.categories[:MOST_LEADS]]
    return tuple(ctx.button("risk_of", f"/risk {name}", category=name) for name in names)


def _topics(slugs: tuple[str, ...], ctx: Context) -> tuple[tuple[Button, ...], ...]:
    titles = [ctx.library.topics[slug].title.of(ctx.lang) for slug in slugs]
    return tuple((Button(title[:LABEL], f"/topic {slug}"),) for title, slug in zip(titles, slugs, strict=True))


def show_topic(message: Message, ctx: Context) -> Reply:
    """`/topic slug`, as a button says it."""
    topic = ctx.library.topics.get(message.text)
    return tell(topic, ctx) if topic else ctx.reply("old_button")


def unknown(found: Found, ctx: Context) -> Reply:
    """Below the floor: say so, offer the nearest, and say who can be asked."""
    near = _topics(_near(found.nearest), ctx)
    parts = (para(ctx.phrase("not_known" if near else "not_known_at_all")), ctx.note("ask_the_portal"))
    return Reply(parts, near, ctx.cite("uhm-frageportalen"))


def _title(hit: Hit, ctx: Context) -> str:
    return ctx.library.topics[hit.topic].title.of(ctx.lang)


def as_json(question: str, found: Found, ctx: Context, text: Any) -> dict[str, Any]:
    """The answer in the shape that programs read; `text` turns parts into plain text."""
    answers = [
        {
            "topic": hit.topic,
            "title": _title(hit, ctx),
            "confidence": round(hit.confidence, 3),
            "text": text(tell(ctx.library.topics[hit.topic], ctx)),
            "sources": [source_json(source) for source in ctx.cite(*ctx.library.topics[hit.topic].sources)],
        }
        for hit in found.hits[:MOST_SHOWN]
    ]
    quoted = own.about(found.hits[0].topic, ctx) if answers else []
    guidelines = [_guideline(guideline, ctx, text) for guideline in quoted]
    term = ctx.library.term_in(question)
    note_id = (
        ""
        if (found.in_scope and answers) or (term and not answers)
        else "not_in_scope"
        if answers
        else "not_known_note"
    )
    return {
        "question": question,
        "lang": ctx.lang,
        "in_scope": found.in_scope,
        "definition": _definition(term, ctx, text) if term else None,
        "guidelines": guidelines,
        "answers": answers,
        "note": ctx.phrase(note_id) if note_id else "",
    }


def _guideline(guideline: Guideline, ctx: Context, text: Any) -> dict[str, str]:
    """The organisation's own, which goes before the answers."""
    return {
        "title": guideline.title(ctx.lang),
        "text": text(Reply(guideline.body(ctx.lang))),
        "decided": guideline.decided.isoformat(),
        "decided_by": guideline.decided_by,
        "url": guideline.link,
    }


def _definition(term: Term, ctx: Context, text: Any) -> dict[str, Any]:
    meaning = glossary.define(term, ctx)
    sources = [source_json(source) for source in meaning.sources]
    return {"term": term.term.of(ctx.lang), "text": text(meaning), "sources": sources}


def source_json(source: Source) -> dict[str, str]:
    """A source in the shape that programs read."""
    return {
        "id": source.id,
        "title": source.title,
        "ref": source.ref,
        "url": source.url,
        "checked": source.checked,
    }
