"""The rules of linking accounts: codes, who may be one, which form goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from flows.people.pairing import (
    Forms,
    Refusal,
    Side,
    Terms,
    masked_enterprise,
    masked_name,
    read_code,
    recent,
    refusal,
    resting,
    spelt_code,
    together,
)

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TERMS = Terms()


@dataclass(frozen=True)
class Form:
    """A form that somebody began."""

    name: str
    touched: datetime


def form(name: str, minutes: int) -> Form:
    return Form(name, NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12345678", "12345678"),
        ("1234 5678", "12345678"),
        ("1234-5678。", "12345678"),
        ("码：12345678", "12345678"),
        ("123", "123"),
        ("", ""),
        ("交易怎么申报", None),
        ("12345678 谢谢", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str | None) -> None:
    assert read_code(typed) == code


def test_a_code_is_written_in_two_halves_that_are_read_back() -> None:
    assert spelt_code("01234567") == "0123 4567"
    assert read_code(spelt_code("01234567")) == "01234567"


@pytest.mark.parametrize(
    ("stays", "goes", "reason"),
    [
        (Side(), Side(), None),
        (Side(serves=True), Side(), None),
        (Side(), Side(serves=True), Refusal.SERVES),
        (Side(serves=True), Side(serves=True), Refusal.BOTH),
        (Side(bound=True, enterprise="甲"), Side(bound=True, enterprise="乙"), Refusal.FIRMS),
        (Side(bound=True, enterprise="甲"), Side(bound=True, enterprise="甲"), None),
        (Side(bound=True, enterprise="甲"), Side(enterprise="乙"), None),
        (Side(channels=frozenset("a")), Side(channels=frozenset("ab")), Refusal.CHANNEL),
        (Side(channels=frozenset("ab")), Side(channels=frozenset("c")), None),
        (Side(channels=frozenset("c")), Side(channels=frozenset("ab")), Refusal.SEVERAL),
        (Side(enterprise="甲"), Side(bound=True, enterprise="甲"), Refusal.BOUND),
    ],
)
def test_who_may_be_one_person(stays: Side, goes: Side, reason: Refusal | None) -> None:
    assert refusal(stays, goes) is reason


def test_a_name_is_shown_to_whoever_knows_it_only() -> None:
    assert [masked_name(name) for name in ("王敏", "欧阳修", "")] == ["王＊", "欧＊", ""]
    assert masked_enterprise("镇海恒通紧固件有限公司") == "镇海恒通…"
    assert masked_enterprise("甲厂") == "甲厂"


def test_wrong_codes_count_for_an_hour() -> None:
    old, new = (NOW - timedelta(minutes=60)).timestamp(), NOW.timestamp() - 1
    assert recent((old, new), NOW, TERMS) == (new,)
    assert resting((new,) * 5, NOW, TERMS)
    assert not resting((old, *(new,) * 4), NOW, TERMS)


def test_a_form_of_one_goes_on_and_nothing_waits() -> None:
    forms, waits = together(Forms(), Forms((form("a", 1),), (form("b", 0),)))
    assert (forms, waits) == (Forms((form("a", 1),), (form("b", 0),)), None)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_the_newer_goes_on_and_the_older_comes_back_next(*, turned: bool) -> None:
    old = Forms((form("below", 1), form("old", 2)), (form("aside", 5),))
    new = Forms((form("new", 3),), (form("first", 0),))
    forms, waits = together(new, old) if turned else together(old, new)
    assert [one.name for one in forms.open] == ["new"]
    assert [one.name for one in forms.aside] == ["first", "aside", "below", "old"]
    assert waits == form("old", 2)
