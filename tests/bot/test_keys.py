"""The keys: what is sealed opens only where it belongs."""

import pytest

from bot.keys import Keys, Tampered, WrongKey

KEYS = Keys("one secret text of more than 32 characters")
OTHER = Keys("another secret text of over 32 characters")


@pytest.mark.parametrize("text", ["", "停电三天", "x" * 100_000])
def test_what_was_sealed_opens_again(text: str) -> None:
    assert KEYS.open(KEYS.seal(text, "ticket.body:1"), "ticket.body:1").decode() == text


def test_the_same_text_never_looks_the_same() -> None:
    assert KEYS.seal("text", "a") != KEYS.seal("text", "a")


def test_the_text_is_not_in_what_is_stored() -> None:
    assert b"13800000000" not in KEYS.seal("13800000000", "person.profile:1")


def test_the_same_secret_opens_after_a_restart() -> None:
    again = Keys("one secret text of more than 32 characters")
    assert again.open(KEYS.seal("text", "a"), "a") == b"text"


def test_a_value_moved_to_another_place_does_not_open() -> None:
    with pytest.raises(Tampered):
        KEYS.open(KEYS.seal("text", "ticket.body:1"), "ticket.body:2")


def test_another_secret_is_named_as_the_reason() -> None:
    with pytest.raises(WrongKey):
        OTHER.open(KEYS.seal("text", "a"), "a")


@pytest.mark.parametrize("position", [0, 1, 6, 17, 18, -1])
def test_a_changed_byte_is_found(position: int) -> None:
    sealed = bytearray(KEYS.seal("text", "a"))
    sealed[position] ^= 1
    with pytest.raises(Tampered):
        KEYS.open(bytes(sealed), "a")


@pytest.mark.parametrize("blob", [b"", b"\x01\x01", b"plain text that was never sealed at all"])
def test_what_was_never_sealed_is_refused(blob: bytes) -> None:
    with pytest.raises(Tampered):
        KEYS.open(blob, "a")


def test_the_head_names_format_algorithm_and_key() -> None:
    one, two = KEYS.seal("text", "a"), KEYS.seal("other", "b")
    assert one[:2] == b"\x01\x01"
    assert one[:6] == two[:6]
    assert one[2:6] != OTHER.seal("text", "a")[2:6]


def test_what_was_opened_once_opens_again_in_its_own_place_only() -> None:
    sealed = KEYS.seal("王一", "account.nick:1")
    for _ in range(2):
        assert KEYS.open_again(sealed, "account.nick:1").decode() == "王一"
        with pytest.raises(Tampered):
            KEYS.open_again(sealed, "account.nick:2")
        with pytest.raises(WrongKey):
            OTHER.open_again(sealed, "account.nick:1")


def test_look_up_values_are_stable_and_keyed() -> None:
    again = Keys("one secret text of more than 32 characters")
    assert KEYS.lookup("13800000000") == again.lookup("13800000000")
    assert KEYS.lookup("13800000000") != KEYS.lookup("13800000001")
    assert KEYS.lookup("13800000000") != OTHER.lookup("13800000000")


def test_signatures_differ_from_look_up_values() -> None:
    assert KEYS.mac(b"text") != KEYS.lookup("text")
