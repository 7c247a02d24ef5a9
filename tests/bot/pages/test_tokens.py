"""Form tokens, the device's secret, and the pace."""

from __future__ import annotations

from bot.pages.pace import MOST, WINDOW_SECONDS, Pace
from bot.pages.tokens import Tokens
from tests.stage import KEYS

TOKENS = Tokens(KEYS)


def test_a_form_is_good_for_its_link_and_device_alone() -> None:
    token = TOKENS.form("link", "device")
    nonce = TOKENS.nonce("link", "device", token)
    assert nonce is not None
    assert token.startswith(nonce)
    assert TOKENS.nonce("other", "device", token) is None
    assert TOKENS.nonce("link", "other", token) is None
    assert TOKENS.nonce("link", "device", token[:-1]) is None


def test_two_forms_are_never_the_same() -> None:
    assert TOKENS.form("link", "device") != TOKENS.form("link", "device")


def test_a_device_gets_the_same_secret_for_the_same_form() -> None:
    assert TOKENS.device("link", "nonce") == TOKENS.device("link", "nonce")
    assert TOKENS.device("link", "nonce") != TOKENS.device("link", "other")
    assert TOKENS.device("link", "nonce") != TOKENS.device("other", "nonce")


def test_so_many_in_a_minute_and_then_again_after_it() -> None:
    now = [0.0]
    pace = Pace(2, lambda: now[0])
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    assert pace.allows("b"), "another link is another count"
    now[0] = WINDOW_SECONDS + 1
    assert pace.allows("a")


def test_only_so_many_are_counted() -> None:
    pace = Pace(1, lambda: 0.0)
    for n in range(MOST + 1):
        assert pace.allows(f"{n}")
    assert pace.allows("0"), "the longest silent was forgotten"
    assert not pace.allows(f"{MOST}")
