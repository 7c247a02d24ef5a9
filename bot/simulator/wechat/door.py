"""公众号 on the chat page: its followers write, tap the menu, follow and leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulator.doors import ChatDoor, Medium, NotFollowing, View, field, menu_of, named
from bot.simulator.tencent.calling import Brought
from bot.simulator.trace import BroadcastTrace, CallTrace, TraceQuery, WordsTrace
from bot.simulator.wechat.people import Shown
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.world import User

WAYS = {"answer": "被动回复", "push": "客服消息", "template": "模板消息", "mass": "群发"}


class WeChatDoor(ChatDoor):
    """The chats of an official account."""

    channel = "wechat"
    title = "公众号"

    def __init__(self, platform: WeChatPlatform, seats: Mapping[str, User]) -> None:
        super().__init__(seats, platform.caller)
        self._platform = platform
        platform.people.watchers.append(self._shown)
        platform.api.watchers.append(lambda _path: self.refresh())

    async def act(self, order: Mapping[str, Any]) -> View | None:
        """Write, tap the menu, follow or leave."""
        openid = self.address(order["door"])
        match order["type"]:
            case "say":
                self._platform.say(openid, str(order["text"]))
            case "menu":
                self._platform.happen(openid, "CLICK", EventKey=str(order["key"]))
            case "follow":
                event = "subscribe" if order["on"] else "unsubscribe"
                self._platform.happen(openid, event, EventKey="")
            case _:
                raise LookupError("no such order at this place")
        return None

    def upload(self, place: str, kind: str, name: str, content: bytes) -> None:
        """Let a follower send a picture; a chat with an account takes no files."""
        if kind != "picture":
            raise LookupError("no files here")
        openid = self.address(place)
        if not self._follows(openid):
            raise NotFollowing("who does not follow cannot write")
        self._platform.send_picture(openid, content)

    def medium(self, medium_id: str) -> Medium | None:
        """Return a picture."""
        found = self._platform.api.media.get(medium_id)
        return Medium("图片", *found) if found else None

    def _shown(self, shown: Shown) -> None:
        self.note(shown.openid, shown)

    def _more(self, address: str) -> View:
        return {"follows": self._follows(address), "menu": menu_of(self._platform.api.menu)}

    def _follows(self, openid: str) -> bool:
        follower = self._platform.people.followers.get(openid)
        return follower is not None and follower.follows

    def _said(self, brought: Brought, kind: str) -> tuple[str, View]:
        xml = brought.xml
        if kind == "event":
            return "event", {"text": self._happened(field(xml, "Event"), field(xml, "EventKey"))}
        if kind == "image":
            return "picture", {"src": self._src(field(xml, "MediaId"))}
        return "text", {"text": field(xml, "Content")}

    def _happened(self, event: str, key: str) -> str:
        if event == "CLICK":
            return f"点了菜单：{named(self._platform.api.menu, key)}"
        return {"subscribe": "关注了公众号", "unsubscribe": "取消了关注"}.get(event, event)

    def _looks(self, shown: Shown) -> View:
        if shown.picture:
            return {
                "kind": "picture",
                "content": {"src": self._src(shown.picture)},
                "via": shown.way,
            }
        return {"kind": "text", "content": {"text": shown.text}, "via": shown.way}

    def _receipt(self, shown: Shown) -> tuple[TraceQuery | None, list[list[str]]]:
        rows = [["途径", WAYS[shown.way]]]
        match shown.way:
            case "answer":
                return CallTrace(self.channel, shown.answers), rows
            case "template" | "mass" as way:
                return BroadcastTrace(way, shown.number), [*rows, ["msgid", str(shown.number)]]
        rows.append(["消息", "客服消息，平台不给编号"])
        _, content = self._platform.api.media.get(shown.picture, ("", b""))
        later = self._later(shown)
        return WordsTrace(self.channel, shown.openid, shown.text, content, later=later), rows

    def _later(self, shown: Shown) -> int:
        """Count what the same follower saw afterwards that shows the same."""
        seen = self._platform.people.shown
        after = next(n for n, one in enumerate(seen) if one is shown) + 1
        gist = (shown.openid, shown.text, shown.picture)
        return sum((one.openid, one.text, one.picture) == gist for one in seen[after:])
