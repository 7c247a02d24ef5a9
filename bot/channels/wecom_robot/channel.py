"""The channel of group robots: markdown, pictures and files into groups, and nothing back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import aiohttp
from yarl import URL

from bot.channels.base import (
    Delivered,
    Enclosure,
    FetchFault,
    Health,
    Hook,
    Letter,
    Manner,
    NoFile,
    NotYet,
    OpenFile,
    Receipt,
    SendFault,
    Singly,
    Take,
    Window,
)
from bot.channels.http import OneSession, Session, open_session, spread
from bot.channels.media import PARALLEL, SLOW_RETRY, Media
from bot.channels.tencent.exchange import NOT_SENT_RETRY, TRANSFER, Exchange
from bot.channels.wecom_robot import payloads
from bot.channels.wecom_robot.origin import is_robot, upload_address
from bot.channels.wecom_robot.payloads import LIMIT
from bot.channels.wecom_robot.refusals import NO_MEDIUM, checked
from flows.office import Door

NAME = "wecom_robot"
MANNER = Manner(
    door=Door.STAFF_GROUP,
    cards=False,
    limit=LIMIT,
    hears=False,
    hears_groups=False,
    shows=payloads.fits,
)
"""What a robot can show: text in groups of the organisation's own people."""
PER_MINUTE = 18
"""The platform refuses the 21st (path/91770, "不能超过20条/分钟"); two are left for whoever else
may know the address."""
MINUTE = 60.05
"""Whether the platform's minute slides nobody says: ours does, with a rest for odd clocks."""
PICTURES = 2
"""So many pictures of two megabytes leave at a time: more would share the office's uplink, and none
would arrive in its time (SLOWEST in bot/channels/uplink.py)."""
QUEUED = 10.0  # seconds until a picture that waits for them is tried later
PICTURE = aiohttp.ClientTimeout(total=18, connect=5)
"""Besides what its bytes may take; with QUEUED shorter than the delivery of a file may take
(bot/delivery/flights.py)."""
GONE_RETRY = 5.0


class WeComRobots(Singly):
    """Every robot whose address was registered; each is limited, rests and goes by itself."""

    name = NAME

    def __init__(
        self,
        api_base: str,
        open_file: OpenFile,
        chance: random.Random,
        session: Session = open_session,
    ) -> None:
        """`api_base` is where keys may be sent; `open_file` reads what is to be sent."""
        self._api_base = api_base
        self._open_file = open_file
        self._session = OneSession(session)
        self._jitter = spread(chance)
        self._exchange = Exchange(self._session, self._jitter)
        self._media: dict[str, Media] = {}  # by address: what a robot uploaded is its own
        self._room = asyncio.Semaphore(PARALLEL)
        self._easel = asyncio.Semaphore(PICTURES)
        self._over = asyncio.Event()

    @property
    def manner(self) -> Manner:
        """Say what it can show."""
        return MANNER

    async def run(self, take: Take) -> None:
        """Hear nothing until cancelled or stopped."""
        await self._over.wait()

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once: the platform knows no repetition. Raises SendFault or SendUnknown."""
        if letter.update:
            raise SendFault("card.unsupported", None)
        hook = letter.hook
        if hook is None:
            raise SendFault("webhook.unknown", None)
        if not is_robot(hook.address, self._api_base):
            raise SendFault("webhook.foreign", None)
        file = letter.message.file
        if file is not None and payloads.fits(file):
            try:
                await self._show(hook, file)
            except SendFault as told:
                if told.retry_after is not None or told.gone or not letter.message.instead:
                    raise
            else:
                return Receipt(via="webhook")
        await self._say(hook, payloads.markdown(letter.message))
        return Receipt(via="webhook", in_words=file is not None)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate of the group's robot."""
        return Window(letter.to, PER_MINUTE, MINUTE)

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take nothing back: the platform cannot."""
        return {one.id: "custom.robot" for one in sent}

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Fetch nothing: nobody sends a robot a file."""
        raise FetchFault("not.heard", None)

    def health(self) -> Health:
        """Say that messages can go out; a robot that cannot shows in its deliveries."""
        return Health(ready=True)

    async def stop(self) -> None:
        """Close."""
        self._over.set()
        self._session.end()
        for media in self._media.values():
            await media.close()
        await self._session.close()

    async def _show(self, hook: Hook, file: Enclosure) -> None:
        if payloads.is_picture(file):
            await self._show_picture(hook, file)
            return
        media = self._media_of(hook)
        name = await media.of(file)
        try:
            await self._say(hook, payloads.file(name))
        except SendFault as told:
            if told.code != NO_MEDIUM:
                raise
            media.forget(file)  # they are kept for three days
            raise SendFault(told.code, GONE_RETRY) from None

    async def _show_picture(self, hook: Hook, file: Enclosure) -> None:
        # Who waited for too long has certainly not sent anything.
        try:
            async with asyncio.timeout(QUEUED):
                await self._easel.acquire()
        except TimeoutError:
            raise NotYet("media.slow", SLOW_RETRY) from None
        try:
            await self._say(hook, payloads.picture(await self._content(file)), PICTURE)
        finally:
            self._easel.release()

    async def _say(
        self, hook: Hook, body: Mapping[str, object], within: aiohttp.ClientTimeout | None = None
    ) -> None:
        url = URL(hook.address, encoded=True)
        reply = await self._exchange("POST", url, body, within=within)
        checked("a group robot", reply, self._jitter)

    async def _content(self, file: Enclosure) -> bytes:
        try:
            return await self._open_file(file)
        except NoFile:
            raise SendFault("file.unreadable", None) from None

    def _media_of(self, hook: Hook) -> Media:
        known = self._media.get(hook.address)
        if known is None:
            uploads = _Uploads(self._exchange, self._jitter, upload_address(hook.address))
            known = Media(
                uploads, self._open_file, _kind, room=self._room, name=lambda one: one.name
            )
            self._media[hook.address] = known
        return known


class _Uploads:
    """Where the files of one robot go."""

    def __init__(self, exchange: Exchange, jitter: Callable[[float], float], url: URL) -> None:
        self._exchange = exchange
        self._jitter = jitter
        self._url = url

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        """Upload a file and return its media id; nobody sees it yet. Raises SendFault."""
        # The group is shown this name: percent signs would stand in it where it is quoted.
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", BytesIO(content), filename=name, content_type=mime)
        reply = await self._exchange(
            "POST", self._url, form, repeatable=True, within=TRANSFER, size=len(content)
        )
        checked("an upload", reply, self._jitter, repeatable=True)
        media = (reply.body or {}).get("media_id")
        if not isinstance(media, str) or not media:
            raise SendFault("media.missing", self._jitter(NOT_SENT_RETRY))
        return media


def _kind(file: Enclosure) -> str:
    return "file"
