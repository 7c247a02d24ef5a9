"""From a file's download code to the file in our keeping: fetched, checked, encrypted."""

import asyncio
import io
import logging
import re
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import filetype

from bot.channels.base import Enclosure, FetchFault
from bot.ending import ended
from bot.extensions import extension_of
from bot.folder import Folder
from bot.keys import Keys
from bot.listed import MIMES, listed_type
from bot.logs import place_of
from bot.markup import visible
from bot.storage.attachments import MADE, READ
from bot.storage.database import Database
from bot.storage.rows import Attached, Fetch
from flows.engine.words import Key
from flows.office import Content
from handlers.drafts import leave_out
from handlers.ports import Clock, Post, Text, ToPerson

log = logging.getLogger(__name__)

PARALLEL = 4
TRIES = 5
FIRST_PAUSE = 2.0
FETCH_WITHIN = 120.0
CLAIMED_FOR = timedelta(seconds=150)  # among several processes; longer than a fetch may take
READ_FOR = timedelta(seconds=30)  # longer than it takes to read one
POLL = 1.0
LONGEST_NAME = 60  # characters: a system may allow no more than 255 bytes
TOO_LARGE = "too.large"  # how a channel names a file beyond the limit it was given

# How office documents show themselves inside their zip container, whose order is free.
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OFFICE_MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|]')


class Refusal(Exception):
    """A file that is not kept; `reason` is the last part of the text key that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be kept."""

    types: Collection[str]  # extensions by content
    megabytes: int
    nameless: timedelta = timedelta(days=1)  # a file without a row stays so long

    @property
    def max_bytes(self) -> int:
        """The size limit of one file."""
        return self.megabytes * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in our keeping."""

    sha256: str
    mime: str
    size: int
    written: int | None = None  # when we wrote it, in ns; None = it was here before


class Vault:
    """The folder of files, with what may be in it."""

    def __init__(self, folder: Path, keys: Keys, limits: Limits) -> None:
        self._folder = Folder(folder, keys)
        self.limits = limits

    def keep(self, data: bytes) -> Kept:
        """Check a file by its content and store it. Raises Refusal. Blocks: call it in a thread."""
        if len(data) > self.limits.max_bytes:
            raise Refusal("too_big")
        if _is_locked(data):
            raise Refusal("locked")
        extension, mime = type_of(data)
        if extension not in self.limits.types:
            raise Refusal("forbidden")
        name = sha256(data).hexdigest()
        return Kept(name, mime, len(data), self._folder.write(name, data))

    def take_back(self, kept: Kept) -> None:
        """Remove what was kept for a row that was not made, unless it was kept again since.

        What was here before is left alone: it may have a row. Blocks: call it in a thread.
        """
        if kept.written is not None:
            self._folder.take_back(kept.sha256, kept.written)

    def read(self, name: str) -> bytes:
        """Return a stored file. Raises NoFile. Blocks: call it in a thread."""
        return self._folder.read(name)

    def holds(self, name: str) -> bool:
        """Say whether a stored file can be read, all of it. Blocks for as long as reading it."""
        return self._folder.holds(name)

    def remove(self, name: str) -> bool:
        """Remove a file that no row names, if it was not kept lately; say whether it was.

        Blocks: call it in a thread.
        """
        return self._folder.remove(name, self.limits.nameless)

    def idle(self, beginning: str, since: datetime) -> Sequence[str]:
        """Return the files whose names begin so, kept last after `since`, but not lately.

        Blocks: call it in a thread.
        """
        return self._folder.idle(beginning, self.limits.nameless, since)

    def path(self, name: str) -> Path:
        """Say where the file of a hash lies."""
        return self._folder.path(name)


class Source(Protocol):
    """Where a file comes from: a channel, or who makes it."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Return the file. Raises FetchFault."""


class Reads(Protocol):
    """Who brings in what is in a file, once it is in our keeping."""

    async def read(self, fetch: Fetch) -> None:
        """Read the file of an asking, or look again later."""


class Fetcher:
    """Fetch what came with messages, at once: download codes soon expire."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Source],
        vault: Vault,
        limits: Limits,
        clock: Clock,
        *,
        wake: Callable[[], None],
        reader: Reads | None = None,
    ) -> None:
        """Without a reader files that are to be read wait for a process that has one."""
        self._database = database
        self._reader = reader
        self._channels = channels
        self._vault = vault
        self._limits = limits
        self._clock = clock
        self._wake_delivery = wake
        self._woken = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look for files now: something was committed."""
        self._woken.set()

    def start(self) -> None:
        """Begin to fetch."""
        self._loop = asyncio.create_task(self._run(), name="attachments")

    async def stop(self) -> None:
        """End; what is not fetched waits for the next start."""
        await ended([self._loop])

    async def turn(self) -> int:
        """Fetch what is due now and say how much it was."""
        fetches = await self._due()
        ends = await asyncio.gather(
            *(self._guarded(fetch) for fetch in fetches), return_exceptions=True
        )
        # Only now: whoever is still on the way would be fetched a second time.
        for end in ends:
            if end is not None:
                raise end
        return len(fetches)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                if await self.turn():
                    continue
            except Exception as error:  # the worker outlives a database that is down
                log.error("attachments wait: %s", place_of(error))
                await asyncio.sleep(POLL)
            try:
                async with asyncio.timeout(POLL):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _due(self) -> Sequence[Fetch]:
        async with self._database.read() as tx:
            fetches = await tx.attachments.pending(PARALLEL)
        if not fetches or not self._database.shared:
            return fetches
        async with self._database.begin() as tx:
            now = self._clock()
            return await tx.attachments.claim(PARALLEL, now + CLAIMED_FOR, now + READ_FOR)

    async def _guarded(self, fetch: Fetch) -> None:
        try:
            await (self._read if fetch.channel == READ else self._fetch)(fetch)
        except FetchFault as fault:
            await self._missed(fetch, fault)
        except Refusal as refusal:
            await self._refuse(fetch, refusal.reason)
        except Exception as error:  # a defect costs this file only
            log.error("attachment=%s broke off: %s", fetch.id, place_of(error))
            if fetch.channel == READ:
                await self._read_later(fetch)
                return
            await self._missed(fetch, FetchFault("defect", FIRST_PAUSE))

    async def _read(self, fetch: Fetch) -> None:
        if self._reader is None:
            async with self._database.begin() as tx:
                await tx.readings.put_off(fetch, self._clock() + CLAIMED_FOR)
            return
        await self._reader.read(fetch)

    async def _read_later(self, fetch: Fetch) -> None:
        """Let an asking wait that broke off; the reader itself ends what does so too often."""
        pause = timedelta(seconds=FIRST_PAUSE * 2**fetch.attempts)
        async with self._database.begin() as tx:
            await tx.readings.tried(fetch)
            await tx.readings.put_off(fetch, self._clock() + pause)

    async def _fetch(self, fetch: Fetch) -> None:
        channel = self._channels.get(fetch.channel)
        if channel is None:
            raise FetchFault("no_channel", None)
        if not fetch.code:
            raise FetchFault("unreadable", None)
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                data = await channel.fetch(fetch.robot, fetch.code, self._limits.max_bytes)
        except TimeoutError:
            raise FetchFault("timeout", FIRST_PAUSE) from None
        kept = await asyncio.to_thread(self._vault.keep, data)
        async with self._database.begin() as tx:
            await tx.attachments.stored(fetch.id, kept.sha256, kept.mime, kept.size)
            await tx.readings.hurry(fetch.id)
            if fetch.channel == MADE:
                await tx.post([_handed(fetch)], {})
        if fetch.channel == MADE:
            self._wake_delivery()
        log.info("attachment=%s stored bytes=%d", fetch.id, kept.size)

    async def _missed(self, fetch: Fetch, fault: FetchFault) -> None:
        if fault.code == TOO_LARGE:
            await self._refuse(fetch, "too_big")
        elif fault.retry_after is None or fetch.attempts + 1 >= TRIES:
            await self._refuse(fetch, "gone", fault.code)
        else:
            pause = max(fault.retry_after, FIRST_PAUSE * 2**fetch.attempts)
            async with self._database.begin() as tx:
                await tx.attachments.retry(fetch.id, self._clock() + timedelta(seconds=pause))
            log.info("attachment=%s again later: %s", fetch.id, fault.code)

    async def _refuse(self, fetch: Fetch, reason: str, code: str = "") -> None:
        post = Post(
            to=ToPerson(fetch.person),
            content=Content.NOTICE,
            parts=(Text(f"file.{reason}", self._blanks(fetch, reason)),),
            dedupe=f"file:{fetch.id}",
        )
        async with self._database.begin() as tx:
            await tx.attachments.refused(fetch.id, reason)
            await leave_out(tx, fetch.person, fetch.id)
            # Who wants it read hears what to do instead, from whoever asked for it.
            if not await tx.readings.hurry(fetch.id):
                await tx.post([post], {})
        log.info("attachment=%s refused: %s %s", fetch.id, reason, code)
        self._wake_delivery()

    def _blanks(self, fetch: Fetch, reason: str) -> Mapping[str, Any]:
        limit = self._limits.megabytes if reason == "too_big" else tuple(self._limits.types)
        return {"name": fetch.name or Key(f"file.kind.{fetch.kind}"), "limit": limit}


def _handed(fetch: Fetch) -> Post:
    """Give a file to whoever had it made."""
    return Post(
        to=ToPerson(fetch.person),
        content=Content.BODY,
        parts=(),
        dedupe=f"file:{fetch.id}:made",
        file=fetch.id,
    )


def type_of(data: bytes) -> tuple[str, str]:
    """Tell extension and media type by content; what is not known has none."""
    kind = filetype.guess(data)
    if kind is None:
        found = listed_type(data)
        return found, MIMES.get(found, "")
    if kind.extension == "zip":
        extension = _office_document(data)
        return (extension, _OFFICE_MIME[extension]) if extension else ("zip", str(kind.mime))
    return str(kind.extension), str(kind.mime)


def _is_locked(data: bytes) -> bool:
    """Say whether an office document has a password: then it lies encrypted in an OLE file.

    [MS-OFFCRYPTO] 2.3.1: the package is a stream named EncryptedPackage.
    """
    return data.startswith(_OLE) and _ENCRYPTED in data


def enclosure(attached: Attached, word: str) -> Enclosure:
    """Make a fetched attachment ready to go out; `word` names one that came without a name."""
    extension = extension_of(attached.mime)
    return Enclosure(
        sha256=attached.sha256,
        name=safe_name(attached.name or word, extension),
        extension=extension,
        mime=attached.mime,
        size=attached.size,
    )


def safe_name(name: str, extension: str) -> str:
    """Make a name that any system can keep, ending in what the content is."""
    kept = _UNSAFE_IN_NAMES.sub("_", visible(name)).strip(" .")
    head, _, tail = kept.rpartition(".")
    stem = head if extension and tail.lower() == extension else kept
    return (stem[:LONGEST_NAME].strip(" .") or "_") + (f".{extension}" if extension else "")


def _office_document(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    found = (e for f, e in _OFFICE_FOLDERS.items() if any(n.startswith(f) for n in names))
    return next(found, "")
