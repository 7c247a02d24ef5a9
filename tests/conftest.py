"""What every test may ask for: the engines of the records, on servers that end with the run."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage import postgresql
from tests import servers
from tests.engines import ENGINES, Opened, given, opened

pytest_plugins = ("tests.completeness", "tests.shares")


@pytest.fixture(scope="session", autouse=True)
def _servers() -> Iterator[None]:
    """End every server once the last test is over."""
    yield
    servers.close()


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """Wait longer for PostgreSQL than a service may: a machine of tests stands still at times.

    Tests of the limits themselves set their own.
    """
    with pytest.MonkeyPatch.context() as limits:
        for name in ("CONNECT_WITHIN", "POOL_WITHIN", "STATEMENT_WITHIN"):
            limits.setattr(postgresql, name, 90.0)
        limits.setattr(postgresql, "ANSWER_WITHIN", 100.0)
        yield


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Run the test once on each engine; `stage`, `database` and the bots follow."""
    async with given(request.param) as name:
        yield name


@pytest.fixture
async def records(engine: str, tmp_path: Path) -> AsyncIterator[Opened]:
    """Open an empty database on each engine."""
    async with opened(engine, tmp_path) as database:
        yield database
