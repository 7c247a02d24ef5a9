"""What gives an enterprise away in its own words, and how it could be written instead (U3)."""

from __future__ import annotations

import pytest

from flows.tickets.hiding import giveaways, reworded

WHO = ("镇海恒通紧固件有限公司", "陈建国", "13805740001")


def found(text: str) -> dict[str, str]:
    return {one.word: one.instead for one in giveaways(text, *WHO)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("镇海恒通紧固件有限公司停电了", {"镇海恒通紧固件有限公司": "我厂"}),
        ("恒通紧固件停电了", {"恒通紧固件": "我厂"}),
        ("恒通紧固件厂停电了", {"恒通紧固件厂": "我厂"}),
        ("恒通的车过不去", {"恒通": "我厂"}),
        ("骆驼路坑坑洼洼", {"骆驼路": "某路段"}),
        ("骆驼路 88 号门口积水", {"骆驼路 88 号": "某路段"}),
        ("东邑北路路灯不亮", {"东邑北路": "某路段"}),
        ("镇海大道堵车", {"镇海大道": "某路段"}),
        ("骆驼街道一直没人管", {"骆驼街道": "某街道"}),
        ("澥浦镇环卫不收垃圾", {"澥浦镇": "某镇"}),
        ("朝阳村的河道发臭", {"朝阳村": "某村"}),
        ("在骆驼工业园区", {"骆驼工业园区": "某园区"}),
        ("陈建国去问过", {"陈建国": "联系人"}),
        ("陈总去问过，老陈也去过", {"陈总": "联系人", "老陈": "联系人"}),
        ("打13805740001找我", {"13805740001": "另留的电话"}),
        ("打0574-86270011找我", {"0574-86270011": "另留的电话"}),
        ("浙B12345的货车被拦", {"浙B12345": "某车"}),
        ("新能源车浙BD12345没桩", {"浙BD12345": "某车"}),
    ],
)
def test_a_word_that_gives_it_away_is_found(text: str, expected: dict[str, str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "昨天下午三点起我们厂又停电了，跳闸三次，希望供电公司尽快查清原因",
        "高压线路老化，电路短路，支路跳闸",
        "厂门口的道路坑坑洼洼，马路上公路上都堵",
        "这条路封了，那条路在修路，一路堵",
        "农村道路太窄，乡村的路灯不亮",
        "镇海区的政策，城镇职工社保",
        "路面积水，路灯不亮",
        "我们园区、整个园区都停水",
        "2026年11月24日15点停电3次，损失50000元",
        "",
    ],
)
def test_what_anybody_could_say_is_left_alone(text: str) -> None:
    assert found(text) == {}


def test_an_office_without_a_workshop_is_no_works() -> None:
    (one,) = giveaways("信合咨询的员工", "宁波信合咨询有限公司", "", "")
    assert (one.word, one.instead) == ("信合咨询", "我单位")


def test_the_words_come_in_the_order_of_the_text_and_once() -> None:
    assert list(found("骆驼路堵了，恒通的车过不去，骆驼路天天堵")) == ["骆驼路", "恒通"]


def test_rewritten_it_gives_nothing_away_and_says_the_same() -> None:
    text = "恒通门口的骆驼路88号坑坑洼洼，镇海恒通紧固件有限公司的浙B12345爆了胎"
    again = reworded(text, giveaways(text, *WHO))
    assert again == "我厂门口的某路段坑坑洼洼，我厂的某车爆了胎"
    assert found(again) == {}
