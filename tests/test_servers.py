"""The servers of the tests: what they need of a system is asked for when it is needed."""

import subprocess
import sys

ELSEWHERE = """
import os, signal, sys
sys.modules["pwd"] = None
del os.geteuid, signal.SIGKILL, signal.SIGQUIT
from tests import engines, servers
assert servers._as_nobody() == {}
print(servers.Server.crash.name, servers.PostgreSQL.crash.name)
"""


def test_they_can_be_imported_where_there_is_no_root_and_no_sigkill() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("SIGTERM SIGTERM\n", "")
