"""The conversation in which staff write down what enterprises raise at an activity (会上问题)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key, Line
from flows.office import Category, Onward
from flows.outreach.enterprises import candidates
from flows.outreach.problems import (
    SHORTEST,
    Problem,
    added,
    category_named,
    category_of,
    of_one,
    problems_of,
    stored,
)
from flows.registration.event import Event
from flows.registration.speakers import Attendee, Raised, cut, head_of, split, whose
from flows.tickets.report import BODY_MAX, OTHER

MOST = 30  # problems of one card; a meeting has more of them than a visit
OFFERED = 6  # choices of one question
NOBODY = "none"  # no leader was there


class RaisedForm(BaseModel):
    """What was raised at one activity, by whom, and which leader heard it."""

    model_config = ConfigDict(frozen=True)

    event: str
    problems: Annotated[
        tuple[Problem, ...],
        BeforeValidator(lambda raw: problems_of(raw) if isinstance(raw, str) else raw),
        Field(min_length=1, max_length=MOST),
    ]
    leader: Annotated[str, StringConstraints(max_length=40)] = NOBODY
    anonymous: Literal["yes", "no"] = "no"
    inside: Literal["yes", "no"] = "no"  # 只给工商联看


@dataclass(frozen=True, slots=True)
class RaisedFacts:
    """What is known of the activities that may be meant, and of who was there."""

    events: Sequence[Event] = ()
    listed: Mapping[str, Sequence[Attendee]] | None = None  # by the activity's number
    known: Sequence[str] = ()  # names of enterprises
    leaders: Sequence[str] = ()
    writer: str = ""  # the leader who writes, or whose 秘书 writes
    categories: tuple[Category, ...] = ()
    onward: tuple[Onward, ...] = ()
    heads: int = 0  # 受理负责人, who alone take on what is kept inside

    def event(self, answers: Answers) -> Event | None:
        """Return the activity that was chosen."""
        number = answers.get("event", "")
        return next((one for one in self.events if one.number == number), None)

    def there(self, answers: Answers) -> Sequence[Attendee]:
        """Return who is on its list."""
        return (self.listed or {}).get(answers.get("event", ""), ())

    @property
    def names(self) -> tuple[str, ...]:
        """Return the enterprises that a few letters may stand for."""
        lists = (self.listed or {}).values()
        there = (one.enterprise for listed in lists for one in listed if one.enterprise)
        return tuple(dict.fromkeys((*there, *self.known)))


def understood(
    problems: Sequence[Problem], listed: Sequence[Attendee], known: Sequence[str]
) -> tuple[Raised, ...]:
    """Find out of each problem whose it is."""
    return tuple(whose(one.text, listed, known) for one in problems)


def leaders_of(event: Event | None, facts: RaisedFacts) -> tuple[str, ...]:
    """Return the leaders who may have been there: those the announcement names, else all."""
    named = tuple(one for one in facts.leaders if event is not None and one in event.guests)
    return named or tuple(facts.leaders)


def _leader(answers: Answers, facts: RaisedFacts) -> str | None:
    """Propose the only leader whom the announcement names, else who writes."""
    event = facts.event(answers)
    named = [one for one in facts.leaders if event is not None and one in event.guests]
    return named[0] if len(named) == 1 else facts.writer or None


def _leaders(answers: Answers, facts: RaisedFacts) -> tuple[Choice, ...]:
    offered = leaders_of(facts.event(answers), facts)[:OFFERED]
    none = Choice(Key("raised.leader.none"), NOBODY, words=("没有", "无", "没有领导"))
    return (*(Choice(one, one) for one in offered), none)


def _add(before: str, text: str, files: tuple[str, ...], facts: RaisedFacts) -> str:
    """Add what a message says; 2 恒通 says whose the second is, 2 改成 … leaves it theirs."""
    known = problems_of(before)
    meant = of_one(text) if text else None
    if meant is not None and 0 <= meant[0] < len(known):
        at, said = meant
        firm, _ = split(said, facts.names)
        if not category_named(said, facts.categories) and candidates(firm, facts.names):
            named = Problem.model_copy(known[at], update={"text": f"{said}：{_body(known[at])}"})
            return stored((*known[:at], named, *known[at + 1 :]))
    whole = added(before, text, files, facts.categories, partial(cut, names=facts.names))
    return stored(_kept_heads(known, problems_of(whole)))


def _body(problem: Problem) -> str:
    head = head_of(problem.text)
    return problem.text[len(head) + 1 :].strip() if head else problem.text


def _kept_heads(before: Sequence[Problem], after: Sequence[Problem]) -> tuple[Problem, ...]:
    """Leave a rewritten problem with whoever raised it."""
    if len(before) != len(after):
        return tuple(after)
    return tuple(
        now.model_copy(update={"text": f"{head_of(was.text)}：{now.text}"})
        if now.text != was.text and head_of(was.text) and not head_of(now.text)
        else now
        for was, now in zip(before, after, strict=True)
    )


def _unfit(raw: str, answers: Answers, facts: RaisedFacts) -> str | None:
    for one in problems_of(raw):
        if len(_body(one)) < SHORTEST:
            return "short"
        if len(one.text) > BODY_MAX:
            return "long"
        if reading.onward(one.text, facts.onward) is not None:
            return "onward"
    return None


def _review(answers: Answers, facts: RaisedFacts) -> Mapping[str, Any]:
    """List every problem with its class and whose it is, and say what is not clear yet."""
    names = {one.id: one.name for one in facts.categories}
    problems = problems_of(answers.get("problems", ""))
    raised = understood(problems, facts.there(answers), facts.known)
    lines = []
    for n, (problem, one) in enumerate(zip(problems, raised, strict=True), 1):
        files = f" 📎{len(problem.files)}" * bool(problem.files)
        category = names.get(category_of(problem, facts.categories, OTHER), "")
        if one.enterprise:
            said = f"{one.enterprise} {one.contact}".strip()
            lines.append(Line(f"{n} {category}", f"{said}，{one.body}{files}"))
        else:
            lines.append(Line(f"{n} ？{'/'.join(one.doubt)}", f"{one.body}{files}"))
    unclear = any(not one.enterprise for one in raised)
    hidden = answers.get("anonymous") == "yes"
    seen = "outreach.seen_hidden" if hidden else "outreach.seen_full"
    return {
        "seen": Key("outreach.seen_inside" if answers.get("inside") == "yes" else seen),
        "told": (*lines, Key("raised.how_unclear" if unclear else "raised.how")),
    }


def _title(raw: str, answers: Answers, facts: RaisedFacts) -> str:
    event = facts.event(answers)
    return event.title_whole if event else raw


RAISED: Flow[RaisedForm, RaisedFacts] = Flow(
    name="raised",
    form=RaisedForm,
    review_params=_review,
    takes_files=True,
    steps=(
        Step(
            "event",
            words=("活动",),
            choices=lambda answers, facts: tuple(
                Choice(one.title_whole[:20], one.number) for one in facts.events
            ),
            propose=lambda answers, facts: (
                facts.events[0].number if len(facts.events) == 1 else None
            ),
            show=_title,
            alone=True,
        ),
        Step(
            "problems",
            words=("问题", "会上问题"),
            adds=_add,
            objection=_unfit,
            gathers=True,
            grows=True,
            show=lambda raw, answers, facts: str(len(problems_of(raw))),
        ),
        Step(
            "leader",
            words=("当天领导", "领导"),
            when=lambda answers, facts: bool(facts.leaders),
            choices=_leaders,
            propose=_leader,
            show=lambda raw, answers, facts: Key("raised.leader.none") if raw == NOBODY else raw,
            alone=True,
        ),
        Step(
            "anonymous",
            words=("对部门隐去企业名", "隐去企业名", "隐名"),
            switch=True,
        ),
        Step(
            "inside",
            words=("只给工商联看",),
            when=lambda answers, facts: facts.heads > 0,
            switch=True,
        ),
    ),
)
"""One card for the whole meeting; what was said stays a draft until it is confirmed."""


__all__ = ["MOST", "NOBODY", "RAISED", "RaisedFacts", "RaisedForm", "leaders_of", "understood"]
