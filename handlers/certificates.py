"""Certificates and licences: recorded from what a person reads on them, with a reminder before they expire.

A file that came along is kept as evidence. Duly has not read it, and says so.
"""

import re
from datetime import date
from typing import Any

from handlers import evidence, labels
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.evidence import KEY
from handlers.follow_up import known_supplier, supplier_heard
from handlers.messages import Reply
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.text import Facts, Items, Part, Span, para
from knowledge.words import fold
from storage import certificates, follow_ups, talks
from storage.certificates import Certificate
from storage.talks import Talk

AT = re.compile(r"\s(?:hos|för|at|for)\s", re.IGNORECASE)
FORM = re.compile(r"\b(?:ab|hb|kb|as|oy|gmbh|ltd)\b\.?")  # of company
MOST_SHOWN = 12
SOON = 60  # days


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """Scheme, supplier and last day of validity, as far as the words tell."""
    found: dict[str, Any] = {}
    if dated := find_date(words, ctx.today):
        found["valid_to"] = dated[0].isoformat()
        words = f"{words[: dated[1][0]]} {words[dated[1][1] :]}"
    scheme, *rest = AT.split(f" {words} ", maxsplit=1)
    if rest and rest[0].strip(" ,.;"):
        found["supplier"] = supplier_heard(" ".join(rest[0].split()).strip(" ,.;"), ctx)
    if named := labels.named(scheme.strip(), ctx):
        found["scheme"] = named[0].name
    return found


def listed(ctx: Context) -> Reply:
    """Those in force, the first to expire first."""
    found = certificates.in_force(ctx.db, MOST_SHOWN)
    record = (ctx.button("certificate_button", "/start certificate"),)
    if not found:
        return ctx.reply("no_certificates", record)
    lines = tuple((Span(_line(each, ctx)),) for each in found)
    return Reply((ctx.marked("certificates_title"), Items(lines)), (record,))


def _line(found: Certificate, ctx: Context) -> str:
    days = (found.valid_to - ctx.today).days
    phrase = "certificate_expired" if days < 0 else "certificate_soon" if days <= SOON else "certificate_valid"
    day = calendar.short(found.valid_to, ctx.lang)
    return ctx.phrase(
        phrase, scheme=found.scheme, number=found.number, supplier=found.supplier_name, day=day, days=abs(days)
    )


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record it with a follow-up item that renews it; recorded again it replaces the row that the talk made."""
    said = talk.answers
    supplier, valid_to = known_supplier(said["supplier"], ctx), date.fromisoformat(said["valid_to"])
    before = certificates.find(ctx.db, talk.subject) if talk.subject else None
    item = _item(before.item if before else None, supplier, said["scheme"], valid_to, ctx)
    if before:
        certificates.replaced(ctx.db, before.id, ctx.now)
    id = certificates.add(
        ctx.db,
        supplier,
        said["scheme"],
        said["number"],
        said["holder"],
        said.get("scope"),
        valid_to,
        item,
        ctx.person.id,
        ctx.now,
    )
    talks.about(ctx.db, talk, id)
    evidence.keep(f"certificates:{id}", said, ctx)
    ctx.did("recorded", f"certificates:{id}", {key: said[key] for key in ("scheme", "number", "valid_to")})
    found = certificates.find(ctx.db, id)
    assert found is not None  # it was written just now
    return _recorded(found, len(said.get(KEY) or ()), ctx)


def _item(before: int | None, supplier: int, scheme: str, valid_to: date, ctx: Context) -> int:
    """The follow-up item that asks for a new one in time."""
    subject = ctx.phrase("renew_certificate", scheme=scheme)
    known = follow_ups.find(ctx.db, before) if before else None
    if known:
        follow_ups.revise(
            ctx.db, known, supplier, "certificate", subject, valid_to, known.responsible, known.deputy, None, ctx.now
        )
        id = known.id
    else:
        id = follow_ups.add(ctx.db, supplier, "certificate", subject, valid_to, ctx.person.id, ctx.now)
        ctx.did("recorded", f"follow_ups:{id}", {"subject": subject, "due": valid_to.isoformat()})
    item = follow_ups.find(ctx.db, id)
    if item and valid_to >= ctx.today:
        reminder_plans.plan_again(item, ctx)
    return id


def _recorded(found: Certificate, files: int, ctx: Context) -> Reply:
    flow = ctx.library.flows["certificate"]
    rows = {
        "supplier": found.supplier_name,
        "scheme": found.scheme,
        "number": found.number,
        "holder": found.holder,
        "scope": found.scope,
        "valid_to": calendar.words(found.valid_to, ctx.lang),
    }
    named = tuple((flow.by_id[id].name.of(ctx.lang), value) for id, value in rows.items() if value)
    parts: list[Part] = [para(ctx.phrase("certificate_recorded", item=found.item)), Facts(named)]
    parts += [ctx.note(phrase) for phrase in warnings(found, ctx.today)]
    if files:
        parts.append(ctx.note("file_not_read", count=files))
    return Reply(tuple(parts), ((ctx.button("show_button", f"/show {found.item}"),),))


def warnings(found: Certificate, today: date) -> list[str]:
    """What a person should look at: another holder than the supplier, a day that has passed."""
    said = [] if _same(found.holder, found.supplier_name) else ["holder_differs"]
    return [*said, *(["certificate_has_expired"] if found.valid_to < today else [])]


def _same(holder: str, supplier: str) -> bool:
    """Whether the two are one name, the form of company aside."""
    one, other = (FORM.sub("", fold(name)).strip(" .,") for name in (holder, supplier))
    return one == other
