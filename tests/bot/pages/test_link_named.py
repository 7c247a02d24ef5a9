"""For whom a link is: named and known, or asked for in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.bot.pages.phone import Office, office, told
from tests.handlers.story import CLERK, HEAD, LEADER, ONE, carry

pytestmark = pytest.mark.usefixtures("engine")


async def links(desk: Office) -> list[tuple[str, bool]]:
    """Return for whom links are out, and whether they were taken back."""
    async with desk.play.database.begin() as tx:
        found = await tx.links.of(ONE)
    return sorted((one.unit or one.part, one.revoked_at is not None) for one in found)


async def says(desk: Office, text: str) -> str:
    return told(desk, await desk.play.say(CLERK, text), CLERK)


@pytest.mark.parametrize("word", ["链接", "吊销链接", "口令"])
async def test_a_department_that_nobody_knows_is_asked_for_with_those_that_have_the_case(
    tmp_path: Path, word: str
) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        await desk.link(CLERK)
        said = await says(desk, f"{word} 1 火星局")
        assert "没有认出“火星局”" in said
        assert "国网镇海供电公司、区经信局" in said
        assert f"{word} 0001 国网镇海供电公司" in said
        assert "/l/" not in said
        assert await links(desk) == [("gdj", False)]


async def test_a_department_without_the_case_gets_no_link(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        said = await says(desk, "链接 1 住建局")
        assert "没有在办" in said
        assert "国网镇海供电公司、区经信局" in said
        assert await links(desk) == []


async def test_several_departments_get_a_link_each(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        said = await says(desk, "链接 1 供电公司 经信局")
        assert said.count("/l/") == 2
        assert await links(desk) == [("gdj", False), ("jxj", False)]


async def test_a_leader_who_may_not_read_a_case_gets_no_link_of_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        said = await says(desk, f"链接 1 {LEADER}")
        assert f"{LEADER}现在还看不到" in said
        assert f"领办 0001 {LEADER}" in said
        assert await links(desk) == []


async def test_a_leaders_link_has_its_own_code_and_is_taken_back_alone(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        await desk.play.say(HEAD, f"领办 1 {LEADER}")
        await desk.play.say(HEAD, "确认")
        await desk.link(CLERK)
        token = await desk.link(CLERK, f"1 {LEADER}")
        await desk.phone().open(token)
        code = (await says(desk, f"口令 1 {LEADER}")).split("口令：")[1].split("\n")[0]
        assert (await desk.phone().open(token, code)).status == 200
        assert f"已吊销{LEADER}的链接" in await says(desk, f"吊销链接 1 {LEADER}")
        assert await links(desk) == [("gdj", False), ("leader", True)]


async def test_a_department_that_is_only_asked_answers_on_a_page(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "预交办 1 经信局")
        token = await desk.link(CLERK, "1 经信局")
        phone = desk.phone()
        page = await phone.open(token)
        assert page.offers("ours")
        assert page.offers("not_ours")
        assert not page.offers("sign")
        await phone.act(token, "not_ours")
        said = told(desk, await play.send(), CLERK)
        assert "区经信局" in said
        async with play.database.read() as tx:
            (found,) = await tx.tickets.load([ONE], ())
        assert [one.ours for one in found.soundings] == [False]
