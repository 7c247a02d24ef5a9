"""What the forms of activities know, for the tests that word every question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.registration.changing import PlaceFacts
from flows.registration.event import Kind, Question
from flows.registration.forms import SignUpFacts
from flows.registration.organising import OfficeFacts
from flows.registration.planning import PlanFacts, Template
from flows.registration.publishing import PublishFacts
from flows.registration.raising import RaisedFacts
from flows.registration.telephoned import TelephonedFacts
from flows.registration.which import WhichFacts
from tests.flows.cases import OFFICE
from tests.flows.registration.rolls import NOW, empty, signed

ASKED = tuple(
    Question(key=f"k{n}", label=f"想问的事{n}", kind=kind, required=required)
    for n, (kind, required) in enumerate(
        (kind, required) for required in (True, False) for kind in Kind if kind is not Kind.CHOICE
    )
)
FULL = signed(empty(capacity=2, questions=ASKED), 1, 2, 3)
TODAY = NOW.date()
_OFFICE = OfficeFacts(FULL, TODAY, OFFICE.days, seq=1)

EVENT_FACTS: Mapping[str, Any] = {
    "sign_up": SignUpFacts(FULL),
    "raised": RaisedFacts((FULL.event,), {FULL.event.number: ()}, leaders=("郑伟民",)),
    "which": WhichFacts((FULL.event,)),
    "event_publish": PublishFacts(FULL.event, {"c1": "商会群", "c2": "骆驼群"}),
    "document": None,
    "plan": PlanFacts(TODAY, OFFICE.days, (Template("亲清直通车", questions=ASKED),)),
    **dict.fromkeys(("leave_for", "party_for"), TelephonedFacts((FULL,))),
    **{flow: PlaceFacts(FULL, FULL.registrations[1]) for flow in ("party", "instead", "leave")},
    **dict.fromkeys(
        (*("event_off", "event_pause", "event_no", "event_move", "event_seats", "walk_in"),),
        _OFFICE,
    ),
}
