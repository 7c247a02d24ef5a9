"""What an interface is told to get wrong, and how it looks to whoever calls it."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call."""

    code: int = 0  # refuse with it
    html: int = 0  # a page with this HTTP status
    hangs: bool = False
    done: bool = False  # carry it out, and cut the connection
    partial: bool = False  # carry it out, and answer half of the JSON
    says: Mapping[str, Any] = field(default_factory=dict)  # carry it out, and answer this too
    warns: bool = False  # carry it out, and say that our JSON was read in part (path/90455)


@dataclass(slots=True)
class Script:
    """What goes wrong next, by path: once each, or from now on."""

    once: defaultdict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Fault] = field(default_factory=dict)

    def next(self, path: str) -> Fault | None:
        """Take what goes wrong with this call."""
        if self.once[path]:
            return self.once[path].pop(0)
        return self.always.get(path)


class Scripted:
    """Serve calls as they are, or with what was scripted for their path."""

    def __init__(self) -> None:
        self._released = asyncio.Event()
        self.script = Script()
        self.calls: list[str] = []  # paths
        self.watchers: list[Callable[[str], None]] = []  # of calls that were answered, by path

    def release(self) -> None:
        """Let go of every call that hangs."""
        self._released.set()

    def scripted(self, serve: Serve) -> Serve:
        """Return what serves the call, or fails it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            self.calls.append(request.path)
            fault = self.script.next(request.path)
            if fault is not None:
                return await self._fail(fault, serve, request)
            answer = await serve(request)
            for watcher in self.watchers:
                watcher(request.path)
            return answer

        return handle

    async def _fail(self, fault: Fault, serve: Serve, request: web.Request) -> web.StreamResponse:
        if fault.hangs:
            await self._released.wait()
        if fault.partial or fault.warns or fault.says:
            return _spoilt(await serve(request), fault)
        if fault.done:
            await serve(request)
        if (fault.hangs or fault.done) and request.transport is not None:
            request.transport.abort()
        if fault.html:
            page = "<html><body>Bad Gateway</body></html>"
            return web.Response(status=fault.html, text=page, content_type="text/html")
        return refused(fault.code)


def _spoilt(answer: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    text = answer.text if isinstance(answer, web.Response) and answer.text else "{}"
    if fault.partial:
        return web.Response(text=text[: len(text) // 2], content_type="text/plain")
    told = {**json.loads(text), **fault.says}
    if not fault.warns:
        return answered(told)
    return answered({**told, "errmsg": f"{told.get('errmsg', '')}. Warning: wrong json format. "})


def refused(code: int) -> web.Response:
    """Answer with an error code and nothing else; 0 is the code of success."""
    told = "ok" if code == 0 else f"refused rid: 6500-{code}"
    return answered({"errcode": code, "errmsg": told})


def answered(body: Mapping[str, Any]) -> web.Response:
    """Answer with JSON that calls itself plain text, as both platforms do."""
    return web.Response(text=json.dumps(body), content_type="text/plain")
