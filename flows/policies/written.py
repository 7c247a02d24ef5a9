"""How the days and amounts of a policy are written for people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from flows.engine.words import Say
from flows.policies.conditions import plain
from flows.reading.dates import written
from flows.reading.times import local


def whole(on: date) -> str:
    """Write a day with its year."""
    return f"{on.year}年{written(on)}"


def day(on: date, today: date) -> str:
    """Write a day, with its year where that is another."""
    return written(on) if on.year == today.year else whole(on)


def moment(close: datetime, today: date) -> str:
    """Write a close; midnight is the end of the day before."""
    shown = local(close)
    if (shown.hour, shown.minute) == (0, 0):
        return f"{day(shown.date() - timedelta(days=1), today)} 24:00"
    return f"{day(shown.date(), today)} {shown:%H:%M}"


def amount(worth: Decimal) -> Say:
    """Show an amount of 万元 as people say it: 100万元, 1.5亿元, 5000元."""
    if worth >= 10_000:
        return Say("policy.money.hundred_million", {"amount": plain(worth / 10_000)})
    if worth < 1:
        return Say("policy.money.yuan", {"amount": plain(worth * 10_000)})
    return Say("policy.money.ten_thousand", {"amount": plain(worth)})
