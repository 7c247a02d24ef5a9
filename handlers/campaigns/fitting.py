"""Whether a campaign's text fits the groups it goes to, each by the door of its own platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.campaigns.audience import Meant
from flows.campaigns.campaign import Campaign, Kind
from flows.cutting import MOST, in_bytes
from flows.engine.words import Refused
from flows.markup import inert
from flows.parting import Parted, parted
from handlers.book import Book
from handlers.person import CUSTOMERS
from handlers.ports import Text

_DOORS: Mapping[str, str] = {"wecom_robot": "wecom_group", "wecom": "wecom_app"}
"""What a group's channel is to config/campaigns.toml, where a message is cut into several there."""
_CUSTOMERS = "wecom_customers"
_NAMED = 5  # groups of one line

# Bytes of what the outbox words: more than config/texts has, so that what fits here fits there.
_SIGNED = 24  # around the office's name and the code
_CORRECTED, _CORRECTS = 9, 24  # before the title of a correction, and around what it corrects
_HEAD, _THEIR_HEAD = 70, 130  # where to answer; in customer groups, without the telephone
_TYPED, _LABEL = 16, 12  # around each button; its label, which stands there twice
_ENCLOSED, _NAME = 90, 120  # whom to ask for attachments that cannot go there; one's name


def in_parts(book: Book, one: Campaign, whom: Meant) -> list[Text]:
    """Say which groups get it as several messages, before anybody approves it."""
    told: list[Text] = []
    for door, names in _doors(book, whom).items():
        found, limit = _parted(book, one, door), book.office.campaigns.rooms[door].most
        count = len(found.parts) + len(found.last)
        if count > 1 and not found.over:
            words = {"bytes": f"{limit:,}", "parts": count, "names": tuple(names[:_NAMED])}
            told.append(Text("robot_group.in_parts", {**words, "count": len(names)}))
    held = no_room(book, one, whom)
    return [*told, Text(held.key, held.params)] if held else told


def no_room(book: Book, one: Campaign, whom: Meant) -> Refused | None:
    """Say by how much it is too long for a group even as several messages; None = it fits.

    It would be shortened there, and in a group that is not heard nobody could ask for the rest. A
    customer group gets one: each would be a task of its own for its owner.
    """
    for door in sorted(_doors(book, whom), key=lambda name: name != _CUSTOMERS):
        over, limit = _parted(book, one, door).over, book.office.campaigns.rooms[door].most
        if over:
            told = {"bytes": f"{limit:,}", "most": _most(door), "over": over}
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


def _parted(book: Book, one: Campaign, door: str) -> Parted:
    """Cut it as it is cut when it leaves, what stands around the text counted in full."""
    draft, office = one.draft, book.office
    corrects = draft.kind is Kind.CORRECTION
    before = "-" * (_CORRECTED if corrects else 0)
    behind = _SIGNED + in_bytes(office.name) + in_bytes(one.code)
    behind += _CORRECTS + in_bytes(draft.corrected) if corrects else 0
    if door == _CUSTOMERS and draft.files:
        behind += _ENCLOSED + in_bytes(office.name) + in_bytes(office.phone)
        behind += _NAME * len(draft.files)
    text = f"**{before}{inert(draft.title)}**\n{inert(draft.body)}\n{'-' * behind}"
    head = _THEIR_HEAD + in_bytes(office.phone) if door == _CUSTOMERS else _HEAD
    typed = _TYPED + 2 * _LABEL + in_bytes(one.number)
    spelt = "-" * (head + typed * len(draft.buttons) if draft.buttons else 0)
    return parted(text, spelt, office.campaigns.rooms[door].most, most=_most(door))


__all__ = ["in_parts", "no_room"]
