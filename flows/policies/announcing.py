"""A policy in the few lines in which it is sent around (推送): for whom, how much, until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from string import Template

from flows.policies.conditions import plain
from flows.policies.policy import Policy, State, Way, begins_on
from flows.policies.record import SIZES
from flows.policies.written import day, moment
from flows.reading.times import local

BRIEF = 600  # characters of 支持标准: whoever wants all of it reads the paper
_WAYS = {
    Way.DIRECT: "policy_push.way.direct",
    Way.FAST: "policy_push.way.fast",
    Way.APPLY: "policy_push.way.apply",
}
Words = Mapping[str, str]
"""The texts of config/texts/policy_push.toml by their keys, with their blanks."""


def announcement(policy: Policy, now: datetime, words: Words) -> str:
    """Write the text of a push; nothing in it is about any one enterprise.

    It is a draft that staff change, so what is typed stays as it is: it is made inert like any
    other text of a campaign when that is sent.
    """
    return "\n".join(_lines(policy, now, words))


def _lines(policy: Policy, now: datetime, words: Words) -> Iterator[str]:
    if whom := "；".join(_whom(policy, words)):
        yield _fill(words["policy_push.whom"], told=whom)
    if policy.ceiling:
        yield _fill(words["policy_push.amount"], amount=plain(policy.ceiling))
    yield from _until(policy, now, words)
    yield words[_WAYS[policy.way]]
    told = " ".join(policy.support.split())
    if len(told) > BRIEF:
        told = _fill(words["policy_push.cut"], told=told[:BRIEF])
    for key, value in (
        ("policy_push.support", told),
        ("policy_push.apply_url", policy.apply_url),
        ("policy_push.phone", policy.phone),
        ("policy_push.source_url", policy.source_url),
    ):
        if value:
            yield _fill(words[key], told=value)


def _whom(policy: Policy, words: Words) -> Iterator[str]:
    """Name the scope where no condition says it already, then the conditions."""
    texts = tuple(dict.fromkeys(one.text for one in policy.conditions if one.text))
    scope = [*policy.regions, *policy.industries]
    sizes = [word for word, size in SIZES.items() if size in policy.sizes]
    scope += [_fill(words["policy_push.size"], size=word) for word in sizes]
    left = [one for one in scope if not any(one in text for text in texts)]
    if left:
        yield "、".join(left)
    yield from texts


def _until(policy: Policy, now: datetime, words: Words) -> Iterator[str]:
    today = local(now).date()
    begins = begins_on(policy) if policy.state(now) is State.COMING else None
    if policy.closes_at is None:
        if policy.way is not Way.DIRECT:
            key = "policy_push.from_never" if begins else "policy_push.never"
            yield _fill(words[key], opens=day(begins, today) if begins else "")
        return
    at = moment(policy.closes_at, today)
    if begins:
        yield _fill(words["policy_push.from_until"], opens=day(begins, today), at=at)
    else:
        yield _fill(words["policy_push.until"], at=at)


def _fill(text: str, **told: str) -> str:
    return Template(text).substitute(told)


__all__ = ["Words", "announcement"]
