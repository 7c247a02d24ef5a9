"""The form that every bot fills in the benchmark: its texts, its rules, and what people answer."""

import re
from collections.abc import Iterator
from typing import Any

START = "我要反映问题"
FIELDS = ("name", "company", "phone", "category", "detail", "confirm")
CATEGORIES = ("融资", "用工", "用地", "审批", "其他")
YES = "确认"
PROMPTS = {
    "name": "请问怎么称呼您？",
    "company": "请问是哪家企业？请写全称。",
    "phone": "请留一个手机号。",
    "category": "属于哪一类？" + "、".join(CATEGORIES),
    "detail": "请用一段话说说是什么事。",
    "confirm": "都对的话，请回复“确认”。",
}
WRONG = "没看明白，请再写一次。"
DONE = "已登记。"
TURNS = 1 + len(FIELDS)  # messages of one conversation
LONGEST = 500  # characters of an answer

_MOBILE = re.compile(r"1[3-9]\d{9}")


def usable(field: str, text: str) -> str | None:
    """Return a valid answer, None when it must be asked for again."""
    text = text.strip()
    match field:
        case "phone":
            good = _MOBILE.fullmatch(text) is not None
        case "category":
            good = text in CATEGORIES
        case "confirm":
            good = text == YES
        case _:
            good = 0 < len(text) <= LONGEST
    return text if good else None


def after(field: str) -> str | None:
    """Return the field that follows, None after the last."""
    position = FIELDS.index(field) + 1
    return FIELDS[position] if position < len(FIELDS) else None


def answers(user: int, turn: int) -> tuple[str, ...]:
    """Make up what a person answers in their conversation number `turn`."""
    return (
        f"王{user}",
        f"宁波镇海第{user}轴承制造有限公司",
        f"139{user % 10000:04d}{turn % 10000:04d}",
        CATEGORIES[(user + turn) % len(CATEGORIES)],
        f"这是第{turn}次反映：厂门口的路限高之后原料车进不来，每天要绕行半小时，盼有关部门来看看。"
        * 2,
        YES,
    )


def form(user: int, turn: int) -> dict[str, str]:
    """Return the form that has to come out of it."""
    return dict(zip(FIELDS, answers(user, turn), strict=True))


def said(user: int, turn: int) -> Iterator[str]:
    """Yield every message of one conversation."""
    yield START
    yield from answers(user, turn)


def callback(number: int, user: int, text: str, now_ms: int, key: str = "") -> dict[str, Any]:
    """Build what DingTalk pushes for a 1:1 message, decoded; `key` repeats an earlier message."""
    return {
        "conversationId": f"cidBench{user}==",
        "conversationType": "1",
        "chatbotCorpId": "dingbench",
        "chatbotUserId": "$:LWCP_v1:$bench",
        "msgId": key or f"msgBench{number}",
        "msgtype": "text",
        "text": {"content": text},
        "senderNick": f"用户{user}",
        "senderStaffId": f"staff{user}",
        "senderId": f"$:LWCP_v1:$sender{user}",
        "senderCorpId": "dingbench",
        "isAdmin": False,
        "createAt": now_ms,
        "robotCode": "dingbenchrobot",
        "sessionWebhook": f"https://oapi.dingtalk.com/robot/sendBySession?session=s{number}",
        "sessionWebhookExpiredTime": now_ms + 5_400_000,
    }


def update(number: int, user: int, text: str, now_ms: int) -> dict[str, Any]:
    """Build what Telegram pushes for the same message."""
    who = {"id": user + 1, "first_name": f"用户{user}"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": now_ms // 1000,
            "chat": {**who, "type": "private"},
            "from": {**who, "is_bot": False},
            "text": text,
        },
    }
