"""Both hubs tell, keep and exclude alike, and forgetting costs nothing but time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.hub import Hub, LocalHub, UnusableHub
from bot.hub.base import ARRIVALS, DELIVERIES, FILES
from bot.hub.redis import NEWS, ROOM, Pace, RedisHub
from tests import servers
from tests.ground import free_port

HUBS = ("local", "redis")
# Quick to ask again and patient with an answer: a machine under load may stand still for a second.
QUICK = Pace(
    connect=5, call=10, rest=0.05, silence=0.2, dead=10, backoff_first=0.02, backoff_last=0.1
)


@dataclass(frozen=True, slots=True)
class Processes:
    """Two processes that share a hub; with the local one they are the same."""

    here: Hub
    there: Hub


@asynccontextmanager
async def connected(address: str, pace: Pace = QUICK) -> AsyncIterator[RedisHub]:
    hub = RedisHub(address, pace)
    await hub.start()
    try:
        await until(lambda: hub.health().ready)
        yield hub
    finally:
        await hub.stop()


@pytest.fixture(params=HUBS)
async def processes(request: pytest.FixtureRequest) -> AsyncIterator[Processes]:
    if request.param == "local":
        hub = LocalHub()
        await hub.start()
        yield Processes(hub, hub)
        await hub.stop()
        return
    async with (
        servers.valkey() as server,
        connected(server.url) as here,
        connected(server.url) as there,
    ):
        yield Processes(here, there)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what happens elsewhere sets no event
            await asyncio.sleep(0.005)


async def test_everybody_hears_what_is_told_of_a_topic(processes: Processes) -> None:
    heard: list[str] = []
    processes.there.on(ARRIVALS, heard.append)
    processes.there.on(FILES, lambda note: heard.append("another topic"))
    processes.here.tell(ARRIVALS, "7")
    await until(lambda: bool(heard))
    assert heard == ["7"]


async def test_who_tells_has_heard_it_at_once_and_once(processes: Processes) -> None:
    heard: list[str] = []
    processes.here.on(DELIVERIES, heard.append)
    processes.here.tell(DELIVERIES)
    assert heard == [""]
    echoed: list[str] = []
    processes.there.on(FILES, echoed.append)
    processes.here.tell(FILES)
    await until(lambda: bool(echoed))  # what was told before it has come round by now
    assert heard == [""]


async def test_a_listener_with_a_defect_costs_nobody_else_the_news(processes: Processes) -> None:
    heard: list[str] = []

    def broken(note: str) -> None:
        raise ZeroDivisionError

    processes.there.on(ARRIVALS, broken)
    processes.there.on(ARRIVALS, heard.append)
    processes.here.tell(ARRIVALS, "1")
    await until(lambda: heard == ["1"])


async def test_a_copy_is_there_for_all_until_it_ends(processes: Processes) -> None:
    await processes.here.put("token", b"\x00abc", 0.3)
    assert await processes.there.get("token") == b"\x00abc"
    assert await processes.there.get("another") is None
    async with asyncio.timeout(30):
        while await processes.there.get("token"):  # noqa: ASYNC110 - the end of a copy is silent
            await asyncio.sleep(0.02)


async def test_a_copy_is_dropped_only_by_who_knows_it(processes: Processes) -> None:
    await processes.here.put("token", b"new", 30)
    await processes.there.drop("token", b"old")
    assert await processes.here.get("token") == b"new"
    await processes.there.drop("token", b"new")
    assert await processes.here.get("token") is None


async def test_a_task_is_one_at_a_time(processes: Processes) -> None:
    async with processes.here.alone("token", 30) as mine:
        async with (
            processes.there.alone("token", 30) as theirs,
            processes.there.alone("another", 30) as other,
        ):
            assert (mine, theirs, other) == (True, False, True)
        async with processes.there.alone("token", 30) as theirs:
            assert theirs is False  # ending without it took it from nobody
    async with processes.there.alone("token", 30) as theirs:
        assert theirs is True


async def test_a_task_that_takes_too_long_is_given_to_another(processes: Processes) -> None:
    async with processes.here.alone("token", 0.05):
        await asyncio.sleep(0.1)
        async with processes.there.alone("token", 30) as theirs:
            assert theirs is True


async def test_a_late_end_does_not_free_the_task_of_another(processes: Processes) -> None:
    late = processes.here.alone("token", 0.05)
    assert await late.__aenter__() is True
    await asyncio.sleep(0.1)
    async with processes.there.alone("token", 30) as theirs:
        await late.__aexit__(None, None, None)
        async with processes.here.alone("token", 30) as again:
            assert (theirs, again) == (True, False)


async def test_a_defect_inside_a_task_frees_it(processes: Processes) -> None:
    with pytest.raises(ZeroDivisionError):
        async with processes.here.alone("token", 30):
            raise ZeroDivisionError
    async with processes.there.alone("token", 30) as theirs:
        assert theirs is True


async def test_both_are_healthy(processes: Processes) -> None:
    assert processes.here.health().ready
    assert processes.there.health().ready


async def test_the_copies_of_a_local_hub_are_bounded() -> None:
    hub = LocalHub(lambda: 0.0)
    for number in range(10_001):
        await hub.put(str(number), b"x", 60)
    assert await hub.get("0") is None
    assert await hub.get("10000") == b"x"


# What only a server can do to us ---------------------------------------------------------------


async def test_a_flush_costs_copies_and_tasks_and_no_news() -> None:
    heard: list[str] = []
    async with (
        servers.valkey() as server,
        connected(server.url) as here,
        connected(server.url) as there,
    ):
        there.on(ARRIVALS, heard.append)
        await here.put("token", b"x", 30)
        async with here.alone("task", 30):
            await server.flush()
            assert await there.get("token") is None
            async with there.alone("task", 30) as theirs:
                assert theirs is True
        here.tell(ARRIVALS, "1")
        await until(lambda: heard == ["1"])


async def test_a_server_that_is_killed_is_missed_and_found_again() -> None:
    heard: list[str] = []
    async with (
        servers.valkey() as server,
        connected(server.url) as here,
        connected(server.url) as there,
    ):
        there.on(ARRIVALS, heard.append)
        await server.kill()
        await until(lambda: not there.health().ready and not here.health().ready)
        assert "redis cannot be reached" in there.health().reason
        await here.put("token", b"x", 30)
        assert await here.get("token") is None
        async with here.alone("task", 30) as mine, there.alone("task", 30) as theirs:
            assert (mine, theirs) == (True, True)  # twice is wasteful, never wrong
        here.tell(ARRIVALS, "lost")
        await server.start()
        await until(lambda: there.health().ready and here.health().ready)
        here.tell(ARRIVALS, "heard")
        await until(lambda: "heard" in heard)
        await here.put("token", b"y", 30)
        assert await there.get("token") == b"y"


async def test_a_server_that_does_not_answer_costs_one_wait_and_then_none() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            continue
        writer.close()

    silent = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    hub = RedisHub(f"redis://127.0.0.1:{port}/0", Pace(call=0.1, rest=30, backoff_last=0.1))
    await hub.start()
    try:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(30):
            assert await hub.get("token") is None
        before = loop.time()
        for _ in range(100):
            assert await hub.get("token") is None
        assert loop.time() - before < 5  # a hundred waits would take ten seconds
        assert not hub.health().ready
    finally:
        await hub.stop()
        silent.close()


async def test_nobody_waits_for_a_hub_that_was_never_there() -> None:
    hub = RedisHub(f"redis://127.0.0.1:{free_port()}/0", QUICK)
    await hub.start()
    try:
        heard: list[str] = []
        hub.on(ARRIVALS, heard.append)
        hub.tell(ARRIVALS, "1")
        assert heard == ["1"]
        await until(lambda: "ConnectionError" in hub.health().reason)
    finally:
        await hub.stop()


async def test_news_that_cannot_leave_are_bounded_and_the_same_is_kept_once() -> None:
    async with servers.valkey() as server, connected(server.url) as there:
        heard: list[str] = []
        there.on(ARRIVALS, heard.append)
        hub = RedisHub(server.url, QUICK)
        for number in range(ROOM + 5):
            hub.tell(ARRIVALS, str(number))
            hub.tell(ARRIVALS, str(number))
        await hub.start()
        await until(lambda: f"{ROOM + 4}" in heard)
        await hub.stop()
        assert heard == [str(number) for number in range(5, ROOM + 5)]


async def test_what_is_told_right_before_the_end_is_told() -> None:
    async with servers.valkey() as server, connected(server.url) as there:
        heard: list[str] = []
        there.on(ARRIVALS, heard.append)
        async with connected(server.url) as here:
            here.tell(ARRIVALS, "last")
        await until(lambda: heard == ["last"])


async def test_foreign_news_are_passed_over() -> None:
    async with servers.valkey() as server, connected(server.url) as here:
        heard: list[str] = []
        here.on(ARRIVALS, heard.append)
        stranger = RedisHub(server.url, QUICK)
        for news in (b"\xff", b"{}", b"[1]", b'["x", "arrivals", "1"]'):
            await stranger._redis.publish(NEWS, news)
        await until(lambda: heard == ["1"])
        await stranger.stop()
        assert here.health().ready


@pytest.mark.parametrize("address", ["redis://:geheim@127.0.0.1:port/0", "geheim://x", "geheim"])
def test_an_address_of_no_redis_is_a_sentence_that_keeps_it_to_itself(address: str) -> None:
    with pytest.raises(UnusableHub) as refused:
        RedisHub(address)
    assert "QINQING_REDIS_URL" in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None
