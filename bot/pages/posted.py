"""What a page sends: the fields of a form, and files that are kept as they come."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.attachments import Kept, Refusal, Vault, safe_name
from bot.extensions import extension_of
from flows.engine.words import Key
from handlers.ports import Incoming, Text

OTHER = ".other"  # behind a field's name: what was written beside its choices
FIELDS_BYTES = 64 * 1024  # all fields of one form together
WHOLE = 3  # all files of one form together: so many times the limit of one
MOST_PARTS = 100  # fields and files of one form
NO_FORM = (ValueError, LookupError, HttpProcessingError)  # what no browser makes
_CHUNK = 64 * 1024

Mine = Callable[[Mapping[str, str]], bool]
"""Says whether a form is one of ours, by the fields that stand before its files."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a form may take to come, over a poor connection too."""

    form: float
    files: float  # one with files


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form and is in our keeping."""

    name: str
    kept: Kept

    @property
    def incoming(self) -> Incoming:
        """Return it as a file of an arrival; there is nothing to fetch."""
        kinds: Mapping[str, Literal["picture", "audio", "video"]]
        kinds = {"image": "picture", "audio": "audio", "video": "video"}
        return Incoming("", kinds.get(self.kept.mime.partition("/")[0], "file"), self.name)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was sent; `fault` says what is wrong with its files: none of them counts."""

    fields: Mapping[str, str]
    files: tuple[Upload, ...] = ()
    fault: Text | None = None


class Forms:
    """Reads forms; a file is checked, encrypted and written down before the next is read."""

    def __init__(self, vault: Vault, most: int, patience: Patience) -> None:
        self._vault = vault
        self._most = most  # files of one form
        self._patience = patience

    @property
    def limits(self) -> Text:
        """Say what may be sent along."""
        return Text("page.files_hint", {"most": self._most, "limit": self._vault.limits.megabytes})

    @property
    def accepted(self) -> str:
        """Return what a phone offers to pick."""
        return ",".join(f".{one}" for one in self._vault.limits.types)

    async def read(self, request: web.Request, mine: Mine) -> Posted:
        """Read a form; files are read only of one that is ours. Raises HTTPException."""
        if request.content_type == "application/x-www-form-urlencoded":
            return Posted(await typed_in(request, self._patience.form))
        if request.content_type != "multipart/form-data":
            raise web.HTTPUnsupportedMediaType
        whole = WHOLE * self._vault.limits.max_bytes + FIELDS_BYTES
        if request.content_length is None:
            raise web.HTTPLengthRequired
        if request.content_length > whole:
            raise web.HTTPRequestEntityTooLarge(whole, request.content_length)
        files: list[Upload] = []
        posted: Posted | None = None
        try:
            async with asyncio.timeout(self._patience.files):
                posted = await self._parts(request, mine, whole, files)
                return posted
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except NO_FORM:
            raise web.HTTPBadRequest from None
        finally:
            if posted is None or not posted.files:
                await self.discard(files)

    async def discard(self, files: Sequence[Upload]) -> None:
        """Take files back of which no row was made."""
        for one in files:
            await asyncio.to_thread(self._vault.take_back, one.kept)

    async def _parts(
        self, request: web.Request, mine: Mine, whole: int, files: list[Upload]
    ) -> Posted:
        fields: dict[str, str] = {}
        fault: Text | None = None
        room, texts, parts = whole, FIELDS_BYTES, 0
        async for part in await request.multipart():
            parts += 1
            if parts > MOST_PARTS or not isinstance(part, BodyPartReader):
                raise web.HTTPBadRequest
            if part.filename is None:
                data = await _all_of(part, texts)
                texts -= len(data) + len(part.name or "")
                fields[part.name or ""] = data.decode("utf-8", "replace")
                continue
            if not mine(fields):
                return Posted(fields)
            data = await _all_of(part, room, kept=self._vault.limits.max_bytes + 1)
            room -= len(data)
            if not data and not part.filename:
                continue  # nothing was picked
            if fault is None:
                try:
                    files.append(await self._keep(part.filename, data, len(files)))
                except Refusal as refusal:
                    fault = self._fault(refusal.reason, part.filename)
        return Posted(fields, () if fault else tuple(files), fault)

    async def _keep(self, name: str, data: bytes, before: int) -> Upload:
        if before >= self._most:
            raise Refusal("too_many")
        kept = await asyncio.to_thread(self._vault.keep, data)
        return Upload(_harmless(name, extension_of(kept.mime)), kept)

    def _fault(self, reason: str, name: str) -> Text:
        limits = self._vault.limits
        limit: object = limits.megabytes if reason == "too_big" else tuple(limits.types)
        if reason == "too_many":
            return Text("page.too_many", {"limit": self._most})
        return Text(
            f"file.{reason}", {"name": _harmless(name, "") or Key("page.file"), "limit": limit}
        )


async def typed_in(request: web.Request, within: float) -> dict[str, str]:
    """Read the fields of a form without files, in so many seconds. Raises HTTPException."""
    try:
        async with asyncio.timeout(within):
            given = await request.post()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except NO_FORM:
        raise web.HTTPBadRequest from None
    return {name: text for name, text in given.items() if isinstance(text, str)}


async def _all_of(part: BodyPartReader, most: int, *, kept: int | None = None) -> bytes:
    """Read one part to its end, or raise HTTPRequestEntityTooLarge; keep so much of it."""
    data, size = bytearray(), 0
    while chunk := await part.read_chunk(_CHUNK):
        size += len(chunk)
        if size > most:
            raise web.HTTPRequestEntityTooLarge(most, size)
        if kept is None or len(data) < kept:
            data += chunk
    return bytes(data)


def _harmless(name: str, extension: str) -> str:
    """Return the last part of a name, as any system can keep it."""
    plain = name.encode("utf-8", "replace").decode()  # a browser may send what is no text
    return safe_name(plain.replace("\\", "/").rpartition("/")[2], extension)


def typed(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was typed into each field; what was written beside the choices comes first."""
    fields = {name[2:]: text for name, text in given.items() if name.startswith("f.")}
    beside = {
        name.removesuffix(OTHER): text
        for name, text in fields.items()
        if name.endswith(OTHER) and text.strip()
    }
    return {**{name: text for name, text in fields.items() if not name.endswith(OTHER)}, **beside}
