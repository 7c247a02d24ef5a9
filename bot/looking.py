"""Looking at kept files: whether one is there, and whether all of it can be read."""

import threading
from collections import OrderedDict
from pathlib import Path

from bot.attachments import Vault
from bot.keys import sealed_size
from flows.campaigns.enclosing import Look

_REMEMBERED = 512  # files; a campaign has three at most

_Seen = tuple[int, int]  # size and time of the last change, in ns


class Looking:
    """Says of a file in our keeping whether it can be sent; what was read whole is remembered.

    It is read anew when its size or its time has changed, or when somebody asks for that.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._whole: OrderedDict[str, _Seen] = OrderedDict()
        self._lock = threading.Lock()  # it is asked on several threads

    def __call__(self, name: str, size: int, look: Look) -> bool:
        """Say whether a file of so many bytes is there, or can be read.

        `Look.WHOLE` and `Look.ANEW` may block for as long as reading it takes.
        """
        seen = _seen(self._vault.path(name))
        if seen is None or seen[0] != sealed_size(size):
            return False
        if look is Look.THERE or (look is Look.WHOLE and self._known(name) == seen):
            return True
        good = self._vault.holds(name)
        self._note(name, seen if good else None)
        return good

    def _known(self, name: str) -> _Seen | None:
        with self._lock:
            return self._whole.get(name)

    def _note(self, name: str, seen: _Seen | None) -> None:
        with self._lock:
            self._whole.pop(name, None)
            if seen is not None:
                self._whole[name] = seen
            while len(self._whole) > _REMEMBERED:
                self._whole.popitem(last=False)


def _seen(path: Path) -> _Seen | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


__all__ = ["Looking"]
