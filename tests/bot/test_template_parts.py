"""A later part of a notice knows the form that its first part was, whichever process sent that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from bot.channels.base import Channel, Form, Message, Receipt, SendFault
from bot.channels.tencent.api import Api
from bot.channels.wechat.templates import Templates
from bot.delivery.budget import Unlimited
from bot.delivery.planning import Plan
from bot.storage.rows import Claimed, DeliveryRow, Settlement
from flows.office import Content, Door
from tests.bot.runtime import FakeChannel
from tests.engines import Opened

FORM = Form(id="T1", fields=(("thing1", "您的诉求有新进展"),), key="f1")


async def owed(records: Opened, moved: str = "") -> None:
    """Owe a notice of two parts, in one lane; `moved` = how their keys end elsewhere."""
    person = await records.person("owner")
    rows = [
        DeliveryRow(
            dedupe=f"news{moved}" if part == 1 else f"news/{part}{moved}",
            channel="fake",
            robot="gh_1",
            door=Door.OFFICIAL_ACCOUNT,
            to="openid",
            lane=f"n:{person}",
            message=Message(
                title="亲清助手",
                text=f"第 {part} 部分",
                form=FORM.model_copy(update={"part": part}),
            ),
            content=Content.NOTICE,
            person=person,
        )
        for part in (1, 2)
    ]
    async with records.database.begin() as tx:
        await tx.ledger.add(rows)


async def claimed(records: Opened, process: str) -> Sequence[Claimed]:
    """Let a process take what is due."""
    channels = {"fake": cast("Channel", FakeChannel())}
    plan = Plan(channels, Unlimited(), {}, records.database.steady(), {})
    async with records.database.begin() as tx:
        await tx.queue.lock()
        await plan.claim(tx, 64, process)
    return [letter for call in plan.calls for letter in call.letters]


async def taken_on(records: Opened, receipt: str, moved: str = "") -> Claimed:
    """Let one process send the first part, and another take the second."""
    await owed(records, moved)
    (one,) = await claimed(records, "before")
    end = Settlement(one.id, one.attempt, one.lane, "sent", receipt=Receipt(receipt))
    async with records.database.begin() as tx:
        await tx.ledger.settle("before", [end])
    (two,) = await claimed(records, "after")
    return two


async def sent(letter: Claimed) -> Receipt:
    """Send it through a process that sent nothing before: no call is made."""
    return await Templates(cast("Api", None)).send(letter)


async def test_a_later_part_is_shown_by_the_form_that_another_process_sent(
    records: Opened,
) -> None:
    two = await taken_on(records, "template:9")
    assert two.message.text == "第 2 部分"
    assert (await sent(two)).key == "template:9"


async def test_a_later_part_is_no_form_where_its_first_part_left_as_words(
    records: Opened,
) -> None:
    two = await taken_on(records, "a-key-of-words")
    with pytest.raises(SendFault):
        await sent(two)


async def test_so_is_one_that_was_cut_for_another_channel_which_refused_it(
    records: Opened,
) -> None:
    two = await taken_on(records, "template:9", "#after:wecom")
    assert (await sent(two)).key == "template:9"
