"""Understand an arrival: a button, a command with its number, or plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows import reading
from flows.tickets import number
from flows.tickets.several import several
from handlers.ports import Arrival
from handlers.registration.words import EVENT_WORDS, IN_FULL, STANDS_APART, WITH_TEXT, fits

# What people type → what it means. The longest word wins; a word counts at the start of a text.
WORDS: dict[str, str] = {
    **EVENT_WORDS,
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
    "同意不予受理": "agree_reject",
    "有异议": "object",
    "并案": "merge",
    "撤销并案": "unmerge",
    "我也有此问题": "join",
    "移送": "transfer",
    "移送回访": "follow_up",
    "提出异议": "object",
    "交办": "assign",
    "签收": "sign",
    "首联": "contact",
    "交办单": "order",
    "审签稿": "signing",
    "督办单": "supervision",
    "督办函": "letter",
    "移交函": "referral",
    "协办意见": "opinion",
    "预交办": "sound_out",
    "归我": "ours",
    "归我们": "ours",
    "不归我": "not_ours",
    "不归我们": "not_ours",
    "转科室": "pass_on",
    "进展": "note",
    "免除协办": "waive",
    "退单": "return",
    "裁定改派": "rule_moved",
    "改派": "rule_moved",
    "维持": "rule_kept",
    "裁定维持": "rule_kept",
    "申请延期": "ask_longer",
    "延期": "ask_longer",
    "同意延期": "longer",
    "不同意延期": "not_longer",
    "申请挂起": "ask_rest",
    "挂起": "ask_rest",
    "同意挂起": "rest",
    "不同意挂起": "no_rest",
    "恢复办理": "resume_work",
    "改难易": "retier",
    "期限": "explain",
    "为什么是这一天": "explain",
    "答复": "reply",
    "阶段答复": "stage",
    "转阶段答复": "as_stage",
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
    "满意度": "rates",
    "回访": "try",
    "只发消息": "messages_only",
    "可以打电话": "calls_too",
    "代评": "rate_for",
    "又出现了": "reopen",
    "又出问题了": "reopen",
    "重启": "take_up",
    "设为保密": "confide",
    "解除保密": "release",
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
    "今天清单": "desk",
    "查": "search",
    "查找": "search",
    "搜索": "search",
    "台账": "ledger",
    "导出台账": "ledger",
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
    "代理": "deputy",
    "设代理": "deputy",
    "取消代理": "end_deputy",
    "结束代理": "end_deputy",
    "我是谁": "whoami",
    "我的权限": "whoami",
    "授权": "grant",
    "收回授权": "revoke",
    "本群设为": "group",
    "链接": "link",
    "发链接": "link",
    "吊销链接": "revoke_link",
    "口令": "link_code",
    "领办": "lead",
    "移交领办": "hand_over",
    "领办清单": "led_list",
    "面商": "talk",
    "协调会": "meeting",
    "批示": "instruct",
    "口头批示": "instruct",
    "批示办结": "errand_done",
    "撤销批示办结": "errand_undone",
    "撤销办结事项": "errand_undone",
    "看批示": "instructions",
    "督办": "supervise",
    "应急": "emergency",
    "取消应急": "no_emergency",
    "人工催办": "press",
    "督办回复": "letter_reply",
    "撤下": "call_off",
    "先打个电话": "call_off",
    "缓催": "calm",
    "恢复催办": "uncalm",
    "解绑": "unbind",
    "换联系人": "replace",
    "走访": "outreach",
    "走访代录": "outreach",
    "记走访": "outreach",
    "问询": "outreach",
    "走访统计": "outreach_counts",
    "更正走访": "fix_outreach",
    "删除走访": "drop_outreach",
    "不对": "wrong",
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
        "whoami",
        "yes",
        "thanks",
        "rates",
        "led_list",
        "uncalm",
    }
)
_TAKES_TEXT = frozenset(
    {
        "wrong",
        "lead",
        "hand_over",
        "talk",
        "meeting",
        "instruct",
        "errand_done",
        "letter_reply",
        "supervise",
        "emergency",
        "call_off",
        "report",
        "edit",
        "supplement",
        "ask_info",
        "reject",
        "object",
        "merge",
        "transfer",
        "follow_up",
        "assign",
        "sign",
        "contact",
        "opinion",
        "signing",
        "sound_out",
        "pass_on",
        "note",
        "waive",
        "return",
        "rule_moved",
        "rule_kept",
        "ask_longer",
        "not_longer",
        "ask_rest",
        "no_rest",
        "retier",
        "reply",
        "stage",
        "as_stage",
        "try",
        "rate_for",
        "reopen",
        "take_up",
        "send_back",
        "dissatisfied",
        "rate",
        "bind",
        "redeem",
        "invite",
        "grant",
        "revoke",
        "link",
        "revoke_link",
        "link_code",
        "group",
        "unbind",
        "replace",
        "callback",
        "record",
        "unverify",
        "verify",
        "called",
        "show",
    }
)
_OUTREACH = frozenset({"outreach", "outreach_counts", "fix_outreach", "drop_outreach"})
_WHEN = re.compile(r"[时中的过后是也和有组处了]|期间|发现|反映|活动|人员")  # 走访时…: talk
# What follows these stands apart from them: "代理商不发货" is no command.
_PARTED = frozenset({"grant", "revoke", "deputy", "end_deputy"})
_TASKS = frozenset({"record", "verify", "unverify", "called", "show"})
_BY_LENGTH = sorted(WORDS, key=lambda word: (-len(word), word))
_BY_START = {
    letter: tuple(word for word in _BY_LENGTH if word.startswith(letter))
    for letter in {word[0] for word in WORDS}
}
_TAIL = re.compile(r"^[\s,，。.!！、:：;；吧了呢啊~～]*$")
_TWO = re.compile(r"^(?:[#＃A-Za-z\d\s_－—-]|[号并案到入进至,，、])+$")
SHORT = 12  # characters: "先帮我查一下进度" is a question, not a paragraph
_NUMBER_WORD = re.compile(r"^[(（]?(\d{1,2})[)）.。、号]?$")


@dataclass(frozen=True, slots=True)
class Request:
    """An arrival as we understand it."""

    word: str = ""  # a command, "" = plain words
    action: str = ""  # the id of a pressed button
    number: str | None = None  # a ticket's number
    rest: str = ""  # what follows the command and number, or the plain words
    other: str | None = None  # a second ticket's number (并案)
    numbers: tuple[str, ...] = ()  # of one act on several tickets; none = all that wait for it
    act: str = ""  # that act
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
    if together := several(text, prefix, year):
        return Request(
            word="several",
            act=together.act,
            numbers=together.numbers,
            rest=together.rest,
            text=text,
        )
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
    if word == "ledger":
        return Request(word=word, rest=tail, text=text) if len(tail) <= SHORT * 3 else None
    if word in _OUTREACH:
        sentence = len(tail) == len(after) and _WHEN.match(tail) is not None
        return None if sentence else Request(word=word, rest=tail, text=text)
    if word == "search":
        return _search(tail, prefix, year, text) if len(tail) < len(after) or not tail else None
    if word in STANDS_APART:
        sentence = bool(tail) and len(tail) == len(after) and not tail.startswith(IN_FULL)
        return None if sentence else Request(word=word, rest=tail, text=text)
    if word == "door":  # 签到 246145, 签到 陈建国; not 签到的时候发现……
        apart = not tail or len(tail) < len(after) or tail[0].isdecimal()
        return Request(word=word, rest=tail, text=text) if apart and len(tail) <= SHORT else None
    if word in WITH_TEXT:
        return Request(word=word, rest=tail, text=text) if fits(word, tail, after) else None
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
        "calm",
        "deputy",
        "end_deputy",
    }:
        sentence = word in _PARTED and bool(tail) and len(tail) == len(after)
        sentence |= word == "bind" and tail.startswith("的")
        return None if sentence else Request(word=word, rest=tail, text=text)
    if word == "merge" and _TWO.match(tail):
        one, other = number.find_two(tail, prefix, year)
        return Request(word=word, number=one, rest=other or "", text=text, other=other)
    found, rest = number.find(tail, prefix, year, command=True)
    parted = len(tail) < len(after) and word in _TAKES_TEXT
    # #12 is a task, not a ticket
    tasked = word in _TASKS and re.match(r"[#＃]?\d", tail) is not None
    if found is None and not _TAIL.match(tail) and not parted and not tasked:
        return None  # "补充一点…" or "满意度调查…" is not a command
    if rest and not _TAIL.match(rest) and word not in _TAKES_TEXT:
        return None
    return Request(word=word, number=found, rest=rest, text=text)


def _search(words: str, prefix: str, year: int, text: str) -> Request:
    """Take 查 0012 for the ticket of that number, and anything else for words to look for."""
    found, rest = number.find(words, prefix, year)
    if found is not None and not rest:
        return Request(word="view", number=found, text=text)
    return Request(word="search", rest=words, text=text)
