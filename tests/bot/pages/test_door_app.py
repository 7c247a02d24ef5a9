"""The pages of activities on the object that runs, below a public address with a path."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from bot.duties import Duty
from tests.bot.pages.test_link_app import app
from tests.bot.runtime import FakeChannel

pytestmark = pytest.mark.usefixtures("engine")


async def test_the_app_serves_the_pages_of_activities_beside_those_of_links(tmp_path: Path) -> None:
    running = await app(tmp_path, FakeChannel(), frozenset(Duty))
    async with running.running(), aiohttp.ClientSession(running.web.address) as phone:

        async def got(path: str) -> tuple[int, str, str]:
            async with phone.get(path) as answer:
                return answer.status, answer.content_type, await answer.text()

        assert (await got("/door/style.css"))[:2] == (200, "text/css")
        assert (await got("/in/worker.js"))[:2] == (200, "text/javascript")
        for path in ("/r/HD-2026-001.1.x", "/door/HD-2026-001.x.y", "/in/HD-2026-001.1.x", "/l/x"):
            status, _, text = await got(path)
            assert status == 404
            assert "整段复制" in text
        _, _, offline = await got("/in/offline")
        assert 'src="/bot/door/at-door.js"' in offline  # as the phone sees it
