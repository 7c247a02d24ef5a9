"""A whole run is shared out among processes: faults take one, wire another, the rest the others.

The faults start and kill processes and disturb each other; the tests of tests/wire mostly wait, for
windows and for leases. Beside both a processor is free for all the rest, and that takes as long.
`-n` says how many processes there are; `-n 0` has everything in this one.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.completeness import is_whole

MOST = 4
"""More would not end sooner than the faults."""

LEAST = 3
"""Fewer would let a processor stand still while faults and wire wait."""

TOGETHER = ("tests/faults/", "tests/wire/", "tests/test_dev.py")
"""What goes to one process: what wants to be alone, what waits, and what takes long to prepare."""

BY_FILE = ("tests/flows/", "tests/test_texts.py", "tests/test_docs.py")
"""What goes out file by file: thousands of tests that each take less than giving them out."""


def share_of(test: str) -> str:
    """Name what a test goes out with."""
    if test.startswith(BY_FILE):
        return test.partition("::")[0]
    return next((start for start in TOGETHER if test.startswith(start)), test)


class _Shares(LoadScopeScheduling):  # type: ignore[misc]  # it carries no types
    """Gives out test by test, and the largest share first."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Note that a test is over, and forget a share that is.

        All that a process was ever given is counted after each test: with thousands of shares
        that takes longer than the tests.
        """
        share = share_of(self.registered_collections[node][item_index])
        super().mark_test_complete(node, item_index, duration)
        given = self.assigned_work.get(node, {})
        if share in given and all(given[share].values()):
            del given[share]


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share a whole run out, unless somebody said how or wants to look into it."""
    options = config.option
    if options.numprocesses is None and is_whole(config) and not options.usepdb:
        options.numprocesses = min(MOST, max(LEAST, os.cpu_count() or 1))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Say which tests go together."""
    return _Shares(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Spell out what cannot be told to another process: half of a surrogate pair in a log."""
    return _spelled((yield))


def _spelled(told: Any) -> Any:
    match told:
        case str():
            return told.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_spelled(key): _spelled(value) for key, value in told.items()}
        case list() | tuple():
            return type(told)(map(_spelled, told))
    return told
