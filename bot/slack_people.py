"""Who writes from Slack: members of an allowed workspace are officers; guests, strangers and bots are not."""

import re
import time
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.web.async_client import AsyncWebClient

from bot.heard import Heard
from bot.inbox import Later
from bot.service import Service
from bot.slack_errors import error_of
from bot.slack_hear import NAME, own_room
from handlers.clean import clean
from handlers.messages import Place
from storage import people
from storage.people import Person

FRESH = 3_600.0  # seconds that what Slack told of a person is believed
ROOM_FRESH = 60.0
NOT_IN_A_NAME = re.compile(r"[|\x00-\x1f]")
GONE = ("user_not_found", "users_not_found", "user_not_visible")


@dataclass(frozen=True, slots=True)
class Account:
    """What Slack tells of somebody. `refused` is the phrase that says why she is not let in, or empty."""

    name: str
    language: str
    refused: str
    zone: str = ""  # empty: the organisation's, or unknown


class SlackPeople:
    """Asks Slack, and remembers for a while."""

    def __init__(self, service: Service, client: AsyncWebClient, language: str) -> None:
        self.service, self.client, self.language = service, client, language
        self.teams: frozenset[str] = frozenset()
        self.accounts: dict[tuple[str, str], tuple[float, Account]] = {}
        self.rooms: dict[str, tuple[float, bool]] = {}

    async def account(self, team: str, id: str) -> Account:
        """What Slack tells of an account.

        Raises:
            Later: Slack cannot be asked now.
        """
        at, known = self.accounts.get((team, id), (0.0, None))
        if known is None or time.monotonic() - at > FRESH:
            known = await self._asked(team, id)
            self.accounts[team, id] = time.monotonic(), known
        return known

    def forget(self, team: str, id: str) -> None:
        """Ask again the next time: something about her changed."""
        self.accounts.pop((team, id), None)

    async def officer(self, heard: Heard) -> tuple[Person | None, Account]:
        """The officer behind what was heard, made when she comes for the first time; None when she is refused.

        Raises:
            Later: Slack cannot be asked now.
        """
        if not self.teams:
            raise Later("which workspaces may come in is not known yet")
        account = await self.account(heard.place.tenant, heard.account)
        person = None if account.refused else self._met(heard, account)
        if person and person.role == people.REMOVED:
            return None, replace(account, refused="refused_removed", language=person.language)
        return person, account

    async def read_along_elsewhere(self, channel: str) -> bool:
        """Whether people of other organisations read in this channel (Slack Connect).

        Raises:
            Later: Slack cannot be asked now.
        """
        at, shared = self.rooms.get(channel, (0.0, True))
        if channel not in self.rooms or time.monotonic() - at > ROOM_FRESH:
            info = await self._ask("conversations.info", channel=channel)
            room = info.get("channel") or {}
            shared = any(room.get(mark) for mark in ("is_ext_shared", "is_pending_ext_shared")) or not room
            self.rooms[channel] = time.monotonic(), shared
        return shared

    async def _asked(self, team: str, id: str) -> Account:
        info = await self._ask("users.info", user=id, include_locale="true")
        user = info.get("user") or {}
        profile = user.get("profile") or {}
        name = NOT_IN_A_NAME.sub(" ", clean(str(profile.get("real_name") or user.get("real_name") or "")))[:80].strip()
        return Account(name or id, self._language(user), self._refused(team, user), self._zone(user))

    def _zone(self, user: dict[str, Any]) -> str:
        """Her time zone where it is another than the organisation's."""
        zone = str(user.get("tz") or "")
        try:
            return "" if ZoneInfo(zone) == self.service.zone else zone
        except (KeyError, ValueError, OSError):  # a name that this machine does not know
            return ""

    def _refused(self, team: str, user: dict[str, Any]) -> str:
        if not user or user.get("is_bot") or user.get("deleted"):
            return "refused_account"
        if user.get("is_restricted") or user.get("is_ultra_restricted"):
            return "refused_guest"
        outside = user.get("is_stranger") or user.get("team_id", team) not in self.teams or team not in self.teams
        return "refused_stranger" if outside else ""

    def _language(self, user: dict[str, Any]) -> str:
        """Swedish for the Nordic languages that read it, English for all others; ours when Slack does not say."""
        locale = str(user.get("locale") or "")[:2]
        return {"": self.language, "sv": "sv", "nb": "sv", "no": "sv", "da": "sv"}.get(locale, "en")

    async def _ask(self, method: str, **what: str) -> dict[str, Any]:
        try:
            answer = await self.client.api_call(method, http_verb="GET", params=what)
        except Exception as error:
            if error_of(error) in (*GONE, "channel_not_found"):
                return {}
            raise Later(method) from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _met(self, heard: Heard, account: Account) -> Person:
        service, team = self.service, heard.place.tenant
        person = people.at_address(service.db, NAME, team, heard.account)
        if person:
            return person
        with service.kept():
            person = Person(people.new_id(), account.name, account.language, "officer", account.zone)
            people.add(service.db, person, service.now())
            own = Place(NAME, team, own_room(heard.account)).key
            people.add_address(service.db, person.id, NAME, team, heard.account, own, service.now())
        return person
