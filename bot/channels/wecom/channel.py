"""The app of 企业微信 as a channel: called by the platform, it answers on the call or pushes."""

from __future__ import annotations

import asyncio
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
from bot.channels.tencent.heard import Heard, field, name_of
from bot.channels.tencent.pace import Pace
from bot.channels.tencent.passive import Calls
from bot.channels.tencent.seal import Seal
from bot.channels.wecom.access import NAME, WeComAccess
from bot.channels.wecom.client import Client
from bot.channels.wecom.codes import Codes, HeldCodes
from bot.channels.wecom.groups import Groups
from bot.channels.wecom.inbound import LEFT, Inbound
from bot.channels.wecom.outbound import Sender
from bot.channels.wecom.payloads import LIMIT, TEXT, button_reply, carries, media_type
from bot.channels.wecom.reading import Reading
from bot.hub.base import Hub
from bot.keys import Keys
from flows.office import Door
from handlers.ports import Answered, Arrival, Clock, Text

STOPPED_RETRY = 1.0
PREFIX = "/wecom"
CHOOSE = Text("door.choose")
"""What a card says whose text stands elsewhere."""

Left = Callable[[str, str, datetime], Awaitable[None]]
"""Write down when somebody took an account of a channel away; returns after the commit."""


async def unnoted(channel: str, account: str, at: datetime) -> None:
    """Write nothing down."""


def manner_of(*, plugin: bool) -> Manner:
    """Say what the app can show; who reads in WeChat (`plugin`) sees text alone."""
    return Manner(
        door=Door.PRIVATE,
        cards=not plugin,
        limit=LIMIT,
        group_cards=False,
        carries=carries,
        card_text=TEXT,
        hears_groups=False,
    )


class WeCom:
    """The app: members of the organisation write to it, press its cards and read it."""

    name = NAME

    def __init__(
        self,
        access: WeComAccess,
        clock: Clock,
        chance: random.Random,
        *,
        say: Callable[[Text], str],
        open_file: OpenFile,
        left: Left = unnoted,
        codes: Codes | None = None,
        owners: Mapping[str, str] = {},
        steady: Clock | None = None,
        hub: Hub | None = None,
        keys: Keys | None = None,
        pace: Pace | None = None,
        answers: bool = True,
        session: Callable[[], aiohttp.ClientSession] = open_session,
    ) -> None:
        """`say` words what a pressed card says; `open_file` reads what is to be sent; `left`
        hears of who may not see the app any more; `codes` keeps what lets cards be changed;
        `owners` says who owns which customer group.

        `answers`: what is answered comes from this process, so that it can come on the call.
        `steady` times what another clock may not move; `hub` and `keys` share the access token,
        sealed. Raises ValueError for an EncodingAESKey that is none.
        """
        self._clock = clock
        self._pace = pace or Pace()
        self._say = say
        self._left = left
        self._answers = answers
        self._make_session = session
        self._open_session: aiohttp.ClientSession | None = None
        self._take: Take | None = None
        self._stopped = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None
        self._manner = manner_of(plugin=access.plugin)
        self._codes = codes or HeldCodes()
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
        self._media = Media(self._client.api, open_file, media_type, name=lambda file: file.name)
        seal = Seal(access.token, access.aes_key, access.corp_id)
        reading = Reading(seal, access.agent_id)
        self._calls = Calls(self._pace, reading.nothing)
        self._inbound = Inbound(timedelta(seconds=self._pace.answer))
        self._answering = Answering(self._calls, seal, clock)
        self._sender = Sender(
            access,
            self._client.api,
            answering=self._answering,
            calls=self._calls,
            media=self._media,
            codes=self._codes,
            choose=lambda: say(CHOOSE),
        )
        self._groups = Groups(
            self._client.api,
            self._media,
            app=f"wecom:{access.agent_id}",
            owners=owners,
            plugin=access.plugin,
        )
        self._callback = Callback(reading, self._calls, self._pace, clock, self._hear)

    @property
    def manner(self) -> Manner:
        """Say what it can show."""
        return self._manner

    @property
    def client(self) -> Client:
        """What else calls the platform for this app shares its token."""
        return self._client

    def pages(self) -> Mapping[str, Callable[[], web.Application]]:
        """Return what the platform calls, by the path below which it is served."""
        return {PREFIX: self._callback.application}

    async def run(self, take: Take) -> None:
        """Hear until cancelled or stopped; a call is answered after `take` returned."""
        self._take = take
        proving = asyncio.create_task(self._prove(), name="wecom-token")
        try:
            await self._stopped.wait()
        finally:
            self._take = None
            proving.cancel()
            await asyncio.gather(proving, return_exceptions=True)

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        way = self._groups if letter.door.is_group else self._sender
        return await way.send(letter)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that sending it counts against; None = it is not limited."""
        return (self._groups if letter.door.is_group else self._sender).window(letter)

    def batch(self, letter: Letter) -> str:
        """Share no call: who is written to with others gets what nobody can take back alone."""
        return ""

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Share no call."""
        raise AssertionError("no letter of this channel names a call to share")

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take messages back; by id, empty = it is gone, else why not."""
        tasks = [one for one in sent if one.via == "task"]
        others = [one for one in sent if one.via != "task"]
        return {**await self._groups.cancel(tasks), **await self._sender.recall(others)}

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of tasks that wait for the owners of customer groups. Raises SendFault.

        Who waits still is left out.
        """
        return await self._groups.confirmed(asked)

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
        leaves = said.event == LEFT
        if arrival is None and not leaves:
            return None
        if take is None and self._calls.find(name) is None:
            raise Deaf
        if leaves:
            return Taking(name, lambda: self._left(NAME, said.account, said.at), answers=False)
        if arrival is not None and arrival.button is not None:
            pressed, card = arrival, arrival.button.card
            return Taking(name, lambda: self._pressed(take, pressed, card, said))

        async def taking() -> None:
            if take is None or arrival is None:
                raise Deaf
            await take(arrival)

        return Taking(name, taking, answers=self._answers)

    async def _pressed(self, take: Take | None, arrival: Arrival, card: str, said: Heard) -> None:
        """Take a press, and let its call say what becomes of the card."""
        if take is None:
            raise Deaf
        answered = await take(arrival)
        status, code = self._status(answered), field(said.fields, "ResponseCode")
        now = self._clock().timestamp()
        reply = button_reply(said.account, said.to, status, now) if status else ""
        call, written = self._calls.find(arrival.msg_id), False
        if call is not None and call.is_open:
            written = await self._answering.reply(call, arrival.msg_id, reply)
        if (
            code
            and status
            and not written
            and await self._sender.settle(said.account, code, status)
        ):
            return  # the code is used up
        if code:
            await self._codes.put(card, code)

    def _status(self, answered: Answered) -> str:
        """Word what stands instead of the buttons; a card that can still be pressed keeps them."""
        over = answered.card_status is not None and answered.card_over
        return self._say(answered.card_status) if over and answered.card_status else ""

    async def _prove(self) -> None:
        """Use the app at the start: what is wrong with it shows before it is needed."""
        while True:
            with suppress(SendFault, SendUnknown):
                await self._client.prove()
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
