"""Run the suite as on another day.

    python -m tests.moved [--at "2028-02-29 11:00"] [--all] [ARGUMENTS OF PYTEST]

The time is that of the office. Without it the run begins two minutes before the end of next year:
it goes through New Year, and of both years nobody knows the official days off.

Tests of faults are left out, and those that never ask for the time (`tests.moved.BY_HAND`): they
cannot tell the days apart. `--all` has the latter, too.

`tests/moved/clock.c` shifts the clock for these processes alone, so that it needs a C compiler and
Linux. libfaketime (0.9.10 of Debian 12, and 3.0.1 of PyPI) cannot do it: with the monotonic clock
moved as well the waits of Python hang, with that clock left alone every `time.sleep` fails.
Processes that the tests start with a bare environment are passed `CLOCK`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from flows.calendar import OFFICE_ZONE
from tests.moved import BY_HAND
from tests.shares import LEAST

SOURCE = Path(__file__).with_name("clock.c")
KILLING = "tests/faults"
"""Left out: it takes as long as all the rest, and kills processes whatever day it is."""


def main(arguments: list[str]) -> int:
    """Build the clock, and run pytest with it."""
    parser = argparse.ArgumentParser(prog="python -m tests.moved", add_help=False)
    parser.add_argument("--at", type=datetime.fromisoformat)
    parser.add_argument("--all", action="store_true")
    given, rest = parser.parse_known_args(arguments)
    now = datetime.now(OFFICE_ZONE)
    at = given.at.replace(tzinfo=OFFICE_ZONE) if given.at else end_of_next_year(now)
    by = round((at - now).total_seconds())
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        clock = Path(folder) / "clock.so"
        build(clock)
        sys.stdout.write(f"moved to {at:%Y-%m-%d %H:%M %Z}, {by:+} s\n")
        sys.stdout.flush()
        # A sandbox may have reasons of its own for preloading.
        preload = " ".join(filter(None, (str(clock), os.environ.get("LD_PRELOAD"))))
        environment = {**os.environ, "LD_PRELOAD": preload, "MOVED_BY": str(by)}
        if not named(rest):
            left_out = (KILLING,) if given.all else (KILLING, *BY_HAND)
            rest += [f"--ignore={folder}" for folder in left_out]
            rest += ["-n", str(max(LEAST, os.cpu_count() or 1))]
        command = [sys.executable, "-m", "pytest", *rest]
        return subprocess.run(command, env=environment, check=False).returncode


def build(clock: Path) -> None:
    """Compile the library that moves the clock."""
    options = ("-O2", "-shared", "-fPIC", str(SOURCE), "-o", str(clock), "-ldl")
    compiler = os.environ.get("CC", "cc")
    if shutil.which(compiler) is None or sys.platform != "linux":
        sys.exit("Moving the clock needs Linux and a C compiler (cc).")
    subprocess.run([compiler, *options], check=True)


def end_of_next_year(now: datetime) -> datetime:
    """Return the moment two minutes before the end of next year."""
    return datetime(now.year + 2, 1, 1, tzinfo=OFFICE_ZONE) - timedelta(minutes=2)


def named(arguments: list[str]) -> bool:
    """Say whether somebody named the tests to run."""
    return any(Path(one.partition("::")[0]).exists() for one in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
