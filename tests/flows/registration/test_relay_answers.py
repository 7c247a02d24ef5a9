"""What staff answer about the doubtful rows of a 接龙, several in a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.registration.clock import erased
from flows.registration.firms import firms_of
from flows.registration.relay import Doubt, Row
from flows.registration.relay_answers import doubts_of, read_answers, settled
from flows.registration.relay_pending import Pending, answered, await_answers, pending
from flows.registration.relay_rows import read_row
from tests.flows.registration.relay_list import KNOWN
from tests.flows.registration.rolls import empty

FIRMS = firms_of(KNOWN)
HENGTONG, HUALI = KNOWN[0], KNOWN[4]
ROWS = tuple(Pending(no, Row()) for no in range(1, 10))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3=陈国强 5=跳过 7,8=新", {3: "陈国强", 5: "跳过", 7: "新", 8: "新"}),
        ("5=2,7=3", {5: "2", 7: "3"}),
        ("1＝宏达、2＝3人", {1: "宏达", 2: "3人"}),
        ("1=宏达机械 陈国强 2人；2=跳过。", {1: "宏达机械 陈国强 2人", 2: "跳过"}),
        ("3-5=跳过", {3: "跳过", 4: "跳过", 5: "跳过"}),
        ("3 陈国强\n5、跳过", {3: "陈国强", 5: "跳过"}),
        ("1=张三\n2=李四", {1: "张三", 2: "李四"}),
        ("1=跳过 1=照写", {1: "照写"}),
    ],
)
def test_answers_are_read_by_the_numbers_of_their_rows(text: str, said: dict[int, str]) -> None:
    assert read_answers(text, ROWS).said == said


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("77=新", ("77=新",)),
        ("1=,", ("1=",)),
        ("你好 1=新", ("你好",)),
        ("跳过", ("跳过",)),
        ("2021年", ("2021年",)),
    ],
)
def test_what_belongs_to_no_row_is_named(text: str, odd: tuple[str, ...]) -> None:
    assert read_answers(text, ROWS).odd == odd


def test_a_single_row_needs_no_number() -> None:
    (row,) = ROWS[2:3]
    assert read_answers("陈国强", (row,)).said == {3: "陈国强"}


@given(st.text(alphabet="0123456789=,，- \n跳过新人", max_size=60))
def test_whatever_is_typed_answers_only_rows_that_there_are(text: str) -> None:
    read = read_answers(text, ROWS)
    assert set(read.said) <= {one.no for one in ROWS}
    assert all(read.said.values())


# What an answer makes of its row -------------------------------------------------------------


def settle(line: str, said: str) -> Row:
    """Settle a doubtful line as far as an answer does."""
    row = read_row(line, FIRMS)
    assert row.doubt is not None
    return settled(row, said, FIRMS)


@pytest.mark.parametrize(
    ("line", "said", "told"),
    [
        ("华立 王总 1人", "华立电子", (HUALI, "王总", 1)),
        ("东海 潘总 3人 2人", "3", (KNOWN[8], "潘总", 3)),
        ("宏达 戚总 1人", "宏达", ("宏达", "戚总", 1)),
        ("宏达 戚总 1人", "恒通", (HENGTONG, "戚总", 1)),
        ("甬江轴承厂 2人", "吴秀英", ("甬江轴承厂", "吴秀英", 2)),
        ("甬江轴承厂 2人", "吴秀英 3人", ("甬江轴承厂", "吴秀英", 3)),
        ("明州物流公司 姜涛 待定", "照写", ("明州物流公司", "姜涛", 1)),
        ("明州物流公司 姜涛 待定", "姜小涛", ("明州物流公司", "姜小涛", 1)),
        ("华立 3人 2人", "华立电子 王芳 3人", (HUALI, "王芳", 3)),
        ("3人", "恒通 李总", (HENGTONG, "李总", 3)),
    ],
)
def test_an_answer_ends_what_is_asked(line: str, said: str, told: tuple[str, str, int]) -> None:
    row = settle(line, said)
    assert (row.enterprise, row.name, row.party) == told
    assert doubts_of(row) == frozenset()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("宏达 戚总 1人", "陈国强"),  # a person where an enterprise is asked
        ("甬江轴承厂 2人", "恒通"),  # an enterprise where a person is asked
        ("东海 潘总 3人 2人", "照写"),  # it says two numbers
        ("东海 潘总 3人 2人", "随便"),
        ("华立 王总 1人", "华立"),  # still two of that name
    ],
)
def test_what_does_not_answer_leaves_the_row_as_it_was(line: str, said: str) -> None:
    assert settle(line, said) == read_row(line, FIRMS)


def test_every_doubt_of_a_row_is_asked_before_it_counts() -> None:
    row = read_row("华立 3人 2人", FIRMS)
    assert (row.doubt, row.doubts) == (Doubt.WHICH_ENTERPRISE, (Doubt.NO_NAME, Doubt.HEADS))
    part = settled(row, "华立电子 王芳", FIRMS)
    assert (part.enterprise, part.name, part.doubt) == (HUALI, "王芳", Doubt.HEADS)
    whole = settled(part, "3", FIRMS)
    assert (whole.party, whole.doubt) == (3, None)


# Rows that wait ------------------------------------------------------------------------------


def test_a_row_that_waits_keeps_its_number_and_is_kept_once() -> None:
    rows = [("a", Row(text="甲")), ("b", Row(text="乙"))]
    roll = await_answers(empty(), rows, 1)
    roll = answered(roll, 1)
    roll = await_answers(roll, [("b", Row(text="乙")), ("c", Row(text="丙"))], 2)
    found = pending(roll.event)
    assert [(one.no, one.row.text, one.pasting) for one in found] == [(2, "乙", 1), (3, "丙", 2)]


def test_the_number_of_a_settled_row_never_means_another() -> None:
    roll = await_answers(empty(), [("a", Row(text="甲"))], 1)
    roll = await_answers(answered(roll, 1), [("b", Row(text="乙"))], 2)
    assert [(one.no, one.row.text) for one in pending(roll.event)] == [(2, "乙")]


def test_a_row_is_kept_as_it_was_read() -> None:
    row = read_row("华立 王总 1人", FIRMS)
    (one,) = pending(await_answers(empty(), [("a", row)], 1).event)
    assert (one.row, one.row.text) == (row, row.text)


def test_rows_that_nobody_answered_go_with_the_personal_answers() -> None:
    roll = await_answers(empty(), [("a", Row(text="恒通 李总 13800000000"))], 1)
    assert erased(roll).event.doubtful == ()
