"""How a case climbs when nobody answers, urges or says a word: golden days of 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from flows.calendar import OFFICE_ZONE
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import State, Supervision, Ticket, Tier
from flows.tickets.causes import HAND, RATING, late, stands
from flows.tickets.children import RestReason
from flows.tickets.clocks import Clock
from flows.tickets.consequences import consequences
from flows.tickets.desk import Waits, shares, waiting
from flows.tickets.explain import explained
from flows.tickets.guards.ladder import rungs_of
from flows.tickets.ladder import Hours, Ladder, Rung, leaves_at, pace_of, strikes
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM, Part
from flows.tickets.silence import silence
from flows.tickets.strikes import leaving, next_strike, struck
from tests.flows.cases import DAYS, LADDER, actor, local, moment, ready, ticket
from tests.flows.test_clocks import dispatched, done, due

TALKED = "2026-11-24 11:00"


def under_way(tier: Tier = Tier.GENERAL) -> Ticket:
    """Return a case that was signed on a Tuesday, its enterprise telephoned."""
    case = done(dispatched("2026-11-24 09:00", tier), Act.SIGN, "2026-11-24 10:00")
    return done(case, Act.CONTACT, TALKED)


def tick(case: Ticket, at: str | datetime, ladder: Ladder = LADDER) -> Ticket:
    """Let the clock do what is due: its acts, what follows from them, and the letters."""
    when = local(at) if isinstance(at, str) else at
    now = moment(when)
    for _ in range(12):
        found = struck(case, ladder, now)
        if found is None:
            break
        case = _done(case, found, when)
        for then in consequences(found[0], case, None, now, ladder):
            case = _done(case, then, when)
    letters = list(case.supervisions)
    for place in leaving(case, now):
        letters[place] = letters[place].model_copy(update={"sent_at": when})
    return case.model_copy(update={"supervisions": tuple(letters)})


def _done(case: Ticket, found: tuple[Act, Any], at: datetime) -> Ticket:
    moved = move(case, found[0], SYSTEM, found[1], moment(at))
    assert not isinstance(moved, Refusal), (found, moved)
    return moved


def climbed(case: Ticket, until: str, ladder: Ladder = LADDER) -> tuple[Ticket, list[str]]:
    """Let the clock run up to a day: the case then, and each rung with the day it came."""
    at = local("2026-11-24 11:01")
    while (then := next_strike(case, ladder, moment(at))) is not None and then < local(until):
        at = max(then, at)
        case = tick(case, at, ladder)
    return case, [_told(one) for one in case.supervisions if one.rung]


def _told(one: Supervision) -> str:
    return f"{one.at.astimezone(OFFICE_ZONE):%m-%d %H:%M} L{one.rung} {one.clock}"


def letter(rung: int, clock: str = RATING, **update: Any) -> Supervision:
    """Return a 督办 that left and has to be answered until the evening of 25 November."""
    one = Supervision(
        rung=rung,
        clock=clock,
        deadline=local("2026-11-24 08:00"),
        at=local("2026-11-24 09:00"),
        due_at=local("2026-11-25 17:30"),
        sends_at=local("2026-11-24 09:30"),
        sent_at=local("2026-11-24 09:30"),
    )
    return one.model_copy(update=update)


# Unanswered ------------------------------------------------------------------------------------


def answered_late(case: Ticket, **update: Any) -> list[str]:
    struck_ = case.model_copy(update={"supervisions": (letter(2, **update),)})
    return climbed(struck_, "2026-12-01 00:00")[1][1:]


def test_a_supervision_that_nobody_answers_becomes_a_letter_in_the_next_digest() -> None:
    case = under_way().model_copy(update={"supervisions": (letter(2),)})
    assert next_strike(case, LADDER, moment(local(TALKED))) == local("2026-11-26 09:00")
    assert tick(case, "2026-11-26 08:59").supervisions == case.supervisions
    red = tick(case, "2026-11-26 09:00").supervisions[-1]
    assert (red.rung, red.clock, red.deadline) == (3, RATING, local("2026-11-24 08:00"))
    assert (red.sends_at, red.due_at) == (local("2026-11-26 09:30"), local("2026-11-27 17:30"))


def test_a_letter_that_nobody_answers_goes_to_the_conference_where_the_top_is_that_high() -> None:
    assert answered_late(under_way()) == ["11-26 09:00 L3 rating", "11-30 09:00 L4 rating"]
    tops = {**LADDER.tops, RATING: Rung.LETTER}
    low = replace(LADDER, tops=tops)
    case = under_way().model_copy(update={"supervisions": (letter(2),)})
    assert climbed(case, "2026-12-01 00:00", low)[1][1:] == ["11-26 09:00 L3 rating"]


@pytest.mark.parametrize(
    "over",
    [{"answered_at": local("2026-11-25 10:00"), "answered_by": 9}, {"called_off_by": 8}],
    ids=["answered", "called off"],
)
def test_what_was_answered_or_called_off_climbs_no_further(over: dict[str, Any]) -> None:
    assert answered_late(under_way(), **over) == []


def test_a_letter_that_never_left_is_not_unanswered() -> None:
    case = under_way().model_copy(update={"supervisions": (letter(2, sent_at=None),)})
    assert [one.rung for one in tick(case, "2026-11-26 09:00").supervisions] == [2]


def test_it_climbs_although_the_clock_that_caused_it_has_stopped() -> None:
    missed = letter(2, clock="contact")  # 催办 is the top of this clock by its days
    assert not late(under_way(), "contact", missed.deadline)
    assert answered_late(under_way(), clock="contact") == ["11-26 09:00 L3 contact"]


def test_an_unanswered_cause_holds_the_letter_through_its_half_hour() -> None:
    case = under_way().model_copy(update={"supervisions": (letter(2, clock="contact"),)})
    case = tick(case, "2026-11-26 09:00")
    case = done(case, Act.NOTE, "2026-11-26 09:10")
    assert case.supervisions[-1].waits
    assert stands(case, case.supervisions[-1])


def test_an_answer_within_the_half_hour_keeps_the_letter_from_leaving() -> None:
    case = under_way().model_copy(update={"supervisions": (letter(2),)})
    case = tick(case, "2026-11-26 09:00")
    answered = done(case, Act.ANSWER, "2026-11-26 09:10")
    assert leaving(answered, moment(local("2026-11-26 09:30"))) == ()
    assert climbed(answered, "2026-12-01 00:00")[1] == [_told(one) for one in case.supervisions]


@pytest.mark.parametrize("state", [State.NEED_INFO, State.SUSPENDED, State.CLOSED, State.MERGED])
def test_nothing_climbs_while_a_case_rests_or_when_it_is_over(state: State) -> None:
    case = under_way().model_copy(update={"state": state, "supervisions": (letter(2),)})
    assert struck(case, LADDER, moment(local("2026-11-26 09:00"))) is None
    assert next_strike(case, LADDER, moment(local(TALKED))) != local("2026-11-26 09:00")


def test_after_a_stop_of_days_it_climbs_one_rung_and_not_the_whole_way() -> None:
    case = under_way().model_copy(update={"supervisions": (letter(2),)})
    late_ = tick(case, "2026-12-08 10:00")
    assert [one.rung for one in late_.supervisions if one.clock == RATING] == [2, 3]


def test_by_its_days_and_without_an_answer_a_date_climbs_each_rung_once() -> None:
    _, rungs = climbed(under_way(), "2026-12-20 00:00")
    assert rungs == [
        "12-02 09:00 L1 handle",
        "12-03 09:00 L2 handle",
        "12-07 09:00 L3 handle",  # three days after, and the 督办单 unanswered since the 4th
        "12-09 09:00 L4 handle",
    ]


# The second 催办 --------------------------------------------------------------------------------


def test_the_second_urge_of_the_department_is_a_supervision() -> None:
    case = dispatched("2026-11-24 09:00")
    _, rungs = climbed(case, "2026-11-26 10:00")
    assert rungs == [
        "11-24 14:30 L1 sign",  # 视为签收
        "11-26 09:00 L1 contact",
        "11-26 09:00 L2 contact",
    ]


def test_it_becomes_one_once() -> None:
    case, _ = climbed(dispatched("2026-11-24 09:00"), "2026-11-26 09:10")
    case = done(case, Act.SIGN, "2026-11-26 09:15")
    case = done(case, Act.CONTACT, "2026-11-26 09:20")  # the cause falls away before it leaves
    assert case.supervisions[-1].called_off_by == SYSTEM.person
    _, rungs = climbed(case, "2026-12-02 10:00")
    assert [one for one in rungs if " L2 " in one] == ["11-26 09:00 L2 contact"]


def test_the_number_of_urges_is_the_offices() -> None:
    for second in (0, 3):
        ladder = replace(LADDER, second=second)
        _, rungs = climbed(dispatched("2026-11-24 09:00"), "2026-11-26 10:00", ladder)
        assert rungs == ["11-24 14:30 L1 sign", "11-26 09:00 L1 contact"]


def test_a_department_does_not_answer_for_what_the_desk_missed() -> None:
    missed = local("2026-11-23 17:30")
    desk = Supervision(rung=1, clock="accept", deadline=missed, at=missed)
    own = Supervision(rung=1, clock="contact", deadline=missed, at=missed)
    case = under_way()
    for first, follows in ((desk, 0), (own, 1)):
        again = own.model_copy(update={"clock": "stage"})
        now = case.model_copy(update={"supervisions": (first, again)})
        told_ = consequences(Act.SUPERVISE, now, None, moment(), LADDER)
        assert len(told_) == follows


# Silence ----------------------------------------------------------------------------------------


def quiet(case: Ticket, at: str = TALKED) -> str:
    found = silence(case, moment(local(at)))
    return f"{found.due_at.astimezone(OFFICE_ZONE):%m-%d %H:%M}" if found else ""


def test_five_working_days_without_a_word_are_urged_once() -> None:
    _, rungs = climbed(under_way(Tier.COMPLEX), "2026-12-10 00:00")
    assert rungs == ["12-02 09:00 L1 progress"]


def test_a_word_ends_the_silence_and_the_next_one_is_the_second_urge() -> None:
    spoken = done(tick(under_way(Tier.COMPLEX), "2026-12-02 09:00"), Act.NOTE, "2026-12-02 10:00")
    assert quiet(spoken) == "12-09 17:30"
    _, rungs = climbed(spoken, "2026-12-10 09:10")
    assert rungs[1:] == ["12-10 09:00 L1 progress", "12-10 09:00 L2 progress"]


@pytest.mark.parametrize("act", [Act.NOTE, Act.CONTACT, Act.STAGE, Act.MEET, Act.PASS_ON])
def test_every_word_begins_the_silence_anew(act: Act) -> None:
    assert quiet(under_way(Tier.HARD)) == "12-01 17:30"
    assert quiet(done(under_way(Tier.HARD), act, "2026-11-25 09:00")) == "12-02 17:30"


def test_an_opinion_is_a_word_and_what_the_enterprise_says_is_none() -> None:
    case = done(dispatched("2026-11-24 09:00", Tier.HARD, "jxj"), Act.SIGN, TALKED)
    assert quiet(done(case, Act.OPINION, "2026-11-25 09:00")) == "12-02 17:30"
    for act in (Act.URGE, Act.SUPPLEMENT):
        assert quiet(done(case, act, "2026-11-25 09:00")) == "12-01 17:30"


def resting(case: Ticket, since: str, until: str) -> Ticket:
    rest = told.Resting(RestReason.SEASON, "汛期", date(2026, 12, 20))
    case = done(case, Act.ASK_REST, since, rest)
    case = done(case, Act.REST, since)
    assert struck(case, LADDER, moment(local(until))) is None
    return done(case, Act.RESUME, until)


def test_the_silence_rests_with_the_case() -> None:
    assert quiet(resting(under_way(Tier.HARD), "2026-11-25 09:00", "2026-11-27 09:00")) == (
        "12-03 17:30"
    )


def test_one_silence_strikes_once_though_a_rest_moves_its_end() -> None:
    case = tick(under_way(Tier.COMPLEX), "2026-12-02 09:00")
    case = resting(case, "2026-12-02 10:00", "2026-12-04 10:00")
    assert quiet(case) == "12-03 17:30"
    assert [one.rung for one in tick(case, "2026-12-10 09:00").supervisions if one.rung] == [1]


def test_only_what_is_under_way_has_to_have_progress() -> None:
    for state in set(State) - {State.IN_PROGRESS, State.SUSPENDED}:
        assert silence(ticket(state), moment()) is None


def test_a_case_over_its_date_is_urged_for_that_alone() -> None:
    assert quiet(under_way(Tier.GENERAL)) == ""


def test_a_case_that_is_sent_back_begins_a_silence_of_its_own() -> None:
    case = done(under_way(Tier.HARD), Act.REPLY, "2026-11-30 09:00")
    assert quiet(done(case, Act.SEND_BACK, "2026-12-01 09:00")) == "12-08 17:30"


# Decisions --------------------------------------------------------------------------------------


def asked(what: Act = Act.ASK_LONGER) -> Ticket:
    rest = told.Resting(RestReason.SEASON, "汛期", date(2026, 12, 20))
    form = rest if what is Act.ASK_REST else told.Longer(3, "待料")
    return done(under_way(), what, "2026-11-25 09:00", form)


@pytest.mark.parametrize(
    ("ask", "decide"),
    [
        (Act.ASK_LONGER, Act.LONGER),
        (Act.ASK_LONGER, Act.NOT_LONGER),
        (Act.ASK_REST, Act.REST),
        (Act.ASK_REST, Act.NO_REST),
    ],
)
def test_what_is_asked_for_has_to_be_decided_in_time(ask: Act, decide: Act) -> None:
    case = asked(ask)
    assert due(case, Clock.DECIDE) == "2026-11-26 17:30"
    late_ = tick(case, "2026-11-27 09:00").supervisions[-1]
    assert (late_.clock, late_.rung) == ("decide", 1)
    decided = done(case, decide, "2026-11-26 09:00").deadline("decide")
    assert decided is not None
    assert decided.stopped_at == local("2026-11-26 09:00")


def test_the_desk_shows_until_when_to_decide_and_the_department_its_own_date() -> None:
    case = asked()
    found = waiting(case)
    assert found is not None
    assert (found.waits, found.due_at) == (Waits.LONGER, local("2026-11-26 17:30"))
    (share,) = shares(case)
    assert share.waiting is not None
    assert share.waiting.due_at == local("2026-12-01 17:30")


def test_the_date_of_a_decision_is_explained_to_those_inside() -> None:
    clocks = {one.clock for one in explained(asked(), actor(Part.SUPERVISOR), moment())}
    assert Clock.DECIDE in clocks
    theirs = {one.clock for one in explained(asked(), actor(Part.REPORTER), moment())}
    assert theirs == {Clock.HANDLE}


# By hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "rungs"),
    [
        (Part.CLERK, ()),
        (Part.SUPERVISOR, (2,)),
        (Part.INSPECTOR, (2, 3, 4)),
        (Part.LEADER, (2, 3, 4)),
        (Part.OFFICIAL, ()),
        (Part.LEAD, ()),
    ],
)
def test_each_part_sends_its_own_letters(part: Part, rungs: tuple[int, ...]) -> None:
    assert rungs_of(frozenset({part})) == rungs


def by_hand(case: Ticket, part: Part, rung: int) -> Ticket | Refusal:
    form = told.Supervised(rung, HAND, local(TALKED), local(TALKED), local(TALKED), text="拖延")
    return move(case, Act.SUPERVISE, actor(part), form, moment(local(TALKED)))


def test_the_head_of_the_desk_sends_no_letter_to_the_inspectors() -> None:
    assert by_hand(under_way(), Part.SUPERVISOR, 3) == Refusal("ticket.refused.foreign_rung")
    sent = by_hand(under_way(), Part.INSPECTOR, 3)
    assert isinstance(sent, Ticket)
    assert (sent.supervisions[-1].by, sent.supervisions[-1].text) == (7, "拖延")


def test_no_second_letter_by_hand_while_one_as_high_waits() -> None:
    case = under_way().model_copy(update={"supervisions": (letter(3),)})
    assert by_hand(case, Part.LEADER, 3) == Refusal("ticket.refused.supervised_open")
    assert isinstance(by_hand(case, Part.LEADER, 4), Ticket)


def test_staff_urge_once_a_day_and_that_is_no_missed_date() -> None:
    case = done(under_way(), Act.PRESS, "2026-11-25 09:00")
    refused = move(case, Act.PRESS, actor(Part.CLERK), told.Nothing(), moment(local(TALKED)))
    assert isinstance(refused, Ticket)  # another day
    again = move(
        case, Act.PRESS, actor(Part.CLERK), told.Nothing(), moment(local("2026-11-25 16:00"))
    )
    assert again == Refusal("ticket.refused.pressed_today")
    assert consequences(Act.SUPERVISE, refused, None, moment(), LADDER) == ()


# Hours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "office", "awake"),
    [
        ("2026-11-24 09:00", "11-24 09:30", "11-24 09:30"),
        ("2026-11-24 19:30", "11-25 09:30", "11-24 20:00"),
        ("2026-11-24 19:31", "11-25 09:30", "11-25 09:00"),
        ("2026-11-24 23:50", "11-25 09:30", "11-25 09:00"),
        ("2026-11-25 07:00", "11-25 09:30", "11-25 09:00"),
        ("2026-11-28 10:00", "11-30 09:30", "11-28 10:30"),  # Saturday
    ],
)
def test_letters_of_urgent_cases_leave_until_the_evening(at: str, office: str, awake: str) -> None:
    for hours, expected in ((Hours.OFFICE, office), (Hours.AWAKE, awake)):
        leaves = leaves_at(local(at), LADDER, DAYS, hours).astimezone(OFFICE_ZONE)
        assert f"{leaves:%m-%d %H:%M}" == expected


def test_letters_of_an_emergency_leave_at_any_hour() -> None:
    night = local("2026-11-28 23:50")
    assert leaves_at(night, LADDER, DAYS, Hours.ANY) == local("2026-11-29 00:20")


def test_a_case_has_the_hours_of_its_tier_or_of_the_emergency() -> None:
    assert pace_of(ticket(), LADDER).hours is Hours.OFFICE
    assert pace_of(ticket(tier=Tier.URGENT), LADDER).hours is Hours.AWAKE
    assert pace_of(ticket(emergency=True), LADDER).hours is Hours.ANY


def test_a_letter_that_waits_for_the_morning_leaves_with_the_emergency() -> None:
    one = letter(2, sent_at=None, sends_at=local("2026-11-25 09:30"))
    case = under_way().model_copy(update={"supervisions": (one,)})
    night = local("2026-11-24 22:00")
    soon = local("2026-11-24 22:30")
    marked = done(case, Act.EMERGENCY, night, told.Emergency(soon, "厂区积水"))
    assert (marked.emergency, marked.supervisions[0].sends_at) == (True, soon)
    assert next_strike(marked, LADDER, moment(night)) == soon
    morning = told.Emergency(local("2026-11-25 09:30"))
    calm = done(marked, Act.NO_EMERGENCY, night, morning)
    assert (calm.emergency, calm.supervisions[0].sends_at) == (False, local("2026-11-25 09:30"))


def test_the_first_rung_of_what_is_urgent_may_be_the_second_of_others() -> None:
    ladder = replace(LADDER, urgent_first=Rung.SUPERVISED)
    case = under_way(Tier.URGENT)
    handling = case.handling
    assert handling is not None

    def rungs(ladder: Ladder) -> list[str]:
        found = strikes(handling, ladder, DAYS, pace_of(case, ladder))
        return [
            f"{one.at.astimezone(OFFICE_ZONE):%m-%d %H:%M} L{one.rung}"
            for one in sorted(found, key=lambda one: one.at)
            if one.rung
        ]

    assert rungs(LADDER)[0] == "11-27 09:00 L1"
    assert rungs(ladder)[0] == "11-26 17:30 L2"  # at once: it does not wait for a digest


# Old tickets ------------------------------------------------------------------------------------


def test_a_ticket_of_earlier_days_loads_and_has_its_silence() -> None:
    kept = under_way(Tier.HARD).model_dump(mode="json")
    for name in ("emergency", "passages"):
        del kept[name]
    for one in kept["supervisions"]:
        del one["by"], one["text"]
    old = Ticket.model_validate(kept)
    assert quiet(old) == "12-01 17:30"


def test_an_emergency_is_marked_once_and_taken_back() -> None:
    at = told.Emergency(local(TALKED), "厂区积水")
    head = actor(Part.SUPERVISOR)
    case = ready(State.IN_PROGRESS, Act.EMERGENCY).model_copy(update={"emergency": True})
    assert move(case, Act.EMERGENCY, head, at, moment()) == Refusal(
        "ticket.refused.emergency_already"
    )
    plain = case.model_copy(update={"emergency": False})
    assert move(plain, Act.NO_EMERGENCY, head, at, moment()) == Refusal(
        "ticket.refused.no_emergency"
    )
