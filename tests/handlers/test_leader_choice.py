"""Whom the rule makes 领办: who has the least in hand, stays long enough, and did not report it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.handlers.leading import at, morning
from tests.handlers.story import CLERK, HEAD, LIAISON, OWNER, change, people, person, ticket
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

FIRST, SECOND = "郑伟民", "方明"
OFFICE = (
    person(HEAD, '["clerk", "supervisor", "admin"]')
    + person(CLERK, '["clerk"]')
    + person(LIAISON, '["liaison"]', 'unit = "gdj"')
)
TWO = OFFICE + person(FIRST, '["leader"]') + person(SECOND, '["leader"]')
REPORTED = "我是{name}的陈建国，13805740001。昨天起我们厂又停电了，跳闸三次，希望修好"


async def hard(play: Stage, n: int, who: str = OWNER) -> str:
    """Report the n-th case and give it out as 疑难; return who leads it."""
    companies = ("宏业铸造厂", "恒通紧固件厂", "东方轴承厂", "永兴塑料厂")
    await play.say(who, REPORTED.format(name=companies[n - 1]))
    await play.say(who, "确认")
    for text in (f"受理 {n}", "取消", f"交办 {n} 供电公司 协办无 疑难", "确认"):
        await play.say(HEAD, text)
    return await leader(play, n)


async def leader(play: Stage, n: int) -> str:
    """Name who leads a case."""
    case = await ticket(play, f"ZH-2026-{n:04d}")
    async with play.database.read() as tx:
        named = await tx.people.load([case.leader] if case.leader else [])
    return next((one.name for one in named.values()), "")


async def test_who_leads_the_fewest_running_cases_gets_the_next(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        assert [await hard(play, n) for n in (1, 2, 3)] == [FIRST, SECOND, FIRST]


async def test_what_is_over_is_no_burden(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await hard(play, 1)
        await play.say(HEAD, "移送 1 区法院 已告知企业起诉")
        assert await hard(play, 2) == FIRST


async def test_cases_that_are_handed_over_at_once_are_shared_out(tmp_path: Path) -> None:
    going = person("罗平", '["leader"]')
    async with stage(tmp_path, people(tmp_path, TWO + going)) as play:
        for n in (1, 2, 3):
            await hard(play, n)
            await play.say(HEAD, f"移交领办 {n} 罗平")
        await play.say(HEAD, "收回授权 id-罗平 领导")
        assert [await leader(play, n) for n in (1, 2, 3)] == [FIRST, SECOND, FIRST]


async def test_whose_post_ends_before_the_case_is_due_comes_last(tmp_path: Path) -> None:
    ends = person(FIRST, '[{ role = "leader", until = 2026-11-30 }]') + person(SECOND, '["leader"]')
    async with stage(tmp_path, people(tmp_path, OFFICE + ends)) as play:
        assert [await hard(play, n) for n in (1, 2)] == [SECOND, SECOND]


async def test_whose_post_ended_is_never_taken(tmp_path: Path) -> None:
    ended = person(FIRST, '[{ role = "leader", until = 2026-11-23 }]')
    async with stage(tmp_path, people(tmp_path, OFFICE + ended)) as play:
        assert await hard(play, 1) == ""


async def test_whoever_reported_a_case_does_not_lead_it(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        assert await hard(play, 1, FIRST) == SECOND


async def test_a_post_that_ends_gives_the_case_to_who_has_less(tmp_path: Path) -> None:
    ends = person("罗平", '[{ role = "leader", until = 2026-11-30 }]')
    async with stage(tmp_path, people(tmp_path, TWO + ends)) as play:
        await hard(play, 1)
        assert await leader(play, 1) == FIRST
        await hard(play, 2)
        await play.say(HEAD, "移交领办 2 罗平")
        await at(play, "2026-12-01 09:00")
        await morning(play)
        assert await leader(play, 2) == SECOND


async def test_without_a_burden_the_longest_known_leads(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await hard(play, 1)
        await change(play, leaders=())
        assert await hard(play, 2) == FIRST
