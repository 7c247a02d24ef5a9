"""What is different between two versions of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.campaigns.difference import Change, Segment, difference, rendered

TEXTS = st.text(st.sampled_from("镇海区申报20万元123月日，。\nabé👍🏽【】删增："), max_size=60)


def shown(old: str, new: str) -> str:
    return rendered(difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("12月3日截止", "12月4日截止", "【删：12月3日】【增：12月4日】截止"),
        ("2026年1月31日前", "2027年2月1日前", "【删：2026年1月31日】【增：2027年2月1日】前"),
        ("补助20万元", "补助200万元", "补助【删：20万元】【增：200万元】"),
        ("14:00开会", "15:30开会", "【删：14:00】【增：15:30】开会"),
        ("由区经信局受理", "由区科技局受理", "由区【删：经信】【增：科技】局受理"),
        ("材料一式两份", "材料一式两份，盖章", "材料一式两份【增：，盖章】"),
        ("请务必报送", "请报送", "请【删：务必】报送"),
        (
            "见https://a.gov.cn/1",
            "见https://a.gov.cn/2",
            "见【删：https://a.gov.cn/1】【增：https://a.gov.cn/2】",
        ),
        ("一\n二\n三\n", "一\n三\n", "一\n【删：二\n】三\n"),
        ("👍🏽", "👍🏿", "【删：👍🏽】【增：👍🏿】"),
        ("一样", "一样", "一样"),
        ("", "新", "【增：新】"),
    ],
)
def test_a_change_is_shown_as_people_would_mark_it(old: str, new: str, said: str) -> None:
    assert shown(old, new) == said


def test_a_character_kept_by_chance_does_not_tear_a_change_apart() -> None:
    assert shown("申请单位须为本区", "申报主体须为全市") == (
        "申【删：请单位】【增：报主体】须为【删：本区】【增：全市】"
    )
    assert shown("甲乙丙", "丁乙戊") == "【删：甲乙丙】【增：丁乙戊】"


def test_a_mark_that_somebody_typed_is_no_change() -> None:
    assert difference("【增：假】", "【增：假】") == (Segment(Change.KEPT, "【增：假】"),)
    assert shown("【增：假】", "【增：假】") == "［增：假】"


def test_a_long_text_that_repeats_itself_is_compared_too() -> None:
    old, new = "啊" * 5000, "吧" + "啊" * 4999
    segments = difference(old, new)
    assert "".join(one.text for one in segments if one.change is not Change.ADDED) == old


@given(TEXTS, TEXTS)
def test_kept_and_removed_make_the_old_text_kept_and_added_the_new_one(old: str, new: str) -> None:
    segments = difference(old, new)
    assert "".join(one.text for one in segments if one.change is not Change.ADDED) == old
    assert "".join(one.text for one in segments if one.change is not Change.REMOVED) == new
    assert all(one.text for one in segments)
    if old == new:
        assert all(one.change is Change.KEPT for one in segments)
