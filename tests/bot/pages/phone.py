"""A phone that opens links, and the pages served from the stage's own rows."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.attachments import Limits, Vault
from bot.channels.base import Letter
from bot.pages import PREFIX, Site
from bot.pages.posted import Patience
from bot.pages.words import Words
from handlers.pages import Pages
from tests.handlers.story import texts
from tests.stage import KEYS, Stage, stage

PATIENCE = Patience(form=30.0, files=300.0)
LINK = re.compile(r"/l/([0-9a-z]{42})")
_FORM = re.compile(r'name="form" value="([0-9a-f]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """Return what is read, without tags."""
        bare = re.sub(r"<(script|style|title).*?</\1>", "", self.body, flags=re.S)
        lines = html.unescape(re.sub(r"<[^>]+>", "\n", bare)).splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())

    @property
    def form(self) -> str:
        """Return the token of the page's forms."""
        found = _FORM.search(self.body)
        assert found is not None, self.text
        return found[1]

    def offers(self, word: str) -> bool:
        """Say whether the page has this act."""
        return f'data-testid="act-{word}"' in self.body


class Phone:
    """One device with its cookies."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def get(self, token: str, more: str = "") -> Answer:
        """Look at a page."""
        async with self.session.get(f"{self.address}{PREFIX}/{token}{more}") as response:
            return await answer_of(response)

    async def post(self, token: str, to: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form and follow where it leads."""
        url = f"{self.address}{PREFIX}/{token}/{to}"
        async with self.session.post(url, data=fields, headers=headers) as response:
            return await answer_of(response)

    async def open(self, token: str, code: str = "") -> Answer:
        """Press 打开办理, or type the code."""
        door = await self.get(token)
        return await self.post(token, "open", {"form": door.form, "code": code})

    async def act(self, token: str, word: str, form: str = "", **fields: str) -> Answer:
        """Fill one act's form on a fresh page and press 提交."""
        form = form or (await self.get(token)).form
        named = {f"f.{name}": text for name, text in fields.items()}
        return await self.post(token, "act", {"form": form, "word": word, **named})


async def answer_of(response: aiohttp.ClientResponse) -> Answer:
    return Answer(response.status, await response.text(), dict(response.headers))


@dataclass(slots=True)
class Office:
    """The stage with its pages open."""

    play: Stage
    site: Site
    address: str
    phones: list[Phone]
    vault: Vault

    def phone(self) -> Phone:
        """Take another device."""
        self.phones.append(Phone(self.address))
        return self.phones[-1]

    async def link(self, who: str, number: str = "1") -> str:
        """Let staff make a link; return what stands in its address."""
        return token_in(await self.play.say(who, f"链接 {number}"))


def token_in(letters: Sequence[Letter]) -> str:
    """Return the token of the newest link in what was sent."""
    found = [LINK.search(letter.message.text) for letter in letters]
    return [one[1] for one in found if one][-1]


def told(office: Office, letters: Sequence[Letter], who: str) -> str:
    """Return what one person was told."""
    return "\n".join(texts(office.play, letters, who))


@asynccontextmanager
async def office(
    folder: Path, overlay: Path | None = None, patience: Patience = PATIENCE
) -> AsyncIterator[Office]:
    """Open the office and its pages."""
    async with stage(folder, overlay) as play:
        limits = Limits(play.config.office.attachments.types, 20)
        vault = Vault(folder / "files", KEYS, limits)
        pages = Pages(play.reception.office, play.config.exposure, play.clock)
        words = Words(play.config.texts)
        site = Site(play.database, pages, words, KEYS, vault, wake=lambda: None, patience=patience)
        app = web.Application(client_max_size=64 * 1024)
        app.add_subapp(PREFIX, site.application())
        server = TestServer(app)
        await server.start_server()
        opened = Office(play, site, str(server.make_url("")).rstrip("/"), [], vault)
        try:
            yield opened
        finally:
            for phone in opened.phones:
                await phone.session.close()
            await server.close()
