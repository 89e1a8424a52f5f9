"""What people upload to Duly in Slack: fetched from Slack's own address alone, kept under a name of ours."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from bot import attachments
from bot.attachments import NotTaken
from bot.brought import File
from bot.inbox import Later

SLACKS = ("https", "files.slack.com")
MOST_FILES = 10  # with one message
MOST_NAME = 200  # characters
PIECE = 2**16  # bytes


def named(event: Mapping[str, Any]) -> str:
    """Where the files of a message lie, as the inbox keeps it; empty when there are none."""
    given = event.get("files")
    found = [file for file in given if isinstance(file, dict)][:MOST_FILES] if isinstance(given, list) else []
    told = [[str(file.get("url_private") or ""), str(file.get("name") or "")[:MOST_NAME]] for file in found]
    return orjson.dumps(told).decode() if told else ""


async def fetched(more: str, session: aiohttp.ClientSession, token: str, api_url: str) -> list[File]:
    """The files.

    Raises:
        Later: Slack cannot be asked for them now.
        NotTaken: one of them lies elsewhere, or Slack does not hand it over.
    """
    wanted = orjson.loads(more) if more.startswith("[") else []
    try:
        return [(await _read(url, session, token, api_url), name) for url, name in wanted]
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Later(type(error).__name__) from error


async def _read(url: str, session: aiohttp.ClientSession, token: str, api_url: str) -> bytes:
    """A file, at most one byte more than we take. Our token goes nowhere else, and no redirect is followed.

    Raises:
        NotTaken: it lies elsewhere, or Slack does not hand it over.
    """
    if not _is_slacks(url, api_url):
        raise NotTaken("file_elsewhere")
    headers = {"Authorization": f"Bearer {token}"}
    async with session.get(url, headers=headers, allow_redirects=False) as answer:
        if answer.status >= 500 or answer.status == 429:
            raise aiohttp.ClientError(str(answer.status))
        if answer.status != 200:  # a page to sign in at, where the scope is lacking
            raise NotTaken("file_not_handed_over")
        read = bytearray()
        async for piece in answer.content.iter_chunked(PIECE):
            read += piece
            if len(read) > attachments.MOST_BYTES:
                break
        return bytes(read)


def _is_slacks(url: str, api_url: str) -> bool:
    try:
        here, ours = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    return (here.scheme, here.netloc) in (SLACKS, (ours.scheme, ours.netloc))
