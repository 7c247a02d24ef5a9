"""What may be wrong with a text (错敏词), named line by line before anybody approves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BASE
from handlers.campaigns.linking import Seen
from tests.handlers.campaigning import CLERK, HEAD, stored, texts, written
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

LINK = "https://www.zh.gov.cn/sb"
LINES = (
    "区长顾维桢出席。",  # his term is over
    "区委书记沈立本讲话。",  # that is another's post
    "区长沈立本、区委书记方知远参加。",  # the wrong order
    "12月1日（周三）下午开会。",  # a Tuesday
    "联系人手机13805741234。",
    f"申报请到{LINK}。",
)
FOUND = ("任期已过", "职务不符", "排序应是", "日期和星期对不上", "个人手机号", "链接打不开")


async def test_u16_every_fault_is_named_with_its_line_and_let_pass_by_name(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.sites.seen[LINK] = Seen("dead", "404")
        await written(play, "写推送\n座谈会\n" + "\n".join(LINES))
        refused = "\n".join(texts(play, await play.press(CLERK, "提交审批"), CLERK))
        lines = [line for line in refused.splitlines() if "第 " in line]
        for n, fault in enumerate(FOUND, start=2):  # the title is the first line
            assert any(f"第 {n} 行" in line and fault in line for line in lines), (fault, lines)
        await play.press(CLERK, "全部确认无误")
        waivers = (await stored(play)).waivers
        assert len(waivers) == len(lines)
        assert len({one.by for one in waivers}) == 1
        asked = texts(play, await play.press(CLERK, "提交审批"), HEAD)
        assert "待审批" in asked[0]


async def test_u16_a_line_of_the_lexicon_is_enough(tmp_path: Path) -> None:
    text = (BASE / "lexicon.toml").read_text("utf-8")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    known = text.replace('name = "顾维桢"', 'name = "顾维贞"')
    (overlay / "lexicon.toml").write_text(known, "utf-8")
    async with stage(tmp_path, overlay) as play:
        heard = texts(play, await written(play, f"写推送\n座谈会\n{LINES[0]}"), CLERK)
        assert "任期已过" not in "\n".join(heard)
