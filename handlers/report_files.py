"""The report as a file or behind an address, by the buttons under the short one."""

from dataclasses import replace
from datetime import date

from handlers import report_slides, web_links
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.report import GOOD_FOR, INTERNAL, NAMED, PUBLIC, Report, made, version_of
from handlers.report_document import document, figures_file
from handlers.report_words import name
from handlers.secrecy import INTERNAL as INTERNAL_ROOM
from knowledge.rules.report_period import understand_period
from knowledge.rules.report_records import Period
from knowledge.text import LANGUAGES, Para, Span, para

FILES = {"word": document, "excel": figures_file, "slides": report_slides.document}
PAGE = "page"
VERSIONS = (PUBLIC, NAMED)


def file(message: Message, ctx: Context) -> Reply:
    """`/report-file word 2026-07-01..2026-09-30`; with `public` or `named` behind it a version for everybody."""
    kind, _, words = message.text.partition(" ")
    days, _, version = words.partition(" ")
    version = version if version in VERSIONS else ""
    period = understand_period(days if version else words, ctx.today)
    if kind not in (*FILES, PAGE) or period is None or period.first > ctx.today:
        return ctx.reply("old_button")
    told = made(period, bool(version) or ctx.place.shared, ctx, naming=version == NAMED)
    said = _address(told, ctx) if kind == PAGE else _file(kind, told, ctx)
    return replace(said, level=INTERNAL_ROOM) if told.named else said


def _file(kind: str, told: Report, ctx: Context) -> Reply:
    about = {"from": str(told.period.first), "to": str(told.period.last), "version": version_of(told)}
    ctx.did("exported", f"reports:{kind}", about)
    said = para(ctx.phrase(f"report_here_{kind}", period=name(told.period, ctx)))
    return Reply((said,), document=FILES[kind](told, ctx))


def _address(told: Report, ctx: Context) -> Reply:
    if not ctx.web.secret:
        return ctx.reply("report_no_web")
    about = about_of(told.period, ctx.lang, version_of(told))
    address = web_links.make("report", about, GOOD_FOR, ctx)
    words = ctx.phrase("report_at_page", period=name(told.period, ctx), days=GOOD_FOR.days)
    here_only = () if ctx.web.public else (ctx.note("report_here_only"),)
    return Reply((Para((Span(words), Span(address, link=address))), *here_only))


def about_of(period: Period, lang: str, version: str) -> str:
    """What an address leads to: the days, the language, and for whose eyes."""
    return f"reports:{period.first}:{period.last}:{lang}:{version}"


def about_from(about: str) -> tuple[Period, str, str] | None:
    """What `about_of` wrote; None when it says anything else. What is no version of ours is for everybody."""
    table, *said = about.split(":")
    if table != "reports" or len(said) != 4 or said[2] not in LANGUAGES:
        return None
    try:
        period = Period(date.fromisoformat(said[0]), date.fromisoformat(said[1]))
    except ValueError:
        return None
    return period, said[2], said[3] if said[3] in (INTERNAL, NAMED) else PUBLIC
