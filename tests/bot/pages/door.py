"""Doors and participants' pages, served from the stage's own rows."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.base import Letter
from bot.pages.events import event_pages
from bot.pages.posted import Patience
from bot.pages.words import Words
from tests.bot.pages.phone import PATIENCE, Answer, answer_of
from tests.handlers.attending import EVENT, publish, sign_up, stranger
from tests.handlers.story import CLERK, texts
from tests.stage import KEYS, Stage, stage

DOOR = re.compile(r"/door/([A-Z0-9a-z.-]+)")
PAGE = re.compile(r"/r/([A-Z0-9a-z.-]+)")
DOORS_OPEN = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)  # an hour before it starts, at 13:00
NONCE = "0" * 31


class Visitor:
    """One phone with its cookies; scripts do not run."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.door = ""  # the address of its door

    async def get(self, path: str, **headers: str) -> Answer:
        async with self.session.get(self.address + path, headers=headers) as response:
            return await answer_of(response)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        url = self.address + path
        async with self.session.post(url, data=fields, headers=headers) as response:
            return await answer_of(response)

    async def open(self, token: str) -> Answer:
        """Open a door's page for good."""
        self.door = f"/door/{token}"
        shown = await self.get(self.door)
        return await self.post(f"{self.door}/open", {"form": shown.form})

    async def act(self, act: str, **fields: str) -> Answer:
        """Press something on a fresh page of the door."""
        form = (await self.get(self.door)).form
        return await self.post(f"{self.door}/act", {"form": form, "act": act, **fields})

    async def scan(self, ticket: str) -> Answer:
        """Scan a code and press 签到."""
        shown = await self.get(f"/in/{ticket}")
        if 'data-testid="press"' not in shown.body:
            return shown
        return await self.post(f"/in/{ticket}", {"form": shown.form})


@dataclass(slots=True)
class Hall:
    """The stage with the pages of activities open, on the day of the activity."""

    play: Stage
    address: str
    phones: list[Visitor] = field(default_factory=list)

    def phone(self) -> Visitor:
        """Take another phone."""
        self.phones.append(Visitor(self.address))
        return self.phones[-1]

    async def door(self, who: str = CLERK) -> Visitor:
        """Let a member of staff take a door and open it on a phone of their own."""
        letters = await self.play.say(who, "签到")
        phone = self.phone()
        opened = await phone.open(token_in(self.play, letters, who))
        assert opened.status == 200, opened.text
        return phone

    async def ticket(self, seq: int, number: str = EVENT) -> str:
        """Return what a place's QR code says."""
        async with self.play.database.begin() as tx:
            return tx.rolls.ticket(number, seq)

    async def code(self, seq: int) -> str:
        """Return a place's six digits."""
        async with self.play.database.begin() as tx:
            one = await tx.rolls.place(EVENT, seq)
        assert one is not None
        return one.code


def token_in(play: Stage, letters: Sequence[Letter], who: str, what: re.Pattern[str] = DOOR) -> str:
    """Return the token of the newest address that somebody was sent."""
    found = [what.search(text) for text in texts(play, letters, who)]
    return [one[1] for one in found if one][-1]


def said(answer: Answer) -> str:
    """Return the large words of a page: who is in, or why not."""
    found = re.search(r'data-testid="result"[^>]*>(.*?)</p>', answer.body, re.DOTALL)
    return html.unescape(found[1]) if found else ""


@asynccontextmanager
async def hall(
    folder: Path, guests: int = 2, more: str = "名额9人", patience: Patience = PATIENCE
) -> AsyncIterator[Hall]:
    """Open an activity with so many guests on its list, on its day, an hour before it starts."""
    async with stage(folder) as play:
        await publish(play, more)
        for n in range(1, guests + 1):
            await sign_up(play, *stranger(n))
        play.clock.now = DOORS_OPEN
        app = web.Application(client_max_size=64 * 1024)
        words = Words(play.config.texts)
        pages = event_pages(
            play.database,
            play.reception.office,
            words,
            KEYS,
            play.clock,
            wake=lambda: None,
            patience=patience,
        )
        for path, build in pages.items():
            app.add_subapp(path, build())
        server = TestServer(app)
        await server.start_server()
        opened = Hall(play, str(server.make_url("")).rstrip("/"))
        try:
            yield opened
        finally:
            for phone in opened.phones:
                await phone.session.close()
            await server.close()
