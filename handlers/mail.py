"""A mail to copy: what the self-assessment of a supplier is for and how it is assessed. Duly sends nothing."""

import re
from dataclasses import replace

from handlers import questions
from handlers import suppliers as hers
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.self_assessment import FORM
from knowledge.letter import filled
from knowledge.rules import calendar
from knowledge.text import LANGUAGES, Heading, para
from knowledge.words import fold
from storage import follow_ups, suppliers
from storage.suppliers import Supplier

TO = re.compile(r"^(?:ett\s+|an?\s+)?(?:till|to)\s+", re.IGNORECASE)
ON = re.compile(r"\s(?:om|about|on)\s.*", re.IGNORECASE | re.DOTALL)


def mail(message: Message, ctx: Context) -> Reply:
    """`mail to Nordkaffe AB`: the text to copy; about something else it is a question."""
    whom = ON.sub("", TO.sub("", message.text.strip()))
    found = hers.named_in(whom, ctx)
    if len(found) == 1:
        return _shown(suppliers.find(ctx.db, found[0]), ctx.lang, ctx)
    if not message.text or found or _about_form(message.text, ctx) or COMPANY.search(whom):
        ids = found or list(suppliers.names(ctx.db))
        return hers.which("mail_whom", ids, lambda id: f"/mail-in {id} {ctx.lang}", ctx)
    return questions.ask_after("mail", message, ctx)


def _about_form(words: str, ctx: Context) -> bool:
    said = fold(words)
    return any(fold(word) in said for lang in LANGUAGES for word in ctx.library.commands[FORM].words[lang])


def shown(message: Message, ctx: Context) -> Reply:
    """`/mail-in 4 en`: the same text in that language."""
    number, _, lang = message.text.partition(" ")
    known = number.isdecimal() and number.isascii() and len(number) < 13 and lang in LANGUAGES
    return _shown(suppliers.find(ctx.db, int(number)) if known else None, lang, ctx)


def _shown(supplier: Supplier | None, lang: str, ctx: Context) -> Reply:
    if supplier is None:
        return ctx.reply("old_button")
    there = replace(ctx, person=replace(ctx.person, language=lang))
    template, words = ctx.library.letters["self_assessment"], _words(supplier, there)
    title = Heading(template.title.of(lang).format_map(words))
    others = (each for each in LANGUAGES if each != lang)
    rows = tuple((ctx.button(f"mail_{each}", f"/mail-in {supplier.id} {each}"),) for each in others)
    form = Button(ctx.phrase(f"mail_form_{lang}"), f"/form {lang}")
    link = ctx.button("form_send_button", f"/form-to {supplier.id}")
    return Reply((para(ctx.phrase("mail_ready")), title, *filled(template, lang, words, {})), (*rows, (form, link)))


def _words(supplier: Supplier, ctx: Context) -> dict[str, str]:
    asked = [
        item.due_on
        for item in follow_ups.of_supplier(ctx.db, supplier.id)
        if item.kind == "self_assessment" and item.state == "open"
    ]
    due = calendar.words(min(asked), ctx.lang) if asked else ctx.phrase("mail_due_blank")
    return {"supplier": supplier.name, "due": due, "how": ctx.library.criteria[FORM].how.of(ctx.lang)}
