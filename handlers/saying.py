"""Commands that are answers where they are said: 没问题 of a 走访, 是 to 是否用餐."""

from __future__ import annotations

from handlers.ports import Frame
from handlers.rating_asked import RATINGS
from handlers.registration.words import MEANT_FOR_A_FILE, SAID_YES_TO
from handlers.visit import Visit

_YES = frozenset({"yes", "right"})
OF_STAFF = frozenset(
    {
        "emergency",
        "no_emergency",
        "supervise",
        "deputy",
        "end_deputy",
        "deregister",
        "reinstate",
        "tell_facts",
        "firm_facts",
        "firm_file",
        "firm_template",
    }
)
"""Commands of the office: who has none only begins a sentence so: 应急，厂里起火了."""


def says(visit: Visit, frame: Frame, word: str) -> bool:
    """Say whether a command is an answer to what the open form asks."""
    state = frame.state
    rates = word in RATINGS and state.flow == "rate_for"
    messages = word == "messages_only" and state.flow == "try"
    nothing = word == "right" and state.asked == ("problems",) and "problems" not in state.answers
    yes = word in _YES and state.flow in SAID_YES_TO and bool(state.asked)
    meant = word in MEANT_FOR_A_FILE and state.flow == "document" and not visit.request.rest
    # 收到 is meant for a push; 已收到，正在核实 or 收到了 may be all that a form is told.
    told = word == "received" and visit.request.text.strip(" 。.!！") != "收到"
    answers = rates or messages or nothing or yes or meant or told or word == "wrong"
    return answers and visit.request.number is None
