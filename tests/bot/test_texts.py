"""How a text of the catalogue becomes what people read."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import inert, laid_out, visible
from bot.texts import Texts, UnusableText
from flows.engine.words import Key, Line
from handlers.ports import Text

TEXTS = Texts(
    {
        "a.plain": "您好",
        "a.one": "内容：${x}",
        "a.start": "${x}",
        "a.two": "${x}(${y})",
        "a.lines": "第一行\n第二行\n\n另一段\n",
        "label.name": "联系人",
        "label.what": "问题",
        "label.bold": "**重要**",
        "unit.power": "供电",
        "unit.water": "供水",
    }
)


def shown(value: object, key: str = "a.start") -> str:
    return TEXTS.render(Text(key, {"x": value}))


def test_a_blank_is_filled() -> None:
    assert shown("停电", "a.one") == "内容：停电"


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(UnusableText, match=r"a\.missing"):
        TEXTS.render(Text("a.missing"))


def test_a_missing_blank_is_named_with_its_text() -> None:
    with pytest.raises(UnusableText, match=r"a\.one.*\$\{x\}"):
        TEXTS.render(Text("a.one"))


@pytest.mark.parametrize("value", [None, 1.5, True, datetime(2026, 11, 24, 8, 5)])  # noqa: DTZ001
def test_a_value_nobody_can_read_is_refused(value: object) -> None:
    with pytest.raises(UnusableText):
        shown(value)


def test_the_blanks_of_a_text_are_known() -> None:
    assert TEXTS.blanks("a.two") == {"x", "y"}
    assert "a.plain" in TEXTS.keys


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Key("unit.power"), "供电"),
        ((Key("unit.power"), Key("unit.water")), "供电、供水"),
        (("甲", "乙"), "甲、乙"),
        ((), ""),
        (3, "3"),
        (date(2026, 11, 26), "11月26日（周四）"),
        (datetime(2026, 11, 24, 8, 5, tzinfo=UTC), "11月24日 16:05"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "1月1日 00:00"),
        (time(17, 30), "17:30"),
        (Text("a.one", {"x": "停电"}), "内容：停电"),
        (
            (Line(Key("label.name"), "陈建国"), Line(Key("label.what"), "停电\n没水")),
            "联系人：陈建国  \n问题：停电 没水",
        ),
        ((Line(Key("label.name"), Key("unit.power")),), "联系人：供电"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, expected: str) -> None:
    assert shown(value) == expected


def test_a_line_break_is_written_the_way_dingtalk_shows_it() -> None:
    assert TEXTS.render(Text("a.lines")) == "第一行  \n第二行\n\n另一段"


def test_the_markup_of_the_catalogue_stays() -> None:
    assert shown(Key("label.bold")) == "**重要**"


def test_a_typed_blank_is_not_filled() -> None:
    assert TEXTS.render(Text("a.two", {"x": "${y}", "y": "秘密"})) == "${y}(秘密)"


@pytest.mark.parametrize(
    "typed",
    [
        "我们厂房2026-11-24停电，损失3万元（约10%）！",
        "13805740001",
        "0574-86270000",
        "合同_最终版_v2.pdf",
        "IMG_20261124.jpg",
        "https://example.com/a?b=1&c=2_3",
        "ZH-2026-0001",
        "1.5吨，#3厂房",
        "气温-5度",
        "-5度",
        "3.14",
        "甲方(乙方){丙方}",
        r"C:\报表\十一月",
        "👨\u200d👩\u200d👧 你好",
        "价格 = 100 + 20 - 3",
        "两  个空格",
    ],
)
def test_ordinary_text_reads_unchanged(typed: str) -> None:
    assert shown(typed) == typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("**粗**", "＊＊粗＊＊"),
        ("_斜_", "＿斜＿"),
        ("__init__", "＿＿init＿＿"),
        ("`码`", "｀码｀"),
        ("# 标题", "＃ 标题"),
        ("##标题", "＃＃标题"),
        ("> 引用", "＞ 引用"),
        ("- 一项", "－ 一项"),
        ("+ 一项", "＋ 一项"),
        ("* 一项", "＊ 一项"),
        ("1. 一项", "1． 一项"),
        ("12) 一项", "12） 一项"),
        ("标题\n===", "标题  \n＝＝＝"),
        ("标题\n- - -", "标题  \n－ － －"),
        ("[点这里](dingtalk://x)", "［点这里］(dingtalk://x)"),
        ("![图](http://x/y.png)", "!［图］(http://x/y.png)"),
        ("<b>x</b>", "＜b＞x＜/b＞"),
        ("&lt;b&gt;", "＆lt;b＆gt;"),
        ("~~删~~", "～～删～～"),
        ("|a|b|", "｜a｜b｜"),
        ("@所有人 a@b.cn", "＠所有人 a＠b.cn"),
        ("\\*x", "＼＊x"),
        ("末尾\\", "末尾＼"),
        ("    代码", "代码"),
        ("甲\n\n\n乙\r\n丙\u2028丁", "甲  \n乙  \n丙  \n丁"),
        ("a\x00b\u200bc\ufeff\u202ed\ud800e\tf", "abcde f"),
    ],
)
def test_markup_that_people_typed_is_inert(typed: str, expected: str) -> None:
    assert shown(typed) == expected


def test_two_blanks_cannot_be_joined_into_a_link() -> None:
    assert TEXTS.render(Text("a.two", {"x": "[x]", "y": "http://a"})) == "［x］(http://a)"


def test_a_label_stands_on_one_line() -> None:
    assert TEXTS.label("甲\n*乙*") == "甲 ＊乙＊"
    assert TEXTS.label(Key("unit.power")) == "供电"


@given(st.text())
def test_inert_text_has_no_active_character_and_stays_inert(typed: str) -> None:
    once = inert(typed)
    assert not set(once) & set("*`<>[]|~@\r\x00")
    assert inert(once) == once
    once.encode()


@given(st.text())
def test_layout_is_stable(typed: str) -> None:
    text = visible(typed)
    assert laid_out(laid_out(text)) == laid_out(text)
