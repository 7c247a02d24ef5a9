"""Whose place staff cancel or change for who telephones, and why (代取消, 代改人数)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.outreach.enterprises import candidates
from flows.reading.dates import written
from flows.reading.times import local
from flows.registration.event import Event
from flows.registration.party_told import party_in
from flows.registration.people import is_called, person
from flows.registration.registration import Registration, Standing
from flows.registration.relay_merging import may_be_one
from flows.registration.roll import Roll
from flows.registration.speakers import split

SHOWN = 8  # places of one question; who finds more says more of it
_PIECE = re.compile(r"[^\s，,。;；:：、]+")
_ENDS = " \t\n，,。;；:：、"
_PHONE = re.compile(r"[0-9][0-9-]{6,}")


@dataclass(frozen=True, slots=True)
class Meant:
    """Whose place a text may mean, what said so, and what else it says."""

    places: tuple[Registration, ...] = ()
    said: str = ""
    rest: str = ""


def meant(rolls: Sequence[Roll], text: str) -> Meant:
    """Find whose place is meant by the first pieces of a text: enterprise, name, telephone.

    The first piece that fits none of those who are left begins what else is said; where it is
    somebody's name, nobody is meant: 恒通 陈总 is not 周芳 of 恒通.
    """
    found: tuple[Registration, ...] = ()
    at, named = 0, False
    for piece in _PIECE.finditer(text):
        told = piece.group()
        fitting = tuple(one for one in found or _open(rolls) if _fits(one, told))
        if not fitting:
            more = bool(text[piece.end() :].strip(_ENDS))
            if found and not named and _is_name(told, more=more):
                return Meant((), text[: piece.end()].strip(_ENDS))
            break
        named |= not all(_is_firm(one, told) for one in fitting)
        found, at = fitting, piece.end()
    return Meant(found, text[:at].strip(_ENDS), text[at:].strip(_ENDS))


def _is_name(piece: str, *, more: bool) -> bool:
    """Say whether a piece names somebody; a full name only where a reason may still follow it."""
    return is_called(piece) or (more and person(piece) is not None)


def _open(rolls: Sequence[Roll]) -> tuple[Registration, ...]:
    every = (one for roll in rolls for one in roll.registrations.values())
    return tuple(one for one in every if one.live and one.standing is not Standing.ARRIVED)


def _fits(one: Registration, piece: str) -> bool:
    """Say whether a piece is the enterprise, the name or the telephone of a party, or both."""
    if _PHONE.fullmatch(piece):
        digits = piece.replace("-", "")
        return bool(one.phone) and one.phone.replace("-", "").endswith(digits)
    if _names(one, piece) or _is_firm(one, piece):
        return True
    firm, called = split(piece, (one.enterprise,))
    if not called and one.name and piece.endswith(one.name):
        firm, called = piece.removesuffix(one.name), one.name
    return bool(called) and _names(one, called) and _is_firm(one, firm)


def _names(one: Registration, piece: str) -> bool:
    return piece == one.name or (is_called(piece) and may_be_one(piece, one.name))


def _is_firm(one: Registration, piece: str) -> bool:
    return bool(one.enterprise) and bool(candidates(piece, (one.enterprise,)))


@dataclass(frozen=True, slots=True)
class TelephonedFacts:
    """The lists that may be meant."""

    rolls: Sequence[Roll] = ()

    def at(self, place: str) -> tuple[Event, Registration] | None:
        """Return the place that was chosen: "HD-2026-003:4"."""
        number, _, seq = place.partition(":")
        for roll in self.rolls:
            one = roll.registrations.get(int(seq)) if seq.isdecimal() else None
            if roll.event.number == number and one is not None:
                return roll.event, one
        return None


_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class LeaveForForm(BaseModel):
    """Whose place is cancelled for them, and why; they read it."""

    model_config = ConfigDict(frozen=True)

    who: str
    place: str
    reason: _Reason


class PartyForForm(BaseModel):
    """How many people come instead, as somebody told on the telephone."""

    model_config = ConfigDict(frozen=True)

    who: str
    place: str
    party: Annotated[int, Field(ge=1, le=50)]
    reason: _Reason


def _nobody(raw: str, answers: Answers, facts: TelephonedFacts) -> str | None:
    found = len(meant(facts.rolls, raw).places)
    return "invalid" if not found else "many" if found > SHOWN else None


def _places(answers: Answers, facts: TelephonedFacts) -> tuple[Choice, ...]:
    found = meant(facts.rolls, answers.get("who", "")).places[:SHOWN]
    names = [one.name for one in found]
    return tuple(
        Choice(
            label,
            f"{one.event}:{one.seq}",
            words=(one.name,) if names.count(one.name) == 1 else (),
        )
        for one, label in zip(found, _labels(found, facts), strict=True)
    )


def _labels(found: Sequence[Registration], facts: TelephonedFacts) -> Sequence[str]:
    """Tell places apart: by the day where they are of several lists, by their numbers at last."""
    several = len({one.event for one in found}) > 1
    days = {roll.event.number: _day(roll.event) for roll in facts.rolls}
    labels = [
        f"{days[one.event]} {_called(one)}"[:20] if several else _called(one) for one in found
    ]
    return [
        label if labels.count(label) == 1 else f"{n}. {label}"[:20]
        for n, label in enumerate(labels, 1)
    ]


def _day(event: Event) -> str:
    return written(local(event.starts_at).date())


def _called(one: Registration) -> str:
    return f"{one.name} {one.phone[-4:]} {one.enterprise}".replace("  ", " ").strip()[:20]


def _only(answers: Answers, facts: TelephonedFacts) -> str | None:
    offered = _places(answers, facts)
    return offered[0].value if len(offered) == 1 else None


def _only_meant(text: str, facts: TelephonedFacts) -> str | None:
    """Read who else is meant than those that were offered."""
    found = meant(facts.rolls, text).places
    return f"{found[0].event}:{found[0].seq}" if len(found) == 1 else None


def _no_place(raw: str, answers: Answers, facts: TelephonedFacts) -> str | None:
    found = facts.at(raw)
    return None if found and found[1] in _open(facts.rolls) else "invalid"


def _who(raw: str, answers: Answers, facts: TelephonedFacts) -> str:
    """Show what was said of the caller, unless somebody else was named after that."""
    found = facts.at(answers.get("place", ""))
    return raw if found is None or found[1] in meant(facts.rolls, raw).places else ""


def _shown(raw: str, answers: Answers, facts: TelephonedFacts) -> str:
    found = facts.at(raw)
    return _called(found[1]) if found else raw


def about(answers: Answers, facts: TelephonedFacts) -> Mapping[str, Any]:
    """Return what a question or the review says of the place."""
    found = facts.at(answers.get("place", ""))
    if found is None:
        return dict.fromkeys(("event", "starts", "name", "party", "standing"), "")
    event, one = found
    return {
        "event": event.title_whole,
        "starts": event.starts_at,
        "name": one.name,
        "party": one.party,
        "standing": Key(f"registration.standing.{one.standing.value}"),
    }


def _count(text: str, facts: TelephonedFacts) -> str | None:
    return party_in(text)


_WHOSE: tuple[Step[TelephonedFacts], ...] = (
    Step("who", words=("来电的", "谁", "哪位"), objection=_nobody, show=_who, alone=True),
    Step(
        "place",
        words=("名单上的", "名单"),
        choices=_places,
        objection=_no_place,
        propose=_only,
        reads=_only_meant,
        show=_shown,
        alone=True,
        strict=False,
    ),
)
_WHY: Step[TelephonedFacts] = Step("reason", words=("原因", "理由"), tells=about, alone=True)

LEAVE_FOR: Flow[LeaveForForm, TelephonedFacts] = Flow(
    name="leave_for", form=LeaveForForm, review_params=about, steps=(*_WHOSE, _WHY)
)
PARTY_FOR: Flow[PartyForForm, TelephonedFacts] = Flow(
    name="party_for",
    form=PartyForForm,
    review_params=about,
    steps=(
        *_WHOSE,
        Step("party", words=("人数",), reads=_count, tells=about, alone=True),
        _WHY,
    ),
)

__all__ = ["LEAVE_FOR", "PARTY_FOR", "SHOWN", "Meant", "TelephonedFacts", "meant"]
