"""A WeChat official account (公众号) as a channel."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import aiohttp
from aiohttp import web

from bot.channels.base import (
    Confirmed,
    Delivered,
    FetchFault,
    Health,
    Letter,
    Manner,
    OpenFile,
    Receipt,
    SendFault,
    SendUnknown,
    Take,
    Window,
)
from bot.channels.http import open_session
from bot.channels.media import Media
from bot.channels.tencent.answering import Answering
from bot.channels.tencent.called import Callback, Deaf, Taking
from bot.channels.tencent.heard import Heard, name_of
from bot.channels.tencent.pace import Pace
from bot.channels.tencent.passive import Calls
from bot.channels.tencent.seal import Seal
from bot.channels.wechat import reports
from bot.channels.wechat.access import NAME, WeChatAccess
from bot.channels.wechat.allowance import Allowance
from bot.channels.wechat.client import Client
from bot.channels.wechat.inbound import QUICK, Inbound
from bot.channels.wechat.masses import STAYS, Masses, is_mass
from bot.channels.wechat.outbound import LIMIT, Sender, media_type
from bot.channels.wechat.reading import Reading
from bot.hub.base import Hub
from bot.keys import Keys
from flows.office import Door
from handlers.ports import Clock

log = logging.getLogger(__name__)

STOPPED_RETRY = 1.0
PREFIX = "/wechat"
LEFT = "unsubscribe"
MANNER = Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=LIMIT)
"""What an official account can show: text, in 1:1 chats."""


Left = Callable[[str, str, datetime], Awaitable[None]]
"""Write down when somebody took an account of a channel away; returns after the commit."""


Settled = Callable[[str, str, Confirmed], Awaitable[None]]
"""Write down what a channel's platform says of a message, by its receipt; after the commit."""


async def unsettled(channel: str, key: str, told: Confirmed) -> None:
    """Write nothing down."""


async def unnoted(channel: str, account: str, at: datetime) -> None:
    """Write nothing down."""


class WeChat:
    """The account: called by the platform, it answers on the call or pushes."""

    name = NAME

    def __init__(
        self,
        access: WeChatAccess,
        clock: Clock,
        chance: random.Random,
        *,
        greeting: Callable[[], str],
        open_file: OpenFile,
        left: Left = unnoted,
        settled: Settled = unsettled,
        steady: Clock | None = None,
        hub: Hub | None = None,
        keys: Keys | None = None,
        pace: Pace | None = None,
        answers: bool = True,
        session: Callable[[], aiohttp.ClientSession] = open_session,
    ) -> None:
        """`greeting` words what is taken as said by who begins to follow; `left` hears of who
        does not any more, `settled` of what became of messages that the platform had taken;
        `open_file` reads what is to be sent.

        `answers`: what is answered comes from this process, so that it can come on the call.
        `steady` times what another clock may not move; `hub` and `keys` share the access token,
        sealed. Raises ValueError for an EncodingAESKey that is none.
        """
        self._clock = clock
        self._pace = pace or Pace()
        self._left = left
        self._settled = settled
        self._answers = answers
        self._make_session = session
        self._open_session: aiohttp.ClientSession | None = None
        self._take: Take | None = None
        self._stopped = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None
        self._client = Client(
            access,
            self._session,
            clock,
            chance,
            steady=steady,
            hub=hub,
            keys=keys,
            patience=self._pace.call,
        )
        self._media = Media(self._client.api, open_file, media_type)
        seal = Seal(access.token, access.aes_key, access.app_id)
        reading = Reading(seal, plaintext=access.plaintext)
        self._calls = Calls(self._pace, reading.nothing)
        self._allowance = Allowance()
        self._inbound = Inbound(greeting, timedelta(seconds=self._pace.answer))
        self._sender = Sender(
            access.app_id,
            self._client.api,
            clock,
            answering=Answering(self._calls, seal, clock),
            allowance=self._allowance,
            media=self._media,
        )
        self._masses = Masses(access.app_id, self._client.api, LIMIT)
        self._callback = Callback(reading, self._calls, self._pace, clock, self._hear)

    @property
    def manner(self) -> Manner:
        """Say what it can show."""
        return MANNER

    def pages(self) -> Mapping[str, Callable[[], web.Application]]:
        """Return what the platform calls, by the path below which it is served."""
        return {PREFIX: self._callback.application}

    async def run(self, take: Take) -> None:
        """Hear until cancelled or stopped; a call is answered after `take` returned."""
        self._take = take
        proving = asyncio.create_task(self._prove(), name="wechat-token")
        try:
            await self._stopped.wait()
        finally:
            self._take = None
            self._allowance.forget()
            proving.cancel()
            await asyncio.gather(proving, return_exceptions=True)

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        if is_mass(letter.to):
            return await self._masses.send(letter)
        return await self._sender.send(letter)

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of mass sends. Raises SendFault."""
        return await self._masses.confirmed(asked)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that sending it counts against; None = it is not limited."""
        return self._masses.window(letter) or self._sender.window(letter)

    def batch(self, letter: Letter) -> str:
        """Share no call."""
        return ""

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Share no call."""
        raise AssertionError("no letter of this channel names a call to share")

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take nothing back: the platform cannot."""
        return {one.id: STAYS if is_mass(one.to) else "not possible" for one in sent}

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes. Raises FetchFault."""
        if self._ending is not None:
            raise FetchFault("channel.stopped", STOPPED_RETRY)
        return await self._client.api.media(code, limit)

    def health(self) -> Health:
        """Say whether messages can come in and go out."""
        if self._take is None:
            return Health(False, "not started")
        return Health(not self.trouble, self.trouble)

    @property
    def trouble(self) -> str:
        """Say what keeps it from sending, in English; it knows without hearing too."""
        return self._client.standing.trouble

    async def stop(self) -> None:
        """Hear nothing new, let answers out, close."""
        if self._ending is None:
            self._stopped.set()
            self._ending = asyncio.create_task(self._end())
        # Whoever waits may be cancelled; the end goes on.
        await asyncio.shield(self._ending)

    def _hear(self, said: Heard) -> Taking | None:
        """Raises BadCallback and Deaf."""
        take, name = self._take, name_of(said)
        arrival = self._inbound.arrival(said, self._clock())
        known = self._calls.find(name) is not None
        leaves, report = said.event == LEFT, reports.report(said)
        if (arrival is not None or leaves or report) and take is None and not known:
            raise Deaf
        if not known and take is not None:
            self._note(said)
        if leaves:
            return Taking(name, lambda: self._left(NAME, said.account, said.at), answers=False)
        if report is not None:
            key, told = report
            return Taking(name, lambda: self._settled(NAME, key, told), answers=False)
        if arrival is None:
            return None

        async def taking() -> None:
            if take is None:
                raise Deaf
            await take(arrival)

        return Taking(name, taking, answers=self._answers)

    def _note(self, said: Heard) -> None:
        """Count what somebody may be sent by now."""
        now = self._clock()
        if said.kind != "event":
            self._allowance.heard(said.account, "message", now)
        elif said.event in QUICK:
            begins = said.event == "subscribe"
            self._allowance.heard(said.account, "subscription" if begins else "event", now)
        elif said.event == LEFT:
            self._allowance.left(said.account)

    async def _prove(self) -> None:
        """Get a token at the start: what is wrong with the account shows before it is needed."""
        while True:
            with suppress(SendFault, SendUnknown):
                await self._client.tokens.valid()
            await asyncio.sleep(self._pace.prove)

    async def _end(self) -> None:
        await self._calls.close(self._pace.stop)
        await self._media.close()
        await self._client.close()
        if self._open_session is not None:
            await self._open_session.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._ending is not None:
            raise SendFault("channel.stopped", STOPPED_RETRY)
        if self._open_session is None:
            self._open_session = self._make_session()
        return self._open_session
