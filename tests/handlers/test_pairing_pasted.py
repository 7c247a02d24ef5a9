"""Codes of linked accounts (关联码) as they are pasted, and numbers that are none."""

import pytest

from handlers.pairing.words import pasted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("关联 1234 5678 10 分钟内有效，只能用一次", "1234 5678"),
        ("我的关联码是 12345678", "12345678"),
        ("我的问题和关联 2026-0012 是同一件", ""),
        ("关联账号：6222 0200 1234 5678", ""),
        ("关联账号：1222 0200 1234 5678", ""),
        ("关联电话 86275110", ""),
    ],
)
def test_a_code_is_found_in_a_sentence_and_no_other_number(text: str, code: str) -> None:
    assert pasted(text) == code
