"""What people type about policies."""

from __future__ import annotations

from collections.abc import Mapping

POLICY_WORDS: Mapping[str, str] = {
    "查政策": "policies",
    "看政策": "policies",
    "政策查询": "policies",
    "惠企政策": "policies",
    "有什么政策": "policies",
    "有哪些政策": "policies",
    "录政策": "enter_policy",
    "新建政策": "enter_policy",
    "改政策": "edit_policy",
    "修改政策": "edit_policy",
    "推送政策": "push_policy",
}
"""Typed word → command; all of them take what stands behind."""
WITH_TEXT = frozenset(POLICY_WORDS.values())
_SENTENCE = 30  # characters behind 查政策 without a space that are still a question


def fits(word: str, typed: str, tail: str, after: str) -> bool:
    """Say whether what follows makes a word a command: 查政策技改 is one, 惠企政策落不了地 is talk.

    `typed` is the word as it was typed, `tail` what follows without what parts it from the word.
    """
    parted = not tail or len(tail) < len(after)
    if typed == "查政策":
        return parted or len(tail) <= _SENTENCE
    if word in {"edit_policy", "push_policy"}:  # 推送政策ZC-2026-001
        return parted or tail[:1].isascii()
    return parted


__all__ = ["POLICY_WORDS", "WITH_TEXT", "fits"]
