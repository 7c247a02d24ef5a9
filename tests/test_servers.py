"""The servers of the tests: what they need of a system is asked for when it is needed."""

import subprocess
import sys

import pytest

ELSEWHERE = """
import os, signal, sys
sys.modules["pwd"] = None
del os.geteuid, signal.SIGKILL, signal.SIGQUIT
from tests import engines, ground, servers
assert ground.as_nobody() == {}
print(servers.Server.crash.name, servers.PostgreSQL.crash.name)
"""

WATCHED = """
import signal, subprocess, sys
if sys.argv[1] == "elsewhere":
    del signal.SIGKILL
    import os
    tell = os.kill
    def kill(process, number):
        assert number == signal.SIGTERM, "anything else is a Ctrl-C there"
        tell(process, number)
    os.kill = kill
from tests import watch
watch.PATIENCE = 0.0
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); print(1, flush=True); input()"
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
with subprocess.Popen([sys.executable, "-c", DEAF], **pipes) as child:
    child.stdout.readline()
    watch.end({child.pid})
    child.wait(10)
watch.end({child.pid})
print("gone")
"""


def test_they_can_be_imported_where_there_is_no_root_and_no_sigkill() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("SIGTERM SIGTERM\n", "")


@pytest.mark.parametrize("system", ["here", "elsewhere"])
def test_what_does_not_listen_is_ended_also_where_there_is_no_sigkill(system: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, system], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("gone\n", "")
