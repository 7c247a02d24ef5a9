"""The HTTP side for whoever watches the process: is it alive, and can it work."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

PROBE = 0.25
PROBE_WITHIN = 2.0

Probe = Callable[[], Awaitable[Sequence[str]]]
"""Say what keeps the bot from working (English, no secrets); empty = nothing."""


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


class Web:
    """Serve /healthz and /readyz."""

    def __init__(
        self, host: str, port: int, probe: Probe, *, probe_within: float = PROBE_WITHIN
    ) -> None:
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
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
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
                reasons = list(await self._probe())
        except TimeoutError:
            reasons = ["the check itself took too long"]
        status = 503 if reasons else 200
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=status)
