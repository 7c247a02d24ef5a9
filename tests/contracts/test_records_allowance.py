"""What a campaign costs, what is still to be sent, and who pressed what, as the records say it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from flows.campaigns.campaign import Button, Stage
from handlers.campaigns.allowance import Mailing
from handlers.campaigns.records import press_act, press_subject
from handlers.ports import Entry, PersonId
from tests.bot.runtime import arrival
from tests.contracts.test_records_campaigns import CHATS, NUMBER, become, owed, stored
from tests.engines import NOON, Opened
from tests.flows.campaigns.drafts import campaign


async def people(records: Opened, count: int, channel: str = "dingtalk") -> Sequence[str]:
    """Let so many people write to us; return them as targets."""
    async with records.database.begin() as tx:
        met = [arrival(f"{channel}{n}", who=f"{channel}{n}") for n in range(count)]
        filed = await tx.admit([replace(one, channel=channel) for one in met])
    return [f"p:{one.person}" for one in filed if one]


async def test_people_of_one_call_are_twenty_where_all_are_sent_the_same_words(
    records: Opened,
) -> None:
    keys = await people(records, 41)
    async with records.database.read() as tx:
        needs = tx.allowance.needs
        assert await needs(Mailing(keys[:20], card=False, same=True)) == {"api": 1, "messages": 0}
        assert await needs(Mailing(keys, card=False, same=True)) == {"api": 3, "messages": 0}
        assert await needs(Mailing(keys, card=False, same=False)) == {"api": 41, "messages": 0}
        assert await needs(Mailing(keys, card=True, same=True)) == {"api": 3, "messages": 0}


async def test_a_group_takes_a_call_and_one_with_a_custom_robot_a_message(records: Opened) -> None:
    keys = [*(f"g:{chat}" for chat in CHATS), "g:webhook:商会群"]
    async with records.database.read() as tx:
        needs = await tx.allowance.needs(Mailing(keys, card=True, same=True))
    assert needs == {"api": len(CHATS), "messages": 1}


async def test_a_file_takes_a_call_for_each_place_and_one_to_upload_it(records: Opened) -> None:
    keys = [*await people(records, 3), f"g:{CHATS[0]}", "g:webhook:商会群"]
    async with records.database.read() as tx:
        needs = tx.allowance.needs
        assert await needs(Mailing(keys, card=False, same=True, files=2)) == {
            "api": 2 + 2 * (4 + 1),
            "messages": 1,
        }
        hooked = Mailing(["g:webhook:商会群"], card=False, same=True, files=2)
        assert await needs(hooked) == {"api": 0, "messages": 1}


async def test_who_is_reached_elsewhere_or_nowhere_costs_nothing(records: Opened) -> None:
    elsewhere = await people(records, 2, "elsewhere")
    async with records.database.begin() as tx:
        nobody = await tx.people.meet("镇海恒通紧固件有限公司", "周总", "13805740009")
        mailing = Mailing([*elsewhere, f"p:{nobody}"], card=False, same=False)
        assert await tx.allowance.needs(mailing) == {"api": 0, "messages": 0}


async def test_still_to_be_sent_is_what_waits_or_is_in_the_ledger_and_has_not_left(
    records: Opened,
) -> None:
    await stored(records, campaign(stage=Stage.SENDING))
    await owed(records, 3)
    become(records, "sent", f"c:{NUMBER}:g:{CHATS[0]}")
    async with records.database.read() as tx:
        assert await tx.allowance.unsent() == {NUMBER: [f"g:{chat}" for chat in CHATS[1:5]]}


async def test_nothing_is_to_be_sent_of_what_is_not_approved_or_is_over(records: Opened) -> None:
    for stage in (Stage.DRAFT, Stage.PENDING, Stage.DONE, Stage.CANCELLED, Stage.EXPIRED):
        await stored(records, campaign(stage=stage))
        async with records.database.read() as tx:
            assert await tx.allowance.unsent() == {}


async def test_what_the_quota_holds_of_a_campaign_is_counted(records: Opened) -> None:
    await stored(records, campaign(stage=Stage.SENDING))
    await owed(records, 3)
    become(records, "ready", f"c:{NUMBER}:g:{CHATS[0]}", code="quota.held")
    become(records, "sent", f"c:{NUMBER}:g:{CHATS[1]}", code="quota.held")
    async with records.database.read() as tx:
        assert await tx.allowance.held(NUMBER) == 1
        assert await tx.allowance.held("TS-2026-999") == 0


def pressed(person: PersonId, button: Button, number: str = NUMBER) -> Entry:
    return Entry(
        subject=press_subject(number, person),
        act=press_act(button),
        actor=person,
        role="reader",
        channel="dingtalk",
        at=NOON,
    )


async def test_presses_are_counted_by_button_a_person_once(records: Opened) -> None:
    await stored(records)
    async with records.database.begin() as tx:
        me = await tx.people.meet("镇海恒通紧固件有限公司", "周总", "13805740009")
        await tx.campaigns.acknowledge(NUMBER, me, "", NOON)
        told = [pressed(n, Button.APPLY) for n in (1, 2, 17, 1)]
        await tx.record([*told, pressed(1, Button.ASK), pressed(3, Button.ASK, "TS-2026-002")])
    async with records.database.read() as tx:
        assert await tx.campaigns.presses(NUMBER) == {
            Button.APPLY: 3,
            Button.ASK: 1,
            Button.RECEIVED: 1,
        }
        assert await tx.campaigns.presses("TS-2026-999") == {}


async def test_of_two_approvals_at_once_the_second_counts_the_first(records: Opened) -> None:
    numbers = ("TS-2026-001", "TS-2026-002")
    for number in numbers:
        await stored(records, campaign(number=number, code=number[-6:], stage=Stage.PENDING))

    async def approve(number: str) -> int:
        async with records.database.begin() as tx:
            one = await tx.campaigns.hold(number)
            assert one is not None
            await tx.allowance.lock()
            if number == numbers[0]:
                waiting.append(asyncio.create_task(approve(numbers[1])))
                await asyncio.wait(waiting, timeout=1)  # it is over by then, if it may be
            counted = len(await tx.campaigns.recent(9, [Stage.APPROVED]))
            await tx.campaigns.save(one.model_copy(update={"stage": Stage.APPROVED}))
        return counted

    waiting: list[asyncio.Task[int]] = []
    assert await approve(numbers[0]) == 0
    assert await waiting[0] == 1
