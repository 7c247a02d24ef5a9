"""Every acceptance scenario keeps a test of its number, on rows and on both engines."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SCENARIOS = [f"scenario_{n}" for n in (*range(1, 28), *range(31, 35))]
OF_USERS = [f"u{n}" for n in (*range(1, 8), *range(9, 19), *range(20, 24), 26, 29, 30)]
OF_CAMPAIGNS = [f"b{n}" for n in range(1, 21)]
# One test may show several: test_b1_b2_….
_NAMED = re.compile(r"^(?:async )?def test_((?:(?:scenario_\d+|[ub]\d+)_)+)\w+", re.MULTILINE)
_NUMBER = re.compile(r"scenario_\d+|[ub]\d+")
# By a mark, by a fixture or a test that asks for it, or by the office of the handlers' tests.
ON_ROWS = re.compile(r'usefixtures\("engine"\)|engine: str|def test_\w+\(\s*play: Stage')


def named(on_rows: bool) -> Iterator[str]:
    """Find the numbers that tests are named by, in files whose tests run on both engines or all."""
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if not on_rows or ON_ROWS.search(text):
            for numbers in _NAMED.findall(text):
                yield from _NUMBER.findall(numbers)


ALL, WITH_ROWS = frozenset(named(False)), frozenset(named(True))


@pytest.mark.parametrize("number", [*SCENARIOS, *OF_USERS, *OF_CAMPAIGNS])
def test_a_scenario_has_a_test_of_its_number_on_rows(number: str) -> None:
    assert number in WITH_ROWS


def test_no_test_is_named_by_a_number_that_is_none() -> None:
    known = {f"scenario_{n}" for n in range(1, 35)} | {f"u{n}" for n in range(1, 31)}
    known |= set(OF_CAMPAIGNS)
    assert sorted(known & ALL) == sorted(ALL)
