"""Who comes in by a link, decided on plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.link import (
    CODE_TRIES,
    DEVICES,
    Gate,
    drawn,
    drawn_code,
    gate,
    let_in,
    mistaken,
    tried,
)
from tests.stage import MORNING

LINK = drawn("ZH-2026-0001", "gdj", None, MORNING, timedelta(hours=72))
LAST = LINK.expires_at - timedelta(seconds=1)


def test_a_link_lets_in_the_first_device_and_then_that_one_alone() -> None:
    assert gate(LINK, "", LAST) is Gate.FRESH
    bound = let_in(LINK, "mine")
    assert gate(bound, "mine", LAST) is Gate.OPEN
    assert gate(bound, "other", LAST) is Gate.OTHER
    assert gate(bound, "", LAST) is Gate.OTHER


def test_a_link_is_over_with_its_time_and_when_it_was_taken_back() -> None:
    bound = let_in(LINK, "mine")
    assert gate(bound, "mine", LINK.expires_at) is Gate.EXPIRED
    assert gate(replace(bound, revoked_at=MORNING), "mine", LAST) is Gate.REVOKED
    assert gate(None, "mine", LAST) is Gate.BROKEN


def test_a_code_lets_one_device_in_and_is_used_up() -> None:
    link = replace(let_in(LINK, "mine"), code="digest")
    assert tried(link, "digest")
    second = let_in(link, "other")
    assert second.devices == ("mine", "other")
    assert not tried(second, "digest")
    assert not tried(second, "")


def test_a_code_is_void_after_a_few_mistakes() -> None:
    link = replace(LINK, code="digest")
    for _ in range(CODE_TRIES):
        assert tried(link, "digest")
        link = mistaken(link)
    assert not tried(link, "digest")


def test_a_link_remembers_a_few_devices_the_latest_of_them() -> None:
    link = LINK
    for n in range(DEVICES + 2):
        link = let_in(link, f"{n}")
    assert link.devices == tuple(f"{n}" for n in range(2, DEVICES + 2))


def test_codes_have_six_digits() -> None:
    assert {len(drawn_code()) for _ in range(50)} == {6}
