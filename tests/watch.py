"""Ends what a test run started once the run is over, also one that was killed.

Standard input brings one JSON list a line: ["process", pid], ["ended", pid], ["folder", path].
It ends when the run does, whatever ended that: then the processes go, and the folders.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Collection

PATIENCE = 5.0
POLL = 0.02
# Windows has none: it asks nobody, and ends a process at any signal but 0, which is Ctrl-C there.
KILL: signal.Signals | None = getattr(signal, "SIGKILL", None)


def main() -> None:
    """Note what comes, and clear it away."""
    processes: set[int] = set()
    folders: list[str] = []
    for line in sys.stdin:
        what, which = json.loads(line)
        if what == "process":
            processes.add(which)
        elif what == "ended":
            processes.discard(which)
        else:
            folders.append(which)
    end(processes)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(processes: Collection[int]) -> None:
    """Ask processes to end (PostgreSQL and Valkey do at SIGINT), and make them."""
    if KILL is None:
        for process in processes:
            _tell(process, signal.SIGTERM)
        return
    for process in processes:
        _tell(process, signal.SIGINT)
    until = time.monotonic() + PATIENCE
    while any(_tell(process, 0) for process in processes) and time.monotonic() < until:
        time.sleep(POLL)
    for process in processes:
        _tell(process, KILL)


def _tell(process: int, number: int) -> bool:
    """Send a signal; say whether there was somebody to hear it."""
    with contextlib.suppress(OSError):  # Windows has no error of its own for nobody there
        os.kill(process, number)
        return True
    return False


if __name__ == "__main__":
    # A Ctrl-C in the terminal is for the run; the watcher outlives it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
