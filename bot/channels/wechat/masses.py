"""Mass sends (群发): one message to every follower, or to those with a tag.

With API 群发保护 an administrator lets it go within half an hour, or it fails. A text that went out
cannot be taken back: only articles and videos can (群发接口, 删除群发).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.channels.base import Confirmed, Delivered, Letter, Receipt, SendFault, Window
from bot.channels.tencent.api import Api
from bot.channels.tencent.exchange import UNSAID
from bot.channels.tencent.heard import Heard, field
from bot.channels.tencent.wording import shown
from handlers.person import MASS

SENDALL, STATE = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/get"
FINISHED = "masssendjobfinish"
FAILED, DELETED, STAYS = "mass.failed", "mass.deleted", "mass.stays"
TOO_LONG = "mass.too_long"
KNOWN: Final = "45065"
"""It was taken before under the same clientmsgid; the answer names its msg_id, of which mass/get
tells the state (高级群发接口, "返回已存在的群发msgid"; the answers that people show have it)."""
PER_MINUTE = 60
"""The interface takes so many (群发接口, Batch_Sends.html)."""
_KEY = "mass:"
_TAG = "tag:"
_WHOLE = 1_000_000  # bytes: a message is never that long
_CLIENT = 32
"""Characters of a clientmsgid: 64 bytes are documented, 34 and 36 were refused as too long (45067,
developers.weixin.qq.com, community/develop/doc/0000c403d88548712a5042bc26bc00). Ours have 32."""
_SUCCESS = frozenset({"send success", "sendsuccess"})
_FAIL = frozenset({"send fail", "sendfail"})
_STATES: Mapping[str, Confirmed] = {
    "SEND_SUCCESS": Confirmed("sent"),
    "SEND_FAIL": Confirmed("failed", FAILED),
    "DELETE": Confirmed("failed", DELETED),
}


class Masses:
    """Orders mass sends, and asks what became of them."""

    def __init__(self, app_id: str, api: Api, limit: int) -> None:
        """`limit` = bytes of a text."""
        self._api = api
        self._limit = limit
        self._window = Window(f"wechat-mass:{app_id}", PER_MINUTE, 60.0)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate of mass sends; None = it is none."""
        return self._window if is_mass(letter.to) else None

    async def send(self, letter: Letter) -> Receipt:
        """Order one; two tries are one mass send for a day, for both have one name.

        Its end says how to check that it is ours and what to answer: it goes out whole, or not.
        Raises SendFault or SendUnknown.
        """
        text = shown(letter.message, _WHOLE)
        if len(text.encode()) > self._limit:
            raise SendFault(TOO_LONG, None)
        told = await self._api.call(
            SENDALL,
            {
                "filter": _filter(letter.to),
                "text": {"content": text},
                "msgtype": "text",
                "clientmsgid": letter.key[:_CLIENT],
            },
            known=(KNOWN,),
        )
        return Receipt(key_of(told.get("msg_id")), via="task", awaits=True)

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of some of them. Raises SendFault."""
        found: dict[int, Confirmed] = {}
        for one in asked:
            number = one.key.removeprefix(_KEY)
            if not number.isdecimal():  # the platform did not say under which name it knows it
                continue
            told = await self._api.call(STATE, {"msg_id": number}, repeatable=True, known=(UNSAID,))
            state = _STATES.get(str(told.get("msg_status")))
            if state is not None:
                found[one.id] = state
        return found


def is_mass(to: str) -> bool:
    """Say whether a target stands for followers of the account."""
    return to.startswith(MASS)


def key_of(msg_id: object) -> str:
    """Name a mass send among everything that the account sends."""
    return f"{_KEY}{msg_id}" if msg_id else ""


def finished(heard: Heard) -> tuple[str, Confirmed]:
    """Read what became of one: its name, and whom it reached or why it did not leave."""
    status = field(heard.fields, "Status").lower()
    count = field(heard.fields, "SentCount")
    key = key_of(field(heard.fields, "MsgID"))
    if status in _SUCCESS:
        return key, Confirmed("sent", reached=int(count) if count.isdecimal() else None)
    return key, Confirmed("failed", FAILED if status in _FAIL else status[:64] or FAILED)


def _filter(to: str) -> Mapping[str, object]:
    goal = to.removeprefix(MASS)
    if goal == "all":
        return {"is_to_all": True}
    tag = goal.removeprefix(_TAG)
    if not goal.startswith(_TAG) or not tag.isdecimal():
        raise SendFault("mass.target", None)
    return {"is_to_all": False, "tag_id": int(tag)}


__all__ = [
    "FINISHED",
    "SENDALL",
    "STATE",
    "STAYS",
    "TOO_LONG",
    "Masses",
    "finished",
    "is_mass",
    "key_of",
]
