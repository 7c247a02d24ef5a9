"""A long campaign in a channel that takes few bytes: in pieces, none of them one byte too long."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests import doors, poor
from tests.doors import TwoDoors, two_doors
from tests.handlers.campaigning import CLERK, HEAD, sent

pytestmark = pytest.mark.usefixtures("engine")

COLLEAGUE = "小周"
FAMILY = "👨‍👩‍👧‍👦"
WECOM = 4096  # bytes of a message (WeCom, 群机器人配置说明: markdown)


async def colleague(play: TwoDoors) -> None:
    """Bind somebody who has only the poor channel."""
    await play.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
    (code,) = re.findall(r"邀请码 ([A-Z2-9-]{9})", play.seen[-1].message.text)[:1]
    await play.write(COLLEAGUE, f"邀请码 {code}")


async def pushed(play: TwoDoors, body: str) -> list[str]:
    """Send a campaign to the people of the enterprises; return what the colleague sees."""
    await colleague(play)
    play.platform.shown.clear()
    await play.say(CLERK, f"写推送\n用工政策\n{body}")
    await play.say(CLERK, "全部企业的负责人")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await sent(play)
    return [one.text for one in play.platform.shown if one.account == play.account(COLLEAGUE)]


@pytest.mark.parametrize("limit", [poor.LIMIT, WECOM])
async def test_b17_a_poor_channel_gets_pieces_counted_in_bytes(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poor, "LIMIT", limit)
    monkeypatch.setattr(doors, "MANNER", replace(poor.MANNER, limit=limit))
    lines = limit // 40
    body = "\n".join(f"第{n}条：政策𠮷{FAMILY}要点。" for n in range(10, 10 + lines))
    async with two_doors(tmp_path) as play:
        pieces = await pushed(play, body)
    assert len(pieces) > 1
    assert max(len(piece.encode()) for piece in pieces) <= limit
    whole = "\n".join(pieces)
    assert [line for line in body.splitlines() if line not in whole] == []
    assert whole.count(FAMILY) == lines
