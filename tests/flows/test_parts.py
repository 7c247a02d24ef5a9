"""What people are to a ticket, and what each part may see of it."""

from __future__ import annotations

import pytest

from flows.tickets.case import CoTask, Joined, LeaderCase, Tier
from flows.tickets.parts import Part, actor_of, may_read, may_see_files, sees_reporter
from tests.flows.cases import NOW, ticket

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
    found = actor_of(joined, 5, (), NOBODY).parts
    assert found == {Part.JOINED}
    assert not may_read(joined, found)


@pytest.mark.parametrize("part", list(Part))
def test_who_may_read_the_body(part: Part) -> None:
    never = {Part.ADMIN, Part.JOINED, Part.SYSTEM}
    serious_only = {Part.OFFICIAL, Part.SECRETARY}
    alone = frozenset({part})
    assert may_read(ticket(), alone) is (part not in never | serious_only)
    assert may_read(ticket(tier=Tier.COMPLEX), alone) is (part not in never)


@pytest.mark.parametrize("part", list(Part))
def test_departments_do_not_see_who_reports_anonymously(part: Part) -> None:
    alone = frozenset({part})
    assert sees_reporter(ticket(), alone)
    inside = {
        *(Part.REPORTER, Part.CLERK, Part.SUPERVISOR),
        *(Part.LEADER, Part.OFFICIAL, Part.INSPECTOR),
    }
    assert sees_reporter(ticket(anonymous=True), alone) is (part in inside)
    hidden = ticket(anonymous=True, tier=Tier.HARD)
    assert may_see_files(hidden, alone) is (part in inside)
