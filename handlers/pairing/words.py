"""What people type to link their accounts, and when it is meant so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.people.pairing import like_code, read_code

PAIRING_WORDS: Mapping[str, str] = {
    "关联账号": "pair",
    "关联我的账号": "pair",
    "绑定账号": "pair",
    "绑定微信": "pair",
    "绑定公众号": "pair",
    "绑定企业微信": "pair",
    "绑定钉钉": "pair",
    "我要关联账号": "pair",
    "怎么关联账号": "pair",
    "如何关联账号": "pair",
    "关联微信": "pair",
    "关联公众号": "pair",
    "关联企业微信": "pair",
    "关联钉钉": "pair",
    "换个地方用": "pair",
    "在微信里用": "pair",
    "在公众号里用": "pair",
    "在企业微信里用": "pair",
    "在钉钉里用": "pair",
    "关联": "pair_code",
    "关联码": "pair_code",
    "是我": "pair_yes",
    "不是我": "pair_no",
    "解除关联": "unpair",
    "取消关联": "unpair",
    "断开关联": "unpair",
    "账号": "accounts",
    "我的账号": "accounts",
    "通知发到": "notices_at",
    "哪里都行": "notices_anywhere",
}
WITH_TEXT = frozenset({"pair_code", "unpair", "notices_at"})
BARE = frozenset({"pair", "pair_yes", "pair_no", "accounts", "notices_anywhere"})
LONGEST = 8  # signs of a channel's name
_PASTED = re.compile(r"关联(?:码|账号)?[是为:：\s]*(\d{4}[ \-]?\d{4})(?!\d|[ \-]?\d{3})")


def fits(word: str, tail: str) -> bool:
    """Say whether what follows makes a word a command: 关联交易怎么申报 is talk.

    `tail` is that without what parts it from the word.
    """
    if word == "pair_code":
        return read_code(tail) is not None
    said = tail.strip(" 。.!！")
    return not said or (len(said) <= LONGEST and said.isalnum())


def pasted(text: str) -> str:
    """Return the code in our own message, whole or in one line, or in a sentence; empty = none.

    The number of a case (关联 2026-0012) or of a bank account is none.
    """
    found = _PASTED.search(text)
    return found.group(1) if found and like_code(re.sub(r"\D", "", found.group(1))) else ""


__all__ = ["BARE", "PAIRING_WORDS", "WITH_TEXT", "fits", "pasted"]
