"""What every test in a browser may ask for: the browser, and the demo's page."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chat import chromium, demo


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    """Start Chromium."""
    async with chromium() as started:
        yield started


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Start the demo; give the address of its chat page."""
    async with demo(tmp_path) as page:
        yield page
