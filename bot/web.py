"""The HTTP side for whoever watches the process: is it alive, and can it work."""

import asyncio
import ipaddress
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot import metrics
from bot.logs import place_of
from bot.readiness import Finding

log = logging.getLogger(__name__)

PROBE = 0.25
PROBE_WITHIN = 2.0

Probe = Callable[[], Awaitable[Sequence[Finding]]]
"""Say what is wrong; empty = nothing."""

Measure = Callable[[], Awaitable[None]]
"""Bring the metrics up to date that are only known when somebody looks."""

Readers = Literal["loopback", "everywhere", "off"]
"""Who may read the metrics."""


class PortTaken(Exception):
    """Somebody else listens on our address."""


class LoopLag:
    """How late the event loop runs what is due: the first sign of blocking code."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to measure."""
        self._task = asyncio.create_task(self._measure(), name="loop-lag")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _measure(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(PROBE)
            self.seconds = max(0.0, time.monotonic() - before - PROBE)


async def _nothing() -> None:
    return


def server_log() -> logging.Logger:
    """Return the log of the server: without a line for each who sends what is no HTTP."""
    found = logging.getLogger("aiohttp.server")
    found.addFilter(_is_of_us)
    return found


def _is_of_us(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


class Web:
    """Serve /healthz, /readyz and /metrics."""

    def __init__(
        self,
        host: str,
        port: int,
        probe: Probe,
        *,
        measure: Measure = _nothing,
        readers: Readers = "loopback",
        about: Callable[[], Mapping[str, str]] = dict,
        pages: Mapping[str, Callable[[], web.Application]] = {},
        probe_within: float = PROBE_WITHIN,
    ) -> None:
        """`about` says what else /readyz tells, whatever is wrong; `pages` are served beside it,
        each below its path.
        """
        self._measure = measure
        self._about = about
        self._pages = pages
        self._readers = readers
        self._probe_within = probe_within
        self._host = host
        self._port = port
        self._probe = probe
        self._lag = LoopLag()
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """The address that was bound; port 0 lets the system choose."""
        if self._runner is None:
            raise RuntimeError("the web server does not run")
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def start(self) -> None:
        """Listen. Raises PortTaken."""
        app = web.Application(client_max_size=64 * 1024)
        app.add_routes([web.get("/healthz", self._healthz), web.get("/readyz", self._readyz)])
        if self._readers != "off":
            app.add_routes([web.get("/metrics", self._metrics)])
        for prefix, build in self._pages.items():
            app.add_subapp(prefix, build())
        # Nobody who is to call packs a body, and unpacking costs before anybody was looked at.
        runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=1.0,
            auto_decompress=False,
            logger=server_log(),
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise PortTaken(
                f"cannot listen on {self._host}:{self._port} ({error.strerror}); "
                "set QINQING_HTTP__PORT to a free port, or end the other program"
            ) from error
        self._runner = runner
        self._lag.start()

    async def stop(self) -> None:
        """Close."""
        await self._lag.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True, "loop_lag_ms": round(self._lag.seconds * 1000)})

    async def _readyz(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(self._probe_within):
                findings = await self._probe()
        except TimeoutError:
            findings = [Finding("check", "the check itself took too long")]
        works = all(finding.level == "degraded" for finding in findings)
        status = "not ready" if not works else "degraded" if findings else "ready"
        body = {
            **self._about(),
            "status": status,
            "ready": works,
            "reasons": [f"{finding.what}: {finding.reason}" for finding in findings],
        }
        return web.json_response(body, status=200 if works else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        if self._readers == "loopback" and not _from_here(request):
            raise web.HTTPForbidden(text="metrics are read on this machine alone\n")
        metrics.loop_lag.set(self._lag.seconds)
        try:
            async with asyncio.timeout(self._probe_within):
                await self._measure()
        except Exception as error:  # the counters are worth reading all the same
            log.warning("metrics are not up to date: %s", place_of(error))
        return web.Response(
            body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE}
        )


def _from_here(request: web.Request) -> bool:
    """Say whether a request comes from this machine, and not through a proxy on it."""
    forwarded = "Forwarded" in request.headers or "X-Forwarded-For" in request.headers
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback and not forwarded
    except ValueError:
        return False
