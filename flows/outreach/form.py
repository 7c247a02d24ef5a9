"""The conversation in which staff write a 走访 or 问询 down, with every problem of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key, Line
from flows.office import Category, Onward
from flows.outreach.enterprises import AS_SAID, candidates, meant
from flows.outreach.problems import (
    MOST,
    NONE,
    SHORTEST,
    Problem,
    added,
    another,
    category_of,
    problems_of,
    without_name,
)
from flows.outreach.record import ASKED, BEEN, Outreach
from flows.people.contact import Company, PersonName, Phone
from flows.reading.names import CALLED
from flows.reading.past import past_day
from flows.tickets.report import BODY_MAX, OTHER

OFFERED = 6  # known enterprises offered before anything is typed; more are no choice but a list
LONG_AGO = timedelta(days=366)  # a day that lies further back is a slip


_DATED = re.compile(r"^(?:走访)?(?:日期|时间|哪天)\s*[：:]\s*(.+)$")


class OutreachForm(BaseModel):
    """One 走访 as it was told; `settled` says what it means."""

    model_config = ConfigDict(frozen=True)

    enterprise: Company
    which: str = ""
    mode: Literal["been", "asked"]
    day: date
    again: str = ""
    problems: Annotated[
        tuple[Problem, ...],
        BeforeValidator(lambda raw: problems_of(raw) if isinstance(raw, str) else raw),
        Field(max_length=MOST),
    ] = ()
    contact: PersonName
    phone: Phone = ""
    anonymous: Literal["yes", "no"] = "no"
    inside: Literal["yes", "no"] = "no"  # 只给工商联看


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody of an enterprise, as far as is known."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class OutreachFacts:
    """What is known when a 走访 is written down."""

    today: date
    categories: tuple[Category, ...] = ()
    onward: tuple[Onward, ...] = ()
    known: Sequence[str] = ()  # names of enterprises
    people: Mapping[str, Sequence[Met]] = field(default_factory=dict)  # by enterprise
    before: Mapping[str, Sequence[Outreach]] = field(default_factory=dict)  # by enterprise
    readers: int = 0  # 受理员 who will see what is filed
    heads: int = 0  # 受理负责人, who alone take on what is kept inside
    correcting: bool = False  # one is put right, no new one is written
    corrects: Outreach | None = None  # that one; None = it was taken back meanwhile
    tickets: Sequence[str] = ()  # that came of that one


def enterprise_of(answers: Answers, facts: OutreachFacts) -> str:
    """Return the enterprise that was meant: the known one, else what was written."""
    said, which = answers.get("enterprise", ""), answers.get("which", "")
    return meant(said, which, facts.known)


def same_before(answers: Answers, facts: OutreachFacts) -> tuple[Outreach, ...]:
    """Return what was written down already of that enterprise and day, in that way."""
    day, mode = answers.get("day"), answers.get("mode", "")
    if not day or not mode or not facts.before:
        return ()
    enterprise, itself = enterprise_of(answers, facts), facts.corrects
    return tuple(
        one
        for one in facts.before.get(enterprise, ())
        if one.same(enterprise, mode, date.fromisoformat(day))
        and (itself is None or one.id != itself.id)
    )


def numbered(outreaches: Sequence[Outreach]) -> str:
    """Name several: an answer that was given to these is none to others."""
    return ",".join(str(one.id) for one in outreaches)


def contact_of(answers: Answers, facts: OutreachFacts) -> str:
    """Return the contact by the full name, where 陈总 can be nobody else."""
    said = answers.get("contact", "")
    called = CALLED.fullmatch(said)
    if not called:
        return said
    surname = said[1] if said[0] in "老小阿" else said[0]
    people = _people(answers, facts)
    fitting = {one.name for one in people if one.name.startswith(surname)}
    return fitting.pop() if len(fitting) == 1 else said


def _people(answers: Answers, facts: OutreachFacts) -> Sequence[Met]:
    return facts.people.get(enterprise_of(answers, facts), ()) if facts.people else ()


def _propose_contact(answers: Answers, facts: OutreachFacts) -> str | None:
    return next((one.name for one in _people(answers, facts)), None)


def _propose_phone(answers: Answers, facts: OutreachFacts) -> str | None:
    contact = contact_of(answers, facts)
    return next((m.phone for m in _people(answers, facts) if m.name == contact and m.phone), None)


def _offered(answers: Answers, facts: OutreachFacts) -> tuple[Choice, ...]:
    few = len(facts.known) <= OFFERED
    return tuple(Choice(name, name) for name in facts.known) if few else ()


def _which(answers: Answers, facts: OutreachFacts) -> tuple[Choice, ...]:
    found = candidates(answers.get("enterprise", ""), facts.known)[:OFFERED]
    as_said = Choice(Key("outreach.which.as_said"), AS_SAID, words=("都不是", "不是"))
    return (*(Choice(name, name) for name in found), as_said)


def _moved(raw: str, answers: Answers, facts: OutreachFacts) -> str | None:
    """Keep the enterprise of a 走访 whose tickets are filed under it."""
    was = facts.corrects
    moved = was and facts.tickets and meant(raw, "", facts.known) != was.enterprise
    return "filed" if moved else None


def _again(answers: Answers, facts: OutreachFacts) -> tuple[Choice, ...]:
    return (
        Choice(
            Key("outreach.again.another"),
            numbered(same_before(answers, facts)),
            words=("是另一次", "另一次", "是"),
        ),
    )


def _day_in(text: str, facts: OutreachFacts) -> str | None:
    found = past_day(text, facts.today) or reading.day(text, facts.today)
    return found.isoformat() if found else None


def _wrong_day(raw: str, answers: Answers, facts: OutreachFacts) -> str | None:
    day = date.fromisoformat(raw)
    if day > facts.today:
        return "future"
    return "old" if day < facts.today - LONG_AGO else None


def _written_day(raw: str, answers: Answers, facts: OutreachFacts) -> str:
    day = date.fromisoformat(raw)
    return f"{day.month}月{day.day}日"


def _unfit(raw: str, answers: Answers, facts: OutreachFacts) -> str | None:
    enterprise = enterprise_of(answers, facts)
    for one in problems_of(raw):
        if len(without_name(one.text, enterprise)) < SHORTEST:
            return "short"
        if len(one.text) > BODY_MAX:
            return "long"
        if reading.onward(one.text, facts.onward) is not None:
            return "onward"
        if another(one.text, enterprise, facts.known):
            return "other"
    return None


def _nothing(answers: Answers, facts: OutreachFacts) -> tuple[Choice, ...]:
    """Offer that there is nothing, as long as there is."""
    words = ("没有问题", "没问题", "无问题", "没有", "无", "暂无", "暂无问题")
    none = Choice(Key("outreach.problems.none"), NONE, words=words)
    return () if _has_problems(answers, facts) else (none,)


def _add(before: str, text: str, files: tuple[str, ...], facts: OutreachFacts) -> str:
    return added(before, text, files, facts.categories)


def _has_problems(answers: Answers, facts: OutreachFacts) -> bool:
    return answers.get("problems", NONE) not in {"", NONE}


def _calls_back(answers: Answers, facts: OutreachFacts) -> bool:
    """Ask for a telephone number unless there is nothing to call back about."""
    return not facts.correcting and answers.get("problems") != NONE


def _review(answers: Answers, facts: OutreachFacts) -> Mapping[str, Any]:
    """List every problem with its class, and say who will see what."""
    enterprise = enterprise_of(answers, facts)
    names = {one.id: one.name for one in facts.categories}
    lines = tuple(
        Line(
            f"{n} {names.get(category_of(one, facts.categories, OTHER), '')}",
            without_name(one.text, enterprise) + f" 📎{len(one.files)}" * bool(one.files),
        )
        for n, one in enumerate(problems_of(answers.get("problems", NONE)), 1)
    )
    hidden = answers.get("anonymous") == "yes"
    if facts.correcting:
        seen, how = "outreach.seen_corrected", "outreach.how_corrected"
    elif lines:
        kept = answers.get("inside") == "yes"
        seen = "outreach.seen_hidden" if hidden else "outreach.seen_full"
        seen, how = "outreach.seen_inside" if kept else seen, "outreach.how"
    else:
        seen, how = "outreach.seen_none", "outreach.how_none"
    return {"seen": Key(seen), "told": (*lines, Key(how))}


def _read(text: str, facts: OutreachFacts) -> Mapping[str, str]:
    """Find who was met; a problem may name another enterprise and any day, so they are not read."""
    found = {"contact": reading.person_name(text), "phone": reading.phone(text)}
    if dated := _DATED.match(text):
        found["day"] = _day_in(dated.group(1), facts)
    return {name: value for name, value in found.items() if value}


OUTREACH: Flow[OutreachForm, OutreachFacts] = Flow(
    name="outreach",
    form=OutreachForm,
    read=_read,
    review_params=_review,
    takes_files=True,
    steps=(
        Step(
            "enterprise",
            words=("企业", "单位", "公司", "企业名称"),
            choices=_offered,
            strict=False,
            alone=True,
            objection=_moved,
            show=lambda raw, answers, facts: enterprise_of(answers, facts),
        ),
        Step(
            "which",
            words=("哪一家",),
            when=lambda answers, facts: (
                len(candidates(answers.get("enterprise", ""), facts.known)) > 1
            ),
            choices=_which,
            show=lambda raw, answers, facts: "",
        ),
        Step(
            "mode",
            words=("方式", "走访方式"),
            choices=lambda answers, facts: (
                Choice(
                    Key("outreach.mode.been"), BEEN, words=("进", "上门", "走访", "实地", "去了")
                ),
                Choice(
                    Key("outreach.mode.asked"),
                    ASKED,
                    words=("问", "电话", "打电话", "微信", "聊天", "会上", "开会"),
                ),
            ),
            show=lambda raw, answers, facts: Key(f"outreach.mode.{raw}"),
        ),
        Step(
            "day",
            words=("日期", "哪天", "时间", "走访日期"),
            reads=_day_in,
            objection=_wrong_day,
            show=_written_day,
        ),
        Step(
            "again",
            words=("另一次",),
            when=lambda answers, facts: bool(same_before(answers, facts)),
            choices=_again,
            show=lambda raw, answers, facts: "",
        ),
        Step(
            "problems",
            words=("问题", "反映的问题"),
            when=lambda answers, facts: not facts.correcting,
            choices=_nothing,
            strict=False,
            adds=_add,
            objection=_unfit,
            gathers=True,
            grows=True,
            show=lambda raw, answers, facts: (
                str(len(problems_of(raw))) if problems_of(raw) else Key("outreach.problems.none")
            ),
        ),
        Step(
            "contact",
            words=("联系人", "姓名", "名字", "谁"),
            propose=_propose_contact,
            show=lambda raw, answers, facts: contact_of(answers, facts),
        ),
        Step(
            "phone",
            words=("电话", "手机", "联系电话", "手机号", "号码"),
            when=_calls_back,
            propose=_propose_phone,
            show=lambda raw, answers, facts: reading.phone(raw) or raw,
        ),
        Step(
            "anonymous",
            words=("对部门隐去企业名", "隐去企业名", "隐名"),
            when=_has_problems,
            switch=True,
        ),
        Step(
            "inside",
            words=("只给工商联看",),
            when=lambda answers, facts: facts.heads > 0 and _has_problems(answers, facts),
            switch=True,
        ),
    ),
)
