"""Faults that a test or a demonstration orders: slow, refused, cut and throttled calls."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError, qps_exceeded

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Hang:
    """Wait before the call is carried out, or after it (`executed`) before the answer."""

    path: str
    seconds: float
    executed: bool
    left: int


@dataclass(slots=True)
class Fail:
    """Answer with this status and body; `executed` carries the call out first."""

    path: str
    status: int
    body: Any
    executed: bool
    left: int


@dataclass(slots=True)
class Cut:
    """Drop the TCP connection instead of answering."""

    path: str
    executed: bool
    left: int


@dataclass(slots=True)
class Throttle:
    """Answer 403 QpsLimitForAppkeyAndApi; the call is not carried out."""

    path: str
    left: int


Fault = Hang | Fail | Cut | Throttle


class Faults:
    """The orders, used up one call at a time in the order they were given."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add an order; a path may end with * and then matches what begins so."""
        self._orders.append(fault)

    def clear(self) -> None:
        """Forget every order."""
        self._orders.clear()

    def take(self, path: str) -> Fault | None:
        """Use up one order that fits the path."""
        for fault in self._orders:
            if _fits(fault.path, path):
                fault.left -= 1
                if fault.left <= 0:
                    self._orders.remove(fault)
                return fault
        return None

    async def apply(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, with the next fitting order in the way."""
        match self.take(request.path):
            case None:
                return await handler(request)
            case Throttle():
                raise qps_exceeded()
            case Hang(seconds=seconds, executed=False):
                await asyncio.sleep(seconds)
                return await handler(request)
            case Hang(seconds=seconds):
                answer = await handler(request)
                await asyncio.sleep(seconds)
                return answer
            case Fail() as fail:
                if fail.executed:
                    await handler(request)
                return _answer(fail)
            case Cut(executed=executed):
                if executed:
                    await handler(request)
                if request.transport is not None:
                    request.transport.abort()
                raise ApiError(500, "system.error", "connection was cut")


def _fits(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def _answer(fail: Fail) -> web.Response:
    if isinstance(fail.body, str):
        return web.Response(status=fail.status, text=fail.body, content_type="text/html")
    return web.json_response(fail.body, status=fail.status)
