"""The ground that servers of tests stand on: a folder, a port, a user; it is cleared after the run.

Nothing here outlives the run, whatever ends that: `watcher` is told of all that has to go.
"""

import json
import os
import random
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# Below the ports that systems give to outgoing connections, so that a restart finds its own free.
_PORTS = range(20_000, 30_000)

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux; containers often have but 64 MB of it
_ROOM = 1 << 30  # bytes; a server that forgets takes a quarter of that at most


class Watcher:
    """A process that sees the end of this one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def note(self, what: str, which: int | str) -> None:
        """Tell what is to go at the end."""
        if self._process is None:
            script = Path(__file__).with_name("watch.py")
            self._process = subprocess.Popen(
                (sys.executable, "-I", "-S", str(script)),
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([what, which]).encode() + b"\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """Let everything go, and wait until it went."""
        process, self._process = self._process, None
        if process is not None:
            process.communicate()


watcher = Watcher()


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - not a secret
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def new_folder(*, memory: bool = False) -> Path:
    """Make a folder that the server's user can reach; it goes when the run ends.

    With `memory` it is in memory where the system has a place for that with room enough: on a
    disk, files that are made and deleted by the hundred for each test cost more than the test.
    """
    places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    if memory and _has_room(_MEMORY):
        places.insert(0, _MEMORY)
    place = next(place for place in places if not is_root() or is_open_to_all(place))
    # A folder that many a program trips over: ours must not.
    folder = Path(tempfile.mkdtemp(prefix="亲清 qinqing-", dir=place))
    watcher.note("folder", str(folder))
    if nobody := as_nobody():
        os.chown(folder, nobody["user"], nobody["group"])
    return folder


def _has_room(place: Path) -> bool:
    try:
        return shutil.disk_usage(place).free >= _ROOM and os.access(place, os.W_OK | os.X_OK)
    except OSError:
        return False


def as_nobody() -> dict[str, Any]:
    """Say as whom a server runs: PostgreSQL refuses to run as root."""
    if not is_root():
        return {}
    import pwd  # noqa: PLC0415 - not on Windows, which has no root either

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def is_root() -> bool:
    """Say whether this process may do anything."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_open_to_all(path: Path) -> bool:
    """Say whether every user may go into a folder, or run a program."""
    real = path.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (real, *real.parents))
