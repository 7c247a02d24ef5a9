"""Leaders: who leads a case, hand-over, talks, and what leaders see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.leading import (
    INSPECTOR,
    SECRETARY,
    TWO,
    WORDS,
    at,
    hard,
    led,
    morning,
)
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    buttons,
    carry,
    heard,
    known,
    people,
    person,
    texts,
    ticket,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


async def test_a_hard_case_gets_its_leader_by_the_rule(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        case = await ticket(play)
        assert case.leader == (await known(play, LEADER)).id
        assert f"由{LEADER}领办" in heard(play, play.seen, LIAISON)
        assert "区工商联领导领办" in heard(play, play.seen, OWNER)
        assert LEADER not in heard(play, play.seen, OWNER)
        told = await at(play, "2026-11-25 09:00")
        for who in (LEADER, SECRETARY):
            assert "ZH-2026-0001 请您领办" in heard(play, told, who)


async def test_the_head_of_the_desk_names_a_leader_and_nobody_else_does(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        for who in (CLERK, LIAISON, LEADER):
            assert "不归您办" in heard(play, await play.say(who, "领办 1 郑伟民"), who)
        assert (await ticket(play)).leader is None
        told = await play.say(HEAD, "领办 1")
        assert LEADER in buttons(play, told, HEAD)
        await play.press(HEAD, LEADER)
        assert (await ticket(play)).leader == (await known(play, LEADER)).id


async def test_scenario_23_a_leader_hands_over_and_has_no_say_any_more(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        told = await play.say(LEADER, "移交领办 1 方明")
        assert "已移交领办" in heard(play, told, LEADER)
        case = await ticket(play)
        assert case.leader == (await known(play, "方明")).id
        assert [one.handed_from for one in case.leaders if one.open] == [
            (await known(play, LEADER)).id
        ]
        told = await play.say(LEADER, "移交领办 1 郑伟民")
        assert "不归您办" in heard(play, told, LEADER)
        assert (await ticket(play)) == case


async def test_scenario_23_a_post_that_ends_leaves_no_case_without_a_leader(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        await at(play, "2026-12-01 09:00")  # the day after the last of the post
        told = await morning(play)
        assert "郑伟民 不再任领导" in heard(play, told, HEAD)
        assert "ZH-2026-0001 改由 方明 领办" in heard(play, told, HEAD)
        case = await ticket(play)
        assert case.leader == (await known(play, "方明")).id
        for text in ("查看 1", "移交领办 1 郑伟民", "批示 1 请供电局本周解决"):
            told = await play.say(LEADER, text)
            assert "没有找到您可以查看的" in heard(play, told, LEADER), text
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请供电局本周解决")
        assert "没有找到您可以查看的" in heard(play, told, SECRETARY)
        assert (await ticket(play)) == case
        assert not [letter for letter in await morning(play) if "不再任" in letter.message.text]


async def test_scenario_23_a_right_taken_away_hands_over_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        told = await play.say(HEAD, "收回授权 id-郑伟民 领导")
        assert "改由 方明 领办" in heard(play, told, HEAD)
        assert (await ticket(play)).leader == (await known(play, "方明")).id


async def test_without_another_leader_the_head_is_asked_to_name_one(tmp_path: Path) -> None:
    alone = TWO.replace(person("方明", '["leader"]'), "")
    async with stage(tmp_path, people(tmp_path, alone)) as play:
        await led(play)
        told = await play.say(HEAD, "收回授权 id-郑伟民 领导")
        assert "还没有接手的领导" in heard(play, told, HEAD)


async def test_talks_and_meetings_are_kept_with_their_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(HEAD, "协调会 1 11月23日供电、经信参加，定了先换开关")
        await play.say(LIAISON, "面商 1 在厂里和陈总谈了赔偿")
        met = [(one.kind, one.on) for one in (await ticket(play)).meetings]
        assert met == [("meeting", date(2026, 11, 23)), ("talk", date(2026, 11, 24))]
        assert "面商（11月24日（周二））：在厂里" in heard(
            play, await play.say(HEAD, "查看 1"), HEAD
        )
        assert "先换开关" not in heard(play, await play.say(OWNER, "查看 1"), OWNER)
        assert "不归您办" in heard(play, await play.say(OWNER, "面商 1 谈过了"), OWNER)


# What leaders see ---------------------------------------------------------------------------


async def test_leaders_hear_once_a_day_of_what_is_not_red(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        before = len(play.seen)
        await play.say(LIAISON, "面商 1 在厂里和陈总谈了赔偿")
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await play.say(LIAISON, "批示办结 1 开关已换好")
        await at(play, "2026-11-24 15:00")
        assert not texts(play, play.seen[before:], LEADER)
        (digest,) = texts(play, await at(play, "2026-11-25 09:00"), LEADER)
        for line in ("请您领办", "面商", "秘书记下了", "批示事项已办结"):
            assert line in digest


async def test_leaders_get_one_page_on_the_first_working_day_of_the_week(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await at(play, "2026-11-27 09:00")
        assert "本周领办" not in heard(play, await morning(play), LEADER)
        await at(play, "2026-11-30 09:00")
        told = await morning(play)
        for who in (LEADER, SECRETARY):
            (page,) = texts(play, told, who)
            assert "本周领办 1 件，红 1 件" in page  # what the 批示 asked for is overdue
            assert "批示事项：国网镇海供电公司" in page
            assert "恒通" not in page
        assert not texts(play, await morning(play), LEADER)


@pytest.mark.parametrize(
    ("who", "says"), [(LEADER, "领办 1 件"), (SECRETARY, "领办 1 件"), (HEAD, "领办 1 件")]
)
async def test_the_list_of_what_is_led(tmp_path: Path, who: str, says: str) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        assert says in heard(play, await play.say(who, "领办清单"), who)


@pytest.mark.parametrize("who", [CLERK, LIAISON, OWNER, INSPECTOR])
async def test_the_list_is_for_leaders_alone(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        told = heard(play, await play.say(who, "领办清单"), who)
        assert "给领导、秘书和受理负责人看" in told
