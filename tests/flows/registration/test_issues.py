"""Issues of the papers: one number for one state of the list, marks for what changed since."""

from __future__ import annotations

from typing import Any

import pytest

from flows.registration.clock import erased
from flows.registration.handouts import Handout, Person, Told, handout
from flows.registration.issues import Issue, Kind, Mark, issue
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from flows.registration.seating import Customs
from tests.flows.registration.rolls import NOW, empty, signed

GUESTS = "区委书记张三，副区长李四"
CUSTOMS = Customs(posts=("书记", "区长", "董事长", "总经理"), row=3)
TOLD = Told(CUSTOMS)


def listed() -> Roll:
    """Return a list of three, the second with a companion and a plate."""
    roll = signed(empty(guests=GUESTS), 1, post="厂长")
    roll = signed(roll, 2, party=2, companions=("小王",), plate="浙B12345", post="总经理")
    return signed(roll, 3, phone="13805740003", code="012345")


def changed(roll: Roll, seq: int, **fields: Any) -> Roll:
    return roll.put(roll.registrations[seq].model_copy(update=fields))


def once(roll: Roll, *kinds: Kind) -> Roll:
    """Hand papers out."""
    for kind in kinds or Kind:
        roll = issue(roll, kind, NOW).roll
    return roll


def told(made: Issue) -> list[tuple[str, str, str]]:
    return [(one.mark.value, one.before, one.name) for one in made.changes]


def marked(paper: Handout) -> dict[str, Mark]:
    people = (*paper.people, *(one for row in paper.rows for one in row), *paper.rostrum)
    return {one.name: one.mark for one in people if one.mark}


def test_the_papers_of_one_list_have_one_number() -> None:
    assert [issue(once(listed()), kind, NOW).number for kind in Kind] == [1] * len(Kind)


def test_a_first_paper_marks_nobody() -> None:
    made = issue(listed(), Kind.SEATS, NOW)
    assert (made.since, made.changes) == (0, ())
    assert marked(handout(made, TOLD)) == {}


@pytest.mark.parametrize("kind", [Kind.CARDS, Kind.SEATS, Kind.SIGN_IN, Kind.BRIEFING])
def test_who_comes_instead_is_marked_and_told(kind: Kind) -> None:
    roll = changed(once(listed()), 1, name="赵小明", attendee="n:1")
    made = issue(roll, kind, NOW)
    assert (made.number, made.since) == (2, 1)
    assert dict(made.marks) == {1: Mark.CHANGED}
    ((mark, before, now),) = told(made)
    assert (mark, before.split()[0], now.split()[0]) == ("changed", "来宾1", "赵小明")


def test_who_came_new_and_who_gave_up_is_told() -> None:
    roll = changed(once(listed()), 3, standing=Standing.CANCELLED)
    made = issue(signed(roll, 4), Kind.CARDS, NOW)
    assert told(made) == [("removed", "", "来宾3"), ("added", "", "来宾4")]
    assert "来宾3" not in {one.name for one in handout(made, TOLD).people}


def test_a_second_paper_of_the_same_list_has_the_marks_of_the_first() -> None:
    roll = changed(once(listed()), 1, name="赵小明")
    first = issue(roll, Kind.CARDS, NOW)
    again = issue(first.roll, Kind.CARDS, NOW)
    assert (again.number, again.since, told(again)) == (first.number, first.since, told(first))


def test_another_paper_has_its_marks_though_one_was_made_meanwhile() -> None:
    roll = once(changed(once(listed()), 1, name="赵小明"), Kind.CARDS)
    roll = once(signed(roll, 4), Kind.CARDS)
    made = issue(roll, Kind.SEATS, NOW)
    assert (made.number, made.since) == (3, 1)
    assert dict(made.marks) == {1: Mark.CHANGED, 4: Mark.ADDED}


def test_a_change_that_was_taken_back_is_none() -> None:
    roll = once(changed(once(listed()), 1, name="赵小明"), Kind.CARDS)
    made = issue(changed(roll, 1, name="来宾1"), Kind.SEATS, NOW)
    assert (made.number, made.changes) == (3, ())


def test_only_what_a_paper_shows_is_a_change_of_it() -> None:
    roll = changed(once(listed()), 2, plate="浙B54321")
    assert issue(roll, Kind.SIGN_IN, NOW).changes == ()
    ((mark, before, now),) = told(issue(roll, Kind.PLATES, NOW))
    assert mark == "changed"
    assert before.endswith("浙B12345")
    assert now.endswith("浙B54321")


def test_a_plate_given_up_leaves_the_list_of_plates() -> None:
    made = issue(changed(once(listed()), 2, plate=""), Kind.PLATES, NOW)
    assert [mark for mark, _, _ in told(made)] == ["removed"]
    assert handout(made, TOLD).lines == ()


def test_who_cancels_and_comes_again_is_no_change() -> None:
    roll = changed(once(listed()), 1, standing=Standing.CANCELLED)
    made = issue(signed(roll, 1, post="厂长"), Kind.CARDS, NOW)
    assert made.changes == ()
    assert {one.mark for one in handout(made, TOLD).people} == {Mark.SAME}


def test_officials_are_compared_by_name() -> None:
    roll = once(listed()).with_event(guests="区委书记张三，区长李四，副区长王五")
    made = issue(roll, Kind.SEATS, NOW)
    assert told(made) == [("changed", "李四 副区长", "李四 区长"), ("added", "", "王五 副区长")]
    assert told(issue(roll, Kind.CARDS, NOW)) == [("added", "", "王五 副区长")]
    assert told(issue(roll, Kind.SIGN_IN, NOW)) == []


def test_only_the_companion_is_marked_who_is_new() -> None:
    roll = changed(once(listed()), 2, companions=("小李",))
    assert marked(handout(issue(roll, Kind.CARDS, NOW), TOLD)) == {"小李": Mark.CHANGED}


def test_cards_to_print_anew_come_first() -> None:
    made = issue(changed(once(listed()), 3, name="赵小明"), Kind.CARDS, NOW)
    assert next(iter(handout(made, TOLD).people)).name == "赵小明"


def test_an_issue_is_no_new_version_of_the_activity() -> None:
    roll = listed()
    assert issue(roll, Kind.CARDS, NOW).roll.event.version == roll.event.version


def test_nobody_is_on_a_paper_whose_place_is_not_certain() -> None:
    roll = signed(empty(approval=True, guests=""), 1)
    assert roll.registrations[1].standing is Standing.APPLIED
    assert issue(roll, Kind.SIGN_IN, NOW).listed == ()


def test_who_did_not_come_is_still_on_the_papers_of_the_day() -> None:
    roll = changed(once(listed()), 1, standing=Standing.ABSENT)
    assert issue(roll, Kind.SIGN_IN, NOW).changes == ()


def test_what_is_erased_is_erased_from_earlier_issues_too() -> None:
    roll = erased(once(listed()))
    assert "浙B12345" not in roll.registrations[2].model_dump_json()
    assert "小王" not in roll.registrations[2].model_dump_json()
    assert issue(roll, Kind.SIGN_IN, NOW).changes == ()


# What stands on them ----------------------------------------------------------------------------


def names(people: tuple[Person, ...]) -> list[str]:
    return [one.name for one in people]


def test_the_audience_sits_by_posts_then_as_it_came_with_companions_beside() -> None:
    paper = handout(issue(listed(), Kind.SEATS, NOW), TOLD)
    assert [names(row) for row in paper.rows] == [["来宾2", "小王", "来宾1"], ["来宾3"]]


@pytest.mark.parametrize(
    ("second_on_left", "seen"),
    [(True, ["丙", "甲", "乙", "丁"]), (False, ["丁", "乙", "甲", "丙"])],
)
def test_u8_the_rostrum_is_drawn_as_the_audience_sees_it(
    second_on_left: bool, seen: list[str]
) -> None:
    roll = listed().with_event(guests="甲（书记）、乙（区长）、丙（主席）、丁（局长）")
    customs = Customs(second_on_left=second_on_left)
    paper = handout(issue(roll, Kind.SEATS, NOW), Told(customs))
    assert names(paper.rostrum) == seen


def test_officials_sit_by_their_posts_where_the_office_wants_it() -> None:
    roll = listed().with_event(guests="副区长李四、区长王五、区委书记张三")
    customs = Customs(posts=("书记", "区长"), as_written=False)
    paper = handout(issue(roll, Kind.CARDS, NOW), Told(customs))
    assert names(paper.people)[:3] == ["张三", "王五", "李四"]


def test_officials_beyond_the_rostrum_sit_in_front_of_the_audience() -> None:
    roll = listed().with_event(guests="甲（书记）、乙（区长）、丙（主席）")
    paper = handout(issue(roll, Kind.SEATS, NOW), Told(Customs(rostrum=2)))
    assert names(paper.rostrum) == ["甲", "乙"]
    assert names(paper.rows[0])[0] == "丙"


def test_a_companion_whose_name_nobody_told_has_a_seat_and_no_card() -> None:
    roll = changed(listed(), 2, party=3)
    seats = handout(issue(roll, Kind.SEATS, NOW), TOLD)
    assert [one.beside for row in seats.rows for one in row].count("来宾2") == 2
    assert "" not in names(handout(issue(roll, Kind.CARDS, NOW), TOLD).people)


def test_telephones_are_masked_unless_they_are_to_be_whole() -> None:
    made = issue(listed(), Kind.SIGN_IN, NOW)
    masked, full = (handout(made, Told(CUSTOMS, full=full)) for full in (False, True))
    assert masked.lines[-1].cells == ("镇海第3紧固件厂", "来宾3", "", "138****0003", "012345")
    assert full.lines[-1].cells[3] == "13805740003"


def test_a_paper_that_is_kept_reads_back_the_same() -> None:
    for kind in Kind:
        paper = handout(issue(once(listed()), kind, NOW), TOLD)
        assert Handout.model_validate_json(paper.model_dump_json()) == paper
