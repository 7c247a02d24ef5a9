"""What the tests of links may ask for: an office in which only the test looks links up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stage import Stage, stage


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Stage]:
    """Open the office; nobody looks links up but the test."""
    async with stage(tmp_path) as opened:
        opened.sites.slow = True
        yield opened
