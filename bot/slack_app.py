"""Slack: one listener for everything that Slack delivers, by Socket Mode or HTTP. It is kept, then acknowledged.

Bolt reads envelopes and writes acknowledgements; what was said is kept by a middleware in front of all its listeners,
because Bolt acknowledges an event before its listener has done anything.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import brought, slack_files, slack_form
from bot.attachments import NotTaken
from bot.config import SlackSettings
from bot.courier import Courier
from bot.heard import Heard
from bot.inbox import Inbox
from bot.intake import Intake
from bot.limiter import Limiter, too_fast
from bot.pace import Pace
from bot.render import slack as render
from bot.service import NotKept, Service
from bot.slack_errors import WRONG_TOKEN, error_of
from bot.slack_hear import NAME, heard, is_sound, own_room
from bot.slack_people import SlackPeople
from bot.slack_send import LABELS, SlackPost
from handlers import forms, home
from handlers.context import Context
from handlers.forms import FORMS
from handlers.messages import Message, Place, Reply, to_json
from knowledge.text import para
from storage import inbox as stored_inbox
from storage import outbox, people
from storage.people import Person

log = logging.getLogger("duly.slack")

TIMEOUT = 15  # seconds for one call
LOOKS_EVERY = 10.0  # seconds between looks at how silent the socket is
LEAVES = ("app_uninstalled", "tokens_revoked")


class Slack:
    """Slack as `duly serve` runs it."""

    name = NAME

    def __init__(
        self,
        service: Service,
        settings: SlackSettings,
        intake: Intake,
        language: str,
        limiter: Limiter,
        files: Path,
    ) -> None:
        self.service, self.settings, self.intake, self.language = service, settings, intake, language
        self.limiter, self.files = limiter, files
        self.client = AsyncWebClient(
            token=settings.bot_token, base_url=settings.api_url, timeout=TIMEOUT, retry_handlers=[]
        )
        self.people = SlackPeople(service, self.client, language)
        self.inbox = Inbox(service, NAME, self._answer)
        self.courier = Courier(service, SlackPost(service, self.client, self.people, Pace(settings.per_second)))
        self.app = self._listening()
        self.socket: AsyncSocketModeHandler | None = None
        self.last_heard = time.monotonic()
        self.tasks: list[asyncio.Task[Any]] = []
        self.homes: dict[tuple[str, str], asyncio.Task[None] | None] = {}
        self.session: aiohttp.ClientSession | None = None
        self.fault = "not started"

    # Life.

    async def start(self) -> None:
        """Begin; returns at once, also when Slack is out of reach."""
        self.tasks.append(asyncio.create_task(self._begin()))

    async def _begin(self) -> None:
        # Without one of ours the client opens a session, and with it a connection, for each call.
        self.client.session = self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        await self._known()
        if self.fault:
            return
        self.inbox.take_up()
        self.tasks.append(asyncio.create_task(self.courier.run()))
        if self.settings.app_token:
            self.socket = Listener(
                self.app, self.settings.app_token, web_client=self.client, ping_interval=self.settings.ping_every
            )
            self.tasks.append(asyncio.create_task(_connected(self.socket)))
            self.tasks.append(asyncio.create_task(self._watch(self.socket)))

    async def _known(self) -> None:
        """Ask Slack who we are, until it answers: which workspaces' members may come in depends on it."""
        wait = 1.0
        while True:
            try:
                who = await self.client.auth_test()
            except Exception as error:
                word = error_of(error)
                self.fault = word or "Slack is out of reach"
                if word in WRONG_TOKEN:
                    log.error("platform stopped", extra={"reason": word})
                    return
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
                continue
            self.people.teams = frozenset(self.settings.teams or (str(who["team_id"]),))
            self.fault = ""
            return

    async def stop(self, seconds: float) -> None:
        """Take nothing more, and finish what was begun."""
        if self.socket:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(_closed(self.socket), seconds)
        await self.inbox.drain(seconds)
        await self.courier.drain(seconds)
        for task in (*self.tasks, *(shown for shown in self.homes.values() if shown)):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.session:
            await self.session.close()

    def wrong(self) -> str:
        """Why Slack does not work now; empty when it does."""
        return self.fault or self.courier.fault

    async def _watch(self, socket: AsyncSocketModeHandler) -> None:
        """A connection that is open and silent is opened anew."""
        while True:
            await asyncio.sleep(min(LOOKS_EVERY, self.settings.silent_after))
            pinged = getattr(socket.client, "last_ping_pong_time", None)
            age = time.time() - pinged if pinged else time.monotonic() - self.last_heard
            if min(age, time.monotonic() - self.last_heard) > self.settings.silent_after:
                log.warning("socket silent", extra={"reason": "opened anew"})
                self.last_heard = time.monotonic()
                with contextlib.suppress(Exception):
                    await socket.client.connect_to_new_endpoint(force=True)

    # What comes in.

    def _listening(self) -> AsyncApp:
        """Bolt with our one listener. Who we are is not asked at each event: Slack may be slow just then."""
        token = self.settings.bot_token

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token)

        app = AsyncApp(
            client=self.client,
            authorize=authorize,
            request_verification_enabled=False,  # bot.guard has looked already
            ignoring_self_events_enabled=False,
            logger=logging.getLogger("slack_bolt"),
        )

        @app.middleware
        async def keep(body: Mapping[str, Any]) -> BoltResponse:
            return await self.hear(body)

        return app

    async def hear(self, body: Mapping[str, Any]) -> BoltResponse:
        """Keep what was delivered; the answer that tells Slack that it arrived."""
        self.last_heard = time.monotonic()
        found = heard(body)
        if found and slack_form.asked_for(found) in FORMS:
            self._later(self._open_form(found, str(body["trigger_id"])))  # it lives three seconds
            return BoltResponse(status=200, body="")
        if found and (reply := self._to_sign(found)):
            self._later(self._open_signature(found, str(body["trigger_id"]), reply))
            return BoltResponse(status=200, body="")
        found = found or slack_form.signed(body)
        if (form := slack_form.submitted(body)) and form[0] in FORMS:
            return await self._filled(*form)
        try:
            if found:
                await self.inbox.keep(self._as_command(found, body))
            else:
                self._noticed(body)
        except NotKept:
            return BoltResponse(status=503, body="")
        return self._acknowledged(found, body)

    async def dispatch(self, body: Mapping[str, Any]) -> BoltResponse:
        """A genuine HTTP request, through the same listener as Socket Mode."""
        if not is_sound(body):
            return BoltResponse(status=400, body="")
        return await self.app.async_dispatch(AsyncBoltRequest(body=dict(body), mode="socket_mode"))

    # Forms.

    async def _open_form(self, found: Heard, trigger: str) -> None:
        """Open the form that was asked for; where that fails, the talk asks the same questions."""
        flow, person = slack_form.asked_for(found), self._known_as(found)
        if person is None:  # who is not known yet is met in the talk
            await self.inbox.keep(found)
        else:
            ctx = self._context(person.id, found.place.tenant, found.account)
            title, words = ctx.library.flows[flow].title.of(ctx.lang), ("save", "cancel")
            labels = {word: ctx.phrase(f"form_{word}") for word in words}
            await self._opened(found, trigger, slack_form.view(flow, title, forms.fields(flow, ctx), labels))

    async def _opened(self, found: Heard, trigger: str, view: Mapping[str, Any]) -> None:
        """Open a form; where that fails, the press says what it says without one."""
        try:
            await self.client.views_open(trigger_id=trigger, view=dict(view))
        except Exception as error:
            log.warning("form not opened", extra={"error": type(error).__name__, "reason": error_of(error)})
            with contextlib.suppress(NotKept):  # she sees that nothing came, and presses again
                await self.inbox.keep(found)

    def _to_sign(self, found: Heard) -> Reply | None:
        """What this press would put a name to."""
        person = self._known_as(found) if found.text.startswith("/set ") else None
        context = self._context(person.id, found.place.tenant, found.account) if person else None
        return forms.to_sign(found.text, context) if context else None

    async def _open_signature(self, found: Heard, trigger: str, reply: Reply) -> None:
        person = self._known_as(found)
        language = person.language if person else self.language
        words = {word: self.service.library.phrase(f"form_{word}", language) for word in ("sign", "cancel")}
        await self._opened(found, trigger, slack_form.signature(found, reply, words))

    async def _filled(self, flow: str, given: Mapping[str, str], found: Heard) -> BoltResponse:
        """Close the form when it can be kept and is; else say under each question what to write."""
        person = self._known_as(found)
        if person is None:
            return BoltResponse(status=200, body="")
        faults = forms.wrong(flow, given, self._context(person.id, found.place.tenant, found.account))
        if faults:
            return BoltResponse(status=200, body=slack_form.errors(faults))
        try:
            await self.inbox.keep(found)
        except NotKept:
            words = self.service.library.phrase("not_kept", person.language)
            return BoltResponse(status=200, body=slack_form.errors({next(iter(given)): words}))
        return BoltResponse(status=200, body="")

    def _known_as(self, found: Heard) -> Person | None:
        return people.at_address(self.service.db, NAME, found.place.tenant, found.account)

    def _later(self, what: Coroutine[Any, Any, None]) -> None:
        """Do it after the answer; it is waited for when we stop."""
        task = asyncio.create_task(what)
        self.inbox.tasks.add(task)
        task.add_done_callback(self.inbox.tasks.discard)

    def _as_command(self, found: Heard, body: Mapping[str, Any]) -> Heard:
        """`/duly risk …` starts a risk talk also in the middle of another; other words are what they are."""
        if "command" not in body or found.text.startswith("/") or not self.service.library.command_in(found.text):
            return found
        return Heard(found.keys, found.account, found.place, f"/{found.text}")

    def _acknowledged(self, found: Heard | None, body: Mapping[str, Any]) -> BoltResponse:
        elsewhere = "command" in body and found is not None and body.get("channel_name") != "directmessage"
        if not elsewhere or found is None:
            return BoltResponse(status=200, body="")
        person = self._known_as(found)
        words = self.service.library.phrase("answered_in_private", person.language if person else self.language)
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})

    def _noticed(self, body: Mapping[str, Any]) -> None:
        """What changes nothing that we keep, but what we know."""
        event = body.get("event") or {}
        kind, team, user = event.get("type"), str(body.get("team_id", "")), event.get("user")
        if kind == "app_home_opened" and isinstance(user, str) and event.get("tab", "home") == "home":
            self._refresh(team, user, at_once=True)
        elif kind == "user_change" and isinstance(user, dict):
            self.people.forget(team, str(user.get("id", "")))
        elif kind in LEAVES:
            self.courier.fault = self.fault = str(kind)
            log.error("platform stopped", extra={"reason": str(kind)})

    # What is answered.

    async def _answer(self, found: Heard) -> None:
        person, account = await self.people.officer(found)
        if person is None:
            return self._refuse(found, account.refused, account.language)
        if found.place.shared and await self.people.read_along_elsewhere(found.place.room):
            return self._refuse(found, "refused_room", person.language)
        if not self.limiter.allows(person.id):
            return self._too_fast(found, person)
        await self.intake.receive(await self._with_files(found, person))
        self.courier.wake()
        if (found.place.tenant, found.account) in self.homes:
            self._refresh(found.place.tenant, found.account)
        return None

    async def _with_files(self, found: Heard, person: Person) -> Message:
        """What was said, with what was uploaded; or with the reason why that is not kept."""
        if found.withheld or not found.more:
            return found.message(person.id)
        assert self.session is not None  # we have begun
        token, url = self.settings.bot_token, self.settings.api_url
        try:
            files = await slack_files.fetched(found.more, self.session, token, url)
        except NotTaken as refused:
            return brought.refused_for(found, person.id, str(refused))
        return await asyncio.to_thread(brought.message, found, person.id, files, self.files, self.service.library)

    def _too_fast(self, found: Heard, person: Person) -> None:
        too_fast(self.service, self.limiter, found, person)
        self.courier.wake()

    def _refuse(self, found: Heard, phrase: str, language: str) -> None:
        """One fixed line a day, in private; nothing that was said is kept."""
        place = Place(NAME, found.place.tenant, own_room(found.account))
        reply = Reply((para(self.service.library.phrase(phrase, language)),))
        with self.service.kept():
            key = f"refused:{found.place.tenant}:{found.account}:{phrase}:{self.service.today()}"
            outbox.add(self.service.db, key, NAME, place.key, to_json(reply), self.service.now())
            stored_inbox.settle(self.service.db, NAME, found.keys[0])
        self.courier.wake()

    # The Home tab.

    def _refresh(self, team: str, account: str, at_once: bool = False) -> None:
        """Show her Home as it is now; several changes soon after each other are shown once."""
        running = self.homes.get((team, account))
        if running is None or running.done():
            self.homes[team, account] = asyncio.create_task(self._show_home(team, account, 0.0 if at_once else 1.0))

    async def _show_home(self, team: str, account: str, wait: float) -> None:
        await asyncio.sleep(wait)
        try:
            person, known = await self.people.officer(Heard((), account, Place(NAME, team, own_room(account)), ""))
            replies = (
                home.home(self._context(person.id, team, account))
                if person
                else [Reply((para(self.service.library.phrase(known.refused, known.language)),))]
            )
            language = person.language if person else known.language
            labels = {name: self.service.library.phrase(id, language) for name, id in LABELS.items()}
            await self.client.views_publish(user_id=account, view=render.home(replies, labels))
        except Exception as error:  # it is only a view of what is kept, and is shown again when she opens it
            log.warning("home not shown", extra={"error": type(error).__name__, "reason": error_of(error)})

    def _context(self, person: str, team: str, account: str) -> Context:
        officer = people.find(self.service.db, person)
        assert officer is not None  # she was met
        return self.service.context_of(officer, Place(NAME, team, own_room(account)))


class Listener(AsyncSocketModeHandler):
    """Bolt's own, which would leave an envelope that it cannot read unanswered, so that it comes again and again."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if is_sound(req.payload):
            await super().handle(client, req)
        else:
            log.error("envelope not read", extra={"kind": req.type})
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


async def _closed(socket: AsyncSocketModeHandler) -> None:
    await socket.client.close()  # type: ignore[no-untyped-call]


async def _connected(socket: AsyncSocketModeHandler) -> None:
    """Never awaited where something else waits: it does not return while Slack is out of reach."""
    await socket.connect_async()  # type: ignore[no-untyped-call]
