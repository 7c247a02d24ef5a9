"""Ticket numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tickets.number import find, number, short


def test_a_number_has_four_digits_and_more_when_needed() -> None:
    assert number("ZH", 2026, 1) == "ZH-2026-0001"
    assert number("ZH", 2026, 9999) == "ZH-2026-9999"
    assert number("ZH", 2026, 10000) == "ZH-2026-10000"


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("ZH-2026-0001", "ZH-2026-0001", ""),
        ("zh-2026-1", "ZH-2026-0001", ""),
        ("ZH2026-0001", "ZH-2026-0001", ""),
        ("ZH－2026－0001", "ZH-2026-0001", ""),
        ("ZH-2025-0007 又坏了", "ZH-2025-0007", "又坏了"),
        ("看看 ZH-2026-12345 怎么样了", "ZH-2026-12345", "看看   怎么样了"),
        ("1", "ZH-2026-0001", ""),
        ("0012", "ZH-2026-0012", ""),
        ("#12", "ZH-2026-0012", ""),
        ("12号", "ZH-2026-0012", ""),
        ("12，供电公司", "ZH-2026-0012", "供电公司"),
        ("12：供电公司", "ZH-2026-0012", "供电公司"),
        ("12 10:30 打过电话", "ZH-2026-0012", "10:30 打过电话"),
        ("", None, ""),
        ("供电公司", None, "供电公司"),
        ("3月5日起又停电", None, "3月5日起又停电"),
        ("10:30 又停了", None, "10:30 又停了"),
        ("10：30 又停了", None, "10：30 又停了"),
        ("GB-2026-0001", None, "GB-2026-0001"),
        ("123456789", None, "123456789"),
    ],
)
def test_a_number_is_read_in_front_or_in_full_anywhere(
    text: str, found: str | None, rest: str
) -> None:
    assert find(text, "ZH", 2026) == (found, rest)


def test_behind_a_command_the_number_in_front_counts_and_not_one_that_is_cited() -> None:
    text = "2 按 ZH-2026-0001 办"
    assert find(text, "ZH", 2026, command=True) == ("ZH-2026-0002", "按 ZH-2026-0001 办")
    cited = "ZH-2026-0002 按 0001 办"
    assert find(cited, "ZH", 2026, command=True) == ("ZH-2026-0002", "按 0001 办")


@given(st.integers(1, 99_999_999), st.integers(2000, 2099))
def test_what_is_written_is_read_again(serial: int, year: int) -> None:
    written = number("ZH", year, serial)
    assert find(written, "ZH", 2026) == (written, "")
    assert find(short(written, year), "ZH", year)[0] == written
    assert find(short(written, year), "ZH", year + 1)[0] != written


@given(st.integers(1, 99_999_999), st.integers(2000, 2098), st.integers(1, 9))
def test_what_is_told_to_be_typed_means_the_ticket_also_in_another_year(
    serial: int, year: int, later: int
) -> None:
    written = number("ZH", year, serial)
    assert find(short(written, year + later), "ZH", year + later)[0] == written


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    found, rest = find(text, "ZH", 2026)
    assert found is None or found.startswith("ZH-")
    assert len(rest) <= len(text)
