"""The report as a file or behind an address, by the buttons under the short one."""

from datetime import date

from handlers import report_slides, web_links
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.report import GOOD_FOR, INTERNAL, PUBLIC, Report, made
from handlers.report_document import document, figures_file
from handlers.report_words import name
from knowledge.rules.report_period import understand_period
from knowledge.rules.report_records import Period
from knowledge.text import LANGUAGES, Para, Span, para

FILES = {"word": document, "excel": figures_file, "slides": report_slides.document}
PAGE = "page"


def file(message: Message, ctx: Context) -> Reply:
    """`/report-file word 2026-07-01..2026-09-30`."""
    kind, _, words = message.text.partition(" ")
    period = understand_period(words, ctx.today)
    if kind not in (*FILES, PAGE) or period is None or period.first > ctx.today:
        return ctx.reply("old_button")
    if kind == PAGE:
        return _address(period, ctx)
    return _file(kind, made(period, ctx.place.shared, ctx), ctx)


def _file(kind: str, told: Report, ctx: Context) -> Reply:
    ctx.did("exported", f"reports:{kind}", {"from": str(told.period.first), "to": str(told.period.last)})
    said = para(ctx.phrase(f"report_here_{kind}", period=name(told.period, ctx)))
    return Reply((said,), document=FILES[kind](told, ctx))


def _address(period: Period, ctx: Context) -> Reply:
    if not ctx.web.secret:
        return ctx.reply("report_no_web")
    about = about_of(period, ctx.lang, ctx.place.shared)
    address = web_links.make("report", about, GOOD_FOR, ctx)
    words = ctx.phrase("report_at_page", period=name(period, ctx), days=GOOD_FOR.days)
    here_only = () if ctx.web.public else (ctx.note("report_here_only"),)
    return Reply((Para((Span(words), Span(address, link=address))), *here_only))


def about_of(period: Period, lang: str, public: bool) -> str:
    """What an address leads to: the days, the language, and for whose eyes."""
    return f"reports:{period.first}:{period.last}:{lang}:{PUBLIC if public else INTERNAL}"


def about_from(about: str) -> tuple[Period, str, bool] | None:
    """What `about_of` wrote; None when it says anything else. Only what says `internal` is not for all."""
    table, *said = about.split(":")
    if table != "reports" or len(said) != 4 or said[2] not in LANGUAGES:
        return None
    try:
        period = Period(date.fromisoformat(said[0]), date.fromisoformat(said[1]))
    except ValueError:
        return None
    return period, said[2], said[3] != INTERNAL
