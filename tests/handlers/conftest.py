"""What the tests of the handlers may ask for: the office, with nobody but the test to talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stage import Stage, stage


@pytest.fixture
async def play(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Open the office on each engine, as it is shipped.

    A file in which more has happened has a `play` of its own that begins with this one; `beside`
    marks those in which people write by further channels.
    """
    mark = request.node.get_closest_marker("beside")
    async with stage(tmp_path, beside=mark.args[0] if mark else None) as opened:
        yield opened
