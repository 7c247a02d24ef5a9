"""Understand an arrival: a button, a command with its number, or plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows import reading
from flows.tickets import number
from handlers.ports import Arrival

# What people type → what it means. The longest word wins; a word counts at the start of a text.
WORDS: dict[str, str] = {
    "菜单": "menu",
    "帮助": "menu",
    "你好": "menu",
    "您好": "menu",
    "在吗": "menu",
    "我要反映问题": "report",
    "我要反映": "report",
    "反映问题": "report",
    "报告问题": "report",
    "进度": "progress",
    "查进度": "progress",
    "我的问题": "progress",
    "补充": "supplement",
    "催办": "urge",
    "催一下": "urge",
    "撤回": "withdraw",
    "继续": "resume",
    "返回": "back",
    "上一步": "back",
    "修改": "edit",
    "改一下": "edit",
    "取消": "cancel",
    "算了": "cancel",
    "确认": "confirm",
    "确认无误": "confirm",
    "确定": "confirm",
    "提交": "confirm",
    "跳过": "skip",
    "完成": "finish",
    "转人工": "human",
    "人工": "human",
    "请给我回电话": "callback",
    "给我回电话": "callback",
    "回电话": "callback",
    "受理": "accept",
    "请补充": "ask_info",
    "不予受理": "reject",
    "交办": "assign",
    "签收": "sign",
    "首联": "contact",
    "协办意见": "opinion",
    "答复": "reply",
    "审核": "view",
    "查看": "view",
    "详情": "view",
    "看附件": "files",
    "附件": "files",
    "审核通过": "approve",
    "通过": "approve",
    "退回": "send_back",
    "审核退回": "send_back",
    "基本满意": "mostly",
    "不满意": "dissatisfied",
    "满意": "satisfied",
    "评价": "rate",
    "对": "right",
    "没问题": "right",
    "好": "yes",
    "好的": "yes",
    "可以": "yes",
    "是": "yes",
    "是的": "yes",
    "谢谢": "thanks",
    "多谢": "thanks",
    "收到": "thanks",
    "清单": "desk",
    "我的待办": "desk",
    "待办": "desk",
    "绑定": "bind",
    "我要绑定": "bind",
    "绑定企业": "bind",
    "邀请码": "redeem",
    "发邀请码": "invite",
    "核验": "verify",
    "核验通过": "verify",
    "核验不通过": "unverify",
    "代录": "record",
    "任务": "show",
    "已回电": "called",
    "授权": "grant",
    "收回授权": "revoke",
    "本群设为": "group",
}
# These end a form or move inside it; everything else is answered and the form goes on.
ENGINE_WORDS = frozenset({"resume", "back", "edit", "cancel", "confirm", "skip", "finish"})
# A word that is whole sentences' usual beginning counts only when nothing but a number follows.
_BARE = frozenset(
    {
        "menu",
        "confirm",
        "cancel",
        "back",
        "skip",
        "finish",
        "resume",
        "human",
        "desk",
        "yes",
        "thanks",
    }
)
_TAKES_TEXT = frozenset(
    {
        "report",
        "edit",
        "supplement",
        "ask_info",
        "reject",
        "assign",
        "sign",
        "contact",
        "opinion",
        "reply",
        "send_back",
        "dissatisfied",
        "rate",
        "bind",
        "redeem",
        "invite",
        "grant",
        "revoke",
        "group",
        "callback",
        "record",
        "unverify",
        "verify",
        "called",
        "show",
    }
)
_TASKS = frozenset({"record", "verify", "unverify", "called", "show"})
_BY_LENGTH = sorted(WORDS, key=lambda word: (-len(word), word))
_BY_START = {
    letter: tuple(word for word in _BY_LENGTH if word.startswith(letter))
    for letter in {word[0] for word in WORDS}
}
_TAIL = re.compile(r"^[\s,，。.!！、:：;；吧了呢啊~～]*$")
SHORT = 12  # characters: "先帮我查一下进度" is a question, not a paragraph
_NUMBER_WORD = re.compile(r"^[(（]?(\d{1,2})[)）.。、号]?$")


@dataclass(frozen=True, slots=True)
class Request:
    """An arrival as we understand it."""

    word: str = ""  # a command, "" = plain words
    action: str = ""  # the id of a pressed button
    number: str | None = None  # a ticket's number
    rest: str = ""  # what follows the command and number, or the plain words
    picked: int | None = None  # a bare number: a choice of the list last shown
    text: str = ""  # all of it, normalised


def understand(arrival: Arrival, prefix: str, year: int) -> Request:
    """Understand an arrival without knowing what the person is in the middle of."""
    if arrival.button is not None:
        return Request(action=arrival.button.action)
    text = reading.normalise(arrival.text)
    bare = _NUMBER_WORD.match(text)
    if bare:
        return Request(picked=int(bare.group(1)), text=text)
    for word in _BY_START.get(text[:1], ()):
        if text.startswith(word):
            request = _command(WORDS[word], text[len(word) :], prefix, year, text)
            if request is not None:
                return request
    found, around = number.find(text, prefix, year)
    if "进度" in around and len(around) <= SHORT:
        return Request(word="progress", number=found, text=text)
    return Request(number=found, rest=text, text=text)


def _command(word: str, tail: str, prefix: str, year: int, text: str) -> Request | None:
    """Accept a command when what follows fits it; else the sentence is plain words."""
    after, tail = tail, tail.lstrip(" \n，,；;:：。.!！")
    if word in _BARE:
        return Request(word=word, text=text) if _TAIL.match(tail) else None
    if word in {
        "report",
        "bind",
        "edit",
        "callback",
        "redeem",
        "invite",
        "grant",
        "revoke",
        "group",
    }:
        sentence = word in {"grant", "revoke"} and bool(tail) and len(tail) == len(after)
        sentence |= word == "bind" and tail.startswith("的")
        return None if sentence else Request(word=word, rest=tail, text=text)
    found, rest = number.find(tail, prefix, year)
    parted = len(tail) < len(after) and word in _TAKES_TEXT
    # #12 is a task, not a ticket
    tasked = word in _TASKS and re.match(r"[#＃]?\d", tail) is not None
    if found is None and not _TAIL.match(tail) and not parted and not tasked:
        return None  # "补充一点…" or "满意度调查…" is not a command
    if rest and not _TAIL.match(rest) and word not in _TAKES_TEXT:
        return None
    return Request(word=word, number=found, rest=rest, text=text)
