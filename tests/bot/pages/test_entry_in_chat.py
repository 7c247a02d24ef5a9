"""A participant's page inside WeChat or DingTalk, whose browsers may not keep a calendar entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.pages.door import hall

HINT = "在聊天软件里加不进日历的"


@pytest.mark.usefixtures("engine")
async def test_a_chat_program_is_told_where_the_calendar_entry_can_be_kept(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        page = f"/r/{await there.ticket(1)}"
        inside = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
        assert HINT in (await there.phone().get(page, **inside)).text
        assert HINT not in (await there.phone().get(page)).text
