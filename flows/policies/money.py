"""Amounts of money in the words of a policy: 100万元, 3000元, 1亿元, 二十万元; counted in 万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flows.reading.dates import numeral

_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?|[一二两三四五六七八九十百千]{1,7}"
AMOUNT = rf"(?:{_NUMBER})\s?(?:亿|千万|百万|万|千)?\s?(?:元|块|人民币)|(?:{_NUMBER})\s?(?:亿|万)"
_PARTS = re.compile(rf"(?P<n>{_NUMBER})\s?(?P<unit>亿|千万|百万|万|千)?")
_WORTH = {
    unit: Decimal(worth)
    for unit, worth in (
        ("亿", "10000"),
        ("千万", "1000"),
        ("百万", "100"),
        ("万", "1"),
        ("千", "0.1"),
    )
}
_YUAN = Decimal("0.0001")  # of a 万元
_FOUND = re.compile(rf"(?<![\d.一二三四五六七八九十百千])(?:{AMOUNT})")

_GIVES = re.compile(r"给予|奖励|奖补|奖金|补助|补贴|资助|扶持|支持|贴息|返还|减免|发放|兑现|奖")
_MOST = re.compile(r"最高|不超过|上限|封顶|限额|以内|至多|最多")
# An amount behind one of these is asked for, not given.
_OWN = re.compile(
    r"投资|投入|收入|营收|产值|销售额|合同额|成交额|注册资本|纳税|税收|融资额|贷款额|支出|费用(?!补)|采购额|出口额|实到|资产"
)
_EACH = re.compile(r"每(?:人|名|位|平方米|平方|千瓦时|千瓦|度|件|台|套|个月|月|吨|次|张|桩)")
_CLAUSE = re.compile(r"[，,；;。\n]")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in a text, in 万元, and where it stands."""

    worth: Decimal
    start: int
    end: int


def amounts(text: str) -> Iterator[Amount]:
    """Return the amounts that a text names."""
    for match in _FOUND.finditer(text):
        found = worth(match.group())
        if found is not None:
            yield Amount(found, match.start(), match.end())


def worth(written: str) -> Decimal | None:
    """Read one amount as 万元."""
    parts = _PARTS.match(written.strip())
    if parts is None:
        return None
    number = parts["n"]
    if number[0].isdigit():
        count = Decimal(re.sub(r"[,，]", "", number))
    else:
        count = Decimal(_spelled(number))
    unit = _WORTH.get(parts["unit"] or "", _YUAN)
    return count * unit if count else None


def _spelled(text: str) -> int:
    """Read 一百, 三千五百, 二十; what is no number is 0."""
    total = 0
    rest = text
    for letter, weight in (("千", 1000), ("百", 100)):
        front, found, behind = rest.partition(letter)
        if found:
            total += (numeral(front) if front else 1) * weight
            rest = behind
    return total + (max(0, numeral(rest)) if rest else 0)


def ceiling(support: str) -> Decimal | None:
    """Return the most that a text promises (最高不超过100万元), else its largest award.

    The text is what a policy gives: an amount that the enterprise spends or earns does not count.
    """
    most: list[Decimal] = []
    given: list[Decimal] = []
    told: list[Decimal] = []
    before = ""
    for clause in _CLAUSE.split(_without_thousands(support)):
        for found in amounts(clause):
            ahead = clause[: found.start]
            if _own(ahead) or _EACH.search(clause):
                continue
            if _MOST.search(ahead[-8:]) or _MOST.match(clause[found.end :].lstrip("（( ")):
                most.append(found.worth)
            elif _GIVES.search(clause) or _GIVES.search(before):
                given.append(found.worth)
            else:
                told.append(found.worth)
        before = clause
    return max(most or given or told, default=None)


def _own(ahead: str) -> bool:
    """Say whether an amount is the enterprise's: what it spent, and neither a share nor a gift."""
    own = [match.start() for match in _OWN.finditer(ahead)]
    gives = [match.start() for match in _GIVES.finditer(ahead)]
    last = max(own, default=-1)
    return last >= 0 and "%" not in ahead[last:] and max(gives, default=-1) < last


def _without_thousands(text: str) -> str:
    """Take the comma out of 1,000万元, which else ends a clause."""
    return re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text)
