"""The check of a draft before it is published: what was found, what is missing, and wording to put in."""

from collections.abc import Iterable, Sequence
from typing import Any

from handlers import questions
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.rules.draft import Finding, check
from knowledge.text import Heading, Items, Para, Part, Span, para

LEAST = 8  # words; fewer are no draft
LEVELS = ("missing", "risk", "ok")


def draft_check(message: Message, ctx: Context) -> Reply:
    """`check` with the draft after it; alone it tells what is looked for, and a few words are a question."""
    if not message.text:
        return _how(ctx)
    if len(message.text.split()) < LEAST:
        return questions.ask(message, ctx)
    return told(findings(message.text, ctx), ctx)


def findings(text: str, ctx: Context) -> list[Finding]:
    """What the rules find in a draft."""
    return check(text, ctx.library.draft_rules, ctx.library.labels.values())


def _how(ctx: Context) -> Reply:
    rules = ctx.library.draft_rules.values()
    names = Items(tuple((Span(rule.name.of(ctx.lang)),) for rule in rules), numbered=True)
    parts = (para(ctx.phrase("draft_how")), names, ctx.note("draft_bids"))
    return Reply(parts, (), _sources((rule.sources for rule in rules), ctx))


def told(found: Sequence[Finding], ctx: Context) -> Reply:
    """The findings by level, the gravest first, with the wording that would mend them as buttons."""
    counts = {level: sum(finding.level == level for finding in found) for level in LEVELS}
    parts: list[Part] = [Heading(ctx.phrase("draft_title")), para(ctx.phrase("draft_counts", **counts))]
    for level in LEVELS:
        if group := [finding for finding in found if finding.level == level]:
            parts += [_bold(ctx.phrase(f"draft_{level}")), Items(tuple(_line(finding, ctx) for finding in group))]
    parts.append(ctx.note("draft_words_only"))
    wrong = [finding for finding in found if finding.level != "ok"]
    return Reply(tuple(parts), _proposals(wrong, ctx), _sources((finding.rule.sources for finding in wrong), ctx))


def _bold(words: str) -> Para:
    return Para((Span(words, bold=True),))


def _line(finding: Finding, ctx: Context) -> tuple[Span, ...]:
    name = Span(f"{finding.rule.name.of(ctx.lang)}.", bold=True)
    where = f" {where_of(finding, ctx)}" if finding.paragraph else ""
    return (name, Span(f" {message_of(finding, ctx)}{where}"))


def message_of(finding: Finding, ctx: Context) -> str:
    """What was found, and what to do."""
    return finding.rule.messages[finding.message].of(ctx.lang).format_map(finding.words)


def where_of(finding: Finding, ctx: Context) -> str:
    """The paragraph of the draft, quoted; nothing for what concerns the whole."""
    return ctx.phrase("draft_where", number=finding.paragraph, quote=finding.quote) if finding.paragraph else ""


def _proposals(wrong: Iterable[Finding], ctx: Context) -> tuple[tuple[Button, ...], ...]:
    ids = dict.fromkeys(finding.rule.clause for finding in wrong if finding.rule.clause)
    titles = ((id, ctx.phrase("show_clause", title=ctx.library.clauses[id].title.of(ctx.lang))) for id in ids)
    return tuple((Button(title[:75], f"/clause {id}"),) for id, title in titles)


def _sources(lists: Iterable[Sequence[str]], ctx: Context) -> Any:
    return ctx.cite(*(source for sources in lists for source in sources))


def as_json(found: Sequence[Finding], ctx: Context) -> dict[str, Any]:
    """The findings in the shape that programs read."""
    return {"findings": [_finding_json(finding, ctx) for finding in found]}


def _finding_json(finding: Finding, ctx: Context) -> dict[str, Any]:
    clause = ctx.library.clauses[finding.rule.clause] if finding.rule.clause and finding.level != "ok" else None
    return {
        "rule": finding.rule.id,
        "level": finding.level,
        "where": where_of(finding, ctx),
        "message": message_of(finding, ctx),
        "proposal": clause.text.of(ctx.lang) if clause else "",
        "sources": [questions.source_json(source) for source in ctx.cite(*finding.rule.sources)],
    }
