"""What a process left half sent to robots of two platforms, of which one knows repetitions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import Hook, Message, Receipt
from bot.config import load_config
from bot.quota import Quota
from bot.storage.rows import Claimed, Judged
from flows.office import Content, Door
from handlers.campaigns.allowance import Mailing
from handlers.ports import Group
from tests import outbox
from tests.contracts.test_records_deliveries import claim, counts, judge, put
from tests.engines import NOON, Opened, post, rows


async def test_after_a_crash_only_a_robot_that_knows_repetitions_is_sent_to_again(
    records: Opened,
) -> None:
    await put(records, post("ding", group="webhook:a"), post("wecom", group="webhook:b"))
    rows(records.url, "UPDATE delivery SET channel = 'wecom_robot' WHERE dedupe = 'wecom'")
    assert len(await claim(records)) == 2
    assert await judge(records) == Judged(resent=1, uncertain=1)
    assert [one.message.text for one in await claim(records)] == ["ding"]
    assert await counts(records) == {"sending": 1, "unknown": 1}


async def test_what_a_robot_of_wecom_was_sent_costs_nothing_of_dingtalks_month(
    records: Opened,
) -> None:
    await put(records, post("ding", group="webhook:a"), post("wecom", group="webhook:b"))
    rows(records.url, "UPDATE delivery SET channel = 'wecom_robot' WHERE dedupe = 'wecom'")
    letters = await claim(records)
    async with records.database.begin() as tx:
        await outbox.sent(tx, letters, NOON, Receipt(via="webhook"))
    async with records.database.read() as tx:
        assert (await tx.meters.proved(NOON - timedelta(days=1)))["messages"] == 1


async def test_a_campaign_pays_for_groups_of_dingtalk_alone(records: Opened) -> None:
    hook = Hook(address="https://example.com/a")
    async with records.database.begin() as tx:
        for name, channel in (("a", "dingtalk"), ("b", "wecom_robot")):
            group = Group(f"webhook:{name}", name, "enterprise", channel=channel)
            await tx.webhooks.put(group, hook)
        await tx.people.set_group(Group("wr1", "c", "enterprise", channel="wecom"))
    keys = ("g:webhook:a", "g:webhook:b", "g:wr1", "g:cid")
    async with records.database.read() as tx:
        needs = await tx.allowance.needs(Mailing(keys, card=False, same=True, files=1))
    assert needs == {"api": 1 + 2, "messages": 1}  # the group's message; its file, uploaded once


@pytest.mark.parametrize(("channel", "verdict"), [("dingtalk", "hold"), ("wecom_robot", "go")])
def test_a_month_that_is_used_up_holds_dingtalks_alone(channel: str, verdict: str) -> None:
    quota = Quota({"messages": 10}, load_config().quota, lambda: NOON)
    quota.count("messages", 10)
    letter = Claimed(
        id=1,
        robot="",
        door=Door.ENTERPRISE_GROUP,
        to="webhook:a",
        message=Message(title="t", text="t"),
        hook=Hook(address="https://example.com/a"),
        channel=channel,
        lane="g:webhook:a",
        content=Content.NOTICE,
        dedupe="c:TS-2026-001:g:webhook:a",
    )
    assert quota.verdict(letter) == verdict


async def robots(records: Opened) -> dict[str, bool]:
    """Say in which groups our robot can write."""
    async with records.database.read() as tx:
        return {one.chat: one.robot for one in await tx.groups()}


async def test_a_group_that_was_gone_is_tried_again_when_it_is_named_again(
    records: Opened,
) -> None:
    group = Group("wrA", "应用群", "enterprise", channel="wecom")
    async with records.database.begin() as tx:
        await tx.people.set_group(group)
        await tx.note_robots({"wrA": False})
    assert await robots(records) == {"wrA": False}
    async with records.database.begin() as tx:
        await tx.people.set_group(group)
    assert await robots(records) == {"wrA": True}


async def test_the_file_has_a_group_of_wecom_tried_again_and_none_that_events_tell_of(
    records: Opened,
) -> None:
    groups = [
        Group("wrA", "应用群", "enterprise", channel="wecom"),
        Group("cidA", "钉钉群", "enterprise"),
    ]
    async with records.database.begin() as tx:
        await tx.seed([], groups)
        await tx.note_robots({"wrA": False, "cidA": False})
    async with records.database.begin() as tx:
        await tx.seed([], groups)
    assert await robots(records) == {"wrA": True, "cidA": False}
