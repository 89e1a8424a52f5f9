"""Certificates that suppliers show: which scheme, whose, for what, until when; and a reminder before they expire.

Duly keeps the file that came with one and does not read it: what is recorded is what a person wrote.
"""

import re
from datetime import date, timedelta
from typing import Any

from handlers import certificate_items, evidence, follow_up, items, labels, secrecy
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.label import Label
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.text import Facts, Heading, Items, Part, Span, para
from knowledge.words import fold
from storage import certificates, follow_ups, talks
from storage.certificates import Certificate
from storage.talks import Talk

HOLDS = r"(?:som\s+)?(?:gäller|giltigt?|löper ut|går ut|valid|expires?)(?:\s+(?:till|to|until|on))?"
UNTIL = re.compile(rf"(?:(?<![\s,(])[\s,(]+)?\b{HOLDS}\s*$", re.IGNORECASE)
AT = re.compile(r"(?:^|\s)(?P<word>hos|at|för|for)\s+(?P<name>.+)$", re.IGNORECASE | re.DOTALL)
SOON = timedelta(days=60)  # before its last day a certificate is shown as about to expire; Duly's own proposal
MOST_SHOWN = 10


# What can be heard in a sentence.


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The scheme by its label's name, the supplier after "hos", the last day."""
    found: dict[str, Any] = {}
    if dated := find_date(words, ctx.today, past_too=True):
        found["valid_to"] = dated[0].isoformat()
        words = f"{UNTIL.sub('', words[: dated[1][0]])} {words[dated[1][1] :]}"
    at = AT.search(words)
    name = at["name"].strip(" .,:;") if at else ""
    if at and (at["word"].casefold() in ("hos", "at") or follow_up.is_company(name, ctx)):
        found["supplier"] = follow_up.supplier_named(name, ctx)
        words = words[: at.start()]
    if scheme := _label(words, ctx):
        found["scheme"] = scheme.short_name
    return found


def _label(words: str, ctx: Context) -> Label | None:
    """The label that the words name; of several none, because a person knows which it is."""
    found = labels.named(words, ctx) if words.strip() else []
    return found[0] if len(found) == 1 else None


# The end of the talk.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record what was read off a certificate, or put it right, and remind of its last day."""
    answers, before = talk.answers, certificates.find(ctx.db, talk.subject or 0)
    label = _label(answers["scheme"], ctx)
    scheme = label.short_name if label else answers["scheme"]
    supplier = follow_up.known_supplier(answers["supplier"], ctx)
    read_off = supplier, scheme, answers["number"], answers["holder"], answers.get("scope")
    last_day = date.fromisoformat(answers["valid_to"])
    if before:
        id = before.id
        certificates.revise(ctx.db, id, *read_off, last_day)
    else:
        id = certificates.add(ctx.db, *read_off, last_day, ctx.person.id, ctx.now)
        talks.about(ctx.db, talk, id)
    ctx.did("changed" if before else "recorded", f"certificates:{id}", {**_asked(talk, ctx), "scheme": scheme})
    evidence.take_over(talk, f"certificates:{id}", ctx)
    return _recorded(_read(id, ctx), talk, label, "certificate_changed" if before else "certificate_recorded", ctx)


def _asked(talk: Talk, ctx: Context) -> dict[str, Any]:
    return {question.id: talk.answers.get(question.id) for question in ctx.library.flows[talk.flow].questions}


def _read(id: int, ctx: Context) -> Certificate:
    found = certificates.find(ctx.db, id)
    assert found is not None
    return found


def _recorded(certificate: Certificate, talk: Talk, label: Label | None, phrase: str, ctx: Context) -> Reply:
    parts: list[Part] = [para(ctx.phrase(phrase, number=certificate.id)), facts(certificate, ctx)]
    parts += _renewed(certificate, ctx)
    item = _followed(certificate, ctx)
    if days := _reminded(item, ctx):
        parts.append(para(ctx.phrase("will_remind", days=days)))
    asked, to_close = certificate_items.offered(certificate, ctx)
    parts += [*warnings(certificate, ctx), _unread(talk, ctx), *asked]
    row = [labels.button(label)] if label else []
    row += [Button(f"#{item} {certificate.scheme}"[:60], f"/show {item}")] if item else []
    change = (ctx.button("change_button", f"/review {talk.id}"),)
    said = Reply(tuple(parts), (*((tuple(row),) if row else ()), *to_close, change))
    return secrecy.told(said, certificate_items.answered(certificate, ctx), ctx)


def _unread(talk: Talk, ctx: Context) -> Part:
    return ctx.note("certificate_unread" if evidence.of_talk(talk) else "certificate_unseen")


def warnings(certificate: Certificate, ctx: Context) -> list[Part]:
    """What a person should look into: somebody else's certificate, or one that has expired."""
    found: list[Part] = []
    if _plain(certificate.holder) != _plain(certificate.supplier_name):
        named = {"holder": certificate.holder, "supplier": certificate.supplier_name}
        found.append(ctx.note("certificate_other_holder", **named))
    if certificate.valid_to < ctx.today:
        found.append(ctx.note("certificate_passed"))
    return found


def _plain(name: str) -> str:
    """A name without case, accents, signs and wide spaces."""
    return " ".join(re.sub(r"[^\w\s]", " ", fold(name)).split())


# The follow-up that reminds of the last day.


def _followed(certificate: Certificate, ctx: Context) -> int | None:
    """The item that is due on the last day, made or changed; none for a certificate that has expired already."""
    subject = ctx.phrase("certificate_item", scheme=certificate.scheme, number=certificate.number)
    agreed = certificate.supplier, "certificate", subject, certificate.valid_to
    known = follow_ups.find(ctx.db, certificate.item or 0)
    if known:
        people_in_charge = known.responsible, known.deputy, known.contract
        follow_ups.revise(ctx.db, known, *agreed, *people_in_charge, ctx.now)
        ctx.did("changed", f"follow_ups:{known.id}", {"due": certificate.valid_to.isoformat()})
        return known.id
    if certificate.valid_to < ctx.today:
        return None
    id = follow_ups.add(ctx.db, *agreed, ctx.person.id, ctx.now)
    certificates.followed_by(ctx.db, certificate.id, id)
    ctx.did("recorded", f"follow_ups:{id}", {"certificate": certificate.id, "due": certificate.valid_to.isoformat()})
    return id


def _reminded(id: int | None, ctx: Context) -> str:
    """The days on which she will be reminded, in words."""
    item = follow_ups.find(ctx.db, id or 0)
    ahead = reminder_plans.plan_again(item, ctx) if item and item.state == "open" else []
    return ", ".join(calendar.short(planned.day, ctx.lang) for planned in ahead)


def _renewed(certificate: Certificate, ctx: Context) -> list[Part]:
    """The certificate before it, of the same scheme and number, is replaced and reminded of no more."""
    older = [each for each in certificates.of_supplier(ctx.db, certificate.supplier) if _is_older(each, certificate)]
    for each in older:
        certificates.replace(ctx.db, each.id, ctx.now)
        ctx.did("replaced", each.about, {"by": certificate.id})
        items.settle(each.item, ctx.phrase("certificate_renewed_by", number=certificate.id), ctx)
    return [ctx.note("certificate_renewed", number=each.id) for each in older]


def _is_older(one: Certificate, other: Certificate) -> bool:
    same = _plain(one.scheme) == _plain(other.scheme) and _plain(one.number) == _plain(other.number)
    return same and one.id < other.id and one.valid_to <= other.valid_to


# Shown.


def list_current(ctx: Context) -> Reply:
    """Those that hold and those that expired, the first to expire first."""
    found = certificates.current(ctx.db)
    record = (ctx.button("certificate_button", "/start certificate"),)
    if not found:
        return ctx.reply("no_certificates", record)
    lines = tuple((Span(line(each, ctx)),) for each in found[:MOST_SHOWN])
    rows = tuple((Button(short(each), f"/certificate {each.id}"),) for each in found[:MOST_SHOWN])
    more = (ctx.note("more_items", count=len(found) - MOST_SHOWN),) if len(found) > MOST_SHOWN else ()
    return Reply((ctx.marked("certificates_title"), Items(lines), *more), (*rows, record))


def short(certificate: Certificate) -> str:
    """As a button calls it."""
    return f"#{certificate.id} {certificate.scheme}, {certificate.supplier_name}"[:60]


def line(certificate: Certificate, ctx: Context) -> str:
    """One certificate in one line."""
    named = {"number": certificate.id, "scheme": certificate.scheme, "supplier": certificate.supplier_name}
    return ctx.phrase(
        f"certificate_line_{_stands(certificate, ctx)}", **named, day=calendar.short(certificate.valid_to, ctx.lang)
    )


def _stands(certificate: Certificate, ctx: Context) -> str:
    """valid, soon or passed, today."""
    if certificate.valid_to < ctx.today:
        return "passed"
    return "soon" if certificate.valid_to - ctx.today <= SOON else "valid"


def show(certificate: Certificate, ctx: Context) -> Reply:
    """One certificate, with what came with it."""
    title = Heading(ctx.phrase("certificate_title", number=certificate.id))
    replaced = (ctx.note("certificate_is_replaced"),) if certificate.replaced else ()
    parts = (title, facts(certificate, ctx), *replaced, *warnings(certificate, ctx))
    label = _label(certificate.scheme, ctx)
    rows = ((labels.button(label),),) if label else ()
    asked, to_close = certificate_items.offered(certificate, ctx)
    said = Reply((*parts, *evidence.shown(certificate.about, ctx), *asked), (*rows, *to_close))
    return secrecy.told(said, certificate_items.answered(certificate, ctx), ctx)


def facts(certificate: Certificate, ctx: Context) -> Facts:
    """What was read off it, name and value."""
    flow = ctx.library.flows["certificate"]
    rows = {
        "supplier": certificate.supplier_name,
        "scheme": certificate.scheme,
        "number": certificate.number,
        "holder": certificate.holder,
        "scope": certificate.scope,
        "valid_to": calendar.words(certificate.valid_to, ctx.lang),
    }
    return Facts(tuple((flow.by_id[id].name.of(ctx.lang), value) for id, value in rows.items() if value))


def which(ctx: Context) -> Reply:
    """No certificate has that number."""
    return ctx.reply("which_certificate", (ctx.button("list_button", "/certificate"),))
