"""What people say who were asked whether an account is theirs, and codes as they are pasted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.engine.words import Choice, Key
from flows.people.pairing import like_code
from flows.tickets.case import State, Ticket
from handlers.rating_asked import RATINGS, rating_asked
from handlers.recorded_asked import recorded_told
from handlers.visit import Visit

_YES = frozenset(
    {"是", "是的", "是我的", "对", "对的", "没错", "确认", "本人", "是本人", "是我本人"}
)
_RIGHT = {"对": 0, "对的": 0, "没错": 0, "不对": 1}
"""Words that answer a report that staff wrote down, and which of its two buttons they are."""
_NO = frozenset({"否", "不是", "不是的", "不对", "不是本人", "不是我的"})
_AROUND = " \n，,。.！!？?"
_HALVES = re.compile(r"\d{4}[ \-]?\d{4}")
_NUMBER = re.compile(r"\d(?:[ \-]?\d){6,}")
_CASE = re.compile(r"20\d\d[ \-]\d{4}")
"""2026-0001 is a case."""


def answer(visit: Visit) -> str:
    """Return the button that a word stands for while 是您本人吗 is open; empty = none."""
    said = visit.request.text.strip(_AROUND)
    button = "k:yes:" if said in _YES else "k:no:" if said in _NO else ""
    options, since = visit.conversation.options, visit.conversation.shown_at
    if not button or button not in options:
        return ""
    if visit.book.now.timestamp() - since > visit.book.office.pairing.valid.total_seconds():
        return ""  # the code is good no more, and they answer something else
    also = _also_asked(visit)
    if not also:
        return button
    # A report that staff wrote down asks for these very words; else nobody knows which is meant.
    right = also[0].startswith("a:right:")
    return also[_RIGHT[said]] if right and said in _RIGHT else "k:which:"


def ask_which(visit: Visit) -> None:
    """Ask what a word answers; the numbers of the other message keep their meaning."""
    visit.say("pairing.which_asked")
    also = (Choice(Key(f"act.{one.split(':')[1]}"), one) for one in _also_asked(visit))
    visit.offer(*also, Choice(Key("pairing.yes"), "k:yes:"), Choice(Key("pairing.no"), "k:no:"))


def _also_asked(visit: Visit) -> Sequence[str]:
    """Return the buttons of what was asked after 是您本人吗, or together with it."""
    if together := [one for one in visit.conversation.options if one.startswith("a:")]:
        return together
    told = [told for picked in (1, 2) if (told := recorded_told(visit, picked)) is not None]
    if not told and (rated := rating_asked(visit)) is not None:
        told = [(act, rated.number) for act in RATINGS]
    elif not told:
        told = [("supplement", one.number) for one in _info_asked(visit)]
    return [f"a:{act}:{number}" for act, number in told]


def _info_asked(visit: Visit) -> list[Ticket]:
    """Return the ticket for which the desk asked for more (待补充) since."""
    shown = visit.conversation.shown_at
    waiting = [one for one in visit.book.own(visit.person.id) if one.state is State.NEED_INFO]
    return [one for one in waiting if one.passages and one.passages[-1].at.timestamp() >= shown][:1]


def is_code(text: str) -> bool:
    """Say whether it is a code without a word."""
    plain = text.strip(_AROUND)
    digits = re.sub(r"\D", "", plain)
    return _HALVES.fullmatch(plain) is not None and like_code(digits)


def is_number(text: str) -> bool:
    """Say whether it is a long number and nothing else, of which nobody knows what it is for."""
    plain = text.strip(_AROUND)
    return _NUMBER.fullmatch(plain) is not None and _CASE.fullmatch(plain) is None


__all__ = ["answer", "ask_which", "is_code", "is_number"]
