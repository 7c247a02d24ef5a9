"""The access token among processes: fetched once, sealed where it lies, renewed when rejected."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.access_token import Token
from bot.channels.base import SendFault
from bot.channels.dingtalk.client import used
from bot.hub.local import LocalHub
from bot.keys import Keys

HOUR = timedelta(hours=1)
KEYS = Keys("a secret of the tests, long enough")


class Platform:
    """Gives tokens, and counts them."""

    def __init__(self) -> None:
        self.given = 0
        self.faults: deque[SendFault] = deque()

    async def fetch(self) -> tuple[str, timedelta]:
        """Give the next token."""
        await asyncio.sleep(0.01)
        if self.faults:
            raise self.faults.popleft()
        self.given += 1
        return f"token-{self.given}", 2 * HOUR


class Steady:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


class Mute(LocalHub):
    """A hub that cannot be reached."""

    async def get(self, key: str) -> bytes | None:
        """Know nothing."""
        return None

    @asynccontextmanager
    async def alone(self, key: str, seconds: float) -> AsyncIterator[bool]:
        """Let everybody."""
        yield True


def token(
    platform: Platform, hub: LocalHub | None, steady: Steady, keys: Keys | None = KEYS
) -> Token:
    return Token("dingtalk:app", platform.fetch, steady, hub, keys, used=used)


async def test_processes_that_share_a_hub_fetch_one_token() -> None:
    platform, hub, steady = Platform(), LocalHub(), Steady()
    ten = [token(platform, hub, steady) for _ in range(10)]
    assert set(await asyncio.gather(*(one.valid() for one in ten))) == {"token-1"}
    steady.now += HOUR
    assert await token(platform, hub, steady).valid() == "token-1"
    steady.now += HOUR  # five minutes too late
    assert await ten[0].valid() == "token-2"
    assert await ten[1].valid() == "token-2"
    assert platform.given == 2


async def test_a_rejected_token_is_renewed_once_for_all_of_them() -> None:
    platform, hub, steady = Platform(), LocalHub(), Steady()
    ten = [token(platform, hub, steady) for _ in range(10)]
    await asyncio.gather(*(one.valid() for one in ten))
    again = await asyncio.gather(*(one.valid(rejected="token-1") for one in ten))
    assert set(again) == {"token-2"}
    # Whoever comes late with the old one must not throw away the new one.
    assert await ten[3].valid(rejected="token-1") == "token-2"
    assert platform.given == 2


async def test_the_copy_in_the_hub_says_nothing_without_the_key() -> None:
    platform, hub, steady = Platform(), LocalHub(), Steady()
    await token(platform, hub, steady).valid()
    copy = await hub.get("token:dingtalk:app")
    assert copy is not None
    assert b"token-1" not in copy
    other = token(platform, hub, steady, Keys("another secret, just as long as that"))
    assert await other.valid() == "token-2"


@pytest.mark.parametrize("hub", [None, Mute()])
async def test_without_a_hub_each_process_has_a_token_of_its_own(hub: LocalHub | None) -> None:
    platform, steady = Platform(), Steady()
    found = {await token(platform, hub, steady).valid() for _ in range(3)}
    assert found == {"token-1", "token-2", "token-3"}


async def test_a_token_is_never_shared_unsealed() -> None:
    hub = LocalHub()
    await token(Platform(), hub, Steady(), None).valid()
    assert await hub.get("token:dingtalk:app") is None


async def test_a_refusal_reaches_everybody_who_waits_and_the_next_try_is_new() -> None:
    platform, steady = Platform(), Steady()
    one = token(platform, LocalHub(), steady)
    platform.faults.append(SendFault("invalidClientIdOrSecret", 60.0))
    found = await asyncio.gather(*(one.valid() for _ in range(5)), return_exceptions=True)
    assert {str(fault) for fault in found} == {"invalidClientIdOrSecret"}
    assert await one.valid() == "token-1"
    await one.close()
