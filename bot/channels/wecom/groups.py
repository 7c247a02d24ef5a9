"""Groups that the app may write into: those it made (appchat), and its members' customer groups.

A customer group (客户群) gets what its owner lets go: the app can only put a task before them
(企业群发). Neither kind is heard: the platform brings us nothing that is written there.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.base import (
    Confirmed,
    Delivered,
    Letter,
    Message,
    Receipt,
    SendFault,
    Window,
)
from bot.channels.media import Media
from bot.channels.tencent.api import Api
from bot.channels.tencent.errors import GONE_RETRY, MEDIUM_GONE
from bot.channels.tencent.wording import shown
from bot.channels.wecom import payloads
from bot.channels.wecom.rates import Rates
from bot.markup import plain
from handlers.person import CUSTOMERS

log = logging.getLogger(__name__)

CREATE, SEND = "/cgi-bin/appchat/create", "/cgi-bin/appchat/send"
TASK = "/cgi-bin/externalcontact/add_msg_template"
RESULT = "/cgi-bin/externalcontact/get_groupmsg_send_result"
CANCEL = "/cgi-bin/externalcontact/cancel_groupmsg_send"
TASK_LIMIT = 4000
"""Bytes of a task's text (path/92135: text.content, 最多4000个字节)."""
TASKS = 60
"""A minute: an interface takes ten thousand (path/90454), but each of these is somebody's work."""
MINUTE = 60.0
MOST_RESULTS = 500
NO_CHAT = frozenset({"40050", "49008", "86001", "86003", "86008"})
"""The group is not there (40050, 86003), was dissolved (49008), or is none that this app made
(86008): path/90313. There 86001 is an id that no group can have; appchat/send was seen to answer it
("chatid invalid") for unknown ones as well. 86216 is none of them: it speaks of members."""
UNDER_WAY = "41063"
"""A task is still being put before its owner: nothing is known of it yet (path/90313)."""
NO_OWNER, LEFT_OUT = "customer.no_owner", "customer.left_out"
_OF = ":"  # in what is kept of a task, between its owner and its name; no userid has one
_WAITS, _SENT = 0, 1
_FAILED: Mapping[int, str] = {2: "customer.no_friend", 3: "customer.enough"}
"""What became of a task (path/92136, get_groupmsg_send_result): besides 0 未发送 and 1 已发送."""


class Groups:
    """Writes into groups by the app's token."""

    def __init__(
        self,
        api: Api,
        media: Media,
        *,
        app: str,
        rates: Rates,
        owners: Mapping[str, str],
        plugin: bool,
    ) -> None:
        """`app` names what is counted; `owners` says who owns which customer group.

        `plugin`: its people read in WeChat, where markdown shows as it is written.
        """
        self._api = api
        self._media = media
        self._app = app
        self._rates = rates
        self._owners = owners
        self._plugin = plugin

    def window(self, letter: Letter) -> Window:
        """Name the rate that groups share, or the one of tasks."""
        if letter.to.startswith(CUSTOMERS):
            return Window(f"{self._app}:tasks", TASKS, MINUTE)
        return self._rates.of_groups(self._app)

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once, or ask the owner to: the platform knows no repetition of either.

        Raises SendFault and SendUnknown.
        """
        if letter.update:
            raise SendFault("card.unsupported", None)
        if letter.to.startswith(CUSTOMERS):
            return await self._ask(letter)
        file = letter.message.file
        try:
            if file is None or not payloads.shows(file):
                await self._post(letter.to, self._words(letter.message))
                return Receipt(in_words=file is not None)
            medium = await self._media.of(file)
            await self._post(letter.to, payloads.medium(payloads.media_type(file), medium))
        except SendFault as told:
            if told.code == MEDIUM_GONE and file is not None:
                self._media.forget(file)
                raise SendFault(told.code, GONE_RETRY) from None
            if told.code not in NO_CHAT:
                raise
            raise SendFault(told.code, None, gone=True) from None
        return Receipt()

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of tasks, by delivery; whose owner has not decided is left out.

        So is one of which the platform never says anything: it keeps no other from being known.
        Raises SendFault where none is known and asking again may help.
        """
        found: dict[int, Confirmed] = {}
        for one in asked:
            try:
                ended = await self._asked(one)
            except SendFault as told:
                if told.retry_after is None:
                    log.warning("nothing is said of a task: %s", told.code)
                    continue
                if not found:
                    raise
                break
            if ended is not None:
                found[one.id] = ended
        return found

    async def _asked(self, one: Delivered) -> Confirmed | None:
        sender, key = _task(one.key)
        # Who owns a group may change; a task is known by whom it was put before.
        owner = sender or self._owners.get(one.to, "")
        body = {"msgid": key, "userid": owner, "limit": MOST_RESULTS}
        answer = await self._api.call(RESULT, body, repeatable=True, known={UNDER_WAY})
        return _ended(answer, one.to.removeprefix(CUSTOMERS))

    async def cancel(self, asked: Sequence[Delivered]) -> Mapping[int, str]:
        """Take tasks back from before their owners; by delivery, empty = it is gone."""
        return {one.id: await self._api.undo(CANCEL, _task(one.key)[1]) for one in asked}

    async def _ask(self, letter: Letter) -> Receipt:
        owner = self._owners.get(letter.to)
        if not owner:
            raise SendFault(NO_OWNER, None)
        chat = letter.to.removeprefix(CUSTOMERS)
        answer = await self._api.call(
            TASK,
            {
                "chat_type": "group",
                "sender": owner,
                "chat_id_list": [chat],
                "allow_select": False,
                # What WeChat shows has no markdown.
                "text": {"content": shown(letter.message, TASK_LIMIT)},
            },
        )
        if chat in (answer.get("fail_list") or ()):
            raise SendFault(LEFT_OUT, None)
        key = answer.get("msgid")
        known = isinstance(key, str) and bool(key)
        return Receipt(f"{owner}{_OF}{key}" if known else "", "task", awaits=True)

    async def _post(self, chat: str, content: Mapping[str, Any]) -> None:
        await self._api.call(SEND, {"chatid": chat, **content, "safe": 0})

    def _words(self, message: Message) -> Mapping[str, Any]:
        if self._plugin:
            return payloads.text(shown(message, payloads.LIMIT))
        parts = (plain(part) for part in (message.text, message.spelt) if part)
        content = ("\n\n".join(parts) or message.title).encode()[: payloads.LIMIT]
        return {"msgtype": "markdown", "markdown": {"content": content.decode(errors="ignore")}}


def _ended(answer: Mapping[str, Any], chat: str) -> Confirmed | None:
    for one in answer.get("send_list") or ():
        if not isinstance(one, dict) or one.get("chat_id") != chat:
            continue
        status = one.get("status", _WAITS)
        if status == _SENT:
            return Confirmed("sent")
        if isinstance(status, int) and status in _FAILED:
            return Confirmed("failed", _FAILED[status])
        if status != _WAITS:
            log.warning("a task is in a state that nobody documented: %.20r", status)
    return None


def _task(key: str) -> tuple[str, str]:
    """Return before whom a task was put, and how the platform calls it."""
    owner, _, task = key.rpartition(_OF)
    return owner, task
