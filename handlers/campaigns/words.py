"""What people type about campaigns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.campaigns.naming_places import typed

CAMPAIGN_WORDS: Mapping[str, str] = {
    "写推送": "compose",
    "新建推送": "compose",
    "发通知": "compose",
    "推送": "campaigns",
    "推送管理": "campaigns",
    "收到": "received",
    "收到了": "received",
    "收到，谢谢": "received",
    "收到谢谢": "received",
    "已收到": "received",
    "效果": "effects",
    "效果报告": "effects",
    "推送效果": "effects",
    "验真": "verify_code",
    "验真码": "verify_code",
    "退订": "unsubscribe",
    "退订政策推送": "unsubscribe",
    "不要再发": "unsubscribe",
    "别再发": "unsubscribe",
    "取消订阅": "unsubscribe",
    "TD": "unsubscribe",
    "td": "unsubscribe",
    "订阅": "subscribe",
    "重新订阅": "subscribe",
}
"""Typed word → command."""
PRESSED: Mapping[str, str] = {
    "收到": "received",
    "我有疑问": "ask",
    "我要报名": "sign_up",
    "我要申报": "apply",
    "看全文": "read",
    "打开": "view",
    "提交审批": "submit",
    "试发给自己": "test",
    "修改": "edit",
    "照着再写一条": "copy",
    "谁会收到": "who",
    "取消发送": "cancel",
    "撤回送审": "withdraw",
    "通过": "approve",
    "通过，夜间也发": "approve_now",
    "退回修改": "reject",
    "暂停": "pause",
    "继续发": "resume",
    "不带附件发": "without",
    "看结果": "report",
    "效果报告": "effect",
    "发我表格": "effect_table",
    "发我图": "effect_chart",
    "撤回": "recall",
    "发更正": "correct",
    "全部确认无误": "clear",
}
"""What a button says → what it does, for whoever has to type it: 通过 TS-2026-001 3."""
_ALSO = {"效果": "effect"}
"""What is typed shorter than the button says."""
_PRESSED = re.compile(
    r"(?P<word>[\u4e00-\u9fff，]{2,8})\s*(?P<number>[A-Za-z]{1,6}-20\d\d-\d{3,6})(?:\s+(?P<seen>\d{1,4}))?"
)
WITH_TEXT = frozenset({"compose", "verify_code", "unsubscribe", "subscribe"})
_LONGEST = 12  # characters behind a word about one's own subscription; more is talk


def pressed(text: str, others: str) -> str | None:
    """Return the action of a button that is typed with its number; `others` have other numbers."""
    if (chosen := typed(text, others)) is not None:
        return chosen
    found = _PRESSED.fullmatch(text.strip())
    act = {**PRESSED, **_ALSO}.get(found["word"]) if found else None
    if found is None or act is None or found["number"].upper().startswith(f"{others}-"):
        return None
    seen = f":{found['seen']}" if found["seen"] else ""
    return f"c:{act}:{found['number'].upper()}{seen}"


def fits(word: str, tail: str, after: str) -> bool:
    """Say whether what follows makes a word a command: 退订用工 is one, 退订了还在发…… is talk.

    `tail` is that without what parts it from the word.
    """
    if word == "compose":  # 发通知的人是谁 is talk
        return not tail or len(tail) < len(after)
    if word == "verify_code":
        return True
    latin = tail[:1].isascii() and tail[:1].isalnum()  # TDS 超标 is no 退订
    return len(tail) <= _LONGEST and not latin and not tail.startswith(("不了", "失败", "费"))
