"""The supplier's form at /form/<token>: pages of questions, a review, a receipt, a copy. No script, no cookie.

Reading counts an opening and changes nothing else: mail scanners open addresses before people do. What is written is
kept before the browser is sent on, and many who write at once share a commit.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import attachments, pages, uploads, web_body, web_guard
from bot.attachments import NotTaken
from bot.documents import docx
from bot.limiter import Limiter
from bot.logs import fault
from bot.service import NotKept, Service
from bot.together import Together, one_thread
from bot.web_body import BadBody, Body
from handlers import conduct, supplier_form, web_links
from handlers.clean import clean
from handlers.messages import Attachment, Place, to_json
from handlers.self_assessment import FORM
from handlers.supplier_form import Asked, Form, Page
from knowledge.rules import calendar
from knowledge.text import LANGUAGES
from storage import form_files, outbox, people
from storage import web_links as stored_links
from storage.database import Failed, out_of_reach, savepoint
from storage.form_files import FormFile
from storage.web_links import WebLink

log = logging.getLogger("duly.form")

PAGE_FIELDS = {"seen", "do"}
REVIEW_FIELDS = {"name", "function", "confirm", "nonce"}
DOINGS = ("next", "stay", "later")
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
ENDINGS = {"jpeg": (".jpg", ".jpeg")}


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the form with a good address. `lang` is what she chose, or nothing."""

    token: str
    link: WebLink
    form: Form
    chosen: str = ""

    def at(self, *places: object, **query: str) -> str:
        """The address of a page of this form, in the language that was chosen."""
        asked = {**({"lang": self.chosen} if self.chosen else {}), **query}
        path = "/".join(("/form", self.token, *(str(place) for place in places)))
        return path + ("?" + "&".join(f"{name}={value}" for name, value in asked.items()) if asked else "")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of a draft: the form as it stands now, what was wrong by field, and what may leave the disk."""

    form: Form
    faults: Mapping[str, str]
    removed: Sequence[str] = ()


Show = Callable[[Visit, Request], Response]
Take = Callable[[Visit, Request, Body], Awaitable[Response]]
Work = Callable[[], Any]


class Forms:
    """The routes of the form. `files` is where attachments lie."""

    def __init__(self, service: Service, files: Path, between: float = web_body.BETWEEN) -> None:
        self.service, self.files, self.between = service, files, between
        self.library, self.web = service.library, service.web
        self.links = Limiter(web_guard.PER_LINK, 100_000)
        self.addresses = Limiter(web_guard.PER_ADDRESS, 100_000)
        self.openings = Limiter(web_guard.PER_LINK, 100_000)
        self.room = web_body.Room()
        self.together = Together[Work, Any](self._write_all, one_thread("form"))
        self.reading = Together[Work, Any](self._read_all, one_thread("form-reading"))

    def routes(self) -> list[BaseRoute]:
        shown = {
            "/form/{token}": self._start,
            "/form/{token}/review": self._review,
            "/form/{token}/copy": self._copy,
            "/form/{token}/copy.docx": self._copy_file,
            "/form/{token}/file/{id}": self._file,
            "/form/{token}/{page}": self._page,
        }
        taken = {"/form/{token}/review": self._submit, "/form/{token}/{page}": self._draft}
        return [
            Route("/form/accessibility", self._accessibility),
            *(Route(path, partial(self._taken, take=take), methods=["POST"]) for path, take in taken.items()),
            *(Route(path, partial(self._shown, show=show)) for path, show in shown.items()),
            Route("/form", self._nowhere, methods=["GET", "POST"]),
            Route("/form/{rest:path}", self._nowhere, methods=["GET", "POST"]),
        ]

    # What is read

    async def _shown(self, request: Request, show: Show) -> Response:
        """A page for whoever has a good address."""
        try:
            visit = await self._read(partial(self._visit, request))
            if visit is None:
                return pages.nowhere(self.library, self.web, _chosen(request) or LANGUAGES[0])
            if show == self._start and request.method == "GET":
                await self._count(visit.link)
            return await asyncio.to_thread(show, visit, request)
        except Failed as error:
            log.error("form not read", extra={"error": type(error).__name__})
            return self._problem(request, 503, "web_not_read")
        except Exception as error:
            return self._fault(request, error)

    def _visit(self, request: Request) -> Visit | None:
        """Who comes with this address; None when it leads nowhere, for whatever reason."""
        token, chosen = request.path_params["token"], _chosen(request)
        link = web_links.find(token, "form", self.service.db, self.web, self.service.now())
        form = self._form(link, chosen) if link else None
        return Visit(token, link, form, "" if chosen == form.one.lang else chosen) if link and form else None

    def _form(self, link: WebLink, lang: str) -> Form | None:
        return supplier_form.read(self.service.db, self.library, int(link.about.partition(":")[2]), lang)

    async def _count(self, link: WebLink) -> None:
        """Count that the form was opened; more than a person ever does is not counted."""
        if self.openings.allows(str(link.id)):
            with contextlib.suppress(NotKept):
                await self._write(lambda: stored_links.was_opened(self.service.db, link.id, self.service.now()))

    def _start(self, visit: Visit, request: Request) -> Response:
        form = visit.form
        if not form.is_open:
            return self._fill("form/receipt.html", visit, at=self._submitted(form))
        first = next((page for page in form.pages if form.left(page)), None)
        saved = request.query_params.get("saved") == "1"
        late = form.one.due_on < self.service.today()
        return self._fill("form/start.html", visit, first=first, saved=saved, late=late, due=supplier_form.due(form))

    def _page(self, visit: Visit, request: Request) -> Response:
        page = visit.form.page(request.path_params["page"])
        if not visit.form.is_open:
            return _on(visit.at())
        if page is None:
            return pages.nowhere(self.library, self.web, visit.form.lang)
        return self._show_page(visit, page)

    def _show_page(
        self,
        visit: Visit,
        page: Page,
        typed: Mapping[str, str] | None = None,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
        problem: str = "",
    ) -> Response:
        values = {asked.id: (typed or {}).get(asked.id, visit.form.answers.get(asked.id, "")) for asked in page.asked}
        words = {"page": page, "values": values, "faults": faults or {}, "problem": problem}
        return self._fill("form/page.html", visit, status, seen=visit.form.fingerprint(page), **words)

    def _review(self, visit: Visit, request: Request) -> Response:  # noqa: ARG002
        return self._show_review(visit) if visit.form.is_open else _on(visit.at())

    def _show_review(
        self,
        visit: Visit,
        typed: Mapping[str, str] | None = None,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
        problem: str = "",
    ) -> Response:
        words = {"typed": typed or {}, "faults": faults or {}, "problem": problem}
        return self._fill("form/review.html", visit, status, nonce=supplier_form.nonce(visit.form, self.web), **words)

    def _copy(self, visit: Visit, request: Request) -> Response:  # noqa: ARG002
        if visit.form.is_open:
            return _on(visit.at())
        forms = supplier_form.rounds(visit.form, self.library)
        return self._fill("form/copy.html", visit, forms=forms, at=self._submitted(visit.form))

    def _copy_file(self, visit: Visit, request: Request) -> Response:  # noqa: ARG002
        if visit.form.is_open:
            return _on(visit.at())
        forms = supplier_form.rounds(visit.form, self.library)
        copy = supplier_form.copy(forms, self.library, self._submitted(visit.form), self.web)
        headers = {"content-disposition": disposition(copy.name)}
        return Response(docx(copy, visit.form.one.submitted_at), media_type=TYPES["docx"], headers=headers)

    def _file(self, visit: Visit, request: Request) -> Response:
        found = next((file for file in visit.form.files if str(file.id) == request.path_params["id"]), None)
        path = attachments.kept_at(self.files, found.path) if found else None
        if found is None or path is None:
            return pages.nowhere(self.library, self.web, visit.form.lang)
        headers = {"content-disposition": disposition(file_name(found))}
        return FileResponse(path, media_type=TYPES[found.kind], headers=headers)

    def _submitted(self, form: Form) -> str:
        """The local day and hour when it was handed in."""
        if form.one.submitted_at is None:
            return ""
        at = form.one.submitted_at.astimezone(self.service.zone)
        return f"{calendar.words(at.date(), form.lang)}, {at:%H:%M}"

    async def _accessibility(self, request: Request) -> Response:
        lang = _chosen(request) or LANGUAGES[0]
        other = _other(lang)
        switch = f"/form/accessibility?lang={other}"
        return pages.page("form/accessibility.html", self.library, self.web, lang, other=other, switch=switch)

    async def _nowhere(self, request: Request) -> Response:
        return pages.nowhere(self.library, self.web, _chosen(request) or LANGUAGES[0])

    def _fill(self, name: str, visit: Visit, status: int = 200, **words: Any) -> Response:
        form = visit.form
        other = _other(form.lang)
        there = replace(visit, chosen="" if other == form.one.lang else other)
        title = self.library.flows[FORM].title.of(form.lang)

        def said(asked: Asked, answers: Mapping[str, str]) -> str:
            return supplier_form.said(self.library, asked.kind, answers.get(asked.id, ""), form.lang)

        shown = {"visit": visit, "form": form, "title": title, "said": said, "other": other, "there": there, **words}
        return pages.page(name, self.library, self.web, form.lang, status, **shown)

    # What is written

    async def _taken(self, request: Request, take: Take) -> Response:
        """What comes of something that was sent in; nothing is read from whoever has no good address."""
        if not self.addresses.allows(web_guard.address_of(request)):
            return self._too_fast(request)
        if not web_guard.from_ourselves(request, self.web):
            return self._problem(request, 403, "web_from_elsewhere")
        try:
            visit = await self._read(partial(self._visit, request))
            if visit is None:
                return pages.nowhere(self.library, self.web, _chosen(request) or LANGUAGES[0])
            if not self.links.allows(str(visit.link.id)):
                return self._too_fast(request)
            with self.room.share(visit.form.one.id) as room:
                return await take(visit, request, await web_body.read_body(request, room, self.between))
        except BadBody as error:
            return self._problem(request, error.status, str(error))
        except (NotKept, Failed, OSError) as error:
            log.error("form not kept", extra={"error": type(error).__name__})
            return self._problem(request, 503, "web_not_kept")
        except Exception as error:
            return self._fault(request, error)

    def _fault(self, request: Request, error: Exception) -> Response:
        """A slip of ours: where it happened is logged, not what was typed."""
        log.error("form failed", extra=fault(error))
        return self._problem(request, 500, "web_fault")

    def _problem(self, request: Request, status: int, phrase: str, **headers: str) -> Response:
        """A page that says what went wrong and what to do. The rest of what was being sent is not read."""
        answer = pages.page(
            "form/problem.html", self.library, self.web, _chosen(request) or LANGUAGES[0], status, problem=phrase
        )
        answer.headers.update({"connection": "close", **headers} if status in (400, 403, 408, 413, 415, 429) else {})
        return answer

    def _too_fast(self, request: Request) -> Response:
        return self._problem(request, 429, "web_too_fast", **{"retry-after": "60"})

    async def _draft(self, visit: Visit, request: Request, body: Body) -> Response:
        """Keep what stands on one page."""
        page = visit.form.page(request.path_params["page"])
        if not visit.form.is_open:
            return _on(visit.at())
        if page is None:
            return pages.nowhere(self.library, self.web, visit.form.lang)
        _only(body, {asked.id for asked in page.asked} | PAGE_FIELDS, {f"file-{asked.id}" for asked in page.asked})
        do = _doing(body)
        kept, faults = await asyncio.to_thread(self._keep_files, visit.form, body)
        try:
            done: Drafted | None = await self._write(partial(self._keep_draft, visit, page, body, kept, do))
        except NotKept:
            self._drop(file.path for _, file in kept)
            return self._show_page(visit, page, body.fields, {}, 503, "web_not_kept_typed")
        if done is None:
            self._drop(file.path for _, file in kept)
            return _on(visit.at())
        self._drop(done.removed)
        faults = {**done.faults, **faults}
        if faults:
            wrong = {name: words for name, words in body.fields.items() if name in faults}
            return self._show_page(replace(visit, form=done.form), page, wrong, faults, 422)
        return _on(_next_place(visit, done.form, page, do))

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
        after = self._form(visit.link, visit.chosen)
        return Drafted(after or form, faults, removed)

    def _as_it_stands(self, visit: Visit) -> Form | None:
        """The form as it is in this transaction."""
        link = web_links.find(visit.token, "form", self.service.db, self.web, self.service.now())
        return self._form(link, visit.chosen) if link else None

    def _remove(self, form: Form, do: str) -> list[FormFile]:
        """Take away the file that was pointed at, if it is one of this round."""
        word, _, number = do.partition("-")
        found = [file for file in form.files if word == "remove" and str(file.id) == number]
        mine = [file for file in found if file.round == form.one.round]
        return [file for file in mine if form_files.remove(self.service.db, file, self.service.now())]

    async def _submit(self, visit: Visit, request: Request, body: Body) -> Response:  # noqa: ARG002
        """Hand the form in. Whoever presses twice, or goes back, comes to the receipt."""
        if not visit.form.is_open:
            return _on(visit.at())
        _only(body, REVIEW_FIELDS, set())
        typed = {name: clean(words) for name, words in body.fields.items()}
        faults = {name: phrase for name in ("name", "function") if (phrase := _wrong_name(typed, name))}
        if typed.get("confirm") != "yes":
            faults["confirm"] = "web_confirm_missing"
        if faults:
            return self._show_review(visit, typed, faults, 422)
        try:
            form, problem = await self._write(partial(self._hand_in, visit, typed))
        except NotKept:
            return self._show_review(visit, typed, {}, 503, "web_not_kept_typed")
        if problem and form is not None:
            return self._show_review(replace(visit, form=form), typed, {}, 409, problem)
        return _on(visit.at())

    def _hand_in(self, visit: Visit, typed: Mapping[str, str]) -> tuple[Form | None, str]:
        form, now = self._as_it_stands(visit), self.service.now()
        if form is None or not form.is_open:
            return form, ""
        by = f"{typed['name']}, {typed['function']}"
        problem = supplier_form.submit(form, by, typed.get("nonce", ""), self.web, self.service.db, now)
        after = self._as_it_stands(visit)
        if after is not None and not problem:
            self._tell(after)
        return after, problem

    def _tell(self, form: Form) -> None:
        """Write to the responsible officer; one who cannot be reached sees it in her list."""
        db, one = self.service.db, form.one
        person, key = people.find(db, one.responsible), people.place_of(db, one.responsible)
        if person is None or key is None:
            return
        ctx = self.service.context_of(person, Place.of(key))
        reply = to_json(supplier_form.told(form, ctx))
        outbox.add(db, f"form:{one.id}:{one.round}", ctx.place.platform, key, reply, ctx.now, person.id, one.item)

    async def _read(self, work: Work) -> Any:
        """What `work` reads while nobody writes."""
        return _given(await self.reading(work))

    def _read_all(self, works: Sequence[Work]) -> list[Any]:
        with self.service.lock:
            return [_tried(work) for work in works]

    async def _write(self, work: Work) -> Any:
        """What `work` gives, once what it wrote is kept.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        return _given(await self.together(work))

    def _write_all(self, works: Sequence[Work]) -> list[Any]:
        """What waited together, in one commit.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        with self.service.kept():
            return [self._apart(work) for work in works]

    def _apart(self, work: Work) -> Any:
        """What `work` gives, or how it failed, which undoes nothing else."""
        try:
            with savepoint(self.service.db):
                return work()
        except Exception as error:
            if out_of_reach(error):
                raise
            return error

    def _drop(self, paths: Any) -> None:
        """Take files off the disk that no row leads to."""
        for found in (attachments.kept_at(self.files, path) for path in paths):
            with contextlib.suppress(OSError):
                if found:
                    found.unlink()


def _tried(work: Work) -> Any:
    """What `work` gives, or how it failed."""
    try:
        return work()
    except Exception as error:
        return error


def _given(came: Any) -> Any:
    if isinstance(came, Exception):
        raise came
    return came


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


def _chosen(request: Request) -> str:
    """The language that the address asks for, if we have it."""
    lang = request.query_params.get("lang", "")
    return lang if lang in LANGUAGES else ""


def _other(lang: str) -> str:
    return next(each for each in LANGUAGES if each != lang)


def _on(place: str) -> Response:
    return RedirectResponse(place, 303)


def file_name(file: FormFile) -> str:
    """What a file is called when it is saved: its label, with an ending that tells what is in it."""
    endings = ENDINGS.get(file.kind, (f".{file.kind}",))
    bare = file.name.lstrip(".- ") or "file"
    return bare if bare.lower().endswith(endings) else bare + endings[0]


def disposition(name: str) -> str:
    """Save it, under this name. Source: RFC 6266, RFC 8187."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ()") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
