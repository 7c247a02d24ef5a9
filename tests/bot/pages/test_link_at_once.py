"""Several presses at the same moment: one act, one first device."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.bot.pages.phone import office
from tests.handlers.story import CLERK, ONE, carry, history, ticket

pytestmark = pytest.mark.usefixtures("engine")


async def test_a_form_pressed_five_times_at_once_does_it_once(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        form = (await phone.open(token)).form
        named = {"handler": "孙工", "phone": "0574-86270011"}
        pages = await asyncio.gather(*(phone.act(token, "sign", form, **named) for _ in range(5)))
        assert ["已签收" in page.text for page in pages] == [True] * 5
        acts = [line.act for line in await history(desk.play, f"ticket:{ONE}")]
        assert acts.count("sign") == 1
        assert acts.count("refused") == 0
        assert (await ticket(desk.play)).handler == "孙工"


async def test_of_five_devices_that_open_at_once_one_is_the_first(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phones = [desk.phone() for _ in range(5)]
        pages = await asyncio.gather(*(phone.open(token) for phone in phones))
        assert sorted(page.status for page in pages) == [200, 403, 403, 403, 403]


async def test_an_act_and_a_word_in_chat_at_once_leave_a_whole_history(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        token = await desk.link(CLERK)
        phone = desk.phone()
        form = (await phone.open(token)).form
        await asyncio.gather(
            phone.act(token, "contact", form, text="又打过电话了"),
            desk.play.say("陈建国", "补充 1 又停了一次"),
        )
        found = await ticket(desk.play)
        assert {"又打过电话了", "又停了一次"} <= {note.text for note in found.notes}
        async with desk.play.database.read() as tx:
            assert await tx.history.first_bad(f"ticket:{ONE}") is None
