"""接龙: rows become people, what is not certain is asked, and pasting again changes nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.registration.relay import Doubt, Relay, Row, read_relay
from tests.flows.registration.relay_list import HEAD, KNOWN, ROWS, WHOLE

HENGTONG, ABC, CAMEL, MINGDA = KNOWN[:4]


def row_of(line: str) -> Row:
    """Read a list of one row."""
    (row,) = read_relay(f"1. {line}", KNOWN).rows
    return row


def said(row: Row) -> tuple[str, str, int]:
    """Return what has to be right of every row that is taken."""
    return (row.enterprise, row.name, row.party)


# U7 -----------------------------------------------------------------------------------------


def test_u7_of_thirty_rows_27_are_taken_and_3_are_asked() -> None:
    relay = read_relay(WHOLE, KNOWN)
    assert sum(len(row.lines) for row in relay.rows) == 30
    assert sum(len(row.lines) for row in relay.taken) == 27
    assert [(row.text, row.doubt) for row in relay.asked] == [
        ("华立 王总 1人", Doubt.WHICH_ENTERPRISE),
        ("东海 潘总 3人 2人", Doubt.HEADS),
        ("宏达 戚总 1人", Doubt.NO_ENTERPRISE),
    ]


def test_u7_every_row_that_is_taken_is_read_right() -> None:
    taken = read_relay(WHOLE, KNOWN).taken
    assert [said(row) for row in taken] == [
        (HENGTONG, "李总", 1),
        (ABC, "王芳", 2),
        (CAMEL, "张三", 2),
        (HENGTONG, "陈国强", 1),
        ("宁波金田阀门有限公司", "赵敏", 2),
        ("浙江甬能新材料股份有限公司", "钱进", 1),
        ("宁波东海密封件有限公司", "孙工", 1),
        ("宁波市镇海蛟川精密模具厂", "周厂长", 1),
        ("宁波瑞丰物流有限公司", "吴秀英", 1),
        ("宁波德业液压有限公司", "郑凯", 1),
        ("宁波新光包装有限公司", "冯磊", 1),
        ("宁波万安食品有限公司", "陈红", 1),
        ("宁波天成软件有限公司", "蒋伟", 2),
        ("宁波永盛五金有限公司", "韩雪", 2),
        (CAMEL, "阿卜杜拉·买买提", 1),
        (MINGDA, "欧阳𠮷", 1),
        ("宁波华立电子有限公司", "李静", 1),
        ("宁波宏远精密机械有限公司", "杨帆", 1),
        (HENGTONG, "何平", 2),
        ("宁波德业液压有限公司", "许总", 2),
        ("宁波新光包装有限公司", "曹总", 2),
        ("宁波万安食品有限公司", "姜涛", 3),
        ("宁波天成软件有限公司", "谢芳", 1),
        ("宁波永盛五金有限公司", "苏姐", 1),
    ]


def test_u7_one_person_for_two_firms_is_one_row_and_twice_the_same_is_one() -> None:
    by_name = {row.name: row for row in read_relay(WHOLE, KNOWN).rows}
    assert by_name["陈国强"].also_for == (MINGDA,)
    assert [len(by_name[name].lines) for name in ("陈国强", "王芳", "赵敏", "李总")] == [2, 2, 2, 1]


def test_u7_telephones_plates_posts_and_remarks_stay_with_their_rows() -> None:
    by_name = {row.name: row for row in read_relay(WHOLE, KNOWN).rows}
    assert (by_name["周厂长"].phone, by_name["周厂长"].plate) == ("13800000003", "浙B12345")
    assert by_name["周厂长"].remark == "开车"
    assert by_name["韩雪"].plate == "浙BD12345"
    assert by_name["欧阳𠮷"].phone == "13800000005"
    assert by_name["钱进"].post == "总经理"
    assert by_name["赵敏"].remark == "素食"
    assert by_name["许总"].companions == ("小许",)


def test_u7_the_head_the_example_and_the_talk_are_no_rows() -> None:
    relay = read_relay(WHOLE, KNOWN)
    assert relay.title == "亲清直通车·政商面对面 12月1日（周二）14:00"
    assert relay.left == ("收到，谢谢大家",)


def test_u7_pasting_the_same_list_again_gives_the_same_rows() -> None:
    once = read_relay(WHOLE, KNOWN)
    assert read_relay(WHOLE, KNOWN) == once
    assert read_relay(WHOLE + WHOLE, KNOWN).rows == once.rows


def test_u7_every_longer_list_gives_the_old_rows_and_more() -> None:
    lines = ROWS.splitlines()
    whole = read_relay(WHOLE, KNOWN).rows
    for length in range(len(lines)):
        rows = read_relay(HEAD + "\n".join(lines[:length]), KNOWN).rows
        # A later row may say that somebody speaks for one more firm, and nothing else.
        old = tuple(replace(row, also_for=()) for row in rows)
        assert old == tuple(replace(row, also_for=()) for row in whole[: len(rows)])


# One row ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "enterprise", "name", "party"),
    [
        ("恒通 李总", HENGTONG, "李总", 1),
        ("恒通李总1人", HENGTONG, "李总", 1),
        ("恒通总经理李明", HENGTONG, "李明", 1),
        ("李总 恒通 2人", HENGTONG, "李总", 2),
        ("恒通，李总，2", HENGTONG, "李总", 2),
        ("恒通|李总|2位", HENGTONG, "李总", 2),
        ("恒通：李总 +1", HENGTONG, "李总", 2),
        ("恒通 李总 1人 +1", HENGTONG, "李总", 2),
        ("恒通 李总 1+1", HENGTONG, "李总", 2),
        ("恒通 李总（+2）", HENGTONG, "李总", 3),
        ("恒通 李总(2人)", HENGTONG, "李总", 2),
        ("恒通 2人（李总、王芳）", HENGTONG, "李总", 2),
        ("恒通 李总带司机1人", HENGTONG, "李总", 2),
        ("恒通 李总 带儿子", HENGTONG, "李总", 2),
        ("恒通 李总 带翻译1名", HENGTONG, "李总", 2),
        ("恒通 李总 同行王芳", HENGTONG, "李总", 2),
        ("恒通 李总等3人", HENGTONG, "李总", 3),
        ("恒通 李总 +1 +1", HENGTONG, "李总", 3),
        ("恒通 李总 人数2", HENGTONG, "李总", 2),
        ("恒通 李总 14:00到", HENGTONG, "李总", 1),
        ("恒通 李总 1人(2号楼)", HENGTONG, "李总", 1),
        ("李总（恒通）", HENGTONG, "李总", 1),
        ("单位：恒通 姓名：李明 人数：2 电话：13800000000", HENGTONG, "李明", 2),
        ("宁波恒通 李明 王芳", HENGTONG, "李明", 2),
        ("恒通紧固件厂 李明和王芳", HENGTONG, "李明", 2),
        ("宁波ＡＢＣ（集团）有限公司王芳", ABC, "王芳", 1),
        ("ABC集团 王　芳 2人", ABC, "王芳", 2),
        ("abc 王芳（宁波）", ABC, "王芳", 1),
        ("骆驼机械 阿卜杜拉•买买提 2人", CAMEL, "阿卜杜拉·买买提", 2),
        ("明达 Tom Wang 1人", MINGDA, "Tom", 1),
        ("@恒通 @李总 1人 👍👍🏻", HENGTONG, "李总", 1),
        ("明达 欧阳\u202e𠮷\u200d 1人", MINGDA, "欧阳𠮷", 1),
        ("宁波新达铸造有限公司 李总", "宁波新达铸造有限公司", "李总", 1),
        ("恒丰铸造 李总", "恒丰铸造", "李总", 1),
    ],
)
def test_a_row_is_taken_however_it_is_written(
    line: str, enterprise: str, name: str, party: int
) -> None:
    row = row_of(line)
    assert (row.doubt, *said(row)) == (None, enterprise, name, party)


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("华立 李总", Doubt.WHICH_ENTERPRISE),
        ("明天 李总", Doubt.NO_ENTERPRISE),
        ("李总 2人", Doubt.NO_ENTERPRISE),
        ("宏达 李总", Doubt.NO_ENTERPRISE),
        ("恒通 2人", Doubt.NO_NAME),
        ("恒通 亓明 1人", Doubt.NO_NAME),
        ("恒通 李总 0人", Doubt.HEADS),
        ("恒通 李总 3人 1人", Doubt.HEADS),
        ("恒通 李总 2人（3人）", Doubt.HEADS),
        ("恒通 李明、王芳 1人", Doubt.HEADS),
        ("恒通 李总 200人", Doubt.HEADS),
        ("恒通/明达 李明、王芳", Doubt.TWO_FIRMS),
        ("恒通/宏达 李总 1人", Doubt.UNCLEAR),
        ("恒通/新宏达 李总 1人", Doubt.UNCLEAR),
        ("恒通 李总*明达 王芳", Doubt.UNCLEAR),
        ("恒通 李总 亓明", Doubt.UNCLEAR),
        ("恒通 李总 138000000", Doubt.UNCLEAR),
        ("恒通 李总 12", Doubt.UNCLEAR),
        ("恒通 李总 王", Doubt.UNCLEAR),
        ("恒通 李总 带Tom", Doubt.UNCLEAR),
        ("恒通 李总 1人 取消", Doubt.UNCLEAR),
        ("恒通 李总 2人（待定）", Doubt.UNCLEAR),
        ("李" * 301, Doubt.UNCLEAR),
    ],
)
def test_a_row_that_is_not_certain_says_why(line: str, doubt: Doubt) -> None:
    assert row_of(line).doubt is doubt


def test_a_doubt_about_the_enterprise_names_those_that_it_may_be() -> None:
    assert row_of("华立 李总").candidates == KNOWN[4:6]


@pytest.mark.parametrize("line", ["恒通/明达 李明", "恒通 李明 代表明达", "恒通 李明（兼明达）"])
def test_one_person_speaks_for_two_firms_however_it_is_said(line: str) -> None:
    row = row_of(line)
    assert (row.doubt, row.enterprise, row.also_for) == (None, HENGTONG, (MINGDA,))


def test_a_second_telephone_is_kept_as_a_remark() -> None:
    row = row_of("恒通 李明13800000001、王芳13900000002")
    assert (row.phone, row.remark, row.companions) == ("13800000001", "13900000002", ("王芳",))


def test_the_office_is_asked_with_the_row_as_it_was_written() -> None:
    assert row_of("宏达 戚总 １人（素食）").text == "宏达 戚总 1人（素食）"


# Rows of one list ---------------------------------------------------------------------------


def rows_of(*lines: str) -> list[tuple[str, Doubt | None]]:
    """Read a list and return who is in it, with the doubts."""
    numbered = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
    return [(row.name, row.doubt) for row in read_relay(numbered, KNOWN).rows]


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        # The same person twice.
        ("恒通 李总", "恒通紧固件 李总 1人", [("李总", None)]),
        ("恒通 李明 13800000001", "恒通 李明", [("李明", None)]),
        ("恒通 李总 1人", "恒通 李总 2人", [("李总", None), ("李总", Doubt.REPEATED)]),
        ("恒通 李明", "恒通 李明 13800000001", [("李明", None), ("李明", Doubt.REPEATED)]),
        ("恒通 李总", "恒通 李明", [("李总", None), ("李明", Doubt.REPEATED)]),
        # Two people.
        ("恒通 李明", "恒通 王芳", [("李明", None), ("王芳", None)]),
        ("恒通 李总", "明达 李总", [("李总", None), ("李总", None)]),
        ("恒通 李总 13800000001", "恒通 李明 13800000002", [("李总", None), ("李明", None)]),
        ("恒通 李明 13800000001", "明达 李明 13800000002", [("李明", None), ("李明", None)]),
        ("恒通 李明 13800000001", "恒通 王芳 13800000001", [("李明", None), ("王芳", None)]),
        # One person for two firms, by the telephone; a name alone is not enough.
        ("恒通 李明 13800000001", "明达 李明 13800000001", [("李明", None)]),
        ("恒通 李明", "明达 李明", [("李明", None), ("李明", Doubt.TWO_FIRMS)]),
        (
            "恒通 李明 13800000001",
            "明达 李明 13800000001 2人",
            [("李明", None), ("李明", Doubt.TWO_FIRMS)],
        ),
    ],
)
def test_two_rows_are_one_person_two_people_or_a_doubt(
    first: str, second: str, rows: list[tuple[str, Doubt | None]]
) -> None:
    assert rows_of(first, second) == rows


def test_a_third_row_knows_the_firm_that_the_second_added() -> None:
    rows = read_relay(
        "1. 恒通 李明 13800000001\n2. 明达 李明 13800000001\n3. 明达轴承厂 李明", KNOWN
    ).rows
    assert [(row.name, row.also_for, len(row.lines)) for row in rows] == [("李明", (MINGDA,), 3)]


# Lines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "恒通 李总\n明达 王芳",
        "#接龙 亲清直通车\n1. 恒通 李总\n1. 明达 王芳",
        "接龙：亲清直通车\n1、1. 恒通 李总\n\n 7)明达 王芳",
        "一、恒通 李总\n二、明达 王芳\n三、",
        "1恒通 李总\n2明达 王芳\n3",
        "No.1 恒通 李总\nNo.2 明达 王芳",
        "- 恒通 李总\n• 明达 王芳",
        "１．恒通 李总\r\n２．明达 王芳",
        "1. 恒通 李总 2. 明达 王芳",
        "①恒通 李总②明达 王芳",
        "例：单位 姓名 人数\n1. XX公司 张三 1人\n2. 恒通 李总\n3. 明达 王芳",
        "1. 每家限报2人\n2. 时间：12月1日14:00\n1. 恒通 李总\n2. 明达 王芳",
        "张三 2026-11-27 10:20:33\n1. 恒通 李总\n李四：\n2. 明达 王芳",
        "李四: #接龙\n李四: 1. 恒通 李总\n王五: #接龙\n1. 恒通 李总\n2. 明达 王芳",
        "1. 单位 姓名 人数\n2. 恒通 李总\n3. 明达 王芳\n大家辛苦了",
    ],
)
def test_a_list_is_read_whatever_its_numbers_and_its_frame(text: str) -> None:
    rows = read_relay(text, KNOWN).rows
    assert [(row.doubt, *said(row)) for row in rows] == [
        (None, HENGTONG, "李总", 1),
        (None, MINGDA, "王芳", 1),
    ]


def test_a_line_with_nothing_but_a_number_belongs_to_the_row_above() -> None:
    (row,) = read_relay("1. 恒通 李总\n13800000000\n（浙B12345）", KNOWN).rows
    assert (row.name, row.phone, row.plate) == ("李总", "13800000000", "浙B12345")


def test_a_line_above_the_rows_that_may_be_somebody_is_not_lost_silently() -> None:
    relay = read_relay("#接龙\n亲清直通车\n宏达 戚总 2人\n1. 恒通 李总", KNOWN)
    assert relay.left == ("宏达 戚总 2人",)


def test_a_title_that_comes_again_with_a_longer_list_is_nobody() -> None:
    head = "骆驼商会 12月1日 面对面\n"
    relay = read_relay(f"{head}1. 恒通 李总\n{head}1. 恒通 李总\n2. 明达 王芳", KNOWN)
    assert ([row.name for row in relay.rows], relay.left) == (["李总", "王芳"], ())


def test_a_list_that_is_too_long_says_that_its_end_is_missing() -> None:
    assert not read_relay("1. 恒通 李总", KNOWN).cut
    assert not read_relay("1. 恒通 李总\n" * 1000, KNOWN).cut
    assert read_relay("1. 恒通 李总\n" * 1001, KNOWN).cut
    assert read_relay("1. 恒通 李总 " + "\n" * 20_000, KNOWN).cut


def test_no_list_at_all_gives_no_rows() -> None:
    assert read_relay("", KNOWN) == Relay()
    assert read_relay("今天天气不错", KNOWN).rows == ()


# Any text -----------------------------------------------------------------------------------

WORDS = (
    "恒通|明达|华立|宏达|李总|李明|王芳|张三、李四|总经理|2人|+1|1|（素食）|（|13800000001|浙B12345"
    "|/| |、|，|#接龙|例|请|①|12月1日"
)
PIECES = st.sampled_from([*WORDS.split("|"), " ", " "])
LINE = st.lists(PIECES, min_size=1, max_size=6).map("".join)
LINES = st.lists(LINE, max_size=12)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300) | LINES.map("\n".join))
def test_no_text_breaks_it_and_who_is_taken_has_a_name_and_an_enterprise(text: str) -> None:
    for row in read_relay(text, KNOWN).taken:
        assert row.name
        assert row.enterprise
        assert row.party >= 1 + len(row.companions)


@settings(deadline=None)
@given(LINES)
def test_any_list_pasted_twice_gives_its_rows_once(lines: list[str]) -> None:
    text = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
    assert read_relay(f"{text}\n{text}", KNOWN).rows == read_relay(text, KNOWN).rows


@settings(deadline=None)
@given(LINES, LINES)
def test_any_longer_list_keeps_the_rows_that_were_there(old: list[str], more: list[str]) -> None:
    numbered = [f"{n}. {line}" for n, line in enumerate([*old, *more], 1)]
    before = read_relay("\n".join(numbered[: len(old)]), KNOWN).rows
    after = read_relay("\n".join(numbered), KNOWN).rows[: len(before)]
    assert [replace(r, also_for=()) for r in before] == [replace(r, also_for=()) for r in after]


@settings(max_examples=20, deadline=None)
@given(PIECES, PIECES, st.sampled_from(["", "\n", " "]))
def test_twenty_thousand_characters_are_read_like_any_others(a: str, b: str, end: str) -> None:
    piece = f"{a}{b}{end}"
    relay = read_relay(piece * (20_000 // len(piece)), KNOWN)
    assert len(relay.rows) <= 1_000
