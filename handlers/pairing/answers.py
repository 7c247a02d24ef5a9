"""What people say who were asked whether an account is theirs, and codes as they are pasted."""

from __future__ import annotations

import re

from handlers.visit import Visit

_YES = frozenset(
    {"是", "是的", "是我的", "对", "对的", "没错", "确认", "本人", "是本人", "是我本人"}
)
_NO = frozenset({"否", "不是", "不是的", "不对", "不是本人", "不是我的"})
_AROUND = " \n，,。.！!？?"
_BARE = re.compile(r"(?!20\d\d[ \-])\d{4}[ \-]?\d{4}")
"""2026-0001 is a case."""


def answer(visit: Visit) -> str:
    """Return which button a word stands for, where 是您本人吗 was asked last; empty = none."""
    said = visit.request.text.strip(_AROUND)
    options, since = visit.conversation.options, visit.conversation.shown_at
    if visit.book.now.timestamp() - since > visit.book.office.pairing.valid.total_seconds():
        return ""  # the code is good no more, and they answer something else
    for words, button in ((_YES, "k:yes:"), (_NO, "k:no:")):
        if said in words and button in options:
            return button.removeprefix("k:")
    return ""


def is_code(text: str) -> bool:
    """Say whether it is a code without a word."""
    return _BARE.fullmatch(text.strip(_AROUND)) is not None


__all__ = ["answer", "is_code"]
