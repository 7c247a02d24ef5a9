"""Presence: a file that a process holds while it lives, so that others beside it see it end.

The leases of a process that was killed say for seconds that it lives. The kernel lets go of its
lock at once, and of no living one's: neither a pid that is used again nor a container with the
same host name or pids can be taken for it. Locks are worth that much inside one kernel only, so
the file says which one (boot_id, random(4)); there are such files on Linux alone.
"""

import hashlib
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

FOLDER = "processes"
BOOT = Path("/proc/sys/kernel/random/boot_id")
KEPT = 24 * 3600.0  # seconds; by then every other process has seen it end, or has ended itself


def nobody_has(owner: str) -> bool:
    """Stand for `has_ended` where leases have to do."""
    return False


class Presence:
    """Shows that this process lives, and tells of others whether they have certainly ended."""

    def __init__(self, folder: Path, owner: str, boot: Path = BOOT) -> None:
        """`folder` is shared with the other processes, `owner` the name of this one."""
        self._folder = folder / FOLDER
        self._own = self._file(owner)
        self._descriptor: int | None = None
        try:
            self._kernel = boot.read_bytes().strip()
        except OSError:
            self._kernel = b""

    def begin(self) -> None:
        """Show it from now on; where that is impossible, leases have to do."""
        if not self._kernel:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._sweep()
            self._descriptor = os.open(self._own, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            # Written when it is held: a file that says nothing yet tells nobody anything.
            _lock(self._descriptor, shared=False)
            os.write(self._descriptor, self._kernel)
        except OSError as error:
            log.warning("others cannot see at once when this process ends: %s", error.strerror)
            self.end()

    def end(self) -> None:
        """Leave in an orderly way: whoever does so gives its leases back itself."""
        if self._descriptor is not None:
            self._own.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def has_ended(self, owner: str) -> bool:
        """Say whether a process has certainly ended; False = it lives, or nobody here can tell."""
        return bool(self._kernel) and _is_free(self._file(owner), self._kernel)

    def _file(self, owner: str) -> Path:
        return self._folder / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def _sweep(self) -> None:
        """Remove what processes left behind that were killed long ago."""
        before = time.time() - KEPT
        for path in self._folder.iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < before and _is_free(path):
                    path.unlink()


def _is_free(path: Path, kernel: bytes | None = None) -> bool:
    """Say whether nobody holds a file, which was made under this kernel."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        if kernel is not None and os.read(descriptor, 100) != kernel:
            return False
        _lock(descriptor, shared=True)  # those who look do not disturb each other
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _lock(descriptor: int, *, shared: bool) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows

    fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
