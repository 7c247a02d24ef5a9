"""A whole run is complete: as many tests on PostgreSQL as on SQLite; what was left out is named.

The process that shares a run out counts, from the reports of those that run the tests.
"""

from collections import Counter
from collections.abc import Generator, Sequence

import pytest

_LEASE = "the lease of a killed process lasts; tests/faults kills them on PostgreSQL"
_PLATFORM = "ten seconds about what the platform does, whatever the records lie in"
ON_SQLITE_ALONE = {
    "test_every_acknowledged_answer_survives_kill_9": _LEASE,
    "test_a_question_answered_meanwhile_is_cancelled_and_not_sent": _LEASE,
    "test_a_doubtful_answer_is_sent_again_and_counted": _LEASE,
    "test_a_doubtful_notice_to_a_group_is_not_sent_again": _LEASE,
    "test_a_doubtful_card_is_sent_again_and_stands_once": _LEASE,
    "test_answers_arrive_whatever_is_in_the_way_and_doubles_are_counted": _PLATFORM,
    "test_a_hung_gateway_leaves_the_process_alive_and_says_why_it_is_not_ready": _PLATFORM,
}
"""Tests of tests/wire that would take too long on PostgreSQL, and why nothing is lost thereby."""

GROUPS = {"browser": "browser (no Chromium)", "node": "node (no node or its packages)"}


ENGINE, GROUP = "engine", "group"
"""The properties of a report that say where its test ran, and what it needs."""


class _Run:
    """What is known of the run so far."""

    def __init__(self) -> None:
        self.ran: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.left_out: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what ran and what did not."""
        engine = dict(report.user_properties).get(ENGINE, "")
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped[str(engine)] += 1
            self.left_out.update(str(is_) for what, is_ in report.user_properties if what == GROUP)
        elif report.when == "call":
            self.ran[str(engine)] += 1


_run = pytest.StashKey[_Run]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_run] = _Run()
    config.pluginmanager.register(config.stash[_run])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what runs on SQLite alone."""
    left_out = [item for item in items if _engine(item) == "postgresql" and _is_alone(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note in a report what is counted."""
    report = yield
    if not _is_alone(item):
        report.user_properties.append((ENGINE, _engine(item)))
    groups = [name for name in GROUPS if item.get_closest_marker(name)]
    report.user_properties.extend((GROUP, name) for name in groups)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a whole run fail that is not complete."""
    if session.exitstatus == pytest.ExitCode.OK and _faults(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why."""
    for fault in _faults(terminalreporter.config):
        terminalreporter.write_line(f"INCOMPLETE: {fault}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name in the last line what did not run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    run = config.stash.get(_run, None)
    if reporter is None or run is None or not run.ran:
        return
    ran = ", ".join(f"{run.ran[engine]} on {engine}" for engine in ("sqlite", "postgresql"))
    left_out = ", ".join(GROUPS[name] for name in sorted(run.left_out)) or "nothing"
    reporter.write_line(f"engines: {ran}; left out: {left_out}")


def is_whole(config: pytest.Config) -> bool:
    """Say whether this process answers for every test; one that was given a share does not."""
    options = config.option
    chosen = (options.keyword, options.markexpr, options.deselect, options.collectonly)
    narrowed = (
        getattr(options, "lf", False),
        getattr(options, "failedfirst", False),
        options.ignore,
        options.ignore_glob,
    )
    whole = config.args == config.getini("testpaths") and not hasattr(config, "workerinput")
    return whole and not any(chosen) and not any(narrowed)


def _engine(item: pytest.Item) -> str:
    params = getattr(getattr(item, "callspec", None), "params", {})
    return str(params.get("engine", ""))


def _is_alone(item: pytest.Item) -> bool:
    name = getattr(item, "originalname", item.name)
    return item.path.parent.name == "wire" and name in ON_SQLITE_ALONE


def _faults(config: pytest.Config) -> Sequence[str]:
    run = config.stash[_run]
    if not is_whole(config):
        return ()
    found = []
    if run.ran["postgresql"] < run.ran["sqlite"] or not run.ran["sqlite"]:
        found.append(
            f"{run.ran['sqlite']} tests ran on SQLite, {run.ran['postgresql']} on PostgreSQL"
        )
    skipped = sum(count for engine, count in run.skipped.items() if engine)
    if skipped:
        found.append(f"{skipped} tests of the records were skipped")
    return found
