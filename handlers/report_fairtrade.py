"""What our records say about the five criteria of Fairtrade City, for the yearly renewal; and what they do not say.

Source: the criteria as Fairtrade Sverige describes them; content/flows/fairtrade-city.yaml asks about each.
"""

from handlers.context import Context
from handlers.report import Report
from handlers.report_words import shown
from knowledge.flow import Question
from knowledge.rules import calendar
from knowledge.rules.report import Value
from knowledge.rules.report_for_all import FEW
from knowledge.text import Heading, Part, Table
from storage import certificates, policies, self_checks
from storage.self_checks import SelfCheck

FLOW = "fairtrade-city"
LABELS = ("label-fairtrade-term", "award-fairtrade-share")
SCHEME = "fairtrade"


def fairtrade(told: Report, ctx: Context) -> tuple[Part, ...]:
    """One row a criterion: what the last self-check answered, and what else is recorded."""
    checks = self_checks.latest(ctx.db, FLOW, 1)
    asked = ctx.library.flows[FLOW].questions
    head = tuple(ctx.phrase(f"report_column_{id}") for id in ("criterion", "answer", "records"))
    rows = tuple(_row(each, checks[0] if checks else None, told, ctx) for each in asked)
    made = ctx.phrase("fairtrade_checked", day=calendar.short(checks[0].made_on, ctx.lang)) if checks else ""
    note = ctx.note("fairtrade_note", checked=made or ctx.phrase("fairtrade_not_checked"))
    return Heading(ctx.phrase("section_fairtrade")), note, Table(head, rows)


def _row(question: Question, check: SelfCheck | None, told: Report, ctx: Context) -> tuple[str, ...]:
    said = question.option(check.answers.get(question.id)) if check else None
    answer = said.label.of(ctx.lang) if said else ctx.phrase("fairtrade_unanswered")
    return question.name.of(ctx.lang), answer, _recorded(question.id, told, ctx)


def _recorded(criterion: str, told: Report, ctx: Context) -> str:
    if criterion == "steering_document":
        return ctx.phrase("fairtrade_policies", count=len(policies.in_force(ctx.db)))
    if criterion == "fair_products":
        return ctx.phrase("fairtrade_products", **_products(told, ctx))
    return ctx.phrase("fairtrade_no_records")


def _products(told: Report, ctx: Context) -> dict[str, str]:
    """The most procurements of the period that use one of our Fairtrade wordings, and certificates that hold."""
    used = dict(told.chosen)
    holds = [each for each in certificates.current(ctx.db) if each.valid_to >= told.day]
    certified: Value = sum(SCHEME in each.scheme.casefold() for each in holds)
    if told.public and certified in (1, 2):
        certified = FEW
    procurements = max(used.get(label, 0) for label in LABELS)
    return {"procurements": str(procurements), "certificates": shown(certified, ctx)}
