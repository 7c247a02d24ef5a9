"""What one sentence gives away of a sign-up, and what it leaves to be asked."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.registration.heads import read_heads
from flows.registration.lifting import lift_plates
from flows.registration.reading import ReadsSignUps, SignUp, read_sign_up

HENGTONG, ABC = "宁波恒通紧固件有限公司", "宁波ＡＢＣ（集团）有限公司"
KNOWN = (HENGTONG, ABC, "宁波华立电子有限公司", "宁波华立塑料有限公司")
TEL = "13800000000"


def read(text: str) -> SignUp:
    """Read a sentence with the enterprises on record."""
    return read_sign_up(text, KNOWN)


def test_the_reader_can_be_exchanged_for_a_better_one() -> None:
    reader: ReadsSignUps = read_sign_up
    assert reader("我报名,2个人").party == 2


# Whole sentences ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("明天的面对面我报名,2个人", {"party": 2, "event": "明天的面对面"}),
        (
            f"报名 面对面 陈国强 {TEL} 带1人 浙B12345",
            {"name": "陈国强", "phone": TEL, "party": 2, "plate": "浙B12345", "event": "面对面"},
        ),
        ("我和小王去", {"party": 2, "companions": ("小王",)}),
        (f"替陈总报个名, 他电话{TEL}", {"name": "陈总", "phone": TEL, "for_other": True}),
        ("3个人, 司机一起", {"party": 3}),
        ("+1", {}),  # as well "me too" as one more
        ("＋１", {}),
        ("面对面+1", {"event": "面对面"}),
        ("李明+1", {"name": "李明", "party": 2}),
        ("报名", {}),
        ("", {}),
        ("我要报名明天上午9点的面对面，在3号楼2楼", {"event": "明天上午9点的面对面"}),
        (
            "我想报名参加12月1日亲清直通车·政商面对面，2人，车牌浙ＢＤ12345",
            {"party": 2, "plate": "浙BD12345", "event": "12月1日亲清直通车·政商面对面"},
        ),
        ("我是恒通的李明,报名学堂", {"name": "李明", "enterprise": HENGTONG, "event": "学堂"}),
        ("恒通 欧阳𠮷 报名 2人", {"name": "欧阳𠮷", "enterprise": HENGTONG, "party": 2}),
        ("恒通李总报名", {"name": "李总", "enterprise": HENGTONG}),
        (
            f"报名，宁波ABC(集团)有限公司，王芳，{TEL}，带2人",
            {"name": "王芳", "enterprise": ABC, "phone": TEL, "party": 3},
        ),
        (
            f"姓名：王芳 单位：恒通 电话：{TEL} 人数：2人",
            {"name": "王芳", "enterprise": HENGTONG, "phone": TEL, "party": 2},
        ),
        (
            "陈国强 总经理 恒通",
            {"name": "陈国强", "post": "总经理", "enterprise": HENGTONG},
        ),
        (
            f"报名：恒通紧固件，陈国强董事长，随行1人，车牌：浙B·88888 {TEL}",
            {
                "name": "陈国强",
                "post": "董事长",
                "enterprise": HENGTONG,
                "party": 2,
                "plate": "浙B88888",
                "phone": TEL,
            },
        ),
        (
            f"老板陈国强 {TEL}，司机老王，一共两位",
            {"name": "陈国强", "phone": TEL, "party": 2, "companions": ("老王",)},
        ),
        (
            f"周二的活动报名，联系人小王{TEL}，参会人：李总",
            {"name": "李总", "phone": TEL, "event": "周二的活动"},
        ),
        (
            "李明、王芳去面对面",
            {"name": "李明", "companions": ("王芳",), "party": 2, "event": "面对面"},
        ),
        ("王芳去，李明也去", {"name": "王芳", "companions": ("李明",), "party": 2}),
        ("李明代表恒通参加", {"name": "李明", "enterprise": HENGTONG}),
        ("我代表恒通报名", {"enterprise": HENGTONG}),
        ("华立 王芳报名", {"name": "王芳"}),  # which 华立 is asked
        ("EV-2026-001 报名 王芳", {"name": "王芳", "event": "EV-2026-001"}),
        ("13800000000", {"phone": TEL}),
        ("你好，在吗", {}),
        ("面对面几点开始？", {"event": "面对面几点开始"}),
    ],
)
def test_a_sentence_gives_away_what_it_says_and_no_more(text: str, told: dict[str, Any]) -> None:
    assert read(text) == SignUp(**told)


# Signing somebody else up -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("替陈总报名", "陈总"),
        ("帮王芳报名云课堂", "王芳"),
        ("帮我们财务小王报名云课堂", "小王"),
        ("代王总报名，陪同2人", "王总"),
        ("替我们董事长陈国强报名恳谈会", "陈国强"),
        ("给我们厂长陈国强报个名", "陈国强"),
        ("我们老板陈国强参加面对面，我是小周", "陈国强"),
        ("小周代陈总报名学堂", "陈总"),
        ("帮我们老板报名", None),
        ("小周替老板报名", None),
        ("给老板留2个位置", None),
        ("老板要带儿子去", None),
        ("替我爸报名", None),
    ],
)
def test_who_writes_is_not_who_comes(text: str, name: str | None) -> None:
    found = read(text)
    assert (found.for_other, found.name) == (True, name)


@pytest.mark.parametrize("text", ["帮我报名云课堂", "我报名", "请帮我和小李报名学堂", "王芳报名"])
def test_asking_for_help_signs_nobody_else_up(text: str) -> None:
    assert not read(text).for_other


# Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("欧阳𠮷 报名", "欧阳𠮷"),
        ("欧阳\u200b𠮷\u202e 报名", "欧阳𠮷"),
        ("阿卜杜拉·买买提报名", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提 报名", "阿卜杜拉·买买提"),
        ("李总报名", "李总"),
        ("欧阳总报名", "欧阳总"),
        ("张女士报名 1人", "张女士"),
        ("老陈报名", "老陈"),
        ("我叫阿依古丽，报名学堂", "阿依古丽"),
        ("董事长王国强参加", "王国强"),
        ("亲清直通车·政商面对面 李明 2位", "李明"),
        ("安全培训 报名", None),
        ("周二的面对面，高兴参加", None),
    ],
)
def test_a_name_is_kept_as_it_is_called(text: str, name: str | None) -> None:
    assert read(text).name == name


@pytest.mark.parametrize(
    ("text", "companions"),
    [
        ("我和小王、小李三个人", ("小王", "小李")),
        ("我和王明一起去", ("王明",)),
        ("我、小王、小李去面对面", ("小王", "小李")),
        ("带小王1人", ("小王",)),
        ("带1人：小王", ("小王",)),
        ("我带秘书小张和司机老王", ("小张", "老王")),
        ("司机小张一起去", ("小张",)),
        ("陈国强、李明、王芳 3人", ("李明", "王芳")),
        ("我司3人参加面对面：陈国强、李明、王芳", ("李明", "王芳")),
        ("替小王和小李报名", ("小李",)),
        ("我带儿子", ()),
    ],
)
def test_who_comes_along_is_named_where_told(text: str, companions: tuple[str, ...]) -> None:
    assert read(text).companions == companions


# Head-counts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "party"),
    [
        # The whole party.
        ("2个人", 2),
        ("两位", 2),
        ("２人", 2),
        ("一共3人", 3),
        ("我报名，共3个", 3),
        ("连我3个", 3),
        ("加上我5个人", 5),
        ("算我一个", 1),
        ("我俩去", 2),
        ("我们仨报名", 3),
        ("我们夫妻俩", 2),
        ("报名人数：3", 3),
        ("我和总经理李明", 2),
        ("除了我还有2人", 3),
        ("另带1名助理", 2),
        ("就我一个", 1),
        ("我自己去", 1),
        ("参加2人", 2),
        ("我们报3个", 3),
        ("面对面报2个名额", 2),
        ("我报名2人，含司机", 2),
        ("2人+1", 3),
        ("3+1人", 4),
        # On top of whoever comes.
        ("我+1", 2),
        ("王芳＋１", 2),
        ("我带1人", 2),
        ("带两个同事", 3),
        ("再加一个人", 2),
        ("多带1个朋友", 2),
        ("我和2个同事去", 3),
        ("我带儿子", 2),
        ("我老公也去", 2),
        ("我和小王去", 2),
        ("我和小王+1", 3),
        ("我和小王带1人", 3),
        ("带小王、小李2人", 3),
        ("替陈总报名，还有我", 2),
        # Both, and they agree.
        ("我和小王，一共2人", 2),
        ("2个人，带小王", 2),
        ("我和小王 3个人", 3),
        # They do not agree, or say nothing certain: to be asked.
        ("2个人，带3人", None),
        ("我和小王、小李，2个人", None),
        ("2个人，不对，3个人", None),
        ("0人", None),
        ("300人", None),
        ("2人左右", None),
        # No head-counts.
        ("2点开始吗，我报名", None),
        ("2楼的会我报名", None),
        ("3号楼那场我报名", None),
        ("限2人吗", None),
        ("每家2人", None),
        ("最多3人", None),
        ("还有2个名额吗", None),
        ("第2位是谁", None),
        ("我个人报名", None),
        ("有2位领导来吗", None),
        ("60人的紧固件厂", None),
        ("我们厂60人，我报名", None),
        ("12月1日14:00，我有2个问题", None),
        ("带2份材料", None),
        ("带1辆车", None),
        ("不带人", None),
        (f"{TEL}", None),
        # A limit beside a head-count.
        ("每家限2人，我们报2人", 2),
        ("我们厂60人，报名2个人", 2),
        ("明天2点在3号楼2楼，我带1人", 2),
    ],
)
def test_a_head_count_is_a_total_or_added_or_none(text: str, party: int | None) -> None:
    assert read(text).party == party


def test_added_people_are_told_apart_from_a_total() -> None:
    total, added = read_heads("一共3人")[0], read_heads("带3人")[0]
    assert (total.total, total.added) == (3, 0)
    assert (added.total, added.added) == (None, 3)


# Number plates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("浙B12345", "浙B12345"),
        ("浙B·12345", "浙B12345"),
        ("浙b 12345", "浙B12345"),
        ("浙 B-123AB", "浙B123AB"),
        ("浙Ｂ１２３４５", "浙B12345"),
        ("车牌浙BD12345，停一下", "浙BD12345"),
        ("浙B·D12345", "浙BD12345"),
        ("沪A12345D", "沪A12345D"),
        ("浙BDA1234", "浙BDA1234"),
        ("粤Z·1234港", "粤Z1234港"),
        ("粤z 1A34澳", "粤Z1A34澳"),
        ("浙B1234学", "浙B1234学"),
        ("浙B12345 浙B54321", "浙B12345、浙B54321"),
        ("浙B123", None),
        ("浙B1234567", None),
        ("苏ABCDEF", None),
        ("宁波B12345", None),
        ("浙I12345", None),
    ],
)
def test_a_number_plate_is_read_however_it_is_written(text: str, plate: str | None) -> None:
    assert read(text).plate == plate


def test_what_is_left_of_a_sentence_has_no_plate() -> None:
    assert lift_plates("开车 浙B·12345 来") == ("浙B12345", "开车   来")


# Any text -----------------------------------------------------------------------------------

WORDS = (
    "我|替|帮|陈总|王芳|小王|和|带|报名|面对面|明天|2个人|+1|一共|3人|浙B12345|13800000000|恒通|的|、|，"
    "| |（|总经理|司机|·|1|一"
)
PIECES = st.sampled_from(WORDS.split("|"))


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300) | st.lists(PIECES, max_size=20).map("".join))
def test_no_text_breaks_it_and_nothing_empty_is_told(text: str) -> None:
    found = read(text)
    assert "" not in (found.name, found.phone, found.enterprise, found.post, found.plate)
    assert found.party is None or found.party >= 1 + len(found.companions)
    assert found.name not in found.companions


@settings(max_examples=20, deadline=None)
@given(PIECES, PIECES)
def test_twenty_thousand_characters_are_read_like_any_others(a: str, b: str) -> None:
    read((a + b) * (20_000 // len(a + b)))
