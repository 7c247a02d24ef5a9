"""A plan of activities as a spreadsheet (活动计划表): one row an activity, a header above."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flows.engine.standing import form_values, standing
from flows.engine.validity import fault
from flows.engine.words import Say
from flows.reading import times
from flows.reading.dates import day
from flows.reading.table import Columns
from flows.registration.event import Event
from flows.registration.planning import (
    LENGTH,
    PLAN,
    PlanFacts,
    PlanForm,
    copied,
    questions_of,
    span_of,
)
from flows.registration.planning import written as asked

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "活动名称", "活动", "活动主题", "主题", "标题"),
    "when": ("时间", "活动时间", "开始", "开始时间", "起始时间", "举办时间"),
    "ends": ("结束", "结束时间"),
    "venue": ("地点", "会场", "地址", "活动地点", "举办地点"),
    "capacity": ("名额", "人数", "总名额", "人数上限", "参加人数", "规模"),
    "per_enterprise": ("限报", "每家限报", "每家", "每企限报", "每家限报人数"),
    "waitlist": ("候补", "候补人数", "候补名额"),
    "closes": ("截止", "报名截止", "截止时间", "报名截止时间", "截止日期", "报名截止日期"),
    "series": ("系列", "类型", "活动系列", "活动类型", "类别"),
    "approval": ("审核", "要审核", "是否审核", "逐个审核"),
    "companions": ("可带", "每人可带", "随行", "随行人数"),
    "guests": ("参加领导", "领导", "嘉宾", "出席领导"),
    "questions": ("报名时问", "问题"),
    "note": ("说明", "备注"),
}
"""What a column is about → how it may be called; the first is how we call it."""
_DAY = ("日期", "活动日期")  # where the hours stand in a column of their own
_NAMES = Columns(
    {word: field for field, words in {**COLUMNS, "day": _DAY}.items() for word in words},
    named="name",
    besides=frozenset({"when", "day"}),
)
# Of a cell that means neither for certain (待定, 审核待定, 会员免审、其他审核) a person is asked.
_YES = re.compile(
    r"(?:是|要|有|[必须]?需|[必须]|√|✓|true|yes|y|1)[^不免无否待定?]*|[^不免无否待?]*审[^不免无否待定?]*",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(?:否|[暂可]?不(?![定明清确知])|[暂可]?[无免])[^,;、.是否待定?]*|审核:?(?:否|[不无]?[需用必]*要?|免)"
    r"|[×x0n]|false|no",
    re.IGNORECASE,
)
# A second day behind the first, or an hour: what it ends at, which times.span does not read.
_SECOND_DAY = re.compile(
    r"[-—–~～至到、及和]\s*(?=20\d\d\s*[年/.-]|\d{1,2}\s*月|\d{1,2}\s*[/.]\s*\d{1,2}(?!\d)"
    r"|\d{1,2}\s*[日号]|[次翌]日|第二天|[本下这]*(?:周|星期)[一二三四五六日天])"
)
_HOUR = re.compile(r"\d{1,2}\s*[:：]\s*[0-5]\d|(?:\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[点时]")


@dataclass(frozen=True, slots=True)
class Planned:
    """One row: an activity, or what it lacks (fields) and what is wrong with the rest."""

    row: int  # as the spreadsheet numbers it
    name: str
    form: PlanForm | None = None
    missing: tuple[str, ...] = ()
    wrong: tuple[Say, ...] = ()
    told: frozenset[str] = frozenset()  # fields that the row says itself
    origin: str = ""  # digest of what names it in the file: the same row again has the same


@dataclass(frozen=True, slots=True)
class Plan:
    """What a spreadsheet plans; `header` False = no row says what the columns are."""

    rows: tuple[Planned, ...] = ()
    unused: tuple[str, ...] = ()  # columns that mean nothing to us
    header: bool = True


def read_plan(rows: Sequence[Sequence[str]], facts: PlanFacts) -> Plan:
    """Read the rows of a sheet, the first of which is row 1."""
    table = _NAMES.read(rows, lambda field, cell: cell)
    if table is None:
        return Plan(header=False)
    return Plan(tuple(_checked(n, cells, facts) for n, cells in table.rows), table.unused)


def differing(one: Planned, event: Event) -> tuple[str, ...]:
    """Name the fields that a complete row says otherwise than the activity that is there."""
    form = one.form
    if form is None:
        return ()
    there: Mapping[str, object] = {
        **copied(event),
        "when": (event.starts_at, event.ends_at),
        "closes": event.closes_at,
    }
    here: Mapping[str, object] = {
        **{field: str(value) for field, value in form.model_dump().items()},
        "when": (form.starts_at, form.ends_at),
        "closes": form.closes,
        "questions": "\n".join(asked(found) for found in questions_of(form.questions)),
    }
    fields = (step.field for step in PLAN.steps)
    return tuple(field for field in fields if field in one.told and here[field] != there[field])


def _checked(row: int, cells: Mapping[str, str], facts: PlanFacts) -> Planned:
    """Hold a row against the form as if each cell had been an answer."""
    given = {field: raw for field, raw in _answers(cells, facts).items() if raw}
    stand = standing(PLAN, given, facts)
    missing, wrong = [], []
    for step in stand.missing:
        if step.field not in given:
            missing.append(step.field)
        elif said := fault(PLAN, step, given[step.field], stand.values, facts):
            wrong.append(Say(said.key, {**said.params, "given": _shown(step.field, cells)}))
    if given.get("approval", "no") not in {"yes", "no"}:  # a switch is never missing: it is off
        wrong.append(Say("plan_sheet.approval_unclear", {"given": cells["approval"]}))
    if "capacity" not in given and not _is_usual(given.get("series", ""), facts):
        missing.append("capacity")  # nobody looks at each row as at a card
    whole = not missing and not wrong
    return Planned(
        row,
        cells.get("name", ""),
        PlanForm.model_validate(form_values(stand)) if whole else None,
        tuple(missing),
        tuple(wrong),
        frozenset(given),
        _origin(cells),
    )


def _answers(cells: Mapping[str, str], facts: PlanFacts) -> dict[str, str]:
    given = {"when": _when(cells, facts)}
    for field, cell in cells.items():
        step = PLAN.step(field)
        if step is None or field == "when":
            continue
        given[field] = _switch(cell) if step.switch else step.reads(cell, facts) or cell
    return given


def _when(cells: Mapping[str, str], facts: PlanFacts) -> str:
    """Put day, beginning and end together, which may be one cell or three.

    What is not understood is returned as it is written, and is no answer then.
    """
    text = " ".join(cells[field] for field in ("day", "when") if field in cells)
    told = cells.get("ends", "")
    head, *tail = _SECOND_DAY.split(text, maxsplit=1)
    found = times.span(head, facts.today, facts.days)
    if found is None:
        return text
    begins, ends = found
    written = told or "".join(tail)
    if tail and (told or day(written, facts.today, facts.days) is None):
        return f"{text} {told}"
    if written:
        hour = times.hours(written)
        if hour is None:
            return f"{text} {written}"
        on = day(written, facts.today, facts.days) or times.local(begins).date()
        ends = times.at(on, hour[0])
    elif ends is None and len(_HOUR.findall(text)) > 1:
        return text
    ends = ends or begins + LENGTH
    return span_of(begins, ends) if ends > begins else f"{text}-{written}"


def _shown(field: str, cells: Mapping[str, str]) -> str:
    """Repeat what was wrong as it stands in the file."""
    if field != "when":
        return cells.get(field, "")
    return " ".join(cells[one] for one in ("day", "when", "ends") if one in cells)


def _switch(cell: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", cell).split()).rstrip(".。!")
    return "no" if _NO.fullmatch(plain) else "yes" if _YES.fullmatch(plain) else cell


def _is_usual(series: str, facts: PlanFacts) -> bool:
    return any(one.series == series for one in facts.templates)


def _origin(cells: Mapping[str, str]) -> str:
    named = (cells.get(field, "") for field in ("name", "day", "when"))
    return sha256("\x1f".join("".join(one.split()) for one in named).encode()).hexdigest()[:16]
