"""What people are to a ticket, and what each part may see of it."""

from __future__ import annotations

import pytest

from flows.tickets.case import CoTask, Joined, LeaderCase, Tier
from flows.tickets.parts import Part, actor_of, sees_reporter
from flows.tickets.rights import may_read, may_see_files
from tests.flows.cases import NOW, actor, ticket

NOBODY: frozenset[str] = frozenset()
CASE = ticket(lead_unit="gdj", co_tasks=(CoTask(unit="jxj"),))


def parts(person: int, *roles: tuple[str, str], orphaned: frozenset[str] = NOBODY) -> set[Part]:
    return set(actor_of(CASE, person, roles, orphaned).parts)


def test_roles_and_units_make_the_parts() -> None:
    assert parts(1) == {Part.REPORTER}
    assert parts(2, ("clerk", "")) == {Part.CLERK}
    assert parts(3, ("liaison", "gdj")) == {Part.LEAD}
    assert parts(3, ("liaison", "jxj")) == {Part.SUPPORT}
    assert parts(3, ("liaison", "rsj")) == set()
    assert parts(3, ("liaison", "")) == set()
    assert parts(4, ("secretary", "")) == {Part.SECRETARY}
    assert parts(4, ("inspector", "")) == {Part.INSPECTOR}
    assert actor_of(CASE, 4, (("secretary", "7"), ("secretary", "8")), NOBODY).serves == {7, 8}


def test_who_leads_and_supports_acts_for_both_departments() -> None:
    both = actor_of(CASE, 3, (("liaison", "gdj"), ("liaison", "jxj")), NOBODY)
    assert both.parts == {Part.LEAD, Part.SUPPORT}
    assert both.units == {"gdj", "jxj"}


def test_a_department_nobody_speaks_for_is_spoken_for_by_the_desk() -> None:
    orphaned = frozenset({"gdj", "jxj"})
    assert parts(2, ("clerk", ""), orphaned=orphaned) == {Part.CLERK, Part.LEAD, Part.SUPPORT}
    assert parts(2, ("leader", ""), orphaned=orphaned) == {Part.OFFICIAL}
    assert parts(2, ("admin", ""), orphaned=orphaned) == {Part.ADMIN}


def test_a_leader_who_owns_a_case_leads_it_until_the_post_ends() -> None:
    led = CASE.model_copy(update={"leaders": (LeaderCase(leader=9, why="hard", since=NOW),)})
    assert actor_of(led, 9, (("leader", ""),), NOBODY).parts == {Part.OFFICIAL, Part.LEADER}
    assert actor_of(led, 9, (), NOBODY).parts == frozenset()
    assert actor_of(led, 8, (("leader", ""),), NOBODY).parts == {Part.OFFICIAL}


def test_who_joined_hears_of_it_and_reads_nothing() -> None:
    joined = CASE.model_copy(update={"joined": (Joined(person=5),)})
    found = actor_of(joined, 5, (), NOBODY)
    assert found.parts == {Part.JOINED}
    assert not may_read(joined, found)


@pytest.mark.parametrize("part", list(Part))
def test_who_may_read_the_body(part: Part) -> None:
    never = {Part.ADMIN, Part.APART, Part.JOINED, Part.SYSTEM}
    serious_only = {Part.OFFICIAL, Part.SECRETARY}
    alone = actor(part)
    assert may_read(ticket(), alone) is (part not in never | serious_only)
    assert may_read(ticket(tier=Tier.COMPLEX), alone) is (part not in never)


@pytest.mark.parametrize("part", list(Part))
def test_departments_do_not_see_who_reports_anonymously(part: Part) -> None:
    alone = frozenset({part})
    assert sees_reporter(ticket(), alone) is (part is not Part.ASKED)
    inside = {
        *(Part.REPORTER, Part.CLERK, Part.SUPERVISOR),
        *(Part.LEADER, Part.OFFICIAL, Part.INSPECTOR),
    }
    assert sees_reporter(ticket(anonymous=True), alone) is (part in inside)
    hidden = ticket(anonymous=True, tier=Tier.HARD)
    assert may_see_files(hidden, actor(part)) is (part in inside)


OWN_ROLES = (
    *(("clerk", ""), ("supervisor", ""), ("leader", ""), ("secretary", "7"), ("inspector", "")),
    *(("admin", ""), ("liaison", "gdj"), ("liaison", "jxj")),
)


@pytest.mark.parametrize("role", OWN_ROLES, ids="-".join)
def test_who_reported_a_case_meets_it_for_the_enterprise_alone(role: tuple[str, str]) -> None:
    led = CASE.model_copy(update={"leaders": (LeaderCase(leader=1, why="hard", since=NOW),)})
    found = actor_of(led, 1, (role,), NOBODY)
    assert found.parts == {Part.REPORTER}
    others = led.model_copy(update={"reporter": 2})
    assert found.barred == actor_of(others, 1, (role,), NOBODY).parts
    assert (found.units, found.serves) == (frozenset(), frozenset())


def test_who_joined_a_case_does_nothing_inside_on_it_either() -> None:
    joined = CASE.model_copy(update={"joined": (Joined(person=5),)})
    found = actor_of(joined, 5, (("clerk", ""),), frozenset({"gdj"}))
    assert found.parts == {Part.JOINED}
    assert found.barred == {Part.CLERK, Part.LEAD}


def test_who_left_the_enterprise_does_not_handle_what_they_once_reported() -> None:
    left = CASE.model_copy(update={"left": True})
    assert actor_of(left, 1, (("clerk", ""),), NOBODY).parts == frozenset()


NAMED = (("recorded_by", 2), ("clerk", 2))


@pytest.mark.parametrize(("field", "person"), NAMED)
def test_a_confidential_case_is_for_the_clerk_who_wrote_it_down_or_took_it_on(
    field: str, person: int
) -> None:
    kept = CASE.model_copy(update={"confidential": True, field: person})
    assert actor_of(kept, person, (("clerk", ""),), NOBODY).parts == {Part.CLERK}
    other = actor_of(kept, 3, (("clerk", ""),), frozenset({"gdj"}))
    assert other.parts == {Part.APART}
    assert other.units == frozenset()
    assert not may_read(kept, other)
    head = actor_of(kept, 4, (("clerk", ""), ("supervisor", "")), NOBODY)
    assert head.parts == {Part.CLERK, Part.SUPERVISOR}


def test_a_confidential_case_is_for_its_own_leader_and_their_secretary_alone() -> None:
    led = (LeaderCase(leader=9, why="hard", since=NOW),)
    kept = CASE.model_copy(update={"confidential": True, "tier": Tier.HARD, "leaders": led})
    roles = {9: ("leader", ""), 8: ("leader", ""), 7: ("secretary", "9"), 6: ("secretary", "8")}
    readers = [
        who for who, role in roles.items() if may_read(kept, actor_of(kept, who, (role,), NOBODY))
    ]
    assert readers == [9, 7]


def test_a_confidential_case_is_read_by_its_departments_the_inspector_and_the_enterprise() -> None:
    kept = CASE.model_copy(update={"confidential": True})
    for part in (Part.LEAD, Part.SUPPORT, Part.INSPECTOR, Part.REPORTER):
        assert may_read(kept, actor(part))


def test_only_the_desk_stands_in_for_a_department() -> None:
    orphaned = frozenset({"gdj"})
    assert actor_of(CASE, 2, (("clerk", ""),), orphaned).departments == frozenset()
    assert actor_of(CASE, 3, (("liaison", "gdj"),), orphaned).departments == {"gdj"}
