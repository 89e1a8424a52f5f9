"""What a supplier sends in: a page of a draft with its files, or the whole form. Each is kept before it is answered."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot import attachments, uploads
from bot.attachments import NotTaken
from bot.service import NotKept, Service
from bot.turns import Turns
from bot.web_body import BadBody, Body
from bot.web_form_pages import FormPages, Visit, form_behind, on
from handlers import access, conduct, form_waiting, supplier_form, web_links
from handlers.clean import clean
from handlers.messages import Attachment, Place, to_json
from handlers.supplier_form import Form, Page
from storage import form_files, outbox, people
from storage.form_files import FormFile

PAGE_FIELDS = {"seen", "do"}
REVIEW_FIELDS = {"name", "function", "confirm", "nonce"}
DOINGS = ("next", "stay", "later")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of a draft: the form as it stands now, what was wrong by field, and what may leave the disk."""

    form: Form
    faults: Mapping[str, str]
    removed: Sequence[str] = ()


class Taking:
    """Takes drafts and submissions. `files` is where attachments lie."""

    def __init__(self, service: Service, files: Path, turns: Turns, shown: FormPages) -> None:
        self.service, self.files, self.turns, self.shown = service, files, turns, shown

    async def draft(self, visit: Visit, request: Request, body: Body) -> Response:
        """Keep what stands on one page."""
        page = visit.form.page(request.path_params["page"])
        if not visit.form.is_open:
            return on(visit.at())
        if page is None:
            return self.shown.nowhere(visit)
        _only(body, {asked.id for asked in page.asked} | PAGE_FIELDS, {f"file-{asked.id}" for asked in page.asked})
        do = _doing(body)
        kept, faults = await asyncio.to_thread(self._keep_files, visit.form, body)
        try:
            done: Drafted | None = await self.turns.write(partial(self._keep_draft, visit, page, body, kept, do))
        except NotKept:
            self._drop(file.path for _, file in kept)
            return self.shown.show_page(visit, page, body.fields, {}, 503, "web_not_kept_typed")
        if done is None:
            self._drop(file.path for _, file in kept)
            return on(visit.at())
        self._drop(done.removed)
        faults = {**done.faults, **faults}
        if faults:
            wrong = {name: words for name, words in body.fields.items() if name in faults}
            return self.shown.show_page(replace(visit, form=done.form), page, wrong, faults, 422)
        return on(_next_place(visit, done.form, page, do))

    def _keep_files(self, form: Form, body: Body) -> tuple[list[tuple[str, Attachment]], dict[str, str]]:
        """Write the files that we keep, by question; what is wrong with the others, by field.

        Raises:
            OSError: the disk does not take them.
        """
        kept: list[tuple[str, Attachment]] = []
        faults: dict[str, str] = {}
        for file in body.files:
            try:
                if file.data is None:
                    raise NotTaken("web_file_too_large")
                if len(form.files) + len(kept) >= supplier_form.MOST_FILES:
                    raise NotTaken("web_file_too_many")
                if conduct.has_personal_number(file.name):
                    raise NotTaken("web_file_personal_number")
                kept.append((file.field[5:], attachments.keep(self.files, file.data, file.name, uploads.look)))
            except NotTaken as error:
                faults[file.field] = str(error)
            except OSError:
                self._drop(file.path for _, file in kept)
                raise
        return kept, faults

    def _keep_draft(
        self, visit: Visit, page: Page, body: Body, kept: Sequence[tuple[str, Attachment]], do: str
    ) -> Drafted | None:
        """In one transaction, with what stands now; None when it was handed in or taken back meanwhile."""
        db, now = self.service.db, self.service.now()
        form, page_now = self._as_it_stands(visit), None
        if form is not None and form.is_open:
            page_now = form.page(page.id)
        if form is None or page_now is None:
            return None
        faults = supplier_form.draft(form, page_now, body.fields, body.fields.get("seen", ""), db, now)
        there = {(file.question, file.sha256) for file in form.files if file.round == form.one.round}
        twice = [file.path for question, file in kept if (question, file.sha256) in there]
        for question, file in kept:
            if file.path not in twice:
                form_files.add(db, form.one.id, form.one.round, question, file, now)
        removed = [*twice, *(file.path for file in self._remove(form, do))]
        after = self.form_of(visit)
        return Drafted(after or form, faults, removed)

    def _as_it_stands(self, visit: Visit) -> Form | None:
        """The form as it is in this transaction."""
        link = web_links.find(visit.token, "form", self.service.db, self.service.web, self.service.now())
        return self.form_of(visit) if link else None

    def _remove(self, form: Form, do: str) -> list[FormFile]:
        """Take away the file that was pointed at, if it is one of this round."""
        word, _, number = do.partition("-")
        found = [file for file in form.files if word == "remove" and str(file.id) == number]
        mine = [file for file in found if file.round == form.one.round]
        return [file for file in mine if form_files.remove(self.service.db, file, self.service.now())]

    async def submit(self, visit: Visit, request: Request, body: Body) -> Response:  # noqa: ARG002
        """Hand the form in. Whoever presses twice, or goes back, comes to the receipt."""
        if not visit.form.is_open:
            return on(visit.at())
        _only(body, REVIEW_FIELDS, set())
        typed = {name: clean(words) for name, words in body.fields.items()}
        faults = {name: phrase for name in ("name", "function") if (phrase := _wrong_name(typed, name))}
        if typed.get("confirm") != "yes":
            faults["confirm"] = "web_confirm_missing"
        if faults:
            return self.shown.show_review(visit, typed, faults, 422)
        try:
            form, problem = await self.turns.write(partial(self._hand_in, visit, typed))
        except NotKept:
            return self.shown.show_review(visit, typed, {}, 503, "web_not_kept_typed")
        if problem and form is not None:
            return self.shown.show_review(replace(visit, form=form), typed, {}, 409, problem)
        return on(visit.at())

    def _hand_in(self, visit: Visit, typed: Mapping[str, str]) -> tuple[Form | None, str]:
        form, now = self._as_it_stands(visit), self.service.now()
        if form is None or not form.is_open:
            return form, ""
        by = f"{typed['name']}, {typed['function']}"
        problem = supplier_form.submit(form, by, typed.get("nonce", ""), self.service.web, self.service.db, now)
        after = self._as_it_stands(visit)
        if after is not None and not problem:
            self._tell(after)
        return after, problem

    def _tell(self, form: Form) -> None:
        """Write to the first in charge who can be reached; where nobody can, it stands in their lists."""
        one = form.one
        for id in form_waiting.in_charge(one, self.service.db):
            person, key = people.find(self.service.db, id), people.place_of(self.service.db, id)
            ctx = self.service.context_of(person, Place.of(key)) if person and key else None
            if ctx and key and access.may("assess", ctx):
                told = to_json(supplier_form.told(form, ctx))
                about = f"form:{one.id}:{one.round}", ctx.place.platform, key
                outbox.add(self.service.db, *about, told, ctx.now, id, one.item)
                return

    def _drop(self, paths: Iterable[str]) -> None:
        """Take files off the disk that no row leads to."""
        for found in (attachments.kept_at(self.files, path) for path in paths):
            with contextlib.suppress(OSError):
                if found:
                    found.unlink()

    def form_of(self, visit: Visit) -> Form | None:
        return form_behind(visit.link, self.service, visit.chosen)


def _wrong_name(typed: Mapping[str, str], name: str) -> str:
    return supplier_form.wrong_name(typed.get(name, ""))


def _only(body: Body, fields: set[str], files: set[str]) -> None:
    """Refuse whatever the page did not ask for.

    Raises:
        BadBody: there is more.
    """
    if body.fields.keys() - fields or {file.field for file in body.files} - files:
        raise BadBody(400, "web_bad_form")


def _doing(body: Body) -> str:
    """What the button says that was pressed."""
    do = body.fields.get("do", "next")
    word, _, number = do.partition("-")
    if do not in DOINGS and not (word == "remove" and number.isdecimal() and number.isascii() and len(number) < 16):
        raise BadBody(400, "web_bad_form")
    return do


def _next_place(visit: Visit, form: Form, page: Page, do: str) -> str:
    """Where to go when a page was kept."""
    if do == "later":
        return visit.at(saved="1")
    if do != "next":
        return visit.at(page.id)
    here = form.page(page.id)
    after = form.after(here) if here else None
    return visit.at(after.id if after else "review")
