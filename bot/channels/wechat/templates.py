"""Template messages (模板消息): what reaches a follower who has not written for a while.

The platform shows one message for a reader and a client_msg_id within ten minutes (发送模板消息).
"""

from __future__ import annotations

from bot.channels.base import CLOSED, Confirmed, Letter, Receipt, SendFault
from bot.channels.tencent.api import Api
from bot.channels.tencent.heard import Heard, field

TEMPLATE = "/cgi-bin/message/template/send"
FINISHED = "templatesendjobfinish"
BLOCKED = "blocked.by_reader"
FAILED = "blocked.by_platform"
_DAY, _FAST = "45009", "45011"  # 100,000 a day; too many in a minute
_KEY = "template:"


class Templates:
    """Sends forms, each once however many parts the message has that it stands for."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, letter: Letter) -> Receipt:
        """Send the form of a letter. Raises SendFault or SendUnknown.

        What is used up of theirs stops no other message. A later part is shown by the form that
        its first part was; whose first part arrived as words is refused like any other.
        """
        form = letter.message.form
        if form is None:
            raise SendFault(CLOSED, None)
        if form.part > 1:
            if not letter.first.startswith(_KEY):
                raise SendFault(CLOSED, None)
            return Receipt(letter.first)
        body = {
            "touser": letter.to,
            "template_id": form.id,
            "client_msg_id": form.key,
            "data": {name: {"value": value} for name, value in form.fields},
            **({"url": form.url} if form.url else {}),
        }
        try:
            told = await self._api.call(TEMPLATE, body)
        except SendFault as refused:
            if refused.code not in (_DAY, _FAST):
                raise
            after = None if refused.code == _DAY else refused.retry_after
            raise SendFault(refused.code, after) from None
        return Receipt(key_of(told.get("msgid") or letter.key))


def key_of(msgid: object) -> str:
    """Name a template message among everything that the account sends."""
    return f"{_KEY}{msgid}" if msgid else ""


def finished(heard: Heard) -> tuple[str, Confirmed]:
    """Read what became of one: its name, and whether it arrived."""
    status = field(heard.fields, "Status").lower()
    key = key_of(field(heard.fields, "MsgID"))
    if status == "success":
        return key, Confirmed("sent")
    return key, Confirmed("failed", BLOCKED if "block" in status else FAILED)


__all__ = ["BLOCKED", "FAILED", "FINISHED", "TEMPLATE", "Templates", "finished", "key_of"]
