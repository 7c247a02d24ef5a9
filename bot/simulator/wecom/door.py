"""企业微信 on the chat page: members write, send files, press the buttons of cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulator.doors import ChatDoor, Medium, View, field, menu_of, named, plain
from bot.simulator.tencent.calling import Brought
from bot.simulator.trace import CallTrace, QueryKeyTrace, TraceQuery
from bot.simulator.wecom.cards import Card
from bot.simulator.wecom.people import Shown
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.world import User

WAYS = {"answer": "被动回复", "push": "应用消息"}
STYLES = {1: "primary", 3: "danger"}  # of a button: blue and filled, red


class WeComDoor(ChatDoor):
    """The chats of an app."""

    channel = "wecom"
    title = "企业微信"

    def __init__(self, platform: WeComPlatform, seats: Mapping[str, User]) -> None:
        super().__init__(seats, platform.caller)
        self._platform = platform
        platform.people.join(*seats)
        platform.people.watchers.append(self._shown)
        platform.api.watchers.append(lambda _path: self.refresh())

    async def act(self, order: Mapping[str, Any]) -> View | None:
        """Write, tap the menu, press a button."""
        userid = self.address(order["door"])
        match order["type"]:
            case "say":
                self._platform.say(userid, str(order["text"]))
            case "menu":
                self._platform.happen(userid, "click", EventKey=str(order["key"]))
            case "press":
                return await self._press(userid, order)
            case _:
                raise LookupError("no such order at this place")
        return None

    async def _press(self, userid: str, order: Mapping[str, Any]) -> View:
        brought = self._platform.press(userid, order["track"], order["action"])
        await brought.is_over.wait()
        heard = 200 in brought.statuses
        return {
            "type": "pressed",
            "user": order["user"],
            "track": order["track"],
            "action": order["action"],
            "text": "" if heard else "机器人没有及时回应，请稍后再试",
        }

    def upload(self, place: str, kind: str, name: str, content: bytes) -> None:
        """Let a member send a picture or a file."""
        userid = self.address(place)
        if kind == "picture":
            self._platform.send_picture(userid, content)
        else:
            self._platform.send_file(userid, name, content)

    def medium(self, medium_id: str) -> Medium | None:
        """Return a file."""
        found = self._platform.api.media.get(medium_id)
        return Medium(found.name, found.mime, found.content) if found else None

    def _brought(self, brought: Brought) -> None:
        if field(brought.xml, "Event") != "template_card_event":  # the card shows what came of it
            super()._brought(brought)

    def _shown(self, shown: Shown) -> None:
        self.note(shown.userid, shown)

    def _more(self, address: str) -> View:
        del address
        return {"menu": menu_of(self._platform.api.menu)}

    def _said(self, brought: Brought, kind: str) -> tuple[str, View]:
        xml = brought.xml
        if kind == "event":
            key = field(xml, "EventKey")
            tapped = f"点了菜单：{named(self._platform.api.menu, key)}"
            return "event", {"text": tapped if key else field(xml, "Event")}
        if kind == "image":
            return "picture", {"src": self._src(field(xml, "MediaId"))}
        if kind == "file":
            return "file", self._file(field(xml, "MediaId"))
        return "text", {"text": field(xml, "Content")}

    def _looks(self, shown: Shown) -> View:
        view = {"via": shown.way, "recalled": shown.recalled}
        if shown.card is not None:
            card = {"track": shown.card.task_id, "face": _face(shown.card), "private": {}}
            return {**view, "kind": "card", "content": {"text": shown.text}, "card": card}
        if shown.kind == "image":
            return {**view, "kind": "picture", "content": {"src": self._src(shown.media)}}
        if shown.media:
            return {**view, "kind": "file", "content": self._file(shown.media)}
        return {**view, "kind": shown.kind, "content": {"text": plain(shown.text)}}

    def _file(self, medium_id: str) -> View:
        found = self._platform.api.media.get(medium_id)
        named = {"name": found.name, "size": len(found.content)} if found else {}
        return {"src": self._src(medium_id), **named}

    def _receipt(self, shown: Shown) -> tuple[TraceQuery | None, list[list[str]]]:
        rows = [["途径", WAYS[shown.way]]]
        if not shown.msgid:
            return (CallTrace(self.channel, shown.answers) if shown.answers else None), rows
        return QueryKeyTrace(shown.msgid), [*rows, ["msgid", shown.msgid]]


def _face(card: Card) -> View:
    title = card.face.get("main_title", {})
    lines = [
        f"**{pair['keyname']}**：{pair.get('value', '')}"
        for pair in card.face.get("horizontal_content_list", ())
    ]
    words = [str(title.get("desc", "")), str(card.face.get("sub_title_text", ""))]
    buttons = card.face.get("button_list", ())
    actions = [
        {"id": one["key"], "label": one["text"], "style": STYLES.get(one.get("style", 1), "")}
        for one in buttons
        if not card.replaced
    ]
    done = [{"id": "", "label": card.replaced, "style": "", "done": True}] if card.replaced else []
    return {
        "title": str(title.get("title", "")),
        "status": "",
        "body": "\n\n".join([word for word in words if word] + lines),
        "actions": actions + done,
    }
