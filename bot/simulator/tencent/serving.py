"""Standing where the bot expects a platform: on a port of this machine."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web


class Served:
    """An application on 127.0.0.1, on a free port."""

    def __init__(self, build: Callable[[], web.Application]) -> None:
        self._build = build
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Where it is. Raises RuntimeError before it runs."""
        if self._runner is None:
            raise RuntimeError("the platform does not run")
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def start(self) -> None:
        """Begin to answer."""
        self._runner = web.AppRunner(self._build(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        """End."""
        if self._runner is not None:
            await self._runner.cleanup()
