"""Which policies are meant (查政策), and the three lines that come first of each.

我有没有份 / 大概多少 / 哪天截止: the answer that an entrepreneur wants before any paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from flows.engine.words import Key, Say
from flows.policies import docno
from flows.policies.matching import Fit, Match
from flows.policies.policy import OVER, Policy, State, Way, begins_on, days_left, last_day
from flows.policies.written import amount, day, moment
from flows.reading.times import local
from flows.registration.number import TYPED, as_kept

LONGEST = 500  # characters of a question that are looked at
BRIEF = 60  # characters of what is given, where no amount is on record
_TALK = re.compile(
    r"请问|麻烦|帮我|我们公司|我们厂|我们|我厂|我司|我想|我要|想要|想|查一下|查查|查询|查找|查政策|查|看看|看一下|了解"
    r"|有没有|有什么|有哪些|有啥|什么|哪些|怎么|如何|能不能|可以|最近|现在|目前|今年|关于|方面|相关|有关|惠企|政策|文件|申报|申请|通知|项目"
    r"|补贴|补助|奖励|扶持|支持|资金|企业|公司|镇海区?|宁波市?|浙江省?|的|吗|呢|吧|啊"
)
_TAG, _UNIT, _TITLE = 6.0, 3.0, 1.0
_DEAD = {State.REPLACED: 3, State.INVALID: 2, State.CLOSED: 1}


def ranked(
    text: str,
    policies: Sequence[Policy],
    now: datetime,
    units: Mapping[str, Collection[str]] | None = None,
) -> tuple[Policy, ...]:
    """Rank the policies that a question may mean, the likeliest first.

    `units` are the names of the departments by their ids. Nothing but 查政策 means all that can be
    had, the nearest close first. What is over is found by its number alone, and comes last.
    """
    asked = text[:LONGEST]
    by_number = _numbered(asked, policies)
    if by_number:
        return tuple(sorted(by_number, key=lambda one: _order(one, now)))
    open_ones = [one for one in policies if one.state(now) not in OVER]
    words = _plain(asked)
    left = _TALK.sub(" ", words)
    if not re.search(r"\w", left):
        return tuple(sorted(open_ones, key=lambda one: _order(one, now)))
    scores = _scores(words, left, open_ones, units or {})
    found = [one for one in open_ones if scores[one.number] > 0]
    return tuple(sorted(found, key=lambda one: (-scores[one.number], *_order(one, now))))


def lines(policy: Policy, match: Match | None, now: datetime) -> tuple[Say, Say, Say]:
    """Say the three lines of a policy; without a match nothing is known of who asks."""
    return _share(policy, match, now), _amount(policy), closing(policy, now)


def closing(policy: Policy, now: datetime) -> Say:
    """Say until when one can apply, or why one cannot any more."""
    state, last, left = policy.state(now), last_day(policy), days_left(policy, now)
    today, begins = local(now).date(), begins_on(policy)
    until = moment(policy.closes_at, today) if policy.closes_at else ""
    match state:
        case State.REPLACED:
            return Say("policy.closing.replaced", {"number": policy.replaced_by})
        case State.INVALID if policy.valid_until:
            return Say("policy.closing.invalid", {"day": day(policy.valid_until, today)})
        case State.CLOSED:
            return Say("policy.closing.closed", {"at": until})
        case State.COMING if begins and last:
            return Say("policy.closing.coming_until", {"opens": day(begins, today), "at": until})
        case State.COMING if begins:
            return Say("policy.closing.coming", {"opens": day(begins, today)})
    if policy.way is Way.DIRECT and last is None:
        return Say("policy.closing.direct")
    if last is None:
        return Say("policy.closing.never")
    if left == 0:
        return Say("policy.closing.today", {"at": until})
    key = "policy.closing.soon" if state is State.CLOSING else "policy.closing.open"
    return Say(key, {"at": until, "days": left})


def _share(policy: Policy, match: Match | None, now: datetime) -> Say:
    if policy.state(now) in OVER:
        return Say("policy.share.over")
    if match is None:
        return Say("policy.share.anybody")
    if match.verdict is Fit.OUT:
        unmet = tuple(one.reason for one in match.verdicts if one.verdict.value == "unmet")
        return Say("policy.share.out", {"reason": unmet[0]})
    if match.verdict is Fit.DIRECT:
        key = "policy.share.unasked" if policy.way is Way.DIRECT else "policy.share.direct"
        return Say(key, {"count": len(match.verdicts)})
    if match.missing:
        fields = tuple(Key(f"policy.field.{one.value}") for one in match.missing)
        return Say("policy.share.asks", {"fields": fields})
    return Say("policy.share.possible")


def _amount(policy: Policy) -> Say:
    if policy.ceiling:
        return Say("policy.amount.ceiling", {"amount": amount(policy.ceiling)})
    if policy.support:
        told = " ".join(policy.support.split())
        return Say(
            "policy.amount.told", {"support": told if len(told) <= BRIEF else f"{told[:BRIEF]}…"}
        )
    return Say("policy.amount.unknown")


# Which are meant -----------------------------------------------------------------------------


def _numbered(text: str, policies: Sequence[Policy]) -> tuple[Policy, ...]:
    numbers = {as_kept(found) for found in TYPED.findall(text)}
    papers = {found.number for found in docno.find(text)}
    return tuple(
        one
        for one in policies
        if one.number in numbers or not papers.isdisjoint(f.number for f in docno.find(one.docno))
    )


def _order(policy: Policy, now: datetime) -> tuple[int, bool, float, str]:
    """Put first what can be had, of it what closes first; what is over last."""
    state = policy.state(now)
    rank = _DEAD.get(state, -1 if state is not State.COMING else 0)
    closes = policy.closes_at
    return rank, closes is None, closes.timestamp() if closes else 0.0, policy.number


def _scores(
    words: str, left: str, policies: Sequence[Policy], units: Mapping[str, Collection[str]]
) -> Mapping[str, float]:
    """Weigh tags, industries and departments that are named whole, and rare pairs of the title."""
    asked = _pairs(left)
    shared = {one.number: _pairs(_TALK.sub(" ", _plain(one.title))) & asked for one in policies}
    common = Counter(pair for pairs in shared.values() for pair in pairs)
    found: dict[str, float] = {}
    for one in policies:
        tags = {*one.tags, *one.industries, *_tags(one)}
        named = sum(_TAG for tag in tags if _names(words, tag))
        unit = any(_names(words, name) for name in units.get(one.unit, ()))
        rare = sum(_TITLE / common[pair] + _TITLE for pair in shared[one.number])
        found[one.number] = named + unit * _UNIT + rare
    return found


def _tags(policy: Policy) -> Collection[str]:
    return {value for one in policy.conditions if one.field.value == "tag" for value in one.value}


def _names(words: str, name: str) -> bool:
    """Say whether a text has a name; 制造业 is also meant by 制造."""
    bare = _plain(name)
    short = bare.removesuffix("业").removesuffix("企业")
    return len(bare) >= 2 and (bare in words or (len(short) >= 2 and short in words))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _pairs(text: str) -> frozenset[str]:
    runs = re.findall(r"[^\W_]+", text)
    return frozenset(run[n : n + 2] for run in runs for n in range(len(run) - 1))


__all__ = ["closing", "lines", "ranked"]
