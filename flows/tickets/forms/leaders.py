"""Forms of leaders and of the ladder: 领办, 移交领办, 面商, 协调会, 批示, 督办回复, 先打个电话."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.tickets.forms.common import UNIT, CaseFacts, Day, Frozen, Sentence, sentence, units_in

TALK = sentence("talk")  # 面商
MEETING = sentence("meeting")  # 协调会
ERRAND_DONE = sentence("errand_done")  # 批示办结
CALL_OFF = sentence("call_off")  # 先打个电话
LETTER_REPLY = sentence("letter_reply")  # 督办回复

_EDGE = " \t\n\u3000，,。、；;：:"
_FRIDAY = 4
_THIS_WEEK = re.compile(r"[本这]周(?:之?内|以内|前|底)?(?![一二三四五六日天])")
_NEXT_WEEK = re.compile(r"下周(?:之?内|以内|前|底)?(?![一二三四五六日天])")


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


class InstructForm(Frozen):
    """批示: whose words, the words, and who does it by when."""

    leader: Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")]
    text: Sentence
    who: Annotated[str, StringConstraints(pattern=rf"^{UNIT}$")]
    by_when: Day


def _served(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    served = (pair for pair in facts.leaders if pair[0] in facts.speaks_for)
    return tuple(Choice(name, str(ident)) for ident, name in served)


def _only_leader(answers: Answers, facts: CaseFacts) -> str | None:
    return str(facts.speaks_for[0]) if len(facts.speaks_for) == 1 else None


def _units(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(facts.name(unit), unit) for unit in facts.proposed[:3])


def _unit(text: str, facts: CaseFacts) -> str | None:
    return next(iter(units_in(text, facts.departments)), None)


def _known_unit(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    return None if any(one.id == raw for one in facts.departments) else "invalid"


def _fridays(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer the end of this week and of the next."""
    if not facts.today:
        return ()
    ends = (friday(facts.today), friday(facts.today) + timedelta(days=7))
    labels = (Key("instruct.by_when.this_week"), Key("instruct.by_when.next_week"))
    return tuple(Choice(label, end.isoformat()) for label, end in zip(labels, ends, strict=True))


def friday(today: date) -> date:
    """Name the Friday that ends this week; at a weekend, the next one."""
    return today + timedelta(days=(_FRIDAY - today.weekday()) % 7)


def day_in(text: str, facts: CaseFacts) -> str | None:
    """Read by when: a day, 本周 and 下周 up to their Friday."""
    if not facts.today:
        return None
    found = reading.day(text, facts.today, facts.days)
    if found is None and _THIS_WEEK.search(text):
        found = friday(facts.today)
    elif found is None and _NEXT_WEEK.search(text):
        found = friday(facts.today) + timedelta(days=7)
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
    words = text.strip(_EDGE)
    named = (pair for pair in facts.leaders if pair[1] and words.startswith(pair[1]))
    ident, name = next(named, (0, ""))
    leader = str(ident) if ident else None
    words = words.removeprefix(name).strip(_EDGE)
    found = {"leader": leader, "who": _unit(words, facts), "by_when": day_in(words, facts)}
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
            choices=_units,
            strict=False,
            reads=_unit,
            objection=_known_unit,
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
