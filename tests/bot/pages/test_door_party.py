"""Who comes to the door without having signed up may bring others: every one of them is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.pages.door import hall, said
from tests.handlers.attending import EVENT, place, press, roll
from tests.handlers.story import CLERK, heard, history

pytestmark = pytest.mark.usefixtures("engine")
TOLD = {"f.enterprise": "镇海立达模具厂", "f.name": "沈师傅"}


async def test_the_whole_party_is_counted_against_the_seats(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        done = await door.act("add", **TOLD, **{"f.party": "3"})
        assert "3 人" in said(done)
        assert (await place(there.play, 3)).party == 3
        assert (await roll(there.play)).free == 9 - 2 - 3


async def test_nothing_told_is_one(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        await door.act("add", **TOLD, **{"f.party": ""})
        assert (await place(there.play, 3)).party == 1


async def test_a_party_beyond_the_seats_needs_a_word_that_names_how_many(tmp_path: Path) -> None:
    async with hall(tmp_path, more="名额4人") as there:
        door = await there.door()
        asked = await door.act("add", **TOLD, **{"f.party": "3"})
        assert asked.status == 422
        assert "来 3 人，名额 4 个已占 2 个。仍要加吗？" in asked.text
        assert 'value="3"' in asked.body
        await door.act("add", **TOLD, **{"f.party": "3", "f.anyway": "yes"})
        (line,) = [
            one for one in await history(there.play, f"event:{EVENT}") if one.act == "over_capacity"
        ]
        assert (line.public["over"], line.public["party"]) == ("1", "3")


async def test_what_is_no_number_is_asked_again(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        asked = await door.act("add", **TOLD, **{"f.party": "99"})
        assert "请写 1 到 50 的数字" in asked.text
        assert 3 not in (await roll(there.play)).registrations


async def test_in_chat_the_number_stands_behind_the_name(tmp_path: Path) -> None:
    async with hall(tmp_path, more="名额3人") as there:
        play = there.play
        await press(play, CLERK, "walk_in")
        asked = await play.say(CLERK, "镇海立达模具厂 沈师傅 3人")
        assert "来 3 人，名额 3 个已占 2 个" in heard(play, asked, CLERK)
        await play.press(CLERK, "仍要这样")
        assert (await place(play, 3)).party == 3
