"""代理 among people who cannot be told apart by what was typed: asked, never guessed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.ports import Button
from tests.handlers.story import buttons, heard, people, person
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
ABSENT, DESK = "王五", "周主任"
ONE, OTHER, MAKER = "李四 区经信局 0022", "李四 区经信局 0033", "赵六"


def twins(folder: Path) -> Path:
    """Write an office with two 李四 in one department, and a 联络员 with two departments."""
    liaison, body = '["liaison"]', ""
    for ident, unit, phone in (("1", "jxj", "22"), ("2", "jxj", "33"), ("3", "gdj", "44")):
        body += (
            f'\n[[person]]\nname = "李四"\ndingtalk = "id-李四{ident}"\nroles = {liaison}\n'
            f'unit = "{unit}"\nphone = "138057400{phone}"\n'
        )
    body += person(ABSENT, liaison, 'unit = "jxj"') + person(MAKER, liaison, 'unit = "gdj"')
    return people(folder, body + person(DESK, '["supervisor", "admin"]'))


async def deputies(play: Stage) -> dict[str, str]:
    """Return who stands in, by account, and for whom."""
    async with play.database.read() as tx:
        accounts = {}
        for ident in (one.dingtalk for one in play.config.people.person):
            found = await tx.people.find("dingtalk", ident)
            assert found is not None
            accounts[found.id] = ident
        terms = await tx.people.terms(play.clock.now.date())
    standing = [one for one in terms if one.role == "deputy"]
    return {accounts[one.person]: accounts[int(one.unit)] for one in standing}


@pytest.mark.parametrize(
    ("who", "text"), [(ABSENT, "代理 李四 到12月3日"), (DESK, "代理 经信局 王五 李四 12月3日")]
)
async def test_of_two_with_one_name_in_the_department_it_is_asked_which_and_nobody_stands_in_yet(
    tmp_path: Path, who: str, text: str
) -> None:
    async with stage(tmp_path, twins(tmp_path)) as play:
        asked = await play.say(who, text)
        assert "还没有设代理" in heard(play, asked, who)
        assert buttons(play, asked, who) == [ONE, OTHER]
        assert await deputies(play) == {}
        said = await play.press(who, OTHER)
        assert "代理" in heard(play, said, who)
        assert await deputies(play) == {"id-李四2": "id-王五"}


async def test_the_number_of_the_choice_does_as_well(tmp_path: Path) -> None:
    async with stage(tmp_path, twins(tmp_path)) as play:
        await play.say(ABSENT, "代理 李四 到12月3日")
        await play.say(ABSENT, "1")
        assert await deputies(play) == {"id-李四1": "id-王五"}


async def test_the_only_one_of_the_department_is_meant_whoever_else_has_the_name(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, twins(tmp_path)) as play:
        await play.say(MAKER, "代理 李四 到12月3日")
        assert await deputies(play) == {"id-李四3": "id-赵六"}


async def test_the_choice_is_looked_at_anew_when_it_is_pressed(tmp_path: Path) -> None:
    async with stage(tmp_path, twins(tmp_path)) as play:
        asked = await play.say(ABSENT, "代理 李四 到12月3日")
        (letter,) = [one for one in asked if play.where(one) == ABSENT]
        action = letter.message.options[0].action
        stranger = await play.say(MAKER, button=Button(action, "card"))
        assert "失效" in heard(play, stranger, MAKER)
        play.clock.now += timedelta(days=30)
        late = await play.say(ABSENT, button=Button(action, "card"))
        assert "过了" in heard(play, late, ABSENT)
        for forged in (
            "d:1",
            "d:1:2:3",
            "d:a:b:2026-12-03",
            "d:9999:9999:2026-12-03",
            "d:4:1:2026-99-99",
        ):
            assert "失效" in heard(play, await play.say(ABSENT, button=Button(forged, "c")), ABSENT)
        assert await deputies(play) == {}


async def two_deputies(play: Stage) -> None:
    """Let one stand in in each of two departments."""
    await play.say(ABSENT, "代理 李四 到12月3日")
    await play.press(ABSENT, ONE)
    await play.say(MAKER, "代理 李四 到12月3日")
    assert await deputies(play) == {"id-李四1": "id-王五", "id-李四3": "id-赵六"}


async def test_the_desk_ends_the_one_of_the_department_that_it_names_and_no_other(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, twins(tmp_path)) as play:
        await two_deputies(play)
        said = await play.say(DESK, "取消代理 供电公司")
        assert "替赵六代理" in heard(play, said, DESK)
        assert "王五" not in heard(play, said, DESK)
        assert heard(play, said, ABSENT) == ""
        assert await deputies(play) == {"id-李四1": "id-王五"}
        assert "没有找到" in heard(play, await play.say(DESK, "取消代理 供电公司"), DESK)
        await play.say(DESK, "取消代理 经信局")
        assert await deputies(play) == {}
