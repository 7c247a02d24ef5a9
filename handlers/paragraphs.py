"""What a typed paragraph is before anybody knows what it is about: a report, a record, too much."""

from __future__ import annotations

import re

from flows import reading
from flows.engine.flow import State
from flows.tickets.report import TELLING
from handlers.ports import Office, Text
from handlers.visit import Visit

# Words of trouble: a paragraph with one of them is taken for a report, which can be cancelled.
_TROUBLE = re.compile(
    r"问题|反映|投诉|困难|难题|没人管|怎么办|解决|协调|坏|停[电水气产工]|漏|堵|拖欠|不给|无法|没法|"
    r"不能|不了|不到|不让|太慢|太贵|涨价|影响|损失|罚|被|缺|招工|跳闸|积水|帮忙|帮我们|希望|请求|恳请"
)
PARAGRAPH = 12  # characters from which plain words may be a report


def opening_words(office: Office, text: str) -> tuple[Text, ...]:
    """Return the telephone numbers that come before any question (抢修, 110, 119)."""
    calls = reading.opening_calls(text, office.emergencies, office.categories)
    return tuple(Text("report.first_call", {"call": call}) for call in calls)


def tells_much(text: str) -> bool:
    """Say whether a text in a group gives away more than a command."""
    return len(text) >= PARAGRAPH or reading.mask_numbers(text) != text


def is_report(text: str) -> bool:
    """Say whether plain words tell of trouble."""
    return len(text) >= PARAGRAPH and bool(_TROUBLE.search(text))


def tells_problem(state: State, text: str) -> bool:
    """Say whether a text that goes to an open form may tell a problem: of a 走访, not who and when.

    What it tells may be dangerous, and then a telephone number comes first.
    """
    problems = state.asked in {(), ("problems",)} and len(text) >= TELLING
    return state.flow == "report" or (state.flow == "outreach" and problems)


def forwarded(visit: Visit) -> str:
    """Write a forwarded chat record down as it was said, speakers kept (转发即登记)."""
    lines = visit.filed.arrival.forwarded
    said = (f"{line.who}：{line.text}" if line.who else line.text for line in lines)
    return reading.normalise("\n".join(said))
