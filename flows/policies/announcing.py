"""A policy in the few lines in which it is sent around (推送): for whom, how much, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows.policies.conditions import plain
from flows.policies.policy import Policy, State, Way, begins_on
from flows.policies.record import SIZES
from flows.policies.written import day, moment
from flows.reading.times import local

BRIEF = 600  # characters of 支持标准: whoever wants all of it reads the paper
_WAYS = {Way.DIRECT: "免申即享，不用申报", Way.FAST: "快申快享", Way.APPLY: "自己申报"}


def announcement(policy: Policy, now: datetime) -> str:
    """Write the text of a push; nothing in it is about any one enterprise."""
    return "\n".join(f"{name}：{told}" for name, told in _lines(policy, now) if told)


def _lines(policy: Policy, now: datetime) -> Iterator[tuple[str, str]]:
    yield "给谁", "；".join(_whom(policy))
    yield "大概多少", f"最多{plain(policy.ceiling)}万元" if policy.ceiling else ""
    yield "哪天截止", _until(policy, now)
    yield "怎么拿", _WAYS[policy.way]
    told = " ".join(policy.support.split())
    yield "支持标准", told if len(told) <= BRIEF else f"{told[:BRIEF]}……"
    yield "申报入口", policy.apply_url
    yield "咨询电话", policy.phone
    yield "原文链接", policy.source_url


def _whom(policy: Policy) -> Iterator[str]:
    """Name the scope where no condition says it already, then the conditions."""
    texts = tuple(dict.fromkeys(one.text for one in policy.conditions if one.text))
    scope = [*policy.regions, *policy.industries]
    scope += [f"{word}型企业" for word, size in SIZES.items() if size in policy.sizes]
    left = [one for one in scope if not any(one in text for text in texts)]
    if left:
        yield "、".join(left)
    yield from texts


def _until(policy: Policy, now: datetime) -> str:
    today = local(now).date()
    begins = begins_on(policy)
    opens = f"{day(begins, today)}开始，" if policy.state(now) is State.COMING and begins else ""
    if policy.closes_at is None:
        return f"{opens}常年可以申报" if policy.way is not Way.DIRECT else ""
    return f"{opens}{moment(policy.closes_at, today)}"


__all__ = ["announcement"]
