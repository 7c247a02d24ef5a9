"""Forms about time: 申请延期, 申请挂起, 改难易, and why something is not granted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.reading.dates import numeral
from flows.tickets.children import RestReason
from flows.tickets.forms.common import (
    EDGE,
    CaseFacts,
    Day,
    Frozen,
    Sentence,
    due_of,
    sentence,
    show_day,
)
from flows.tickets.forms.tiers import show_tier, tier_and_rest, tier_choices
from flows.tickets.state import Tier

NOT_LONGER = sentence("not_longer")  # 不同意延期
NO_REST = sentence("no_rest")  # 不同意挂起


class LongerForm(Frozen):
    """申请延期: how many working days more, and why."""

    days: Annotated[int, Field(ge=1, le=90)]
    reason: Sentence


_DAYS = re.compile(
    r"(?:再?延期?)?\s*(\d{1,3}|[一二两三四五六七八九十廿]{1,3})\s*个?\s*(?:工作日|天|日)(?![月号])"
)


def _number(text: str) -> str | None:
    found = _DAYS.search(text)
    if found is None:
        return text.strip() if text.strip().isdecimal() else None
    return str(numeral(found.group(1)))


def _read_longer(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "5天 待料"."""
    days = _number(text)
    reason = _DAYS.sub("", text, count=1).strip(EDGE) if days else text
    found = {"days": days, "reason": reason}
    return {name: value for name, value in found.items() if value}


ASK_LONGER: Flow[LongerForm, CaseFacts] = Flow(
    name="ask_longer",
    form=LongerForm,
    read=_read_longer,
    review=False,
    steps=(
        Step(
            "days",
            words=("天数", "延期"),
            alone=True,
            reads=lambda text, facts: _number(text),
        ),
        Step("reason", words=("原因", "理由")),
    ),
)


class RestForm(Frozen):
    """申请挂起: one of five reasons, the day it goes on, and what it waits for."""

    reason: RestReason
    resume_on: Day
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]


_REASONS: Mapping[RestReason, tuple[str, ...]] = {
    RestReason.COURT: ("司法", "诉讼", "法院", "仲裁", "判决", "复议"),
    RestReason.PROCEDURE: ("法定程序", "公示", "公告", "听证", "招标", "环评"),
    RestReason.SEASON: ("工程", "季节", "汛期", "雨季", "台风", "开挖", "施工", "冬季", "休渔"),
    RestReason.POLICY: ("上级", "政策", "文件出台", "批复"),
    RestReason.ENTERPRISE: ("待企业", "等企业", "企业补", "企业提供", "企业停产", "企业自己"),
}


def _reasons(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(
        Choice(Key(f"rest.{reason.value}"), reason.value, words=_REASONS[reason])
        for reason in RestReason
    )


def _reason_in(text: str) -> str | None:
    for reason, words in _REASONS.items():
        if any(word in text for word in words):
            return reason.value
    return None


def _day(text: str, facts: CaseFacts) -> str | None:
    found = reading.day(text, facts.today, facts.days) if facts.today else None
    return found.isoformat() if found else None


def _read_rest(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "到12月20日 汛期不能开挖"."""
    left = reading.without_day(text, facts.today, facts.days) if facts.today else text
    why = re.sub(r"^\s*(?:[到至在于]|恢复(?:办理)?)\s+|\s*恢复$", "", left).strip(EDGE)
    found = {"reason": _reason_in(text), "resume_on": _day(text, facts), "text": why}
    return {name: value for name, value in found.items() if value}


ASK_REST: Flow[RestForm, CaseFacts] = Flow(
    name="ask_rest",
    form=RestForm,
    read=_read_rest,
    review=False,
    steps=(
        Step("reason", words=("原因", "事由"), choices=_reasons),
        Step("resume_on", words=("恢复日期", "日期"), reads=_day, show=show_day, alone=True),
        Step("text", words=("说明", "情况"), alone=True),
    ),
)


class RetierForm(Frozen):
    """改难易: how hard it is after all, and why."""

    tier: Tier
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


def _read_tier(text: str, facts: CaseFacts) -> Mapping[str, str]:
    tier, why = tier_and_rest(text)
    if tier is None:
        return {}
    return {"tier": tier, **({"text": why} if why else {})}


RETIER: Flow[RetierForm, CaseFacts] = Flow(
    name="retier",
    form=RetierForm,
    read=_read_tier,
    review_params=lambda answers, facts: due_of(answers.get("tier"), facts),
    steps=(
        Step("tier", words=("难易", "级别"), choices=tier_choices, show=show_tier),
        Step("text", words=("理由", "原因"), propose=lambda answers, facts: "", optional=True),
    ),
)
