"""The rule that a whole run is as long on PostgreSQL as on SQLite, tried on runs of its own."""

from pathlib import Path

import pytest

from tests.completeness import ON_SQLITE_ALONE

pytest_plugins = ("pytester",)

BOTH = """
import pytest

@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_one(engine):
    pass
"""
SETTINGS = """
[pytest]
testpaths = tests
pythonpath = {root}
addopts = -p tests.completeness
markers =
    browser: needs Chromium
"""
ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    """Make a project whose runs are held to the rule."""
    pytester.makeini(SETTINGS.format(root=ROOT))
    pytester.mkdir("tests")
    return pytester


def write(run: pytest.Pytester, body: str) -> None:
    (run.path / "tests" / "test_some.py").write_text(body)


def test_a_run_with_as_many_tests_on_both_engines_passes(run: pytest.Pytester) -> None:
    write(run, BOTH)
    result = run.runpytest_subprocess()
    assert result.ret == 0
    assert result.outlines[-1] == "engines: 1 on sqlite, 1 on postgresql; left out: nothing"


def test_a_test_elsewhere_of_the_same_name_runs_on_both(run: pytest.Pytester) -> None:
    write(run, BOTH.replace("test_one", next(iter(ON_SQLITE_ALONE))))
    result = run.runpytest_subprocess()
    assert result.ret == 0
    assert result.outlines[-1] == "engines: 1 on sqlite, 1 on postgresql; left out: nothing"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOTH.replace(', "postgresql"', ""), "1 tests ran on SQLite, 0 on PostgreSQL"),
        (
            BOTH.replace("    pass", '    engine == "sqlite" or pytest.skip("not today")'),
            "1 tests of the records were skipped",
        ),
        ("def test_one():\n    pass", "0 tests ran on SQLite"),
    ],
)
def test_a_whole_run_that_misses_something_fails(run: pytest.Pytester, body: str, why: str) -> None:
    write(run, body)
    result = run.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"INCOMPLETE: {why}*"])


@pytest.mark.parametrize("arguments", [["-k", "one"], ["tests/test_some.py"]])
def test_a_part_of_the_tests_may_be_run_alone(run: pytest.Pytester, arguments: list[str]) -> None:
    write(run, BOTH.replace(', "postgresql"', ""))
    assert run.runpytest_subprocess(*arguments).ret == 0


def test_the_last_line_names_what_could_not_run(run: pytest.Pytester) -> None:
    skipped = '\n@pytest.mark.browser\ndef test_page():\n    pytest.skip("no Chromium")\n'
    write(run, BOTH + skipped)
    result = run.runpytest_subprocess()
    assert result.ret == 0
    assert result.outlines[-1].endswith("left out: browser (no Chromium)")


def test_what_runs_on_sqlite_alone_exists(pytestconfig: pytest.Config) -> None:
    written = "".join(path.read_text() for path in (ROOT / "tests" / "wire").glob("test_*.py"))
    assert [name for name in ON_SQLITE_ALONE if f"async def {name}(" not in written] == []


def test_a_run_that_is_shared_out_counts_as_one(run: pytest.Pytester) -> None:
    skipped = '\n@pytest.mark.browser\ndef test_page():\n    pytest.skip("no Chromium")\n'
    write(run, BOTH + skipped)
    result = run.runpytest_subprocess("-n", "2")
    assert result.ret == 0
    assert result.outlines[-1] == (
        "engines: 1 on sqlite, 1 on postgresql; left out: browser (no Chromium)"
    )


def test_a_run_that_is_shared_out_and_misses_something_fails(run: pytest.Pytester) -> None:
    write(run, BOTH.replace(', "postgresql"', ""))
    result = run.runpytest_subprocess("-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["INCOMPLETE: 1 tests ran on SQLite, 0 on PostgreSQL*"])
