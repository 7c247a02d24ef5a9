"""What is done to a bot in the benchmark, and what is measured of it, whatever bot it is."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.bench.script import START, TURNS, answers, form, said

WARM = 1_000_000  # from this number on: people of the warm-up
WARM_PEOPLE = 20
PARKED = 2_000_000  # people who stopped at the third question
PARKED_AT = 2  # answers given by then
OPENED_AT_ONCE = 256
RACE_DELAY = 0.001


class Peer(Protocol):
    """A bot without its platform."""

    delay: float  # seconds the transport takes

    @property
    def replies(self) -> int:
        """How many were handed to the transport so far."""

    async def send(self, user: int, text: str) -> None:
        """Let a message in; return once its reply was handed to the transport."""

    async def filed(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Return who filed which forms, in the order of filing."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much of what."""

    users: int = 200
    turns: int = 10  # conversations of each
    parked: int = 100
    probes: int = 500


@dataclass(slots=True)
class Watch:
    """Times messages and the processor."""

    every: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)  # of a conversation
    _began: tuple[float, float] = (0.0, 0.0)

    def start(self) -> None:
        """Begin, with nothing left over from before."""
        gc.collect()
        self._began = (time.process_time(), time.perf_counter())

    async def timed(self, sending: Coroutine[Any, Any, None], text: str) -> None:
        """Time one message."""
        began = time.perf_counter_ns()
        await sending
        took = time.perf_counter_ns() - began
        self.every.append(took)
        if text == START:
            self.first.append(took)

    def figures(self) -> dict[str, Any]:
        """Sum up."""
        cpu, wall = time.process_time() - self._began[0], time.perf_counter() - self._began[1]
        count = len(self.every)
        return {
            "messages": count,
            "per_s": round(count / wall),
            "cpu_us": round(cpu / count * 1e6, 1),
            **spread(self.every, ""),
            **spread(self.first, "first_"),
            "rss_mb": rss_mb(),
        }


def spread(nanoseconds: Sequence[int], prefix: str) -> dict[str, float]:
    """Give median, 99th percentile and maximum in microseconds."""
    ordered = sorted(nanoseconds)
    if not ordered:
        return {}
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {
        f"{prefix}{name}_us": round(ordered[min(len(ordered) - 1, int(len(ordered) * q))] / 1e3, 1)
        for name, q in shares.items()
    }


def rss_mb() -> float | None:
    """Read how much memory this process holds, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return round(pages * 4096 / 2**20, 1)


async def w1(peer: Peer, load: Load) -> dict[str, Any]:
    """Let all people fill their forms at the same time, one message in flight for each."""
    await warm_up(peer)
    before, watch = peer.replies, Watch()

    async def one(user: int) -> None:
        for turn in range(load.turns):
            for text in said(user, turn):
                await watch.timed(peer.send(user, text), text)
                await asyncio.sleep(0)  # a transport that never waits must not serve one alone

    watch.start()
    await asyncio.gather(*(one(user) for user in range(load.users)))
    figures = {"in_flight": load.users, **watch.figures()}
    return {**figures, **await checked(peer, load, peer.replies - before)}


async def service(peer: Peer, load: Load) -> dict[str, Any]:
    """Let the people write in turn, one message in flight altogether, all forms open."""
    await warm_up(peer)
    before, watch = peer.replies, Watch()
    watch.start()
    for turn in range(load.turns):
        scripts = [list(said(user, turn)) for user in range(load.users)]
        for step in range(TURNS):
            for user in range(load.users):
                text = scripts[user][step]
                await watch.timed(peer.send(user, text), text)
    figures = {"open": load.users, **watch.figures()}
    return {**figures, **await checked(peer, load, peer.replies - before)}


async def idle(peer: Peer, load: Load) -> dict[str, Any]:
    """Leave many forms at the third question; then see what one more message costs."""
    started = rss_mb()
    began = time.perf_counter()
    waiting = iter(range(PARKED, PARKED + load.parked))

    async def opener() -> None:
        for user in waiting:
            for text in (START, *answers(user, 0)[:PARKED_AT]):
                await peer.send(user, text)

    await asyncio.gather(*(opener() for _ in range(min(OPENED_AT_ONCE, load.parked))))
    opened = round(time.perf_counter() - began, 1)
    full = rss_mb()
    for user in range(WARM, WARM + WARM_PEOPLE):  # one at a time from here on
        await peer.send(user, START)
    watch = Watch()
    watch.start()
    probes = min(load.probes, load.parked)
    for probe in range(load.probes):
        # Those of a small number answer one question after the other, fewer than there are left.
        user = PARKED + probe % probes * (load.parked // probes)
        text = answers(user, 0)[PARKED_AT + probe // probes % 3]
        await watch.timed(peer.send(user, text), text)
    return {
        "parked": load.parked,
        "opened_s": opened,
        "rss_idle_mb": started,
        "rss_full_mb": full,
        **watch.figures(),
        "ok": True,
    }


async def race(peer: Peer, load: Load) -> dict[str, Any]:
    """Let everybody send two answers at once while the transport takes its time."""
    peer.delay = RACE_DELAY

    async def one(user: int) -> None:
        told = answers(user, 0)
        await peer.send(user, START)
        for pair in (told[0:2], told[2:4], told[4:6]):
            await asyncio.gather(*(peer.send(user, text) for text in pair), return_exceptions=True)

    await asyncio.gather(*(one(user) for user in range(load.users)))
    filed = await peer.filed()
    right = sum(found == form(user, 0) for user, found in filed)
    return {
        "users": load.users,
        "right": right,
        "wrong": len(filed) - right,
        "unfinished": load.users - len({user for user, _ in filed}),
        "replies": peer.replies,
        "ok": right == load.users == len(filed),
    }


async def warm_up(peer: Peer) -> None:
    """Let a few others go first, so that what is done once is not in anybody's figures."""
    await asyncio.gather(*(_whole(peer, WARM + number) for number in range(WARM_PEOPLE)))


async def _whole(peer: Peer, user: int) -> None:
    for text in said(user, 0):
        await peer.send(user, text)


async def checked(peer: Peer, load: Load, replies: int) -> dict[str, Any]:
    """Tell whether every form is whole and every message had one reply."""
    turns: Counter[int] = Counter()
    wrong = forms = 0
    for user, found in await peer.filed():
        if user < WARM:
            forms += 1
            wrong += found != form(user, turns[user])
            turns[user] += 1
    conversations = load.users * load.turns
    right = not wrong and forms == conversations
    ok = right and replies == conversations * TURNS
    return {"forms": forms, "wrong_forms": wrong, "replies": replies, "ok": ok}


MODES: dict[str, Callable[[Peer, Load], Coroutine[Any, Any, dict[str, Any]]]] = {
    "w1": w1,
    "service": service,
    "idle": idle,
    "race": race,
}
