"""One officer on several platforms: a code from here is given there and confirmed here.

The code is good once and for a quarter of an hour. Confirming where it was made defeats a link that was forwarded.
"""

import secrets
from datetime import timedelta

from handlers import letters
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.text import markdown
from knowledge.words import fold
from storage import audit, belongings, invitations, links, people
from storage.links import Link
from storage.people import REMOVED, Address, Person

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
LENGTH = 10
LASTS = timedelta(minutes=15)
MOST_WRONG = 5  # wrong codes in an hour
WRONG = "gave a wrong code"


def new_code() -> str:
    """About 50 bits, to be read from one screen and typed on another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """A code as a person reads it: in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed(words: str) -> str:
    """A code as it was made, however it was typed; empty when it is none."""
    code = "".join(letter for letter in words.upper() if letter.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def link(message: Message, ctx: Context) -> Reply:
    """`link` makes a code; `link ABCDE-FGHJK` gives one that was made elsewhere."""
    return give(message.text, ctx) if message.text else _offer(ctx)


def _offer(ctx: Context) -> Reply:
    code, own = new_code(), _own_place(ctx)
    if own is None:
        return ctx.reply("say_it_in_private")
    links.offer(ctx.db, code, ctx.person.id, own, ctx.now, ctx.now + LASTS)
    ctx.did("offered a link", f"people:{ctx.person.id}")
    elsewhere = f"https://t.me/{ctx.telegram}?start={code}" if ctx.telegram and ctx.place.platform != "telegram" else ""
    phrase = "link_code_with_address" if elsewhere else "link_code"
    return Reply(tuple(markdown(ctx.phrase(phrase, code=shown(code), address=elsewhere))), private=True)


def _own_place(ctx: Context) -> str | None:
    """The key of the place where only she reads, of the platform she writes from."""
    if not ctx.place.shared:
        return ctx.place.key
    return people.own_place(ctx.db, ctx.person.id, ctx.place.platform, ctx.place.tenant)


def give(words: str, ctx: Context) -> Reply:
    """A known officer gives a code."""
    mine = next((each for each in people.addresses(ctx.db, ctx.person.id) if each.place == ctx.place.key), None)
    if mine is None:
        return ctx.reply("say_it_in_private")
    if audit.count(ctx.db, ctx.person.id, WRONG, ctx.now - timedelta(hours=1)) >= MOST_WRONG:
        return ctx.reply("too_many_codes")
    found = links.good(ctx.db, typed(words), ctx.now)
    if found is None:
        ctx.did(WRONG, f"people:{ctx.person.id}")
        return ctx.reply("no_such_code")
    issuer = people.find(ctx.db, found.person)
    if issuer is None or not _may_be_one(issuer, ctx.person, mine, ctx):
        return ctx.reply("cannot_link")
    claim(found, mine, ctx.person.name, issuer, ctx)
    return ctx.reply("link_claimed")


def _may_be_one(issuer: Person, other: Person | None, account: Address, ctx: Context) -> bool:
    """Two people with an account each on the same platform are two people."""
    hers = {(each.platform, each.tenant) for each in people.addresses(ctx.db, issuer.id)}
    theirs = people.addresses(ctx.db, other.id) if other else [account]
    return issuer.role != REMOVED and not any((each.platform, each.tenant) in hers for each in (*theirs, account))


def claim(found: Link, account: Address, name: str, issuer: Person, ctx: Context) -> None:
    """Ask the one who made the code whether this account is hers, where she made it."""
    links.claim(ctx.db, found, account, name)

    def asked(hers: Context) -> Reply:
        row = hers.button("link_yes", f"/pair {found.id} yes"), hers.button("link_no", f"/pair {found.id} no")
        return hers.reply("link_asked", row, name=name, platform=account.platform.capitalize())

    letters.write(f"link:{found.id}:asked", issuer, asked, ctx, found.place)


def pair(message: Message, ctx: Context) -> Reply:
    """`/pair 12 yes`: the one who made the code says whether the account is hers."""
    number, _, word = message.text.partition(" ")
    known = number.isdecimal() and number.isascii() and len(number) < 13
    found = links.claimed(ctx.db, int(number), ctx.person.id, ctx.now) if known else None
    if found is None or found.account is None:
        return ctx.reply("link_too_late")
    if word != "yes":
        links.settle(ctx.db, found, "refused")
        return ctx.reply("link_refused")
    owner = people.at_address(ctx.db, found.account.platform, found.account.tenant, found.account.account)
    if not _may_be_one(ctx.person, owner if owner and owner.id != ctx.person.id else None, found.account, ctx):
        return ctx.reply("cannot_link")
    _join(found, found.account, owner, ctx)
    return ctx.reply("linked", platform=found.account.platform.capitalize())


def _join(found: Link, account: Address, owner: Person | None, ctx: Context) -> None:
    if owner:
        belongings.bring_together(ctx.db, owner.id, ctx.person.id, ctx.now)
        people.set_role(ctx.db, owner.id, REMOVED, ctx.now)
        for each in people.addresses(ctx.db, owner.id):
            _move(each, ctx)
    else:
        _move(account, ctx)
    people.seen(ctx.db, ctx.place.platform, ctx.place.tenant, _account_here(ctx), ctx.now)
    links.settle(ctx.db, found, "confirmed")
    before = {"was": owner.id} if owner else {}
    ctx.did("linked", f"people:{ctx.person.id}", {"platform": account.platform, **before})
    letters.write(f"link:{found.id}:done", ctx.person, lambda hers: hers.reply("linked_here"), ctx, account.place)


def _move(account: Address, ctx: Context) -> None:
    people.add_address(ctx.db, ctx.person.id, account.platform, account.tenant, account.account, account.place, ctx.now)


def _account_here(ctx: Context) -> str:
    here = (ctx.place.platform, ctx.place.tenant)
    accounts = people.addresses(ctx.db, ctx.person.id)
    return next((each.account for each in accounts if (each.platform, each.tenant) == here), "")


def unlink(message: Message, ctx: Context) -> Reply:
    """`unlink` tells where one is known; `unlink telegram` drops that account."""
    here = (ctx.place.platform, ctx.place.tenant)
    others = [each for each in people.addresses(ctx.db, ctx.person.id) if (each.platform, each.tenant) != here]
    wanted = [each for each in others if each.platform == fold(message.text).strip(".! ")]
    if not wanted:
        rows = tuple(
            (ctx.button("unlink_button", f"/unlink {name}", platform=name.capitalize()),)
            for name in dict.fromkeys(each.platform for each in others)
        )
        return ctx.reply("linked_with" if others else "linked_nowhere", *rows)
    for each in wanted:
        people.drop_address(ctx.db, each.platform, each.tenant, each.account)
    ctx.did("unlinked", f"people:{ctx.person.id}", {"platform": wanted[0].platform})
    return ctx.reply("unlinked", platform=wanted[0].platform.capitalize())


# Somebody who is not known yet.


def welcome(code: str, account: Address, name: str, lang: str, ctx: Context) -> Person | None:
    """Let in whoever brings an invitation; the new officer, or None for any other code.

    `ctx` is that of whoever is not known: its person has no id.
    """
    invited = invitations.good(ctx.db, code, ctx.now)
    if invited is None:
        return None
    person = Person(people.new_id(), invited.name or name, lang, invited.role)
    people.add(ctx.db, person, ctx.now)
    people.add_address(ctx.db, person.id, account.platform, account.tenant, account.account, account.place, ctx.now)
    invitations.used(ctx.db, invited.id, person.id, ctx.now)
    details = {"role": invited.role, "invited_by": invited.made_by, "platform": account.platform}
    audit.append(ctx.db, person.id, "came in", f"people:{person.id}", ctx.now, details)
    return person


def claim_unknown(code: str, account: Address, name: str, ctx: Context) -> bool:
    """Whether `code` was made by an officer, who is now asked whether this account is hers."""
    found = links.good(ctx.db, typed(code), ctx.now)
    issuer = people.find(ctx.db, found.person) if found else None
    if found is None or issuer is None or not _may_be_one(issuer, None, account, ctx):
        return False
    claim(found, account, name, issuer, ctx)
    return True
