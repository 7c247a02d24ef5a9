"""The conversation that fills a report (我要反映问题)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key, Line, Say
from flows.office import Category
from flows.people.contact import Company, PersonName, Phone
from flows.tickets.hiding import Giveaway, giveaways, reworded

BODY_MAX = 5000  # characters; a longer text is asked for again with the reason
OTHER = "other.any"  # the category of what fits nowhere
TELLING = 6  # characters from which the rest of a paragraph tells a problem
SUGGESTED = 4  # categories offered at a time


class ReportForm(BaseModel):
    """One report, complete and valid."""

    model_config = ConfigDict(frozen=True)

    enterprise: Company
    contact: PersonName
    phone: Phone
    category: str
    body: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=4, max_length=BODY_MAX)
    ]
    since: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    wish: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    elsewhere: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    anonymous: Literal["yes", "no"] = "no"
    inside: Literal["yes", "no"] = "no"  # 只给工商联看
    reworded: Literal["yes", "no"] = "no"  # what gives the enterprise away is written otherwise


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What is known when somebody reports."""

    categories: tuple[Category, ...]
    units: Mapping[str, str]  # department id → name
    enterprise: str = ""
    contact: str = ""
    phone: str = ""
    readers: int = 0  # 受理员 who will see it
    heads: int = 0  # 受理负责人, who alone take on what is kept inside
    consent_due: bool = False  # the notice is shown and agreed to with this report
    known: Sequence[str] = ()  # names of known enterprises
    elsewhere: Sequence[str] = ()  # other channels where it may have been told (12345)

    def category(self, ident: str) -> Category | None:
        """Return a category by its id."""
        return next((c for c in self.categories if c.id == ident), None)


def read(text: str, facts: ReportFacts) -> Mapping[str, str]:
    """Find the short facts in a paragraph; the paragraph itself stays the problem's own words."""
    found = {
        "enterprise": reading.company(text, facts.known),
        "contact": reading.person_name(text),
        "phone": reading.phone(text) or _written_number(text),
        "since": reading.since(text),
        "wish": reading.wish(text),
        "elsewhere": told_elsewhere(text, facts.elsewhere),
        "body": _problem(text, facts.known),
        "category": next((c.id for c in facts.categories if c.name == text.strip()), None),
    }
    return {name: value for name, value in found.items() if value}


_WRITTEN = re.compile(r"(?:电话|手机|号码|联系方式)[^\d\n]{0,6}([\d][\d \-]{4,18}\d)")


def _written_number(text: str) -> str | None:
    """Find what was meant for a number and is none, so that the reason can be told."""
    written = _WRITTEN.search(text)
    return written.group(1) if written else None


def told_elsewhere(text: str, channels: Sequence[str]) -> str | None:
    """Find where it was told already, with its number there: 上周打过12345，编号 NB2026001."""
    for name in channels:
        word = re.escape(name)
        denied = rf"[没未][^，,。；\n]{{0,8}}{word}|{word}[^，,。；\n]{{0,2}}没(?:打|报|反映)"
        found = re.search(rf"(?<![\dA-Za-z]){word}(?![\dA-Za-z])", text)
        if found and not re.search(denied, text):
            number = _FOREIGN.match(text[found.end() :])
            return f"{name} {number.group(1)}" if number else name
    return None


_FOREIGN = re.compile(r"[^\d\n。；]{0,16}?([A-Za-z]{0,4}[\d-]{5,30})(?![\d])")


def _problem(text: str, known: Sequence[str]) -> str | None:
    """Take the problem out of a paragraph that also introduces the one who reports."""
    found = reading.problem(text, known)
    return found if found and len(found) >= TELLING else None


def _propose_category(answers: Answers, facts: ReportFacts) -> str | None:
    body = answers.get("body")
    if not body:
        return None
    ranked = reading.propose_category(body, facts.categories)
    return ranked[0].id if ranked else OTHER


def _categories(answers: Answers, facts: ReportFacts) -> tuple[Choice, ...]:
    ranked = reading.propose_category(answers.get("body", ""), facts.categories)[:SUGGESTED]
    rest = [c for c in facts.categories if c not in ranked and c.id != OTHER]
    firsts = {c.group_name: c for c in reversed(rest)}  # one of each group, when nothing fits
    offered = [*ranked, *(() if ranked else tuple(firsts.values())[:8])]
    other = facts.category(OTHER)
    return tuple(Choice(c.name, c.id) for c in [*offered, *((other,) if other else ())])


def _category_of(raw: str, answers: Answers, facts: ReportFacts) -> str:
    category = facts.category(raw)
    return category.name if category else raw


def _known_category(raw: str, answers: Answers, facts: ReportFacts) -> str | None:
    return None if facts.category(raw) else "invalid"


_TEXTS = ("body", "since", "wish")  # what departments read of a report in its own words


def found_out(answers: Answers) -> tuple[Giveaway, ...]:
    """Find what would tell a department who reports, though the enterprise is hidden (U3)."""
    if answers.get("anonymous") != "yes":
        return ()
    text = "\n".join(answers.get(name, "") for name in _TEXTS)
    known = (answers.get(name, "") for name in ("enterprise", "contact", "phone"))
    return giveaways(text, *known)


def as_filed(form: ReportForm) -> ReportForm:
    """Return a report as it is filed: what gives it away is rewritten where that was accepted."""
    found = found_out(form.model_dump()) if form.reworded == "yes" else ()
    texts = {name: reworded(getattr(form, name), found) for name in _TEXTS}
    return form.model_copy(update=texts)


def _show_text(raw: str, answers: Answers, facts: ReportFacts) -> str:
    found = found_out(answers) if answers.get("reworded") == "yes" else ()
    return reworded(raw, found)


def _who(answers: Answers, facts: ReportFacts) -> Say:
    if answers.get("inside") == "yes":
        return Say("report.seen_inside", {"heads": facts.heads})
    category = facts.category(answers.get("category", ""))
    unit = facts.units.get(category.lead, "") if category else ""
    told = {"readers": facts.readers or 1, "unit": unit or Key("report.unit_unknown")}
    return Say("report.seen_by", told)


def _hint(answers: Answers) -> tuple[Say | Line, ...]:
    """Name what gives the enterprise away, and how it could be written instead."""
    found = found_out(answers)
    if not found:
        return ()
    words = "、".join(f"{one.word}（可写“{one.instead}”）" for one in found)
    if answers.get("reworded") == "yes":
        return (Say("report.reworded_now"),)
    return (Line(Key("report.found_out"), words), Say("report.rewrite"))


def _review(answers: Answers, facts: ReportFacts) -> Mapping[str, Any]:
    """Say who will see the report, and whether the notice stands on the card."""
    hidden = answers.get("anonymous") == "yes"
    told = "report.elsewhere_told" if answers.get("elsewhere") else "report.elsewhere_ask"
    return {
        "who": _who(answers, facts),
        "hidden": Key("report.seen_hidden" if hidden else "report.seen_full"),
        "notice": Key("report.notice") if facts.consent_due else "",
        "elsewhere": (*_hint(answers), Say(told)),
    }


REPORT: Flow[ReportForm, ReportFacts] = Flow(
    name="report",
    form=ReportForm,
    read=read,
    review_params=_review,
    takes_files=True,
    steps=(
        Step(
            "enterprise",
            words=("企业", "单位", "公司", "企业名称", "单位名称", "公司名称", "厂名"),
            propose=lambda answers, facts: facts.enterprise or None,
        ),
        Step(
            "contact",
            words=("联系人", "姓名", "名字", "称呼"),
            show=lambda raw, answers, facts: reading.person_name(raw) or raw,
            propose=lambda answers, facts: facts.contact or None,
        ),
        Step(
            "phone",
            words=("电话", "手机", "联系电话", "手机号", "电话号码", "号码", "联系方式"),
            show=lambda raw, answers, facts: reading.phone(raw) or raw,
            propose=lambda answers, facts: facts.phone or None,
        ),
        Step(
            "category",
            words=("类别", "分类", "类型"),
            when=lambda answers, facts: bool(answers.get("body")),
            choices=_categories,
            strict=False,
            objection=_known_category,
            propose=_propose_category,
            show=_category_of,
        ),
        Step(
            "body",
            words=("问题", "情况", "内容", "经过", "事情", "反映问题", "反映内容"),
            grows=True,
            show=_show_text,
        ),
        Step(
            "since",
            words=("发生时间", "时间", "什么时候", "开始时间", "起始时间"),
            optional=True,
            show=_show_text,
        ),
        Step("wish", words=("诉求", "希望", "要求", "请求"), optional=True, show=_show_text),
        Step(  # asked on the confirm card, not by a question of its own
            "elsewhere",
            words=("别处反映过", "别处", "其他渠道"),
            optional=True,
            propose=lambda answers, facts: "",
        ),
        Step(
            "anonymous",
            words=("对部门隐去企业名", "隐去企业名", "隐去我厂名", "对部门隐名", "隐名"),
            switch=True,
        ),
        Step(
            "reworded",
            words=("照这样改",),
            when=lambda answers, facts: bool(found_out(answers)),
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
