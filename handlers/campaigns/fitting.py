"""Whether a campaign's text fits the groups it goes to, each by the door of its own platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.campaigns.audience import Meant
from flows.campaigns.campaign import Campaign
from flows.campaigns.lengths import FRAME, Room, parts
from flows.cutting import MOST, in_bytes
from flows.engine.words import Refused
from handlers.book import Book
from handlers.person import CUSTOMERS
from handlers.ports import Text

_DOORS: Mapping[str, str] = {"wecom_robot": "wecom_group", "wecom": "wecom_app"}
"""What a group's channel is to config/campaigns.toml, where a message is cut into several there."""
_CUSTOMERS = "wecom_customers"
_NAMED = 5  # groups of one line


def in_parts(book: Book, one: Campaign, whom: Meant) -> list[Text]:
    """Say which groups get it as several messages, before anybody approves it."""
    told: list[Text] = []
    for door, names in _doors(book, whom).items():
        room = book.office.campaigns.rooms[door]
        count = len(_parts(one, room))
        if 1 < count <= _most(door):
            words = {"bytes": f"{room.most:,}", "parts": count, "names": tuple(names[:_NAMED])}
            told.append(Text("robot_group.in_parts", {**words, "count": len(names)}))
    held = no_room(book, one, whom)
    return [*told, Text(held.key, held.params)] if held else told


def no_room(book: Book, one: Campaign, whom: Meant) -> Refused | None:
    """Say by how much it is too long for a group even as several messages; None = it fits.

    It would be shortened there, and in a group that is not heard nobody could ask for the rest. A
    customer group gets one: each would be a task of its own for its owner.
    """
    for door in sorted(_doors(book, whom), key=lambda name: name != _CUSTOMERS):
        room, most = book.office.campaigns.rooms[door], _most(door)
        over = sum(map(in_bytes, _parts(one, room)[most:]))
        if over:
            told = {"bytes": f"{room.most:,}", "most": most, "over": over}
            key = "robot_group.no_task" if door == _CUSTOMERS else "robot_group.too_long"
            return Refused(key, told)
    return None


def _doors(book: Book, whom: Meant) -> Mapping[str, Sequence[str]]:
    """Return the doors among those who get it that are narrow, with the groups behind them."""
    keys = {target.key: target.name for target in whom.reached}
    found: dict[str, list[str]] = {}
    for group in book.roster.groups:
        name, door = keys.get(f"g:{group.chat}"), _DOORS.get(group.channel)
        if name is not None and door is not None:
            customers = group.chat.startswith(CUSTOMERS)
            found.setdefault(_CUSTOMERS if customers else door, []).append(name)
    return found


def _most(door: str) -> int:
    return 1 if door == _CUSTOMERS else MOST


def _parts(one: Campaign, room: Room) -> tuple[str, ...]:
    return parts(f"{one.draft.title}\n{one.draft.body}", room, spare=FRAME)


__all__ = ["in_parts", "no_room"]
