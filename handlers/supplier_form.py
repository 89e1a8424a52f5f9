"""The self-assessment as its supplier fills it in: pages of questions that apply, what is left, what is submitted.

The questions are those of the flow, a page for each routine. A question that depends on another one stands on a page
after it, so that nobody without the means of a script is asked what does not apply. When an officer has asked back, the
pages are the routines she asked about.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer

from handlers import conduct
from handlers.clean import clean
from handlers.context import Context
from handlers.messages import Button, Reply
from handlers.self_assessment import FORM
from handlers.web_links import Web
from knowledge.flow import Question
from knowledge.library import Library
from knowledge.rules import calendar
from knowledge.text import Document, Facts, Heading, Para, Part, Span, Text, note, para
from storage import audit, form_answers, form_files, people, self_assessments
from storage.database import Database
from storage.form_files import FormFile
from storage.self_assessments import SelfAssessment

MOST_TEXT = 5_000  # characters of an answer
MOST_NAME = 200  # characters of a name or a function
MOST_FILES = 20
OPEN = ("sent", "returned")
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nobody takes one for another when it is read aloud
RECEIPT = 6  # signs
NUMBERED = re.compile(r"^\d+\. ")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the supplier's language. `kind` is text or yes_no; `criteria` are names and values."""

    id: str
    name: str
    kind: str
    ask: str
    explain: str
    optional: bool
    ask_if: Mapping[str, str]
    criteria: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some questions of one routine. `part` counts routines from 1 to `of`; `earlier` was answered before."""

    id: str
    title: str
    part: int
    of: int
    asked: tuple[Asked, ...]
    earlier: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that the pages show. `answers` are this round's, `before` the first round's while there are two."""

    one: SelfAssessment
    lang: str
    answers: Mapping[str, str]
    before: Mapping[str, str]
    files: Sequence[FormFile]
    pages: tuple[Page, ...]

    @property
    def is_open(self) -> bool:
        """Whether the supplier may still write."""
        return self.one.state in OPEN

    @property
    def questions(self) -> list[Asked]:
        """Every question that applies."""
        return [asked for page in self.pages for asked in page.asked]

    def page(self, id: str) -> Page | None:
        return next((page for page in self.pages if page.id == id), None)

    def after(self, page: Page) -> Page | None:
        """The page that follows, None after the last."""
        following = self.pages[self.pages.index(page) + 1 :]
        return following[0] if following else None

    def files_of(self, question: str, round: int = 0) -> list[FormFile]:
        """What was attached to a question, in this round unless another one is named."""
        return [file for file in self.files if (file.question, file.round) == (question, round or self.one.round)]

    def left(self, page: Page | None = None) -> list[Asked]:
        """The questions without an answer, of one page or of all."""
        asked = page.asked if page else self.questions
        return [each for each in asked if not each.optional and not self.answers.get(each.id)]

    def begun(self, page: Page) -> bool:
        return any(self.answers.get(asked.id) or self.files_of(asked.id) for asked in page.asked)

    def parts(self) -> list[tuple[Page, str]]:
        """The first page of each part, and whether it is done, begun, not_begun or may be skipped (may_skip)."""
        firsts = [page for at, page in enumerate(self.pages) if at == 0 or page.part != self.pages[at - 1].part]
        return [(page, self._state([each for each in self.pages if each.part == page.part])) for page in firsts]

    def _state(self, pages: Sequence[Page]) -> str:
        left, begun = any(self.left(page) for page in pages), any(self.begun(page) for page in pages)
        if left:
            return "begun" if begun else "not_begun"
        return "done" if begun else "may_skip"

    def before_page(self, page: Page) -> Page | None:
        """The page that comes before, None for the first."""
        at = self.pages.index(page)
        return self.pages[at - 1] if at else None

    def fingerprint(self, page: Page | None = None) -> str:
        """The same as long as nobody has changed what stands on the page, or on any."""
        asked = page.asked if page else self.questions
        answers = [(each.id, self.answers.get(each.id, "")) for each in asked]
        files = [] if page else [file.id for file in self.files]
        return hashlib.sha256(repr((answers, files)).encode()).hexdigest()[:16]


def read(db: Database, library: Library, id: int, lang: str = "") -> Form | None:
    """The form with everything written so far, in `lang` or the language in which it was sent."""
    one = self_assessments.find(db, id)
    if one is None or one.state == "withdrawn":
        return None
    lang = lang or one.lang
    answers, files = form_answers.of(db, id, one.round), form_files.of(db, id)
    if one.round == 1:
        return Form(one, lang, answers, {}, files, tuple(_pages(library, answers, lang)))
    before = form_answers.of(db, id, 1)
    asked = form_answers.asked_back(db, id)
    return Form(one, lang, answers, before, files, tuple(_asked_back(library, asked, before, lang)))


def _pages(library: Library, answers: Mapping[str, str], lang: str) -> Iterator[Page]:
    """The pages with the questions that apply after these answers."""
    for page in _whole(library, lang):
        asked = tuple(each for each in page.asked if applies(each, answers))
        if len(asked) == len(page.asked):
            yield page
        elif asked:
            yield replace(page, asked=asked)


@lru_cache(maxsize=8)  # every reading of a form needs the same words
def _whole(library: Library, lang: str) -> tuple[Page, ...]:
    """The pages with every question."""
    routines = library.criteria[FORM].routines
    return tuple(
        Page(
            routine if number == 1 else f"{routine}-{number}",
            named(title, lang),
            part,
            len(routines),
            tuple(_asked(question, library, lang) for question in questions),
        )
        for part, (routine, title) in enumerate(routines.items(), 1)
        for number, questions in enumerate(_runs(library, routine), 1)
    )


def named(routine: Text, lang: str) -> str:
    """A routine without its number: the pages are counted in another way, and two numbers lead astray."""
    return NUMBERED.sub("", routine.of(lang))


def _runs(library: Library, routine: str) -> list[list[Question]]:
    """The questions of a routine, cut where one depends on another of the same page."""
    runs: list[list[Question]] = [[]]
    for question in library.flows[FORM].questions:
        if library.criteria[FORM].by_question[question.id].routine != routine:
            continue
        if question.ask_if.keys() & {each.id for each in runs[-1]}:
            runs.append([])
        runs[-1].append(question)
    return runs


def applies(asked: Asked | Question, answers: Mapping[str, str]) -> bool:
    """Whether a question is asked after these answers."""
    return all(answers.get(id) == value for id, value in asked.ask_if.items())


def _asked(question: Question, library: Library, lang: str) -> Asked:
    explain = question.explain.of(lang) if question.explain else ""
    criterion = library.criteria[FORM].by_question[question.id]
    told = {"form_met": criterion.met, "form_not_shown": criterion.not_shown, "form_evidence": criterion.evidence}
    criteria = tuple((library.phrase(name, lang), text.of(lang)) for name, text in told.items())
    return Asked(
        question.id,
        question.name.of(lang),
        question.kind,
        question.ask.of(lang),
        explain,
        question.optional,
        question.ask_if,
        criteria,
    )


def _asked_back(library: Library, asked: Mapping[str, str], before: Mapping[str, str], lang: str) -> Iterator[Page]:
    """A page for each routine that was asked about, with what was answered the first time."""
    routines = library.criteria[FORM].routines
    for part, (routine, words) in enumerate(asked.items(), 1):
        title = named(routines[routine], lang) if routine in routines else routine
        earlier = tuple(_earlier(library, routine, before, lang))
        yield Page(routine, title, part, len(asked), (Asked(routine, title, "text", words, "", False, {}),), earlier)


def _earlier(library: Library, routine: str, before: Mapping[str, str], lang: str) -> Iterator[tuple[str, str]]:
    for question in library.flows[FORM].questions:
        if library.criteria[FORM].by_question[question.id].routine == routine and question.id in before:
            yield question.ask.of(lang), said(library, question.kind, before[question.id], lang)


def said(library: Library, kind: str, answer: str, lang: str) -> str:
    """An answer as it is read."""
    return library.phrase(answer, lang) if kind == "yes_no" and answer else answer


def wrong(asked: Asked, words: str) -> str:
    """The phrase that says why an answer is not kept; empty when it is. What is not answered may be so in a draft."""
    if asked.kind == "yes_no":
        return "" if words in ("", "yes", "no") else "web_wrong_choice"
    if len(words) > MOST_TEXT:
        return "web_too_long"
    return "web_personal_number" if conduct.has_personal_number(words) else ""


def wrong_name(words: str) -> str:
    """The phrase that says what is wrong with a name or a function; empty when nothing is."""
    if not words:
        return "web_name_missing"
    if len(words) > MOST_NAME:
        return "web_name_too_long"
    return "web_personal_number" if conduct.has_personal_number(words) else ""


def draft(form: Form, page: Page, given: Mapping[str, str], seen: str, db: Database, at: datetime) -> dict[str, str]:
    """Keep the answers of a page that can be kept; the phrases that say why the others were not, by question.

    `seen` is the page's fingerprint when it was read; what a colleague wrote since then is not lost unseen.
    """
    meanwhile = bool(seen) and seen != form.fingerprint(page)
    kept: dict[str, str] = {}
    faults: dict[str, str] = {}
    for asked in page.asked:
        if asked.id in given:
            words, stands = clean(given[asked.id]), form.answers.get(asked.id, "")
            fault = wrong(asked, words) or ("web_meanwhile" if meanwhile and stands not in ("", words) else "")
            (faults if fault else kept)[asked.id] = fault or words
    form_answers.keep(db, form.one.id, form.one.round, kept, at)
    return faults


def nonce(form: Form, web: Web) -> str:
    """Goes with one reading of the review page: good once, and only for what was read."""
    return _signer(web).dumps([form.one.id, form.one.round, form.fingerprint(), secrets.token_urlsafe(12)])


def _nonce_key(given: str, form: Form, web: Web) -> str:
    """What the nonce is known by, if it is ours and what was read still stands."""
    try:
        read = _signer(web).loads(given)
    except (BadData, ValueError):
        return ""
    fits = isinstance(read, list) and len(read) == 4 and read[:3] == [form.one.id, form.one.round, form.fingerprint()]
    return hashlib.sha256(str(read[3]).encode()).hexdigest() if fits else ""


def _signer(web: Web) -> URLSafeSerializer:
    return URLSafeSerializer(web.secret, salt="duly.form.nonce", signer_kwargs={"digest_method": hashlib.sha256})


def submit(form: Form, by: str, given: str, web: Web, db: Database, at: datetime) -> str:
    """Hand the form in; the phrase that says why it was not, or nothing.

    Called with a form that was read in the same transaction.
    """
    if form.left():
        return "web_not_complete"
    key = _nonce_key(given, form, web)
    if not key or not form_answers.use_nonce(db, key, form.one.id, at):
        return "web_read_again"
    _drop_what_does_not_apply(form, db, at)
    if not self_assessments.submit(db, form.one, _receipt(db), by, at):
        return "web_read_again"
    about, details = f"self_assessments:{form.one.id}", {"round": form.one.round, "files": len(form.files)}
    audit.append(db, f"suppliers:{form.one.supplier}", "submitted", about, at, details)
    return ""


def _drop_what_does_not_apply(form: Form, db: Database, at: datetime) -> None:
    asked = [each.id for each in form.questions]
    form_answers.keep_only(db, form.one.id, form.one.round, asked)
    for file in form_files.not_to(db, form.one.id, form.one.round, asked):
        form_files.remove(db, file, at)


def _receipt(db: Database) -> str:
    """A number that no other self-assessment has."""
    while True:
        number = "S-" + "".join(secrets.choice(SIGNS) for _ in range(RECEIPT))
        if not self_assessments.with_receipt(db, number):
            return number


def told(form: Form, ctx: Context) -> Reply:
    """What the responsible officer, or the deputy instead of her, is told when a supplier has answered."""
    one = form.one
    said = para(ctx.phrase("web_told" if one.round == 1 else "web_told_again", supplier=one.supplier_name))
    responsible = people.find(ctx.db, one.responsible) if ctx.person.id != one.responsible else None
    instead = (ctx.note("web_told_deputy", name=responsible.name),) if responsible else ()
    rows: list[tuple[str, str]] = [(ctx.phrase("web_receipt"), one.receipt or "")]
    if one.contract:
        rows.insert(0, (ctx.phrase("web_contract"), one.contract))
    rows.append((ctx.phrase("web_answered_by"), one.answered_by or ""))
    rows.append((ctx.phrase("web_files"), str(len(form.files))))
    button = Button(ctx.phrase("web_assess"), f"/assess {one.id}")
    return Reply((said, Facts(tuple(rows)), *instead), ((button,),))


def rounds(form: Form, library: Library) -> list[Form]:
    """The form once for each round, so that a copy shows all that was answered."""
    if form.one.round == 1:
        return [form]
    first = replace(form, answers=form.before, before={}, pages=tuple(_pages(library, form.before, form.lang)))
    return [replace(first, one=replace(form.one, round=1)), form]


def copy(forms: Sequence[Form], library: Library, at: str, web: Web) -> Document:
    """Everything that was answered, for the supplier to keep. `at` is the hour in words."""
    form = forms[-1]
    phrase, lang = library.phrase, form.lang
    facts = [
        (phrase("web_receipt", lang), form.one.receipt or ""),
        (phrase("web_to", lang), web.organisation),
        (phrase("web_supplier", lang), form.one.supplier_name),
        (phrase("web_contract", lang), form.one.contract or ""),
        (phrase("web_submitted", lang), at),
        (phrase("web_answered_by", lang), form.one.answered_by or ""),
    ]
    parts: list[Part] = [Facts(tuple(row for row in facts if row[1]))]
    for each in forms:
        if each.one.round == 2:
            parts.append(note(phrase("web_copy_back", lang)))
        for number, page in enumerate(each.pages):
            if number == 0 or page.part != each.pages[number - 1].part:
                parts.append(Heading(page.title))
            parts.extend(_copied(each, page, library))
    title = library.flows[FORM].title.of(lang)
    return Document(f"{form.one.receipt}.docx", "docx", title, lang, tuple(parts))


def _copied(form: Form, page: Page, library: Library) -> Iterable[Part]:
    for asked in page.asked:
        answer = said(library, asked.kind, form.answers.get(asked.id, ""), form.lang)
        yield Para((Span(asked.ask, bold=True),))
        yield para(answer or library.phrase("web_no_answer", form.lang))
        if names := ", ".join(file.name for file in form.files_of(asked.id)):
            yield para(f"{library.phrase('web_attached', form.lang)}: {names}")


def due(form: Form) -> str:
    """The day when the answer is wanted, in words."""
    return calendar.words(form.one.due_on, form.lang).replace("v. ", "v.\u00a0")
