"""待确认 in the files of 效果报告: counted apart, and the counts add up."""

from __future__ import annotations

from bot.handouts.effect_chart import picture
from bot.handouts.effect_table import cells, rows
from bot.storage.asked import NOT_CONFIRMED
from tests.bot.test_effect_files import NOW, WORDS, effect, fate

TOLD = effect(
    [
        fate(1),
        fate(2, state="asked", sent_at=None),
        fate(3, state="failed", code=NOT_CONFIRMED, sent_at=None),
        fate(4, state="failed", code="45028", sent_at=None),
    ]
)


def test_the_table_has_a_row_of_its_own_and_adds_up() -> None:
    found = dict(rows(TOLD, WORDS, NOW))
    assert found["待确认"] == 1
    parts = ("已发", "不明", "失败", "跳过", "还没发", "待确认", "取消")
    assert sum(int(str(found[name])) for name in parts) == found["应发"] == 4


def test_each_place_says_that_it_waits_or_why_it_failed() -> None:
    said = [[str(cell) for cell in cells(one, TOLD, WORDS)][3:5] for one in TOLD.fates]
    assert said[1] == ["待确认", ""]
    assert said[2] == ["失败", "没有人确认"]
    assert said[3][1].startswith("本月的群发次数用完了")


def test_the_picture_has_a_bar_for_it() -> None:
    bars = {bar["label"]: bar["count"] for bar in picture(TOLD, WORDS, "镇海区工商联", NOW)["bars"]}
    assert bars["待确认"] == 1
    assert sum(bars.values()) == 4
