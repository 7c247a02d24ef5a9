"""The folder of files: named by their hash, encrypted, readable by us alone.

A file is kept before the row that names it is written, so it may have none for a while, or for
good. Whoever keeps a file that is here already touches it: what was not touched for long and has
no row is wanted by nobody.
"""

import os
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.channels.base import NoFile
from bot.keys import Keys, Tampered, WrongKey

_DRAFT, _ASIDE = ".tmp", ".gone"  # behind the name of a file that is written, or removed


class Folder:
    """Writes, reads and removes files by the hash of what is in them. Blocks: use a thread."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder
        self._keys = keys

    def path(self, name: str) -> Path:
        """Say where the file of a hash lies."""
        return self._folder / name[:2] / name

    def write(self, name: str, data: bytes) -> int | None:
        """Store a file; return when we wrote it, in ns, or None when it was here before.

        One that was here and cannot be read any more is written anew in its place.
        """
        path = self.path(name)
        if _touched(path):
            if not self.holds(name):
                _written(path, self._keys.seal(data, f"file:{name}"), over=True)
            return None
        return _written(path, self._keys.seal(data, f"file:{name}"))

    def holds(self, name: str) -> bool:
        """Say whether a stored file can be read, all of it."""
        try:
            self.read(name)
        except NoFile:
            return False
        return True

    def read(self, name: str) -> bytes:
        """Return a stored file. Raises NoFile."""
        try:
            return self._keys.open(self.path(name).read_bytes(), f"file:{name}")
        except (OSError, Tampered, WrongKey) as error:
            raise NoFile(type(error).__name__) from None

    def take_back(self, name: str, written: int) -> None:
        """Remove a file that we wrote then, unless somebody has kept it since."""
        _remove(self.path(name), lambda at: at == written)

    def remove(self, name: str, age: timedelta) -> bool:
        """Remove a file that nobody has kept for so long; say whether it was."""
        return _remove(self.path(name), _older(age))

    def idle(self, beginning: str, age: timedelta, since: datetime) -> Sequence[str]:
        """Return the files whose names begin so and that nobody has kept for so long.

        Those from before `since` are left out. What a process left that died while it wrote or
        removed one is tidied up on the way.
        """
        first, is_over, idle = int(since.timestamp()) * 10**9, _older(age), set()
        for path in sorted(self._folder.glob(f"{beginning}*/{beginning}*")):
            try:
                at = path.stat().st_mtime_ns
                if at < first or not is_over(at):
                    continue
                if path.suffix == _DRAFT:
                    path.unlink()
                    continue
                if path.suffix == _ASIDE:
                    _put_back(path)
            except FileNotFoundError:
                continue  # another process is at it
            idle.add(path.stem)
        return sorted(idle)


def _put_back(aside: Path) -> None:
    path = aside.with_suffix("")
    if path.exists():
        aside.unlink()
    else:
        aside.rename(path)


def _older(age: timedelta) -> Callable[[int], bool]:
    """By the machine's clock, which also says when a file was touched."""
    before = time.time_ns() - int(age.total_seconds()) * 10**9
    return lambda at: at < before


def _touched(path: Path) -> bool:
    now = time.time_ns()
    try:
        os.utime(path, ns=(now, now))
    except FileNotFoundError:
        return False
    return True


def _written(path: Path, blob: bytes, *, over: bool = False) -> int | None:
    """Write a file so that it is either whole or as before, whenever the process dies.

    `over` what has its name; else that stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        _touched(draft)
        at = draft.stat().st_mtime_ns
        if over:
            draft.replace(path)
            return at
        return at if _placed(draft, path) else None
    finally:
        draft.unlink(missing_ok=True)


def _placed(draft: Path, path: Path) -> bool:
    """Give a file its name, and say whether nobody else had done so meanwhile."""
    try:
        os.link(draft, path)
    except FileExistsError:
        if not _touched(path):
            draft.replace(path)
        return False
    except OSError:  # a shared folder may know no second names
        draft.replace(path)
        return False
    return True


def _remove(path: Path, ended: Callable[[int], bool]) -> bool:
    """Remove a file that is over, by when it was kept last.

    It is set aside first: whoever keeps it from then on writes it anew, and who kept it just
    before has touched it, so that it is put back.
    """
    aside = path.with_suffix(_ASIDE)
    try:
        if not ended(path.stat().st_mtime_ns):
            return False
        path.rename(aside)
        if ended(aside.stat().st_mtime_ns):
            aside.unlink()
            return True
        _touched(aside)
        aside.replace(path)
    except FileNotFoundError:
        pass  # somebody else removed it
    return False
