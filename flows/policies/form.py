"""The conversation in which staff enter a policy (录政策): a pasted notice, step by step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

from pydantic import ValidationError

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key, Say
from flows.policies import answers as told
from flows.policies import docno
from flows.policies.answers import LEVELS, WAYS, PolicyFacts
from flows.policies.conditions import Field, Size
from flows.policies.policy import Level, Way, host
from flows.policies.record import (
    CONDITIONS,
    NEVER,
    SIZES,
    PolicyForm,
    differences,
    listed,
)
from flows.policies.written import whole
from flows.reading.times import at, local
from flows.registration.number import WRITTEN


def read(text: str, facts: PolicyFacts) -> Mapping[str, str]:
    """Read a pasted notice; what names one step alone answers that one (截止：12月20日)."""
    match = _labelled().match(text)
    if match and not _labelled().search(text, match.end()):
        step = next(one for one in ENTER.steps if match["name"] in one.words)
        rest = text[match.end() :].strip()
        meant = step.reads(rest, facts) or rest
        return {step.field: meant} if rest else {}
    return told.noticed(text, facts)


@cache
def _labelled() -> re.Pattern[str]:
    words = sorted((word for step in ENTER.steps for word in step.words), key=len, reverse=True)
    return re.compile(rf"\s*(?P<name>{'|'.join(map(re.escape, words))})[:：](?!//)")


# Objections ----------------------------------------------------------------------------------


def _is_day(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    try:
        date.fromisoformat(raw)
    except ValueError:
        return "invalid"
    return None


def _ends_later(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    fault = _is_day(raw, answers, facts)
    begins = max(answers.get("issued", ""), answers.get("effective", ""))
    return fault or ("before" if raw < begins else None)


def _closes_later(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    if raw == NEVER:
        return None
    try:
        closes = datetime.fromisoformat(raw)
    except ValueError:
        return "invalid"
    if closes.tzinfo is None:
        return "invalid"
    opens = answers.get("opens", "")
    # A close is exclusive: at midnight it is the day before.
    return "before" if opens and closes <= at(date.fromisoformat(opens), time()) else None


def _is_docno(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    return None if docno.normalise(raw) else "invalid"


def _is_other(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    return None if re.fullmatch(WRITTEN, raw) or docno.normalise(raw) else "invalid"


def _is_link(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    if raw.lower().startswith("http://"):
        return "insecure"
    return None if host(raw) is not None else "invalid"


def _is_amount(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    return None if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", raw) else "invalid"


def _is_unit(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    return None if raw in {one.id for one in facts.notes.departments} else "invalid"


def _are_sizes(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    return None if set(listed(raw)) <= {one.value for one in Size} else "invalid"


def _are_conditions(raw: str, answers: Answers, facts: PolicyFacts) -> str | None:
    try:
        CONDITIONS.validate_json(raw)
    except ValidationError:
        return "invalid"
    return None


# Showing -------------------------------------------------------------------------------------


def _show_day(raw: str, answers: Answers, facts: PolicyFacts) -> str:
    return whole(date.fromisoformat(raw))


def _show_close(raw: str, answers: Answers, facts: PolicyFacts) -> str:
    if raw == NEVER:
        return Key("policy_form.closes.never")
    closes = local(datetime.fromisoformat(raw))
    return f"{whole(closes.date())} {closes:%H:%M}"


def _show_key(kind: str) -> Callable[[str, Answers, Any], str]:
    return lambda raw, answers, facts: Key(f"policy.{kind}.{raw}")


def _show_sizes(raw: str, answers: Answers, facts: PolicyFacts) -> str:
    own = listed(raw)
    return "、".join(word for word, size in SIZES.items() if size.value in own)


def _show_conditions(raw: str, answers: Answers, facts: PolicyFacts) -> str:
    """Show each in the paper's words, and which of them only a person can judge."""
    found = CONDITIONS.validate_json(raw)
    shown = (one.text + ("〔人工看〕" if one.field is Field.TEXT else "") for one in found)
    return "；".join(dict.fromkeys(shown))


def _show_unit(raw: str, answers: Answers, facts: PolicyFacts) -> str:
    return next((one.name for one in facts.notes.departments if one.id == raw), raw)


def _changed(answers: Answers, facts: PolicyFacts) -> Mapping[str, Any]:
    """Say above the review what the new version would change."""
    before = facts.before
    if before is None:
        return {"head": ""}
    given = {name: raw for name, raw in answers.items() if raw}
    try:
        after = PolicyForm.model_validate(given).policy(
            before.number, before.created_by, before.created_at, before
        )
    except ValueError:
        return {"head": ""}
    lines = differences(before, after, facts.notes.departments)
    named = {"number": before.number, "title": before.title}
    key = "policy_form.differs" if lines else "policy_form.same"
    return {"head": (Say(key, {**named, "lines": lines}), "")}  # with a line of its own


def _empty(answers: Answers, facts: PolicyFacts) -> str:
    return ""


def _optional(name: str, *words: str, **more: Any) -> Step[PolicyFacts]:
    """Make a step that is shown where something was found, and asked only to correct it."""
    return Step(name, words=words, propose=_empty, optional=True, **more)


def _dated(
    name: str, *words: str, reads: Any = told.a_day, objection: Any = _is_day
) -> Step[PolicyFacts]:
    return _optional(name, *words, reads=reads, objection=objection, show=_show_day)


def _offered(kind: str, values: Mapping[str, Level] | Mapping[str, Way]) -> tuple[Choice, ...]:
    words: dict[str, tuple[str, ...]] = {}
    for word, one in values.items():
        words[one.value] = (*words.get(one.value, ()), word, f"{word}级")
    return tuple(
        Choice(Key(f"policy.{kind}.{value}"), value, words=said) for value, said in words.items()
    )


ENTER: Flow[PolicyForm, PolicyFacts] = Flow(
    name="policy_form",
    form=PolicyForm,
    read=read,
    review_params=_changed,
    steps=(
        Step("name", words=("标题", "名称", "政策名称"), reads=told.title, alone=True),
        _optional("docno", "文号", reads=told.paper, objection=_is_docno),
        _optional("issuers", "发文机关", "发文单位"),
        _dated("issued", "发布日期", "成文日期", reads=told.past_day),
        _dated("effective", "施行日期", reads=told.past_day),
        _dated("valid", "有效期至", "有效期", objection=_ends_later),
        Step(
            "level",
            words=("级别",),
            choices=lambda answers, facts: _offered("level", LEVELS),
            reads=told.level,
            show=_show_key("level"),
            propose=lambda answers, facts: Level.DISTRICT.value,
        ),
        Step(
            "way",
            words=("兑现方式", "方式"),
            choices=lambda answers, facts: _offered("way", WAYS),
            reads=told.way,
            show=_show_key("way"),
            propose=lambda answers, facts: Way.APPLY.value,
        ),
        _optional("regions", "适用区域", "区域", reads=told.places),
        _optional("industries", "适用行业", "行业", reads=told.trades),
        _optional(
            "sizes", "适用规模", "规模", reads=told.sizes, objection=_are_sizes, show=_show_sizes
        ),
        _optional(
            "conditions",
            *("条件", "申报条件"),
            reads=told.demanded,
            objection=_are_conditions,
            show=_show_conditions,
        ),
        Step("support", words=("支持标准", "标准", "补助标准")),
        _optional(
            "ceiling",
            *("金额上限", "上限"),
            reads=told.amount,
            objection=_is_amount,
            show=lambda raw, answers, facts: f"{raw}万元",
        ),
        _dated("opens", "申报开始", "开始申报"),
        Step(
            "closes",
            words=("申报截止", "截止"),
            choices=lambda answers, facts: (Choice(Key("policy_form.closes.never"), NEVER),),
            strict=False,
            reads=told.close,
            objection=_closes_later,
            show=_show_close,
        ),
        _optional("materials", "申报材料", "材料", reads=told.lines),
        _optional("apply_url", "申报入口", "申报网址", objection=_is_link),
        _optional("address", "受理地址", "地址"),
        _optional(
            "unit", "兑现部门", "部门", reads=told.department, objection=_is_unit, show=_show_unit
        ),
        _optional("contact", "联系人"),
        Step("phone", words=("咨询电话", "电话"), optional=True),
        Step(
            "source_url",
            words=("原文链接", "原文", "链接"),
            objection=_is_link,
            optional=True,
        ),
        _optional("tags", "关键词", "标签"),
        _optional("replaces", "替代", "替代哪条", reads=told.older, objection=_is_other),
        _optional("note", "备注", "解读"),
    ),
)

__all__ = ["ENTER"]
