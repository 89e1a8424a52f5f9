"""What each page of the supplier's form shows to whoever has come with a good address.

Nothing is written here. `FormPages` gives answers from a visit; the templates lie in templates/form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from bot import attachments, pages
from bot.documents import docx
from bot.service import Service
from handlers import supplier_form
from handlers.self_assessment import FORM
from handlers.supplier_form import Asked, Form, Page
from knowledge.rules import calendar
from knowledge.text import LANGUAGES
from storage.form_files import FormFile
from storage.web_links import WebLink

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


class FormPages:
    """The pages in words. `files` is where attachments lie."""

    def __init__(self, service: Service, files: Path) -> None:
        self.service, self.files = service, files
        self.library, self.web = service.library, service.web

    def start(self, visit: Visit, request: Request) -> Response:
        form = visit.form
        if not form.is_open:
            return self._fill("form/receipt.html", visit, at=self._submitted(form))
        first = next((page for page in form.pages if form.left(page)), None)
        saved = request.query_params.get("saved") == "1"
        late = form.one.due_on < self.service.today()
        return self._fill("form/start.html", visit, first=first, saved=saved, late=late, due=supplier_form.due(form))

    def page(self, visit: Visit, request: Request) -> Response:
        page = visit.form.page(request.path_params["page"])
        if not visit.form.is_open:
            return on(visit.at())
        if page is None:
            return self.nowhere(visit)
        return self.show_page(visit, page)

    def show_page(
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

    def review(self, visit: Visit, request: Request) -> Response:  # noqa: ARG002
        return self.show_review(visit) if visit.form.is_open else on(visit.at())

    def show_review(
        self,
        visit: Visit,
        typed: Mapping[str, str] | None = None,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
        problem: str = "",
    ) -> Response:
        words = {"typed": typed or {}, "faults": faults or {}, "problem": problem}
        return self._fill("form/review.html", visit, status, nonce=supplier_form.nonce(visit.form, self.web), **words)

    def copy(self, visit: Visit, request: Request) -> Response:  # noqa: ARG002
        if visit.form.is_open:
            return on(visit.at())
        forms = supplier_form.rounds(visit.form, self.library)
        return self._fill("form/copy.html", visit, forms=forms, at=self._submitted(visit.form))

    def copy_file(self, visit: Visit, request: Request) -> Response:  # noqa: ARG002
        if visit.form.is_open:
            return on(visit.at())
        forms = supplier_form.rounds(visit.form, self.library)
        copy = supplier_form.copy(forms, self.library, self._submitted(visit.form), self.web)
        headers = {"content-disposition": disposition(copy.name)}
        return Response(docx(copy, visit.form.one.submitted_at), media_type=TYPES["docx"], headers=headers)

    def file(self, visit: Visit, request: Request) -> Response:
        found = next((file for file in visit.form.files if str(file.id) == request.path_params["id"]), None)
        path = attachments.kept_at(self.files, found.path) if found else None
        if found is None or path is None:
            return self.nowhere(visit)
        headers = {"content-disposition": disposition(file_name(found))}
        return FileResponse(path, media_type=TYPES[found.kind], headers=headers)

    def _submitted(self, form: Form) -> str:
        """The local day and hour when it was handed in."""
        if form.one.submitted_at is None:
            return ""
        at = form.one.submitted_at.astimezone(self.service.zone)
        return f"{calendar.words(at.date(), form.lang)}, {at:%H:%M}"

    def _fill(self, name: str, visit: Visit, status: int = 200, **words: Any) -> Response:
        form = visit.form
        other = other_than(form.lang)
        there = replace(visit, chosen="" if other == form.one.lang else other)
        title = self.library.flows[FORM].title.of(form.lang)

        def said(asked: Asked, answers: Mapping[str, str]) -> str:
            return supplier_form.said(self.library, asked.kind, answers.get(asked.id, ""), form.lang)

        shown = {"visit": visit, "form": form, "title": title, "said": said, "other": other, "there": there, **words}
        return pages.page(name, self.library, self.web, form.lang, status, **shown)

    def nowhere(self, visit: Visit) -> Response:
        return pages.nowhere(self.library, self.web, visit.form.lang)


def form_behind(link: WebLink, service: Service, lang: str) -> Form | None:
    """The form that an address leads to, in `lang` or the language in which it was sent."""
    return supplier_form.read(service.db, service.library, int(link.about.partition(":")[2]), lang)


def other_than(lang: str) -> str:
    """The language that a page is offered in besides its own."""
    return next(each for each in LANGUAGES if each != lang)


def on(place: str) -> Response:
    """Send the browser on to be shown what stands there now."""
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
