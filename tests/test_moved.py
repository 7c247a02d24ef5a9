"""The clock that `python -m tests.moved` puts before the machine's."""

import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from flows.calendar import OFFICE_ZONE
from tests.moved.__main__ import build, end_of_next_year, named

DAY = 86_400
ASKED = """
import os, sys, tempfile, time
from datetime import datetime
begun = time.monotonic()
time.sleep(0.2)
assert 0.2 <= time.monotonic() - begun < 60
with tempfile.NamedTemporaryFile() as file:
    assert abs(os.stat(file.name).st_mtime - time.time()) < 60
    os.utime(file.name, (1e9, 1e9))
    assert os.fstat(file.fileno()).st_mtime == 1e9
print(datetime.now().timestamp())
"""


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)
@pytest.mark.parametrize("days", [-1000, 1000])
def test_what_tells_the_time_is_moved_and_what_measures_it_stays(days: int, tmp_path: Path) -> None:
    clock = tmp_path / "clock.so"
    build(clock)
    moved = {"LD_PRELOAD": str(clock), "MOVED_BY": str(days * DAY)}
    run = [sys.executable, "-c", ASKED]
    said = subprocess.run(run, env=moved, capture_output=True, check=True, text=True).stdout
    assert float(said) - datetime.now(OFFICE_ZONE).timestamp() == pytest.approx(days * DAY, abs=60)


def test_a_run_of_itself_goes_through_the_end_of_next_year() -> None:
    now = datetime(2026, 12, 31, 23, 59, tzinfo=OFFICE_ZONE)
    assert end_of_next_year(now) == datetime(2027, 12, 31, 23, 58, tzinfo=OFFICE_ZONE)


def test_tests_are_named_by_their_files() -> None:
    assert named(["-q", "tests/test_moved.py::test_of_mine"])
    assert not named(["-q", "-n", "3", "--durations=4"])
