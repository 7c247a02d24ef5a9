"""效果图: what the picture of a campaign's effect says, drawn by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.channels.base import FetchFault
from bot.papers.worded import Words
from flows.campaigns.campaign import Button
from flows.campaigns.effect import Curve, curve
from flows.campaigns.tally import Tally
from flows.engine.words import Key
from flows.tickets.papers import Sentence
from handlers.campaigns.effects import Effect

_PROGRAM = Path(__file__).with_name("picture.py")
_WITHIN = 60  # seconds; it takes one
_AGAIN = 5.0  # seconds until it is tried once more
_TICKS = 4
_SHORTEST = 0.05  # hours of a curve that has just begun: a point is no line
_STEPS = (1, 2, 3, 6, 12, 24, 48, 96)  # hours from mark to mark
_COLOURS: Mapping[str, str] = {
    **{"sent": "good", "failed": "bad", "unknown": "doubt", "skipped": "rest"},
    **{"asked": "rest", "waiting": "rest", "cancelled": "rest"},
}
_ALWAYS = frozenset({"sent", "failed", "unknown", "skipped"})


def chart(told: Effect, words: Words, office: str, now: datetime) -> bytes:
    """Draw the picture as PNG. Raises FetchFault. Blocks for about a second: call it in a thread.

    The library is loaded by the other process alone, and goes with it.
    """
    try:
        # Isolated: what the environment says of Python is none of its business.
        done = subprocess.run(  # noqa: S603 - our own program; what people typed is its input
            [sys.executable, "-I", str(_PROGRAM)],
            input=json.dumps(picture(told, words, office, now)).encode(),
            capture_output=True,
            timeout=_WITHIN,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise FetchFault("chart_slow", _AGAIN) from None
    except subprocess.CalledProcessError as error:
        raise FetchFault("chart", _AGAIN) from error
    return done.stdout


def picture(told: Effect, words: Words, office: str, now: datetime) -> dict[str, Any]:
    """Return what is drawn, as the program reads it."""
    one = told.one
    stage = Key(f"campaign.stage.{one.stage.value}")
    head: dict[str, str | int] = {"number": one.number, "stage": stage, "total": told.tally.total}
    return {
        "title": " ".join(words.of(one.draft.title).split()),
        "subtitle": words.of(Sentence("effect.chart.subtitle", head)),
        "bars": [_bar(name, count, told.tally, words) for name, count in _counted(told.tally)],
        "curve": _curve(told, words, now),
        "footer": words.of(Sentence("effect.chart.footer", {"office": office, "at": now})),
    }


def _counted(tally: Tally) -> Iterator[tuple[str, int]]:
    waiting = tally.waiting + tally.under_way
    for name in _COLOURS:
        count = waiting if name == "waiting" else getattr(tally, name)
        if count or name in _ALWAYS:
            yield name, count


def _bar(name: str, count: int, tally: Tally, words: Words) -> dict[str, Any]:
    return {
        "label": words.of(Key(f"effect.state.{name}")),
        "count": count,
        "said": _share(count, tally.total, words),
        "colour": _COLOURS[name],
    }


def _share(count: int, total: int, words: Words) -> str:
    if not count:
        return str(count)
    percent = 100 * count / total
    if percent < 1:
        return words.of(Sentence("effect.chart.little", {"count": count}))
    most = 100 if count == total else 99  # one that is missing is seen
    share = {"count": count, "percent": min(round(percent), most)}
    return words.of(Sentence("effect.chart.share", share))


def _curve(told: Effect, words: Words, now: datetime) -> dict[str, Any]:
    asked = Button.RECEIVED in told.one.draft.buttons
    confirmed = told.answered.received.values()
    found = curve(confirmed, told.one.begun_at or now)
    hours = (max([now, *confirmed]) - found.begins) / timedelta(hours=1)
    return {
        "label": words.of(Key("effect.chart.curve")),
        "counts": found.counts,
        "until": max(hours, _SHORTEST),
        "ticks": list(_ticks(found, words)),
        "empty": words.of(Key(f"effect.chart.{'nobody' if asked else 'no_button'}")),
    }


def _ticks(found: Curve, words: Words) -> Iterator[tuple[int, str]]:
    """Name some full hours below the curve, with the day where it is another."""
    hours = len(found.counts)
    step = next((one for one in _STEPS if hours <= one * _TICKS), _STEPS[-1])
    before = None
    for n in range(0, hours, step):
        at = found.at(n)
        day = {"month": at.month, "day": at.day, "hour": at.hour}
        key = "effect.chart.hour" if at.date() == before else "effect.chart.day_hour"
        yield n, words.of(Sentence(key, day if key.endswith("day_hour") else {"hour": at.hour}))
        before = at.date()


__all__ = ["chart", "picture"]
