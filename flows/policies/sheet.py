"""Policies out of a spreadsheet, or a list of records: one row a policy, a header above."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.engine.standing import form_values, standing
from flows.engine.validity import fault
from flows.engine.words import Key, Say
from flows.policies.answers import PolicyFacts, demanded
from flows.policies.conditions import Condition
from flows.policies.form import ENTER
from flows.policies.record import CONDITIONS, PolicyForm
from flows.policies.serial import day_of_serial, is_error
from flows.reading.table import Columns

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("标题", "政策名称", "政策标题", "名称", "政策", "title"),
    "docno": ("文号", "发文字号", "发文号", "文件号", "docno"),
    "issuers": ("发文机关", "发文单位", "发布单位", "发布机关", "联合发文", "issuers"),
    "issued": ("发布日期", "成文日期", "发文日期", "印发日期", "published", "issued"),
    "effective": ("施行日期", "生效日期", "实施日期", "施行日", "effective"),
    "valid": ("有效期至", "有效期", "失效日期", "有效期限", "失效", "valid"),
    "level": ("级别", "政策级别", "层级", "level"),
    "way": ("兑现方式", "申报方式", "享受方式", "way"),
    "regions": ("适用区域", "区域", "适用地区", "适用范围", "regions"),
    "industries": ("适用行业", "行业", "industries"),
    "sizes": ("适用规模", "企业规模", "规模", "sizes"),
    "conditions": ("申报条件", "条件", "conditions"),
    "has": ("资质标签", "资质", "资质要求"),
    "support": ("支持标准", "补助标准", "奖励标准", "支持内容", "标准", "support", "summary"),
    "ceiling": ("金额上限", "上限", "最高金额", "最高额度", "ceiling"),
    "opens": ("申报开始", "申报起", "开始日期", "开始时间", "申报开始日期", "opens"),
    "closes": (
        *("申报截止", "申报止", "截止日期", "截止时间", "截止", "申报截止日期"),
        *("deadline", "closes"),
    ),
    "materials": ("申报材料", "材料", "materials"),
    "apply_url": ("申报入口", "申报网址", "申报入口URL", "申报链接", "apply_url"),
    "address": ("受理地址", "地址", "受理地点", "address"),
    "unit": ("兑现部门", "部门", "主管部门", "牵头部门", "责任部门", "dept", "unit"),
    "contact": ("联系人", "经办人", "contact"),
    "phone": ("咨询电话", "电话", "联系电话", "phone"),
    "source_url": ("原文链接", "原文", "链接", "原文网址", "source_url"),
    "tags": ("关键词", "标签", "tags"),
    "replaces": ("替代", "替代政策", "替代哪条", "replaces"),
    "note": ("备注", "解读", "说明", "note"),
}
"""What a column is about → how it may be called; the first is how we call it."""
DEMO = ("演示", "demo")
_WHOLE = {**COLUMNS, "demo": DEMO}
_NAMES = Columns(
    {word.lower(): field for field, words in _WHOLE.items() for word in words},
    named="name",
    besides=frozenset({"docno", "support", "closes"}),
)
_DAYS = frozenset({"issued", "effective", "valid", "opens", "closes"})
_TYPED = _DAYS | {"docno", "ceiling", "phone", "apply_url", "source_url", "replaces"}
_MATTER = ("phone", "source_url")  # what enterprises miss most, though a policy is one without
_YES = re.compile(r"(?:是|true|yes|y|1)", re.IGNORECASE)
_NEVER_NONE = frozenset({"level", "way", "has"})
_LONGEST = 3000  # characters of a cell, of which more is not read (office.toml)
_NONE = frozenset({"无", "/", "—", "-", "none", "null"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a policy, or what it lacks (fields) and what is wrong with which of the rest."""

    row: int  # as the spreadsheet numbers it
    name: str
    form: PolicyForm | None = None
    missing: tuple[str, ...] = ()
    wrong: tuple[tuple[str, Say], ...] = ()  # field, what is wrong
    open: tuple[str, ...] = ()  # fields that it is kept without, which matter all the same
    demo: bool = False
    told: frozenset[str] = frozenset()  # fields of which the file says what they are, or none


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds; `header` False = no row says what the columns are."""

    rows: tuple[Row, ...] = ()
    unused: tuple[str, ...] = ()  # columns that mean nothing to us
    header: bool = True


def is_header(row: Sequence[str]) -> bool:
    """Say whether a row names the columns of policies."""
    return _NAMES.is_header(row)


def read_sheet(rows: Sequence[Sequence[str]], facts: PolicyFacts) -> Sheet:
    """Read the rows of a sheet, the first of which is row 1."""
    table = _NAMES.read(rows, _cleaned)
    if table is None:
        return Sheet(header=False)
    found = (
        replace(_checked(n, cells, facts), told=_told(table.fields, cells))
        for n, cells in table.rows
    )
    return Sheet(tuple(found), table.unused)


def _told(columns: Sequence[str], cells: Mapping[str, str]) -> frozenset[str]:
    """Name what a row tells: an empty cell says "none", a column that is not there nothing.

    A policy is never without 级别 and 兑现方式, and 资质标签 alone takes no condition away.
    """
    told = (set(columns) - _NEVER_NONE) | (cells.keys() & _NEVER_NONE)
    return frozenset(told | ({"conditions"} if "has" in told else set()))


def _cleaned(field: str, cell: str) -> str:
    """Return a cell as it would be typed: ２０２６ as 2026, the number of a day as that day."""
    told = cell.strip()
    if told.lower() in _NONE:
        return ""
    if field in _TYPED:
        told = unicodedata.normalize("NFKC", told).strip()
    return (day_of_serial(told) or told) if field in _DAYS else told


def _checked(row: int, cells: Mapping[str, str], facts: PolicyFacts) -> Row:
    """Hold a row against the form as if each cell had been an answer."""
    given = _answers(cells, facts)
    errors = {f for f, cell in cells.items() if is_error(cell)}
    stand = standing(ENTER, {k: v for k, v in given.items() if k not in errors}, facts)
    wrong = [(field, Say("policy_file.error_cell", {"given": cells[field]})) for field in cells]
    wrong = [one for one in wrong if one[0] in errors]
    # Of the rest the form says so itself; conditions are several answers in one cell.
    if len(cells.get("conditions", "")) > _LONGEST:
        told = {"label": Key("policy_form.conditions.label"), "limit": _LONGEST}
        wrong.append(("conditions", Say("engine.too_long", told)))
    missing = []
    for step in stand.missing:
        if step.field in errors:
            continue
        if step.field not in given:
            missing += [] if step.optional else [step.field]
        elif said := fault(ENTER, step, given[step.field], stand.values, facts):
            shown = {**said.params, "given": cells.get(step.field, given[step.field])}
            wrong.append((step.field, Say(said.key, shown)))
    form = None
    if not missing and not wrong:
        form = PolicyForm.model_validate(form_values(stand))
        if not _in_order(form):
            form, wrong = None, [("valid", Say("policy.not_in_order"))]
    return Row(
        row,
        cells.get("name", ""),
        form,
        tuple(missing),
        tuple(wrong),
        tuple(field for field in _MATTER if field not in given),
        bool(_YES.fullmatch(cells.get("demo", ""))),
    )


def _answers(cells: Mapping[str, str], facts: PolicyFacts) -> dict[str, str]:
    given: dict[str, str] = {}
    for field, cell in cells.items():
        step = ENTER.step(field)
        if step is None or field == "conditions":
            continue
        given[field] = cell if field == "name" else step.reads(cell, facts) or cell
    told = "\n".join(cells[one] for one in ("conditions", "has") if one in cells)
    if told:
        given["conditions"] = demanded(told, facts) or _in_words(told)
    return given


def _in_words(told: str) -> str:
    """Keep a condition that cannot be judged by its words alone, for a person to look at."""
    lines = (line.strip() for line in told.split("\n"))
    found = tuple(Condition(text=line) for line in lines if line)
    return CONDITIONS.dump_json(found).decode()


def _in_order(form: PolicyForm) -> bool:
    try:
        form.policy("ZC-2000-001", 0, datetime(2000, 1, 1, tzinfo=UTC))
    except ValueError:
        return False
    return True


__all__ = ["COLUMNS", "Row", "Sheet", "is_header", "read_sheet"]
