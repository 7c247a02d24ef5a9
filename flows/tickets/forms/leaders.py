"""Forms of leaders and of the ladder: 领办, 移交领办, 面商, 协调会, 批示, 督办回复, 先打个电话.

Who ticks off what a 批示 asks fills in the form of flows/tickets/forms/errands.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.tickets.forms.common import (
    EDGE,
    UNIT,
    CaseFacts,
    Day,
    Frozen,
    Sentence,
    sentence,
    units_in,
)

TALK = sentence("talk")  # 面商
MEETING = sentence("meeting")  # 协调会
CALL_OFF = sentence("call_off")  # 先打个电话
LETTER_REPLY = sentence("letter_reply")  # 督办回复

_FRIDAY = 4


class LeadForm(Frozen):
    """领办, 移交领办: the leader, by the number of the person."""

    leader: Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")]


def leader_in(text: str, facts: CaseFacts) -> str | None:
    """Find a leader by name in a text."""
    named = [(text.find(name), str(ident)) for ident, name in facts.leaders if name in text]
    return min(named)[1] if named else None


def _leaders(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(name, str(ident)) for ident, name in facts.leaders)


def _read_leader(text: str, facts: CaseFacts) -> Mapping[str, str]:
    found = leader_in(text, facts)
    return {"leader": found} if found else {}


def _lead(name: str) -> Flow[LeadForm, CaseFacts]:
    return Flow(
        name=name,
        form=LeadForm,
        read=_read_leader,
        review=False,
        steps=(Step("leader", words=("领导", "领办"), choices=_leaders),),
    )


LEAD = _lead("lead")
HAND_OVER = _lead("hand_over")


TAKER = rf"^(?:{UNIT}|\d{{1,18}})$"  # a department's id, or the number of a person
AS_SUPPORT = "yes"


class InstructForm(Frozen):
    """批示: whose words, the words, and who does it by when.

    `adds` answers what becomes of a department without a part in the case: it comes in as 协办, or
    somebody else takes the errand, named there.
    """

    leader: Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")]
    text: Sentence
    who: Annotated[str, StringConstraints(pattern=TAKER)]
    adds: Annotated[str, StringConstraints(pattern=TAKER)] = ""
    by_when: Day

    @property
    def taker(self) -> str:
        """Return who does it."""
        return self.who if self.adds in {"", AS_SUPPORT} else self.adds


def _served(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    served = (pair for pair in facts.leaders if pair[0] in facts.speaks_for)
    return tuple(Choice(name, str(ident)) for ident, name in served)


def _only_leader(answers: Answers, facts: CaseFacts) -> str | None:
    return str(facts.speaks_for[0]) if len(facts.speaks_for) == 1 else None


def _takers(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer the departments of the case; before it has one, those who have it at the desk."""
    units = tuple(Choice(facts.name(unit), unit) for unit in facts.proposed[:3])
    return units or tuple(Choice(name, str(ident)) for ident, name in tuple(facts.people)[:3])


def _taker(text: str, facts: CaseFacts) -> str | None:
    """Find the department, else the person, that a text names."""
    unit = next(iter(units_in(text, facts.departments)), None)
    named = [(text.find(name), str(ident)) for ident, name in facts.people if name in text]
    return unit or (min(named)[1] if named else None)


def _known_taker(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    if raw.isdecimal():
        return None if any(str(ident) == raw for ident, _ in facts.people) else "invalid"
    if all(one.id != raw for one in facts.departments):
        return "invalid"
    return None if raw in facts.proposed or facts.takes_support else "outside"


def _is_outside(answers: Answers, facts: CaseFacts) -> bool:
    """Say whether the department that was named has no part in the case."""
    who = answers.get("who", "")
    return bool(who) and not who.isdecimal() and who not in facts.proposed


def _added_or_not(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return (Choice(Key("instruct.adds.yes"), AS_SUPPORT, "primary"), *_takers(answers, facts))


_AGREES = ("加", "是", "好", "可以", "协办")


def _agreed(text: str, facts: CaseFacts) -> str | None:
    return _taker(text, facts) or (AS_SUPPORT if text.startswith(_AGREES) else None)


def _takes_part(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    """Whoever is named instead has a part in the case, or is a person."""
    if raw in {AS_SUPPORT, answers.get("who")}:
        return None
    known = _known_taker(raw, answers, facts) is None
    return None if known and (raw.isdecimal() or raw in facts.proposed) else "invalid"


def _fridays(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer the end of this week, unless it is over, and of the next."""
    if not facts.today:
        return ()
    monday = facts.today - timedelta(days=facts.today.weekday())
    ends = (monday + timedelta(days=_FRIDAY), monday + timedelta(days=_FRIDAY + 7))
    labels = (Key("instruct.by_when.this_week"), Key("instruct.by_when.next_week"))
    return tuple(
        Choice(label, end.isoformat())
        for label, end in zip(labels, ends, strict=True)
        if end >= facts.today
    )


def day_in(text: str, facts: CaseFacts) -> str | None:
    """Read by when: the first day that a text names."""
    found = reading.day(text, facts.today, facts.days) if facts.today else None
    return found.isoformat() if found else None


def _not_past(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    try:
        past = bool(facts.today) and date.fromisoformat(raw) < facts.today  # type: ignore[operator]
    except ValueError:
        return "invalid"
    return "invalid" if past else None


def _read_instruction(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "郑伟民 请供电局本周解决": whose words, who does it, by when.

    Words that begin with a leader's name are never taken for another leader's.
    """
    words = text.strip(EDGE)
    named = (pair for pair in facts.leaders if pair[1] and words.startswith(pair[1]))
    ident, name = next(named, (0, ""))
    leader = str(ident) if ident else None
    words = words.removeprefix(name).strip(EDGE)
    found = {"leader": leader, "who": _taker(words, facts), "by_when": day_in(words, facts)}
    if len(words) >= _SAYING:
        found["text"] = words
    return {field: value for field, value in found.items() if value}


_SAYING = 4  # characters from which words are an instruction and not only an answer

INSTRUCT: Flow[InstructForm, CaseFacts] = Flow(
    name="instruct",
    form=InstructForm,
    read=_read_instruction,
    review=False,  # the words of a leader are not sent back through the chat
    steps=(
        Step(
            "leader",
            words=("领导",),
            choices=_served,
            strict=False,
            propose=_only_leader,
        ),
        Step("text", words=("批示",), alone=True),
        Step(
            "who",
            words=("谁办", "部门"),
            choices=_takers,
            strict=False,
            reads=_taker,
            objection=_known_taker,
            alone=True,
        ),
        Step(
            "adds",
            words=("协办",),
            when=_is_outside,
            choices=_added_or_not,
            strict=False,
            reads=_agreed,
            objection=_takes_part,
            alone=True,
        ),
        Step(
            "by_when",
            words=("期限", "哪天前"),
            choices=_fridays,
            strict=False,
            reads=day_in,
            objection=_not_past,
            alone=True,
        ),
    ),
)
