"""Template messages and mass sends of the simulated account: what many are sent, by its forms."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import web

from bot.simulator.tencent.faults import answered, refused
from bot.simulator.wechat.people import LIMIT, NO_FOLLOWER, NOBODY, TOO_LONG, People, Shown

TEMPLATE = "/cgi-bin/message/template/send"
MASS, MASS_STATE = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/get"
BAD_TOKEN, NO_TEMPLATE, BAD_FIELD, USED_UP, KNOWN = 40001, 40037, 47003, 45028, 45065
A_MONTH = 4
REMEMBERED = timedelta(hours=24)  # a clientmsgid


@dataclass(slots=True)
class Mass:
    """One mass send; with 群发保护 it waits for the administrator."""

    number: int
    client: str
    text: str
    tag: int | None  # None = everybody
    at: datetime
    status: str = "SENDING"


class Broadcasts:
    """Takes them, shows them, and says what became of them."""

    def __init__(self, people: People, admits: Callable[[web.Request], bool]) -> None:
        self._people = people
        self._admits = admits
        self._numbers = count(200_000_001)
        self.templates: set[str] = set()  # ids that the account has
        self.forms: list[Mapping[str, Any]] = []  # that were shown, as they were ordered
        self.masses: dict[int, Mass] = {}
        self.protected = True  # API 群发保护
        self.left = A_MONTH
        self._known: dict[tuple[str, str], int] = {}  # reader, client_msg_id → msgid

    @property
    def served(self) -> Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]:
        """Return what is served, by its path."""
        return {TEMPLATE: self._template, MASS: self._mass, MASS_STATE: self._state}

    def confirm(self, number: int) -> dict[str, str]:
        """Let the administrator let a mass send go; return what is reported of it."""
        mass = self.masses[number]
        mass.status = "SEND_SUCCESS"
        readers = [name for name, one in self._people.followers.items() if one.follows]
        for openid in readers:
            self._people.show(Shown(openid, mass.text, "mass", number=number))
        return _report(number, "send success", len(readers))

    def deny(self, number: int) -> dict[str, str]:
        """Let the administrator refuse it, or half an hour pass."""
        self.masses[number].status = "SEND_FAIL"
        self.left += 1
        return _report(number, "send fail", 0)

    async def _template(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        body = json.loads(await request.read())
        if body["template_id"] not in self.templates:
            return refused(NO_TEMPLATE)
        follower = self._people.followers.get(body["touser"])
        if follower is None or not follower.follows:
            return refused(NOBODY if follower is None else NO_FOLLOWER)
        values = {name: told["value"] for name, told in body["data"].items()}
        if not all(values.values()) or any("\n" in value for value in values.values()):
            return refused(BAD_FIELD)
        if any(name.startswith("thing") and len(x) > 20 for name, x in values.items()):
            return refused(BAD_FIELD)
        name = (body["touser"], body.get("client_msg_id", ""))
        if name not in self._known:
            self._known[name] = next(self._numbers)
            self.forms.append(body)
            text = "\n".join(values.values())
            self._people.show(Shown(name[0], text, "template", number=self._known[name]))
        return answered({"errcode": 0, "errmsg": "ok", "msgid": self._known[name]})

    async def _mass(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        body = json.loads(await request.read())
        text, client = body["text"]["content"], body.get("clientmsgid", "")
        if len(text.encode()) > LIMIT:
            return refused(TOO_LONG)
        now = self._people.clock()
        fresh = [one for one in self.masses.values() if now - one.at < REMEMBERED]
        known = next((one for one in fresh if one.client == client), None)
        if known is not None:
            return answered({"errcode": KNOWN, "errmsg": "AlreadyExist", "msg_id": known.number})
        if not self.left:
            return refused(USED_UP)
        self.left -= 1
        goal = body["filter"]
        tag = None if goal["is_to_all"] else goal["tag_id"]
        made = Mass(next(self._numbers), client, text, tag, now)
        self.masses[made.number] = made
        if not self.protected:
            self.confirm(made.number)
        return answered({"errcode": 0, "errmsg": "ok", "msg_id": made.number})

    async def _state(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        number = int(json.loads(await request.read())["msg_id"])
        found = self.masses.get(number)
        status = found.status if found else "SEND_FAIL"
        return answered({"msg_id": number, "msg_status": status})


def _report(number: int, status: str, reached: int) -> dict[str, str]:
    counts = {"TotalCount": reached, "FilterCount": reached, "SentCount": reached, "ErrorCount": 0}
    return {"MsgID": str(number), "Status": status, **{k: str(v) for k, v in counts.items()}}


__all__ = ["A_MONTH", "MASS", "MASS_STATE", "TEMPLATE", "USED_UP", "Broadcasts", "Mass"]
