"""The message of a campaign as each door takes it: in how many pieces, of how many bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.channels.base import Message
from bot.markup import plain
from bot.splitting import split
from bot.texts import Texts
from flows.campaigns.campaign import Button, Draft
from flows.campaigns.lengths import Room
from flows.engine.words import Key
from handlers.ports import Text

CARD = "dingtalk_card"
WHOLE = frozenset({"dingtalk_robot", "dingtalk_hook", "wecom_customers"})
"""Doors whose messages are never cut: what is too long for them is refused before the approval."""
DEAF = frozenset({"dingtalk_hook", "wecom_group", "wecom_customers"})
"""Doors of robots that hear nothing: what is pressed elsewhere is written to us in private."""
_NUMBER, _CODE = "TS-2026-001", "7K3F92"  # of no campaign: they are as long as real ones


class Fit(StrEnum):
    """How a message fits through a door."""

    WHOLE = "whole"
    PIECES = "pieces"  # several messages
    AS_TEXT = "as_text"  # too long for a card: it goes as text, its buttons are typed
    CUT = "cut"  # the end is left out, and that is said
    OVER = "over"  # it is refused


@dataclass(frozen=True, slots=True)
class Shown:
    """What one door shows; `bytes` are those of each piece as the door counts them."""

    door: str
    pieces: tuple[str, ...]
    bytes: tuple[int, ...]
    most: int
    fit: Fit

    @property
    def over(self) -> int:
        """Return by how many bytes it does not fit as it is."""
        return max(0, max(self.bytes) - self.most)


def at_doors(draft: Draft, texts: Texts, rooms: Mapping[str, Room], office: str) -> Sequence[Shown]:
    """Render the message of a draft, whose blanks are filled, for every door."""
    told = {
        "title": draft.title,
        "body": draft.body,
        "code": _CODE,
        "office": office,
        "corrected": draft.corrected,
    }
    text = texts.render(Text(f"campaign.message.{draft.kind.value}", told))
    typed = "  \n".join(_typed(texts, button) for button in draft.buttons)
    head = [texts.render(Text("door.deaf.head"))] if draft.buttons else []
    elsewhere = "  \n".join([*head, *(_deaf(texts, button) for button in draft.buttons)])
    title = texts.render(Text("campaign.title", {"title": draft.title}))
    return [
        _at(name, room, texts, (title, text, elsewhere if name in DEAF else typed))
        for name, room in rooms.items()
    ]


def _at(name: str, room: Room, texts: Texts, told: tuple[str, str, str]) -> Shown:
    title, text, typed = told
    if name == CARD:
        size = room.size(text, title)
        return Shown(name, (text,), (size,), room.most, _whole(size, room, Fit.AS_TEXT))
    if name in WHOLE:
        both = "\n\n".join(part for part in (text, typed) if part)
        size = room.size(both, title)
        return Shown(name, (both,), (size,), room.most, _whole(size, room, Fit.OVER))
    shortened = texts.render(Text("door.shortened"))
    cut = split(
        Message(title=title, text=text, spelt=typed),
        room.most,
        lambda n, of: texts.render(Text("door.part", {"n": n, "of": of})),
        shortened,
    )
    pieces = tuple("\n\n".join(part for part in (one.text, one.spelt) if part) for one in cut)
    fit = Fit.WHOLE if len(pieces) == 1 else Fit.PIECES
    fit = Fit.CUT if any(plain(shortened) in piece for piece in pieces) else fit
    return Shown(name, pieces, tuple(map(room.size, pieces)), room.most, fit)


def _whole(size: int, room: Room, otherwise: Fit) -> Fit:
    return Fit.WHOLE if size <= room.most else otherwise


def _typed(texts: Texts, button: Button) -> str:
    label = Key(f"campaign.button.{button.value}")
    return texts.render(Text("campaign.in_words", {"label": label, "number": _NUMBER}))


def _deaf(texts: Texts, button: Button) -> str:
    label = Key(f"campaign.button.{button.value}")
    typed = Text("campaign.typed", {"label": label, "number": _NUMBER, "version": ""})
    told = {"label": label, "typed": texts.render(typed).strip()}
    return texts.render(Text("door.deaf.typed", told))


__all__ = ["Fit", "Shown", "at_doors"]
