"""Customer groups (客户群) and the tasks that wait for their owners (企业群发), from path/92135.

A task is sent when its owner says so; a group that had one that day gets no other.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aiohttp import web

from bot.simulator.tencent.faults import answered, refused
from bot.simulator.wecom.api import Interfaces

TASK = "/cgi-bin/externalcontact/add_msg_template"
RESULT = "/cgi-bin/externalcontact/get_groupmsg_send_result"
CANCEL = "/cgi-bin/externalcontact/cancel_groupmsg_send"
LIMIT = 4000
BAD_ARGUMENT, NO_MEMBER, TOO_LONG = 40058, 60111, 45002
WAITS, SENT, ENOUGH = 0, 1, 3


@dataclass(slots=True)
class Task:
    """What its owner is asked to send."""

    sender: str
    chats: tuple[str, ...]
    text: str
    states: dict[str, int] = field(default_factory=dict)  # by group
    cancelled: bool = False


class Customers:
    """The customer groups of the organisation's members."""

    def __init__(self, api: Interfaces, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.owners: dict[str, str] = {}  # by group
        self.tasks: dict[str, Task] = {}
        self.shown: dict[str, list[str]] = {}
        self._last: dict[str, date] = {}
        api.mount("POST", TASK, api.admitted(self._task))
        api.mount("POST", RESULT, api.admitted(self._result))
        api.mount("POST", CANCEL, api.admitted(self._cancel))

    def add(self, owner: str) -> str:
        """Let a member own a group; its id."""
        chat = f"wrOg{secrets.token_hex(10)}"
        self.owners[chat] = owner
        self.shown[chat] = []
        return chat

    def let_go(self, owner: str) -> None:
        """Let an owner send everything that they are asked to."""
        today = self._clock().date()
        for task in self.tasks.values():
            for chat in task.chats if task.sender == owner and not task.cancelled else ():
                if task.states[chat] != WAITS:
                    continue
                if self._last.get(chat) == today:
                    task.states[chat] = ENOUGH
                    continue
                task.states[chat], self._last[chat] = SENT, today
                self.shown[chat].append(task.text)

    async def _task(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        sender, chats = body.get("sender"), tuple(body.get("chat_id_list", ()))
        if body.get("chat_type") != "group" or not sender or not chats:
            return refused(BAD_ARGUMENT)
        if sender not in self.owners.values():
            return refused(NO_MEMBER)
        text = str(body["text"]["content"])
        if len(text.encode()) > LIMIT:
            return refused(TOO_LONG)
        own = tuple(chat for chat in chats if self.owners.get(chat) == sender)
        key = f"msg{secrets.token_hex(12)}"
        self.tasks[key] = Task(sender, own, text, dict.fromkeys(own, WAITS))
        lost = [chat for chat in chats if chat not in own]
        return answered({"errcode": 0, "errmsg": "ok", "fail_list": lost, "msgid": key})

    async def _result(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        task = self.tasks.get(str(body.get("msgid")))
        if task is None or body.get("userid") != task.sender:
            return refused(BAD_ARGUMENT)
        found = [
            {"chat_id": chat, "userid": task.sender, "status": state}
            for chat, state in task.states.items()
        ]
        return answered({"errcode": 0, "errmsg": "ok", "next_cursor": "", "send_list": found})

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        task = self.tasks.get(str(body.get("msgid")))
        if task is None or SENT in task.states.values():
            return refused(BAD_ARGUMENT)
        task.cancelled = True
        return refused(0)
