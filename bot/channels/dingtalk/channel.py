"""DingTalk as a channel."""

import asyncio
import random
from collections.abc import Callable

import aiohttp

from bot.channels.base import Health, Letter, OpenFile, Receipt, SendFault, Take
from bot.channels.dingtalk.access import DingTalkAccess, Pace
from bot.channels.dingtalk.client import Client, open_session
from bot.channels.dingtalk.files import Files
from bot.channels.dingtalk.gateway import Gateway
from bot.channels.dingtalk.hearing import Hearing
from bot.channels.dingtalk.inbound import CHANNEL, Inbound
from bot.channels.dingtalk.known_cards import KnownCards
from bot.channels.dingtalk.media import Media
from bot.channels.dingtalk.origins import Origins
from bot.channels.dingtalk.outbound import Sender
from bot.channels.dingtalk.stream import Stream
from handlers.ports import Clock, Text

STOPPED_RETRY = 1.0


class DingTalk:
    """The organisation's robot: listens on a stream, answers over HTTP, on one session."""

    name = CHANNEL

    def __init__(
        self,
        access: DingTalkAccess,
        say: Callable[[Text], str],
        clock: Clock,
        chance: random.Random,
        *,
        open_file: OpenFile,
        pace: Pace | None = None,
        session: Callable[[], aiohttp.ClientSession] = open_session,
    ) -> None:
        """`say` words the new status of a pressed card, `open_file` reads what is to be sent,
        `session` makes the one HTTP session.
        """
        self._access = access
        self._say = say
        self._clock = clock
        self._chance = chance
        self._pace = pace or Pace()
        self._make_session = session
        self._open_session: aiohttp.ClientSession | None = None
        self._known = KnownCards()
        self._origins = Origins(access)
        self._client = Client(access, self._session, clock, chance)
        self._media = Media(self._client, open_file)
        self._sender = Sender(
            access, self._client, self._origins, self._known, clock, media=self._media
        )
        self._files = Files(self._client, self._session, self._origins)
        self._hearing: Hearing | None = None
        self._stream: Stream | None = None
        self._ending: asyncio.Task[None] | None = None

    async def run(self, take: Take) -> None:
        """Listen until cancelled or stopped; acknowledge each frame after `take` returned."""
        if self._ending is not None:
            return
        inbound = Inbound(self._access.robot_code, self._origins, self._clock, self._known.place)
        self._hearing = Hearing(inbound, self._pace, take, self._say)
        gateway = Gateway(self._access, self._pace, self._session)
        self._stream = Stream(gateway, self._pace, self._chance, self._hearing)
        try:
            await self._stream.keep()
        finally:
            await self.stop()

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        return await self._sender.send(letter)

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes. Raises FetchFault."""
        return await self._files.fetch(robot or self._access.robot_code, code, limit)

    def health(self) -> Health:
        """Say whether messages can come in."""
        return self._stream.health() if self._stream else Health(False, "not started")

    async def stop(self) -> None:
        """Stop reading, let acknowledgements in flight out, close."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        # Whoever waits may be cancelled; the end goes on.
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        if self._stream is not None:
            await self._stream.stop_reading()
        if self._hearing is not None:
            await self._hearing.finish(self._pace.stop)
        if self._stream is not None:
            await self._stream.close()
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
