"""The conversation by which staff set an activity up (建活动)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from flows.calendar import WorkingDays
from flows.engine.flow import Answers, Flow, Step
from flows.engine.parsing import split_labels
from flows.engine.words import Choice
from flows.reading import times
from flows.reading.dates import without_day
from flows.registration.event import Event, Guests, Kind, Question
from flows.registration.forms import MOST_QUESTIONS

LENGTH = timedelta(hours=2)  # of an activity whose end nobody told
_BREAK = "/"  # between the two moments of "2026-12-01T14:00+08:00/2026-12-01T16:30+08:00"
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
_Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
_Count = Annotated[int, Field(ge=0, le=5000)]


@dataclass(frozen=True, slots=True)
class Template:
    """How the activities of a series usually are; config/events.toml holds them."""

    series: str
    capacity: int = 40
    waitlist: int = 20
    per_enterprise: int = 0
    companions: int = 0
    closes: timedelta = timedelta(hours=21)  # before the start
    approval: bool = False
    venue: str = ""
    audience: str = ""
    guests_for: Guests = Guests.INSIDE
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the form knows: the day, the calendar, and the office's templates."""

    today: date
    days: WorkingDays
    templates: tuple[Template, ...] = ()

    def template(self, series: str) -> Template:
        """Return how a series usually is; one that is not configured is as any."""
        found = (one for one in self.templates if one.series == series)
        return next(found, Template(series))


class PlanForm(BaseModel):
    """One activity, complete and in order."""

    model_config = ConfigDict(frozen=True)

    series: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] = ""
    name: _Line
    when: str
    venue: _Line
    capacity: Annotated[int, Field(ge=1, le=5000)]
    closes: datetime
    per_enterprise: _Count = 0
    waitlist: _Count = 0
    companions: _Count = 0
    approval: str = "no"
    guests: _Note = ""
    note: _Note = ""
    questions: _Note = ""

    @property
    def starts_at(self) -> datetime:
        """Return when it starts."""
        return spread(self.when)[0]

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""
        return spread(self.when)[1]

    @model_validator(mode="after")
    def _closes_in_time(self) -> PlanForm:
        if self.closes > self.ends_at:
            raise ValueError("signing up closes before the activity ends")
        return self


def _when(text: str, facts: PlanFacts) -> str | None:
    found = times.span(text, facts.today, facts.days)
    if found is None:
        return None
    begins, ends = found
    return span_of(begins, ends or begins + LENGTH)


def span_of(begins: datetime, ends: datetime) -> str:
    """Write from when until when something is, as an answer is kept."""
    return f"{begins.isoformat()}{_BREAK}{ends.isoformat()}"


def spread(raw: str) -> tuple[datetime, datetime]:
    """Read it back. Raises ValueError."""
    begins, _, ends = raw.partition(_BREAK)
    return datetime.fromisoformat(begins), datetime.fromisoformat(ends)


def show_span(raw: str, answers: Answers, facts: object) -> str:
    """Show from when until when something is."""
    begins, ends = spread(raw)
    same = times.local(begins).date() == times.local(ends).date()
    return f"{_written(begins)}-{f'{times.local(ends):%H:%M}' if same else _written(ends)}"


def _written(at: datetime) -> str:
    local = times.local(at)
    return f"{local.month}月{local.day}日(周{'一二三四五六日'[local.weekday()]}){local:%H:%M}"


def _ahead(raw: str, answers: Answers, facts: PlanFacts) -> str | None:
    """Refuse what is over, and what ends before it begins."""
    try:
        begins, ends = spread(raw)
    except ValueError:
        return "invalid"
    if begins.tzinfo is None or ends <= begins:
        return "invalid"
    return "past" if begins.date() < facts.today else None


def _closes(text: str, facts: PlanFacts) -> str | None:
    found = times.until(text, facts.today, facts.days)
    return found.isoformat() if found else None


def _propose_closes(answers: Answers, facts: PlanFacts) -> str | None:
    """Propose the usual distance from the start; where that is over, the start itself."""
    when = answers.get("when")
    if not when:
        return None
    starts = spread(when)[0]
    usual = starts - facts.template(answers.get("series", "")).closes
    return (usual if times.local(usual).date() > facts.today else starts).isoformat()


def _show_closes(raw: str, answers: Answers, facts: PlanFacts) -> str:
    return _written(datetime.fromisoformat(raw))


def _in_time(raw: str, answers: Answers, facts: PlanFacts) -> str | None:
    try:
        closes = datetime.fromisoformat(raw)
    except ValueError:
        return "invalid"
    if closes.tzinfo is None:
        return "invalid"
    if times.local(closes).date() < facts.today:
        return "past"
    ends = answers.get("when", "").partition(_BREAK)[2]
    return "late" if ends and closes > datetime.fromisoformat(ends) else None


def _usual(field: str) -> Any:
    """Make a proposal out of the series' template."""

    def propose(answers: Answers, facts: PlanFacts) -> str | None:
        usual = getattr(facts.template(answers.get("series", "")), field)
        return str(usual) if usual not in {None, ""} else None

    return propose


def _usual_or_empty(field: str) -> Any:
    usual = _usual(field)
    return lambda answers, facts: usual(answers, facts) or ""


_NUMBER = re.compile(r"\d{1,4}")


def _number(text: str, facts: PlanFacts) -> str | None:
    found = _NUMBER.search(text)
    return found.group() if found else ("0" if re.search(r"不限|不设|没有|无", text) else None)


def read(text: str, facts: PlanFacts) -> Mapping[str, str]:
    """Read an announcement as it is sent around: its title, labelled lines, and its numbers."""
    labels, rest = split_labels(text, PLAN.steps)
    found: dict[str, str | None] = {
        "series": next((t.series for t in facts.templates if t.series in text), None),
        "when": _when(text, facts),
        "name": _title(rest, facts),
    }
    for field, pattern in _NUMBERS.items():
        match = pattern.search(text)
        found[field] = match["n"] if match else None
    for field, value in labels.items():
        step = PLAN.step(field)
        meant = step.reads(value, facts) if step else None
        found[field] = meant or value
    return {name: value for name, value in found.items() if value}


def _title(text: str, facts: PlanFacts) -> str | None:
    """Take the first line for the title, unless it only says when."""
    first = text.strip().split("\n")[0].strip()
    return first if len(without_day(first, facts.today)) >= 4 and len(first) <= 60 else None


_NUMBERS = {
    "capacity": re.compile(r"(?:名额|限|共)\s*[:：]?\s*(?P<n>\d{1,4})\s*[个人名席]"),
    "per_enterprise": re.compile(
        r"(?:每家|限报|每企)(?:企业)?\s*(?:限报|限|最多)?\s*(?P<n>\d{1,2})\s*[人名]"
    ),
    "companions": re.compile(r"(?:可带|随行)\s*(?:随行)?\s*(?P<n>\d{1,2})\s*人"),
    "waitlist": re.compile(r"候补\s*(?P<n>\d{1,3})"),
}


_BETWEEN = re.compile(r"[\n;；、](?![^（(]*[)）])")  # but not within brackets


def questions_of(text: str) -> tuple[Question, ...]:
    """Read the office's own questions, one a line or 、 between: 是否用餐(是/否)、建议(选填)."""
    found = []
    lines = [line.strip(" \t　;；") for line in _BETWEEN.split(text)]
    for place, line in enumerate((one for one in lines if one), 1):
        found.append(_asked(f"q{place}", line))
    return tuple(found)


def _asked(key: str, line: str) -> Question:
    match = re.fullmatch(
        r"(?P<label>.+?)\s*(?:[（(](?P<how>[^（）()]+)[)）])?\s*(?P<free>[（(]?选填[)）]?)?", line
    )
    label, how = (match["label"], match["how"] or "") if match else (line, "")
    required = not (match and match["free"]) and "选填" not in how
    how = how.replace("选填", "").strip(" ，,、")
    options = tuple(one.strip() for one in re.split(r"[/、|，,]", how) if one.strip())
    if options in {("是", "否"), ("是", "不是")}:
        return Question(key=key, label=label, kind=Kind.YES_NO, required=required)
    kinds = {"数字": Kind.NUMBER, "人数": Kind.NUMBER, "电话": Kind.PHONE, "手机": Kind.PHONE}
    if how in kinds:
        return Question(key=key, label=label, kind=kinds[how], required=required)
    if len(options) > 1:
        return Question(key=key, label=label, kind=Kind.CHOICE, options=options, required=required)
    return Question(key=key, label=label, required=required)


def written(question: Question) -> str:
    """Write a question as staff do, so that it is read back the same."""
    hows = {Kind.YES_NO: "是/否", Kind.NUMBER: "数字", Kind.PHONE: "电话"}
    how = hows.get(question.kind, "/".join(question.options))
    parts = [part for part in (how, "" if question.required else "选填") if part]
    return f"{question.label}({'，'.join(parts)})" if parts else question.label


def copied(event: Event) -> Mapping[str, str]:
    """Return an earlier activity as answers of the form, without its time."""
    return {
        "series": event.series,
        "name": event.title,
        "venue": event.venue,
        "capacity": str(event.capacity),
        "per_enterprise": str(event.per_enterprise),
        "waitlist": str(event.waitlist),
        "companions": str(event.companions),
        "approval": "yes" if event.approval else "no",
        "guests": event.guests,
        "questions": "\n".join(written(one) for one in event.questions),
        "note": event.note,
    }


def _few_questions(raw: str, answers: Answers, facts: PlanFacts) -> str | None:
    asked = questions_of(raw)
    sides = [sum(one.required is side for one in asked) for side in (True, False)]
    return "many" if max(sides) > MOST_QUESTIONS else None


PLAN: Flow[PlanForm, PlanFacts] = Flow(
    name="plan",
    form=PlanForm,
    read=read,
    steps=(
        Step(
            "series",
            words=("系列", "类型"),
            choices=lambda answers, facts: tuple(
                Choice(one.series, one.series) for one in facts.templates
            ),
            strict=False,
            propose=lambda answers, facts: "",
            optional=True,
        ),
        Step("name", words=("名称", "标题", "主题", "活动")),
        Step(
            "when",
            words=("时间", "日期", "活动时间"),
            reads=_when,
            show=show_span,
            objection=_ahead,
            alone=True,
        ),
        Step("venue", words=("地点", "会场", "地址"), propose=_usual("venue")),
        Step("capacity", words=("名额", "人数"), reads=_number, propose=_usual("capacity")),
        Step(
            "closes",
            words=("截止", "报名截止", "截止时间"),
            when=lambda answers, facts: bool(answers.get("when")),
            reads=_closes,
            show=_show_closes,
            objection=_in_time,
            propose=_propose_closes,
        ),
        Step(
            "per_enterprise",
            words=("每家限报", "限报", "每家"),
            reads=_number,
            propose=_usual("per_enterprise"),
        ),
        Step("waitlist", words=("候补", "候补人数"), reads=_number, propose=_usual("waitlist")),
        Step(
            "companions",
            words=("每人可带", "随行", "可带"),
            reads=_number,
            propose=_usual("companions"),
        ),
        Step("approval", words=("要审核", "审核"), switch=True),
        Step(
            "guests",
            words=("嘉宾", "参加领导", "领导"),
            propose=lambda answers, facts: "",
            optional=True,
        ),
        Step(
            "questions",
            words=("问题", "报名时问"),
            objection=_few_questions,
            propose=lambda answers, facts: "\n".join(
                written(one) for one in facts.template(answers.get("series", "")).questions
            ),
            optional=True,
        ),
        Step("note", words=("备注", "说明"), propose=lambda answers, facts: "", optional=True),
    ),
)
