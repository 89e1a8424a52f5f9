"""Everything that can be asked of us over HTTP without an account, asked in thousands of right and wrong ways."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from bot.limiter import Limiter
from handlers import web_links
from handlers.report_files import about_of
from knowledge.library import Library

from .web_life import Served, Supplier
from .web_states import YEAR

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
MOST = 10  # cases of each kind for each operation
CALM = list(HealthCheck)
PAGES = ["scope", "policy", "risk", "improvement", "nowhere"]
TEXT = {"type": "string", "maxLength": 200}
HTML = {"text/html": {"schema": {"type": "string"}}}
JSON = {"application/json": {"schema": {"type": "object"}}}
FIELDS = {
    "/form/{token}/{page}": ["scope", "policy", "chain", "lacking", "seen", "do"],
    "/form/{token}/review": ["name", "function", "confirm", "nonce"],
}


def described(tokens: dict[str, str]) -> dict[str, Any]:
    """The web surface in OpenAPI; `tokens` are good ones, by kind."""
    form, report, calendar = (_token(tokens[kind]) for kind in ("form", "report", "calendar"))
    page = {"name": "page", "in": "path", "required": True, "schema": {"enum": PAGES}}
    file = {"name": "name", "in": "path", "required": True, "schema": {"enum": ["report.docx", "figures.xlsx", "x"]}}
    lang = {"name": "lang", "in": "query", "schema": {"enum": ["sv", "en", "de", ""]}}
    opened = {name: _read("200", "303", "404") for name in ("/form/{token}/review", "/form/{token}/copy")}
    paths = {
        "/healthz": {"get": {"responses": {"200": {"description": "", "content": JSON}}}},
        "/readyz": {"get": {"responses": {"200": {"description": "", "content": JSON}}}},
        "/form/accessibility": {"parameters": [lang], **_read("200")},
        "/form/{token}": {"parameters": [form, lang], **_read("200", "404")},
        **{path: {"parameters": [form, lang], **read} for path, read in opened.items()},
        "/form/{token}/{page}": {"parameters": [form, page, lang], **_read("200", "404")},
        "/report/{token}": {"parameters": [report], **_read("200", "404")},
        "/report/{token}/{name}": {"parameters": [report, file], "get": _answers("200", "404", content={})},
        "/calendar/{token}.ics": {
            "parameters": [calendar],
            "get": _answers("200", "404", content={}),
        },
    }
    for path, fields in FIELDS.items():
        taken = _answers("303", "400", "403", "404", "409", "413", "415", "422")
        paths[path]["post"] = {**taken, "requestBody": _body(fields)}
    return {"openapi": "3.0.3", "info": {"title": "Duly", "version": "1"}, "paths": paths}


def _token(good: str) -> dict[str, Any]:
    return {"name": "token", "in": "path", "required": True, "schema": {"enum": [good, good[:-3] + "xyz", "x", "å%00"]}}


def _read(*statuses: str) -> dict[str, Any]:
    return {"get": _answers(*statuses)}


def _answers(*statuses: str, content: dict[str, Any] = HTML) -> dict[str, Any]:
    described = {"description": "", **({"content": content} if content else {})}
    return {"responses": {status: {"description": ""} if status == "303" else described for status in statuses}}


def _body(fields: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": dict.fromkeys(fields, TEXT), "additionalProperties": False}
    kinds = ("multipart/form-data", "application/x-www-form-urlencoded")
    return {"content": {kind: {"schema": schema} for kind in kinds}}


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[Any]:
    there = Supplier(tmp_path_factory.mktemp("surface"), library)
    there.forms.links = there.forms.addresses = Limiter(1_000_000, 1_000_000)
    report = web_links.make("report", about_of(YEAR, "sv", "internal"), None, there.ctx).rpartition("/")[2]
    calendar = web_links.make("calendar", "people:asa", None, there.ctx).rpartition("/")[2].removesuffix(".ics")
    with Served(there) as address:
        schema = schemathesis.openapi.from_dict(
            described({"form": there.token, "report": report, "calendar": calendar})
        )
        schema.config.update(base_url=address)
        yield schema


def test_whatever_is_asked_is_answered_as_described_and_never_with_a_fault_of_ours(surface):
    asked: Counter[str] = Counter()
    for found in surface.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode if operation.path_parameters else [GenerationMode.POSITIVE]:

            @settings(max_examples=MOST, derandomize=True, database=None, deadline=None, suppress_health_check=CALM)
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case):
                asked[case.operation.label] += 1
                case.call_and_validate(checks=CHECKS)

            ask()

    assert len(asked) == 12
    assert asked["POST /form/{token}/{page}"] > MOST
