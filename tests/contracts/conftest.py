"""The implementations that the contracts are held against."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engines import ENGINES, Opened, opened


@pytest.fixture(params=ENGINES)
async def records(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
    """Open an empty database on each engine."""
    async with opened(request.param, tmp_path) as database:
        yield database
