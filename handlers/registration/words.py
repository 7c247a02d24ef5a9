"""What people type about activities."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.registration.number import TYPED

EVENT_WORDS: Mapping[str, str] = {
    "活动": "events",
    "近期活动": "events",
    "有什么活动": "events",
    "有活动吗": "events",
    "最近有什么活动": "events",
    "活动报名": "events",
    "报名": "sign_up",
    "我要报名": "sign_up",
    "报名参加": "sign_up",
    "我的报名": "places",
    "我的活动": "places",
    "取消报名": "places",
    "建活动": "plan",
    "新建活动": "plan",
    "发布活动": "plan",
    "活动文件": "plan_file",
    "活动模板": "plan_template",
    "活动计划表": "plan_template",
    "空白计划表": "plan_template",
    "代取消": "leave_for",
    "代取消报名": "leave_for",
    "代改人数": "party_for",
    "接龙": "relay",
    "接龙名单": "relay",
    "报名接龙": "relay",
    "接龙余下": "relay_rest",
    "接龙待定": "relay_rest",
    "撤销接龙": "relay_undo",
    "撤回接龙": "relay_undo",
    "接龙报名": "relay",
    "跳过这一行": "skip",
    "取消代办权": "no_proxy",
    "恢复代办权": "proxy_again",
    "签到": "door",
    "活动管理": "events_office",
    "管理活动": "events_office",
    "会上问题": "raised",
    "现场问题": "raised",
    "记问题": "raised",
    "活动台账": "attendance",
    "到会情况": "attendance_of",
    "我的学时": "hours",
    "桌签": "cards",
    "席卡": "cards",
    "座次图": "seat_chart",
    "座次表": "seat_chart",
    "签到表": "sign_in",
    "车牌单": "plates",
    "车辆名单": "plates",
    "参阅名单": "briefing",
    "领导参阅名单": "briefing",
}
"""Typed word → command; those with text behind them are in `WITH_TEXT`."""
WITH_TEXT = frozenset({"sign_up", "plan", "relay", "leave_for", "party_for"})
TELEPHONED = frozenset({"leave_for", "party_for"})
"""What staff do for whoever telephones."""
PAPER_WORDS = frozenset({"cards", "seat_chart", "sign_in", "plates", "briefing"})
"""Words that name a paper of an activity."""
STANDS_APART = PAPER_WORDS | {
    *("raised", "attendance", "attendance_of", "hours", "relay_rest", "relay_undo"),
}
"""What follows these stands apart from them: 签到表上没有我 is talk."""
IN_FULL = ("全号", "完整", "全部电话")

SAID_YES_TO = frozenset({"sign_up", "event_seats", "walk_in"})
"""Flows with a question that 是 or 好 answers."""

MEANT_FOR_A_FILE = frozenset(
    {"plan", "plan_file", "files", "enter_policy", "policy_file", "firm_file"}
)
"""Commands that answer what a file is for: 建活动, 录政策, 附件."""

_SIGNS_UP = re.compile(
    r"报名|报个名|帮.{0,6}报(?![修上警案告])|我.{0,8}(?:参加|出席|去|来)|要(?:参加|去|来)|(?:也|都)去"
)
_ASKS_OR_COMPLAINS = re.compile(
    r"怎么|怎样|如何|什么|多少|吗|太|希望|没人|不够|不能|无法|减免|费"
    r"|打不开|没有|一直|系统|失败|不了|投诉"
)
LONGEST = 200  # characters; a longer text tells a problem


def fits(word: str, tail: str, after: str) -> bool:
    """Say whether what follows makes a word a command: 报名面对面 is one, 报名费太贵了 is talk.

    `tail` is that without what parts it from the word.
    """
    if word in TELEPHONED and TYPED.match(tail):
        return True
    if word == "sign_up":
        return not _ASKS_OR_COMPLAINS.search(tail)
    return not tail or len(tail) < len(after)


def may_sign_up(text: str) -> bool:
    """Say whether a sentence may be meant to sign somebody up: 明天的面对面我报名，2个人."""
    return len(text) <= LONGEST and bool(_SIGNS_UP.search(text))
