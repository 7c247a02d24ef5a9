"""How a whole run is shared out, tried on runs of its own."""

from pathlib import Path

import pytest

from tests.shares import share_of

pytest_plugins = ("pytester",)

ROOT = Path(__file__).parents[1]
SETTINGS = f"""
[pytest]
testpaths = tests
pythonpath = {ROOT}
"""
PLUGINS = 'pytest_plugins = ("tests.completeness", "tests.shares")'
# Each test says in which process it ran; all of them run on both engines.
TOLD = """
import os, time
import pytest

@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("number", range(4))
def test_one(engine, number):
    time.sleep(0.05)
    with open({file!r}, "a") as file:
        file.write(f"{{os.getpid()}}\\n")
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    """Make a project with faults and other tests."""
    pytester.makeini(SETTINGS)
    pytester.mkdir("tests").joinpath("conftest.py").write_text(PLUGINS)
    for name in ("faults", "other"):
        folder = pytester.path / "tests" / name
        folder.mkdir()
        told = TOLD.format(file=str(pytester.path / name))
        (folder / f"test_{name}.py").write_text(told)
    return pytester


def processes(run: pytest.Pytester, name: str) -> set[str]:
    """Say which processes ran the tests of a folder."""
    return set((run.path / name).read_text().split())


def test_a_whole_run_keeps_the_faults_together_beside_the_others(run: pytest.Pytester) -> None:
    result = run.runpytest_subprocess()
    assert result.ret == 0
    assert result.outlines[-1].startswith("engines: 8 on sqlite, 8 on postgresql")
    (faults,) = processes(run, "faults")
    assert processes(run, "other") - {faults}


@pytest.mark.parametrize("arguments", [["tests/other"], ["-k", "one"], ["-n", "0"]])
def test_a_part_of_the_tests_runs_in_one_process(
    run: pytest.Pytester, arguments: list[str]
) -> None:
    assert run.runpytest_subprocess(*arguments).ret == 0
    assert len(processes(run, "other")) == 1


def test_half_a_character_in_a_log_ends_no_run(run: pytest.Pytester) -> None:
    said = "import logging\ndef test_log():\n    logging.error('%s', chr(0xD800))\n    assert 0"
    (run.path / "tests" / "other" / "test_log.py").write_text(said)
    result = run.runpytest_subprocess("-n", "2", "tests/other")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=8, failed=1)
    result.stdout.fnmatch_lines(["*ud800*"])


def test_faults_and_wire_stay_together_quick_tests_by_the_file_and_all_others_go_alone() -> None:
    faults, quick = "tests/faults/test_kills.py::test_one", "tests/flows/test_moves.py::test_a[1]"
    wire, alone = "tests/wire/test_story.py::test_one", "tests/handlers/test_cases.py::test_one[1]"
    assert [share_of(test) for test in (faults, wire, quick, alone)] == [
        "tests/faults/",
        "tests/wire/",
        "tests/flows/test_moves.py",
        alone,
    ]
