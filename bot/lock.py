"""One process per data folder."""

import os
import sys
from pathlib import Path

NAME = "qinqing.lock"


class AlreadyRunning(Exception):
    """Another process works with this data folder."""


class Lock:
    """Held while the process lives; the system lets go of it however the process ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the folder. Raises AlreadyRunning."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _hold(descriptor)
        except OSError:
            os.close(descriptor)
            raise AlreadyRunning(
                f"another process is using the data folder {self._path.parent}; "
                "end it first, or set QINQING_DATA_DIR to another folder"
            ) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go of the folder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _hold(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
