"""A new file or none: it is whole when it appears, and nothing that is there is written to."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write beside the place and move there at the end; what breaks off leaves nothing.

    Only whoever runs this may read it. Raises OSError, at once where the folder refuses, and
    FileExistsError where something is, be it a link that leads nowhere.
    """
    _free(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    written = os.fdopen(os.open(part, flags, 0o600), "wb")
    try:
        with written:
            yield written
            written.flush()
            os.fsync(written.fileno())
        _place(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_new(path: Path, content: bytes) -> None:
    """Write what is there in whole. Raises OSError."""
    with new_file(path) as written:
        written.write(content)


def _place(part: Path, path: Path) -> None:
    """Give the file its name unless that is taken by now; a plain rename would take it away."""
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _free(path)  # a memory stick, for example, knows no links
        part.rename(path)


def _free(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
