"""A month of an office's work leaves nothing lying, and the history alone says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.month import played

TICKETS = {"sqlite": 300, "postgresql": 60}


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_month_of_work_leaves_nothing_lying_and_agrees_with_its_history(
    tmp_path: Path, engine: str
) -> None:
    assert await played(tmp_path, TICKETS[engine])
