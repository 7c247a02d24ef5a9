"""DingTalk as a channel."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence

from bot.channels.base import (
    Count,
    Delivered,
    Health,
    Letter,
    Manner,
    NoteRead,
    OpenFile,
    Read,
    Receipt,
    SendFault,
    Take,
    Window,
)
from bot.channels.dingtalk.access import DingTalkAccess, Pace
from bot.channels.dingtalk.client import Client
from bot.channels.dingtalk.exchange import Exchange
from bot.channels.dingtalk.files import Files
from bot.channels.dingtalk.gateway import Gateway
from bot.channels.dingtalk.hearing import Hearing
from bot.channels.dingtalk.hooks import Hooks
from bot.channels.dingtalk.inbound import CHANNEL, Inbound
from bot.channels.dingtalk.known_cards import KnownCards
from bot.channels.dingtalk.origins import Origins
from bot.channels.dingtalk.outbound import Sender
from bot.channels.dingtalk.pacing import Gate
from bot.channels.dingtalk.payloads import media_type
from bot.channels.dingtalk.recall import Recaller
from bot.channels.dingtalk.stream import Stream
from bot.channels.http import OneSession, Session, open_session, spread
from bot.channels.media import Media
from bot.hub.base import Hub
from bot.keys import Keys
from handlers.ports import Clock, Text

WITHDRAWN = "—"


def unread(read: Read) -> None:
    """Let nobody know that a message was read."""


def uncounted(quota: str, number: int) -> None:
    """Let the month's quota be."""


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
        read: NoteRead = unread,
        count: Count = uncounted,
        steady: Clock | None = None,
        hub: Hub | None = None,
        keys: Keys | None = None,
        withdrawn: str = WITHDRAWN,
        pace: Pace | None = None,
        session: Session = open_session,
    ) -> None:
        """`say` words the new status of a pressed card, `open_file` reads what is to be sent.

        `read` and `count` are told what was read and what the month pays for. `steady` stamps and
        times what another clock may not move; `hub` and `keys` share the access token, sealed.
        `withdrawn` is what a card says that was taken back; `session` makes the one HTTP session.
        """
        self._access = access
        self._say = say
        self._clock = clock
        self._chance = chance
        self._pace = pace or Pace()
        self._session = OneSession(session)
        self._read = read
        self._count = count
        self._known = KnownCards()
        self._origins = Origins(access)
        steady, jitter = steady or clock, spread(chance)
        self._client = Client(
            access,
            Exchange(self._session, jitter),
            Gate(),
            jitter,
            count,
            steady=steady,
            hub=hub,
            keys=keys,
        )
        self._media = Media(self._client, open_file, media_type)
        hooks = Hooks(self._client, self._origins, steady)
        self._sender = Sender(
            access,
            self._client,
            self._origins,
            self._known,
            clock,
            media=self._media,
            hooks=hooks,
        )
        self._recaller = Recaller(self._client, access.robot_code, withdrawn)
        self._files = Files(self._client, self._session, self._origins)
        self._hearing: Hearing | None = None
        self._stream: Stream | None = None
        self._silencing: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    @property
    def manner(self) -> Manner:
        """Say what it can show: a card where there is a template for it."""
        return Manner(cards=self._access.card_template_id is not None)

    async def run(self, take: Take) -> None:
        """Listen until cancelled or stopped; acknowledge each frame after `take` returned.

        Sending goes on after a cancelled run, and another run may follow.
        """
        if self._ending is not None:
            return
        inbound = Inbound(
            self._access.robot_code,
            self._origins,
            self._clock,
            self._known.place,
            shown=self._known.shown_by,
            count=self._count,
        )
        self._hearing = Hearing(
            inbound, self._pace, take, self._say, read=self._read, count=self._count
        )
        gateway = Gateway(self._access, self._pace, self._session)
        self._stream = Stream(gateway, self._pace, self._chance, self._hearing)
        try:
            await self._stream.keep()
        finally:
            # Whoever waits may be cancelled; the acknowledgements go out all the same.
            self._silencing = asyncio.create_task(self._fall_silent())
            await asyncio.shield(self._silencing)

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        return await self._sender.send(letter)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that sending it counts against; None = it is not limited."""
        return self._sender.window(letter)

    def batch(self, letter: Letter) -> str:
        """Name the call it can share with others of the same name; empty = none."""
        return self._sender.batch(letter)

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Deliver at most 20 letters that share a call. Raises SendFault or SendUnknown."""
        return await self._sender.send_batch(letters)

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take messages back; by id, empty = it is gone, else why not. Raises nothing."""
        return await self._recaller.recall(sent)

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes. Raises FetchFault."""
        return await self._files.fetch(robot or self._access.robot_code, code, limit)

    def health(self) -> Health:
        """Say whether messages can come in."""
        return self._stream.health() if self._stream else Health(False, "not started")

    async def stop(self) -> None:
        """Stop reading, let acknowledgements in flight out, close."""
        if self._ending is None:
            self._session.end()
            self._ending = asyncio.create_task(self._end())
        # Whoever waits may be cancelled; the end goes on.
        await asyncio.shield(self._ending)

    async def _fall_silent(self) -> None:
        """Stop reading, let acknowledgements in flight out, close the stream."""
        stream, hearing = self._stream, self._hearing  # another run may begin meanwhile
        if stream is not None:
            await stream.stop_reading()
        if hearing is not None:
            await hearing.finish(self._pace.stop)
        if stream is not None:
            await stream.close()

    async def _end(self) -> None:
        await self._fall_silent()
        await self._media.close()
        await self._client.close()
        await self._session.close()
