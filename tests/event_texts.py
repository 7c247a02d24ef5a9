"""The keys that the code makes up of activities and registrations, for the test of the texts."""

from __future__ import annotations

from collections.abc import Mapping

from flows.registration.handouts import COLUMNS
from flows.registration.issues import Kind, Mark
from flows.registration.plan_sheet import COLUMNS as COLUMNS_OF_PLANS
from flows.registration.planning import PLAN
from flows.registration.registration import Standing
from flows.registration.relay_filing import Became
from flows.registration.relay_rows import Doubt

BUTTONS = (
    *("view", "sign_up", "place", "accept", "decline", "cancel", "people", "instead"),
    *("no_proxy", "proxy_again"),
    *("door", "door_off", "out"),
    *("raise", "raised", "topic", "survey", "much", "some", "nothing"),
    *("publish", "resume", "pause", "off", "move", "seats", "yes", "no", "seat", "walk_in", "copy"),
    *("leave_for", "party_for", "restore"),
)
_SHEETS = ("came", "raised", "hours")
_DOOR = set(Standing) - {Standing.CONFIRMED, Standing.ARRIVED, Standing.ABSENT}

WHY_NOT = (
    *("party", "enterprise_full", "enterprise_left", "full", "waitlist_full"),
    *("closed", "paused", "called_off", "early", "unpublished"),
)
"""Why a row of a 接龙 is not signed up."""

EVENT_KEYS: Mapping[str, set[str]] = {
    "event.§": {f"event.{act}" for act in BUTTONS},
    "attendance.sheet.§": {f"attendance.sheet.{one}" for one in _SHEETS},
    "attendance.note.§": {f"attendance.note.{one}" for one in _SHEETS},
    "attendance.column.§": {
        f"attendance.column.{one}"
        for one in (
            *("enterprise", "signed", "came", "people", "absent", "cancelled", "late"),
            *("event", "title", "collected", "closed", "running", "otherwise"),
            *("name", "times", "hours"),
        )
    },
    "event.status.§": {
        f"event.status.{one}"
        for one in ("open", "waitlist", "full", "early", "closed", "draft", "paused", "cancelled")
    },
    "event.told.§": {f"event.told.{one}" for one in ("closed", "ended")},
    "event.done.§": {
        f"event.done.{act}" for act in ("publish", "resume", "yes", "seat", "restore")
    },
    "registration.told.§_for": {
        f"registration.told.{act}_for" for act in ("cancel", "resize", "restore")
    },
    "check_in.§": {f"check_in.{why}" for why in ("elsewhere", "forged", "passed_on")},
    "plan_sheet.note.§": {f"plan_sheet.note.{field}" for field in COLUMNS_OF_PLANS},
    "plan_sheet.example.§": {
        f"plan_sheet.example.{field}" for field in {*COLUMNS_OF_PLANS} - {"when", "ends", "closes"}
    },
    "document.fault.§": {
        f"document.fault.{one}"
        for one in ("kind", "locked", "broken", "empty", "large", "list", "gone")
    },
    "plan.§.label": {f"plan.{step.field}.label" for step in PLAN.steps},
    "event_paper.kind.§": {f"event_paper.kind.{kind.value}" for kind in Kind},
    "event_paper.mark.§": {f"event_paper.mark.{mark.value}" for mark in Mark if mark},
    "event_paper.change.§": {f"event_paper.change.{mark.value}" for mark in Mark if mark},
    "event_paper.issue.§": {f"event_paper.issue.{way}" for way in ("first", "changed", "same")},
    "event_paper.column.§": {
        f"event_paper.column.{name}"
        for name in ("no", "sign", "mark", "row", "seat", *sum(COLUMNS.values(), ()))
    },
    "registration.standing.§": {f"registration.standing.{one.value}" for one in Standing},
    "registration.answer.§": {
        "registration.answer.already",
        "registration.answer.known",
        *(f"registration.answer.{one.value}" for one in Standing),
    },
    "registration.refused.§": {
        f"registration.refused.enterprise_{one}" for one in ("full", "left")
    },
    "relay.line.§": {
        f"relay.line.{one}"
        for one in (
            *("took", "waiting", "repeated", "there"),
            *("gone", "passed", "passed_before", "untold"),
        )
    },
    "relay.row.§": {
        f"relay.row.{one.value}" for one in set(Became) - {Became.ASKED, Became.PASSED}
    },
    "relay.rest.§": {f"relay.rest.{one.value}" for one in (Became.DIFFERS, Became.REFUSED)},
    "relay_row.hint.§": {f"relay_row.hint.{one}" for one in ("one", "many")},
    "relay.why.§": {f"relay.why.{one}" for one in WHY_NOT},
    "relay_row.why.§": {f"relay_row.why.{one.value}" for one in Doubt},
    "registration.refused.door.§": {f"registration.refused.door.{one.value}" for one in _DOOR},
}
OBJECTIONS = {
    *(f"raised.problems.{why}" for why in ("short", "long", "onward")),
    *(
        "relay.text.no_rows",
        "relay_row.said.unread",
        "plan.when.past",
        "plan.closes.late",
        "plan.closes.past",
        "plan.questions.many",
        "leave_for.who.many",
        "party_for.who.many",
    ),
    *(
        f"sign_up.{letter}{n}.{why}"
        for letter in "qo"
        for n in range(1, 7)
        for why in ("number", "phone")
    ),
}
"""What steps object to, besides what is invalid."""
