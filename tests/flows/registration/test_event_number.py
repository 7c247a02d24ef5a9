"""Numbers of activities: what is written is read, however it is typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.registration.number import TYPED, WRITTEN, as_kept, in_front, number


@given(st.from_regex(r"[A-Z]{1,6}", fullmatch=True), st.integers(1, 999_999))
def test_what_is_written_is_read_again(prefix: str, serial: int) -> None:
    written = number(prefix, 2026, serial)
    assert re.fullmatch(WRITTEN, written)
    assert in_front(f"{written} 请发一下") == (written, "请发一下")


@pytest.mark.parametrize(
    "typed",
    ["HD-2026-003", "hd2026003", "HD 2026 3", "hd—2026—003", "HD_2026_003", "Hd-2026-3"],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    found = TYPED.search(f"我要报名{typed}，两个人")
    assert found is not None
    assert as_kept(found.group()) == "HD-2026-003"


@pytest.mark.parametrize(
    "text", ["2026年12月的面对面", "13805740001", "明天的面对面", "XF20261234567890", "A2026"]
)
def test_what_is_no_number_is_left_alone(text: str) -> None:
    assert TYPED.search(text) is None
    assert in_front(text) == (None, text)


def test_a_number_that_is_not_in_front_is_part_of_what_is_told() -> None:
    assert in_front("停电，见 HD-2026-003") == (None, "停电，见 HD-2026-003")
