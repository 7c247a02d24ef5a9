"""Groups of 企业微信 on the chat page: what a robot or the app posts there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.simulator.doors import ChatDoor, Medium, View, plain
from bot.simulator.tencent.calling import Brought
from bot.simulator.trace import TraceQuery, WordsTrace
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.wecom.robots import Posted
from bot.simulator.world import User

ROBOT, APP = "群机器人", "应用群"
WAYS = {ROBOT: "群机器人（消息推送）", APP: "应用建的群（appchat）"}
CHANNELS = {ROBOT: "wecom_robot", APP: "wecom"}
_BESIDE = "@"  # stands between a group and who looks at it


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A group that has a pane: `key` = the platform's name of it, `chat` = the bot's."""

    title: str
    key: str
    chat: str
    by: str  # ROBOT or APP: who posts there


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one member of the group sees it."""

    address: str
    group: GroupChat
    posted: Posted


class WeComGroupsDoor(ChatDoor):
    """The groups that somebody of the page is in."""

    channel = "wecomgroup"
    title = "企业微信群"

    def __init__(
        self,
        platform: WeComPlatform,
        groups: Sequence[GroupChat],
        members: Mapping[str, User],
        *,
        app: str,
    ) -> None:
        """`members` = who of the page sits in every group, by user id; `app` = the app's name."""
        self._groups = {
            f"{group.key}{_BESIDE}{userid}": group for group in groups for userid in members
        }
        seats = {address: members[address.rpartition(_BESIDE)[2]] for address in self._groups}
        super().__init__(seats, platform.caller)
        self._names = {ROBOT: ROBOT, APP: app}
        self._shown: list[Seen] = []
        self._media: dict[str, Medium] = {}
        platform.robots.watchers.append(lambda key, told: self._posted(ROBOT, key, told))
        platform.chats.watchers.append(lambda key, told: self._posted(APP, key, told))

    async def act(self, order: Mapping[str, Any]) -> View | None:
        """Take nothing: neither a robot nor the app hears a group."""
        raise LookupError("nobody hears this group")

    def upload(self, place: str, kind: str, name: str, content: bytes) -> None:
        """Take nothing."""
        raise LookupError("nobody hears this group")

    def medium(self, medium_id: str) -> Medium | None:
        """Return a picture."""
        return self._media.get(medium_id)

    def _posted(self, by: str, key: str, told: Posted) -> None:
        for address, group in self._groups.items():
            if (group.by, group.key) == (by, key):
                seen = Seen(address, group, told)
                self._shown.append(seen)
                self.note(address, seen)

    def _more(self, address: str) -> View:
        group = self._groups[address]
        # It looks like the other chats of its platform.
        return {"title": group.title, "group": True, "hears": False, "channel": "wecom"}

    def _said(self, brought: Brought, kind: str) -> tuple[str, View]:
        raise LookupError("nobody is brought what a group says")

    def _looks(self, shown: Seen) -> View:
        told = shown.posted
        view = {"via": "push", "nick": self._names[shown.group.by]}
        if told.picture:
            name = sha256(told.picture).hexdigest()[:24]
            self._media[name] = Medium("图片", "", told.picture)
            return {**view, "kind": "picture", "content": {"src": self._src(name)}}
        if told.file:
            return {**view, "kind": "file", "content": {"name": told.file}}
        kind = "text" if told.plain else "markdown"
        return {**view, "kind": kind, "content": {"text": plain(told.text)}}

    def _receipt(self, shown: Seen) -> tuple[TraceQuery | None, list[list[str]]]:
        group, told = shown.group, shown.posted
        rows = [["群", group.title], ["途径", WAYS[group.by]], ["消息", "群消息，平台不给编号"]]
        mine = [one for one in self._shown if one.address == shown.address]
        after = mine[next(n for n, one in enumerate(mine) if one is shown) + 1 :]
        later = sum(one.posted == told for one in after)
        channel = CHANNELS[group.by]
        query = WordsTrace(channel, group.chat, told.text, told.picture, told.file, later)
        return query, rows
