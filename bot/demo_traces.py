"""What the demo's chat page is told of a message: which rows it became."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.channels.base import Message
from bot.channels.tencent.heard import heard, name_of
from bot.channels.wechat import masses, templates
from bot.simulator.trace import (
    BroadcastTrace,
    CallTrace,
    CardTrace,
    InboundTrace,
    QueryKeyTrace,
    TraceQuery,
    WebhookReplyTrace,
    WordsTrace,
)
from bot.simulator.wecom.groups_door import ROBOT
from bot.storage.database import Database
from bot.storage.rows import Trace

_STATES = {
    "done": "已处理",
    "ready": "待发送",
    "sending": "发送中",
    "asked": "待平台确认",
    "sent": "已送达",
    "failed": "失败",
    "unknown": "不确定是否送达",
    "cancelled": "已取消",
}
_WAYS = {"webhook": "会话回复", "api": "接口", "card": "卡片", "task": "群发任务"}
_NAMES: Mapping[str, Callable[[object], str]] = {
    "template": templates.key_of,
    "mass": masses.key_of,
}


class Traces:
    """Tell the chat page which rows a bubble became."""

    def __init__(self) -> None:
        self.database: Database | None = None

    async def __call__(self, query: TraceQuery) -> Mapping[str, Any] | None:
        """Look the rows up and word them."""
        if self.database is None:
            return None
        async with self.database.read() as tx:
            match query:
                case InboundTrace(msg_id=msg_id):
                    found = await tx.trace.by_arrival("dingtalk", msg_id)
                case CallTrace(channel=channel, xml=xml):
                    found = await tx.trace.by_arrival(channel, name_of(heard(xml)))
                case WordsTrace(channel=channel, to=to, later=later):
                    found = await tx.trace.by_words(channel, to, _recognised(query), later)
                case BroadcastTrace(way=way, number=number):
                    found = await tx.trace.by_receipt(_NAMES[way](number))
                case WebhookReplyTrace(msg_id=msg_id, nth=nth):
                    found = _nth_reply(await tx.trace.by_arrival("dingtalk", msg_id), nth)
                case QueryKeyTrace(key=key):
                    found = await tx.trace.by_receipt(key)
                case CardTrace(out_track_id=card):
                    found = await tx.trace.by_card(card)
        return _worded(found) if found is not None else None


def _recognised(shown: WordsTrace) -> Callable[[Message], bool]:
    """Tell the message that looks like this from others; markup and line ends do not count."""
    digest, words = sha256(shown.content).hexdigest(), _letters(shown.text)

    def is_it(message: Message) -> bool:
        file = message.file
        if shown.content or shown.name:
            return (
                file is not None
                and shown.name in ("", file.name)
                and (not shown.content or file.sha256 == digest)
            )
        told = _letters(message.text + message.spelt)
        cut = shown.text.endswith("…")
        return told.startswith(words) if cut else told == words

    return is_it


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def _nth_reply(trace: Trace | None, nth: int) -> Trace | None:
    if trace is None:
        return None
    replies = [one for one in _deliveries(trace) if one["via"] == "webhook"]
    return {**trace, "deliveries": replies[nth - 1 : nth]}


def _worded(trace: Trace) -> Mapping[str, Any]:
    rows: dict[str, Any] = {}
    came = trace["arrival"]
    if isinstance(came, Mapping):
        rows["来信"] = f"第 {came['id']} 条 · {_STATES.get(came['state'], came['state'])}"
    tickets = trace["tickets"]
    if isinstance(tickets, Sequence) and tickets:
        rows["工单"] = "、".join(tickets)
    for one in _deliveries(trace):
        parts = [_STATES.get(one["state"], one["state"]), f"第 {one['attempts']} 次"]
        parts += [_way(one)] if one["via"] else []
        parts += [one["code"]] if one["code"] else []
        rows[f"投递 {one['id']}"] = " · ".join(parts)
    return rows


def _way(one: Mapping[str, Any]) -> str:
    # Nobody asked for what goes out by a group's own robot; its address is no reply path.
    by_robot = one["via"] == "webhook" and one["arrival"] is None
    return ROBOT if by_robot else _WAYS.get(one["via"], one["via"])


def _deliveries(trace: Trace) -> Sequence[Mapping[str, Any]]:
    found = trace["deliveries"]
    return found if isinstance(found, Sequence) else ()
