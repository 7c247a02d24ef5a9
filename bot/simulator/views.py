"""Bubbles and cards as the chat page gets them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.attachments import Attachment
from bot.simulator.cards import Card
from bot.simulator.chat import CUSTOM_ROBOT, ROBOT, Bubble
from bot.simulator.deliveries import Delivery
from bot.simulator.doors import ChatDoor
from bot.simulator.people import People
from bot.simulator.platform import Platform
from bot.simulator.wire import milliseconds
from bot.simulator.world import User

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """Some panes side by side, under a name."""

    title: str
    panes: tuple[str, ...]


class Views:
    """Word the state of the platform for the page."""

    def __init__(
        self,
        platform: Platform,
        people: People,
        doors: Sequence[ChatDoor] = (),
        layouts: Sequence[Layout] = (),
    ) -> None:
        self._platform = platform
        self._people = people
        self._doors = doors
        self._layouts = layouts

    def hello(self) -> View:
        """Give everything a page needs on arrival."""
        world = self._platform.world
        return {
            "type": "hello",
            "robot": world.robot_name,
            "layouts": [{"title": one.title, "panes": one.panes} for one in self._layouts],
            "personas": [
                {
                    "id": user.user_id,
                    "nick": user.nick,
                    "role": user.role,
                    "colour": user.colour,
                    "places": self._places_of(user),
                }
                for user in self._users()
            ],
            "places": [
                {
                    "id": place.place_id,
                    "title": place.title,
                    "group": place.is_group,
                    "channel": "dingtalk",
                    "kind": place.group.kind if place.group else "",
                    "size": len(place.members),
                }
                for user in world.users
                for place in world.places_of(user.user_id)
                if user.pane
            ]
            + [place for door in self._doors for place in door.places()],
            "bubbles": [self.bubble(bubble) for bubble in self._platform.chat.all()[-2000:]]
            + [bubble for door in self._doors for bubble in door.bubbles()],
            "online": self.online(),
        }

    def _users(self) -> list[User]:
        """List who has a pane: members, then those who are at other platforms alone."""
        users = {user.user_id: user for user in self._platform.world.users if user.pane}
        for door in self._doors:
            for user in door.seats.values():
                users.setdefault(user.user_id, user)
        return list(users.values())

    def _is_guest(self, user: User) -> bool:
        return self._platform.world.find_user(user.user_id) is None

    def _places_of(self, user: User) -> list[str]:
        world = self._platform.world
        places = () if self._is_guest(user) else world.places_of(user.user_id)
        return [place.place_id for place in places] + [
            door.place_id(address)
            for door in self._doors
            for address, who in door.seats.items()
            if who.user_id == user.user_id
        ]

    def online(self) -> bool:
        """Tell whether the robot has a socket."""
        return bool(self._platform.gateway.connections)

    def bubble(self, bubble: Bubble) -> View:
        """Word one bubble, with its card as each member sees it."""
        world = self._platform.world
        mine = bubble.sender not in {ROBOT, CUSTOM_ROBOT}
        view: View = {
            "key": bubble.key,
            "seq": bubble.seq,
            "place": bubble.place,
            "sender": bubble.sender,
            "nick": self._people.nick(bubble),
            "colour": world.user(bubble.sender).colour if mine else "",
            "kind": bubble.kind,
            "content": {} if bubble.recalled else self._content(bubble),
            "at": milliseconds(bubble.sent_at),
            "via": bubble.via,
            "onlyFor": sorted(bubble.only_for) if bubble.only_for is not None else None,
            "mentions": {
                user_id: user.nick
                for user_id in bubble.mentions
                if (user := world.find_user(user_id))
            },
            "recalled": bubble.recalled,
            "state": self._state(bubble),
            "quoted": self._quoted(bubble),
        }
        card = self._platform.cards.find(bubble.out_track_id) if bubble.out_track_id else None
        if card is not None:
            view["card"] = self._card(card)
        return view

    def _content(self, bubble: Bubble) -> View:
        content = dict(bubble.content)
        media = content.get("media") or content.get("photo")
        found = self._platform.attachments.by_media(str(media)) if media else None
        attachment_id = content.get("attachment") or (found.attachment_id if found else None)
        if attachment_id:
            content["src"] = f"/page/files/{attachment_id}"
        if found is not None:
            content["size"] = len(found.data)
        parts = content.get("parts")
        if parts:
            content["parts"] = [
                {"src": f"/page/files/{part['attachment']}"} if "attachment" in part else part
                for part in parts
            ]
        return content

    def _quoted(self, bubble: Bubble) -> View | None:
        quoted = self._platform.chat.find(bubble.quoted) if bubble.quoted else None
        if quoted is None:
            return None
        card = self._platform.cards.find(quoted.out_track_id) if quoted.out_track_id else None
        text = card.params.get("title", "") if card else str(quoted.content.get("text", ""))
        return {"nick": self._people.nick(quoted), "text": text or "[消息]"}

    def _card(self, card: Card) -> View:
        by_user = {}
        for user_id in card.private:
            user = self._platform.world.find_user(user_id, card.user_id_type)
            if user is not None:
                by_user[user.user_id] = _face(card.shown_to(user_id))
        return {"track": card.out_track_id, "face": _face(card.params), "private": by_user}

    def _state(self, bubble: Bubble) -> str:
        """Say in one word how far a person's message got; empty for what robots sent."""
        if bubble.via != "person":
            return ""
        if not bubble.to_robot:
            return "未@机器人"
        delivery = self._platform.gateway.deliveries.find(bubble.msg_id)
        if delivery is None or delivery.acknowledged:
            return "已送达"
        return "待确认" if delivery.pushes else "机器人不在线"

    def facts(self, bubble: Bubble) -> list[list[str]]:
        """List what the platform itself knows about a bubble."""
        rows = [
            ["消息", bubble.msg_id],
            ["时间", bubble.sent_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")],
            ["途径", VIA[bubble.via]],
        ]
        if bubble.query_key:
            rows.append(["processQueryKey", bubble.query_key])
        if bubble.out_track_id:
            rows.append(["outTrackId", bubble.out_track_id])
        delivery = self._platform.gateway.deliveries.find(bubble.msg_id)
        if delivery is not None:
            rows.extend(_pushes(delivery))
        if bubble.via != "person":
            readers = [self._platform.world.user(u).nick for u in sorted(bubble.readers)]
            rows.append(["已读", "、".join(readers) or "无"])
        return rows


VIA = {
    "person": "成员发送",
    "webhook": "会话 Webhook 回复",
    "openapi": "OpenAPI 发送",
    "card": "互动卡片",
    "custom": "自定义机器人",
}


def _pushes(delivery: Delivery) -> list[list[str]]:
    rows = [["推送", f"{len(delivery.pushes)} 次"]]
    for push in delivery.pushes:
        if push.ack is not None:
            waited = milliseconds(push.ack.at) - milliseconds(push.sent_at)
            rows.append(["确认", f"{push.ack.code}，{waited} 毫秒"])
    if not delivery.acks:
        rows.append(["确认", "尚无"])
    return rows


def _face(params: dict[str, str]) -> View:
    try:
        actions = json.loads(params.get("actions") or "[]")
    except ValueError:
        actions = []
    return {
        "title": params.get("title", ""),
        "body": params.get("body", ""),
        "status": params.get("status", ""),
        "actions": [
            {
                "id": str(action.get("id", "")),
                "label": str(action.get("label", "")),
                "style": str(action.get("style", "plain")),
            }
            for action in actions
            if isinstance(action, dict)
        ]
        if isinstance(actions, list)
        else [],
    }


def disposition(attachment: Attachment) -> str:
    """Say whether the browser shows a file or saves it: only real pictures are shown."""
    return "inline" if attachment.content_type.startswith("image/") else "attachment"
