"""Opening a document: what it is, whether it is safe to unpack, and who reads it.

Macros, links to other files and external images are never followed: no reader looks at them.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace

from bot.attachments import type_of
from bot.documents.caps import Caps
from bot.listed import MIMES

_MEGABYTE = 1024 * 1024
_HEAD = 1024  # bytes of a part in which a document type would be declared
_MARKUP = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read; `table` says that rows are those of a spreadsheet, by their place."""

    rows: tuple[tuple[str, ...], ...]
    table: bool = False
    cut: bool = False  # there is more
    long: tuple[int, ...] = ()  # rows, from 1, with a text that is not whole


class Unread(Exception):
    """A file that is not read; `reason` is the last part of the text key that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_document(data: bytes, caps: Caps) -> Contents:
    """Read a DOCX, an XLSX or a list of policies. Raises Unread.

    Blocks for up to some seconds: call it in a thread.
    """
    # Libraries of their own weight: whoever reads nothing does not load them.
    from bot.documents.listed import read_listed  # noqa: PLC0415
    from bot.documents.spreadsheet import read_spreadsheet  # noqa: PLC0415
    from bot.papers.reading import read_text  # noqa: PLC0415

    if len(data) > caps.megabytes * _MEGABYTE:
        raise Unread("large")
    try:
        extension, _ = type_of(data)
        read = {
            "docx": read_text,
            "xlsx": read_spreadsheet,
            **dict.fromkeys(MIMES, read_listed),
        }.get(extension)
        if read is None:
            raise Unread("kind")
        if extension not in MIMES:
            check_package(data, caps)
        found = read(data, caps)
    except Unread:
        raise
    except MemoryError:
        raise Unread("large") from None
    # What the libraries raise about a file that is not whole is of every kind.
    except Exception as error:
        raise Unread("broken") from error
    if not any(any(row) for row in found.rows):
        raise Unread("empty")
    long = (n for n, row in enumerate(found.rows, 1) if any(len(x) > caps.characters for x in row))
    return replace(found, long=tuple(long))


def check_package(data: bytes, caps: Caps) -> None:
    """Refuse what unpacks to too much, or declares entities of its own.

    A part is never unpacked beyond the size it declares (zipfile), so that the sum holds.
    Raises Unread, and whatever zipfile and its packers do about a damaged file.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if sum(part.file_size for part in parts) > caps.unpacked_megabytes * _MEGABYTE:
            raise Unread("large")
        if any(part.flag_bits & 0x1 for part in parts):
            raise Unread("locked")
        for part in parts:
            with package.open(part) as file:
                head = file.read(_HEAD)
            if not _is_markup(part.filename, head):
                continue
            if part.file_size > caps.part_megabytes * _MEGABYTE:
                raise Unread("large")
            if b"<!DOCTYPE" in head:  # no office program writes one
                raise Unread("broken")


def _is_markup(name: str, head: bytes) -> bool:
    """Say whether a part is XML; also one that is called otherwise, as any part may be."""
    return name.lower().endswith(_MARKUP) or b"<" in head.lstrip()[:4]  # behind a BOM


def fitted(text: str, caps: Caps) -> str:
    """Return a text as it is kept: without what surrounds it.

    One that is longer than may be keeps one character too many, by which whoever takes it sees
    that it is not whole.
    """
    return text.strip()[: caps.characters + 1]
