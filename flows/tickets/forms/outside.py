"""Forms of 移送: to whom a case is left, and what became of it there (移送回访)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from flows import reading
from flows.calendar import WorkingDays
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.reading.dates import written
from flows.tickets.forms.common import EDGE, CaseFacts, Frozen, Sentence
from flows.tickets.forms.intake import Where, channels

NEVER = "never"
_CLAUSES = re.compile(r"[^，,。；;\s]+[，,。；;\s]*")
_AGAIN = re.compile(r"回访|跟进|再问|再联系|再了解")
_OVER = re.compile(r"(?:不用|不必|不需|无需)再?(?:回访|跟进|问|联系)")


class TransferForm(Frozen):
    """移送: to whom, and their number or how the enterprise was told."""

    where: Where
    text: Sentence


def transfer_said(text: str) -> Mapping[str, str]:
    """Read "法院 已告知企业去起诉": the body in front, the rest behind."""
    where, _, rest = text.strip().partition(" ")
    told = {"where": where.strip("，,。：:"), "text": rest.strip()}
    return {field: value for field, value in told.items() if value}


def asked_again(text: str, today: date | None, days: WorkingDays | None) -> tuple[str, date | None]:
    """Take "，12月8日回访" out of a text: what is left of it, and the day, if one is named."""
    clauses = _CLAUSES.findall(text)
    for n, clause in enumerate(clauses):
        named = reading.day(clause, today, days) if today and _AGAIN.search(clause) else None
        if named is not None:
            rest = "".join(clauses[:n] + clauses[n + 1 :]).strip(EDGE)
            return rest or text, named
    return text, None


TRANSFER: Flow[TransferForm, CaseFacts] = Flow(
    name="transfer",
    form=TransferForm,
    review=False,
    steps=(
        Step("where", words=("移送", "去向"), choices=channels, strict=False, alone=True),
        Step("text", words=("对方编号", "告知情况"), alone=True),
    ),
)


class FollowUpForm(Frozen):
    """移送回访: what the body outside did, and the day on which it is asked again, or never."""

    text: Sentence
    next_on: Annotated[str, StringConstraints(pattern=rf"^(?:{NEVER}|\d{{4}}-\d\d-\d\d)$")]

    @property
    def day(self) -> date | None:
        """Return the day; None = nobody asks again."""
        return None if self.next_on == NEVER else date.fromisoformat(self.next_on)


def _days(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer the usual day, and that it is over."""
    usual = (Choice(written(facts.due), facts.due.isoformat()),) if facts.due else ()
    return (*usual, Choice(Key("follow_up.next_on.never"), NEVER))


def _next(text: str, facts: CaseFacts) -> str | None:
    if _OVER.search(text):
        return NEVER
    found = reading.day(text, facts.today, facts.days) if facts.today else None
    return found.isoformat() if found else None


def _to_come(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    if raw == NEVER:
        return None
    try:
        later = not facts.today or date.fromisoformat(raw) > facts.today
    except ValueError:
        return "invalid"
    return None if later else "invalid"


def _read(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "法院已立案，12月20日再问" and "已调解好，不用再问"."""
    rest, day = asked_again(text, facts.today, facts.days)
    over = _OVER.search(text)
    if day is None and over:
        rest = (text[: over.start()] + text[over.end() :]).strip(EDGE)
    found = {"text": rest, "next_on": day.isoformat() if day else NEVER if over else ""}
    return {field: value for field, value in found.items() if value}


FOLLOW_UP: Flow[FollowUpForm, CaseFacts] = Flow(
    name="follow_up",
    form=FollowUpForm,
    read=_read,
    review=False,
    steps=(
        Step(
            "text",
            words=("情况",),
            alone=True,
            reads=lambda text, facts: _read(text, facts).get("text"),
        ),
        Step(
            "next_on",
            words=("再问", "日期"),
            choices=_days,
            strict=False,
            reads=_next,
            objection=_to_come,
            alone=True,
        ),
    ),
)
