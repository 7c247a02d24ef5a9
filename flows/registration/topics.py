"""议题征集: who signs up names a problem to talk about, and it becomes a ticket beforehand."""

from __future__ import annotations

import re
from datetime import datetime

from flows.registration.event import Event, Kind
from flows.registration.registration import Registration

_ASKS = re.compile(r"议题|问题|诉求|困难")
_NOTHING = re.compile(
    r"^[\s，。.]*(?:没有|没|无|暂无|暂时没有|暂时无|没什么|不用|-+)(?:问题|了|议题)?[\s，。.!！]*$"
)


def takes_topics(event: Event, now: datetime) -> bool:
    """Say whether a topic can be named: officials come or it is asked, and it has not begun."""
    return now < event.starts_at and (bool(event.guests) or bool(_asked(event)))


def topic_in(event: Event, one: Registration) -> str:
    """Return the problem that somebody named when they signed up, "" for none."""
    said = (one.answers.get(key, "").strip() for key in _asked(event))
    return next((text for text in said if text and not _NOTHING.match(text)), "")


def _asked(event: Event) -> tuple[str, ...]:
    """Return which questions of the office ask for one: 想当面反映的问题."""
    return tuple(q.key for q in event.questions if q.kind is Kind.TEXT and _ASKS.search(q.label))


__all__ = ["takes_topics", "topic_in"]
