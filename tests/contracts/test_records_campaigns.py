"""Campaigns are kept sealed and held while they change; every target is in the ledger once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from flows.campaigns.audience import Target, Why
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.moves import Act, Told, moved
from flows.office import Content
from handlers.campaigns.records import tally_of
from handlers.ports import Post, Text, ToGroup
from tests.engines import Opened, rows
from tests.flows.campaigns.drafts import WRITER, at, campaign, draft

NUMBER = "TS-2026-001"
CHATS = [f"cid{n}==" for n in range(6)]


async def stored(records: Opened, one: Campaign | None = None, count: int = 6) -> Campaign:
    """Store a campaign with so many groups, the last of which is left out."""
    async with records.database.begin() as tx:
        me = await tx.people.meet("镇海恒通紧固件有限公司", "陈建国", "13805740001")
        kept = (one or campaign()).model_copy(update={"created_by": me})
        await tx.campaigns.save(kept)
        await tx.campaigns.freeze(kept.number, targets(count))
    return kept


def targets(count: int = 6) -> Sequence[Target]:
    found = [Target(f"g:{chat}", f"第{n}群") for n, chat in enumerate(CHATS[:count])]
    return [*found[:-1], Target(found[-1].key, found[-1].name, Why.NO_ROBOT)]


async def owed(records: Opened, count: int, number: str = NUMBER) -> Sequence[str]:
    """Owe the next targets their message."""
    async with records.database.begin() as tx:
        waiting = await tx.campaigns.waiting(number, count)
        posts = [
            Post(
                to=ToGroup(one.key.removeprefix("g:")),
                content=Content.NOTICE,
                parts=(Text("echo", {"x": one.name}),),
                dedupe=f"c:{number}:{one.key}",
                campaign=number,
            )
            for one in waiting
        ]
        await tx.post(posts, {})
        await tx.campaigns.owe(number, [one.key for one in waiting])
    return [one.name for one in waiting]


def become(records: Opened, state: str, which: str, **more: object) -> None:
    """Let some rows of the ledger become something."""
    sets = ", ".join(f"{name} = ?" for name in ("state", *more))
    update = f"UPDATE delivery SET {sets} WHERE dedupe LIKE ?"  # noqa: S608
    rows(records.url, update, state, *more.values(), which)


async def test_a_campaign_comes_back_as_it_was_stored(records: Opened) -> None:
    one = await stored(records)
    async with records.database.begin() as tx:
        assert await tx.campaigns.hold(NUMBER) == one
        assert await tx.campaigns.seen(NUMBER) == one
        assert await tx.campaigns.by_code(one.code) == one
        assert await tx.campaigns.by_code("ANOTHER") is None
        assert await tx.campaigns.hold("TS-2026-999") is None
        assert await tx.campaigns.recent(5) == [one]
        assert await tx.campaigns.recent(5, [Stage.DONE]) == []


async def test_nothing_of_a_campaign_can_be_read_in_the_tables(records: Opened) -> None:
    await stored(records)
    for table in ("campaign", "target"):
        found = rows(records.url, f"SELECT * FROM {table}")  # noqa: S608
        assert found
        for row in found:
            assert not any("用工".encode() in value for value in row if isinstance(value, bytes))
            assert not any("第0群" in str(value) for value in row)


async def test_a_changed_campaign_replaces_the_one_before(records: Opened) -> None:
    one = await stored(records)
    changed = moved(one, Act.SUBMIT, WRITER, Told(targets=1), at())
    assert isinstance(changed, Campaign)
    async with records.database.begin() as tx:
        await tx.campaigns.save(changed)
    async with records.database.begin() as tx:
        assert await tx.campaigns.seen(NUMBER) == changed
        assert await tx.campaigns.recent(5, [Stage.PENDING]) == [changed]


async def test_targets_come_in_their_order_and_each_of_them_once(records: Opened) -> None:
    await stored(records)
    assert await owed(records, 2) == ["第0群", "第1群"]
    assert await owed(records, 9) == ["第2群", "第3群", "第4群"]
    assert await owed(records, 9) == []
    async with records.database.begin() as tx:
        fates = await tx.campaigns.fates(NUMBER)
        assert await tx.campaigns.under_way(NUMBER) == 5
    assert [(one.name, one.state) for one in fates[-2:]] == [
        ("第4群", "ready"),
        ("第5群", "skipped"),
    ]
    assert fates[-1].why is Why.NO_ROBOT
    assert tally_of(fates).total == 6


async def test_a_target_that_is_owed_twice_is_in_the_ledger_once(records: Opened) -> None:
    await stored(records)
    await owed(records, 2)
    async with records.database.begin() as tx:
        await tx.campaigns.freeze(NUMBER, targets())  # as after a crash that forgot what was owed
    await owed(records, 2)
    async with records.database.begin() as tx:
        assert await tx.campaigns.under_way(NUMBER) == 2


async def test_what_was_never_tried_is_drawn_back_and_goes_out_later(records: Opened) -> None:
    await stored(records)
    await owed(records, 4)
    become(records, "sent", "%cid0%", attempts=1)
    become(records, "ready", "%cid1%", attempts=1)  # refused once, tried again later
    async with records.database.begin() as tx:
        assert await tx.campaigns.draw_back(NUMBER) == 2
        assert await tx.campaigns.draw_back(NUMBER) == 0
        fates = await tx.campaigns.fates(NUMBER)
    assert [one.state for one in fates] == [
        *("sent", "ready", "waiting", "waiting", "waiting", "skipped")
    ]
    assert await owed(records, 9) == ["第2群", "第3群", "第4群"]


async def test_a_row_of_another_message_is_not_held_up_by_what_was_drawn_back(
    records: Opened,
) -> None:
    await stored(records)
    await owed(records, 1)
    async with records.database.begin() as tx:
        behind = Post(ToGroup(CHATS[0]), Content.NOTICE, (Text("echo", {"x": "他"}),), "another")
        await tx.post([behind], {})
        await tx.campaigns.draw_back(NUMBER)
        (letter,) = (await tx.queue.heads("notices", 9)).letters
    assert letter.dedupe == "another"


async def test_a_cancelled_campaign_gives_up_all_that_has_not_left(records: Opened) -> None:
    await stored(records)
    await owed(records, 3)
    become(records, "sent", "%cid0%", attempts=1)
    become(records, "ready", "%cid1%", attempts=1)
    async with records.database.begin() as tx:
        assert await tx.campaigns.cancel(NUMBER) == 4
        tally = tally_of(await tx.campaigns.fates(NUMBER))
        assert await tx.campaigns.under_way(NUMBER) == 0
        assert await tx.campaigns.waiting(NUMBER, 9) == []
    assert (tally.sent, tally.cancelled, tally.skipped, tally.total) == (1, 4, 1, 6)


@pytest.mark.parametrize(
    ("state", "code", "resends"),
    [
        *(("unknown", code, 0) for code in ("no.answer", "paced", "crash")),
        ("ready", "paced", 1),  # refused after an attempt of which nobody knows the end
    ],
)
async def test_what_may_have_arrived_is_unknown_when_a_campaign_is_cancelled_and_not_tried_again(
    records: Opened, state: str, code: str, resends: int
) -> None:
    await stored(records)
    await owed(records, 1)
    become(records, state, "%cid0%", attempts=1, code=code, resends=resends)
    async with records.database.begin() as tx:
        assert await tx.campaigns.under_way(NUMBER) == 1  # it is not over before
        await tx.campaigns.cancel(NUMBER)
        fate = (await tx.campaigns.fates(NUMBER))[0]
        assert (fate.state, fate.code) == ("unknown", "no_answer" if code == "paced" else code)
        assert await tx.campaigns.under_way(NUMBER) == 0


async def test_a_message_that_another_channel_took_over_counts_as_that_channel_ended(
    records: Opened,
) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "failed", "%cid0%", code="gone")
    async with records.database.begin() as tx:
        again = Post(
            ToGroup(CHATS[0]),
            Content.NOTICE,
            (Text("echo", {"x": "另"}),),
            f"c:{NUMBER}:g:{CHATS[0]}#after:dingtalk",
            campaign=NUMBER,
        )
        await tx.post([again], {})
    become(records, "sent", "%#after%")
    async with records.database.begin() as tx:
        assert [one.state for one in await tx.campaigns.fates(NUMBER)] == ["sent", "skipped"]


async def test_the_latest_endings_come_first(records: Opened) -> None:
    await stored(records)
    await owed(records, 3)
    for n, state in enumerate(("sent", "failed", "unknown")):
        become(records, state, f"%cid{n}%", code=state, attempted_at=n, due_at=None)
    async with records.database.begin() as tx:
        assert await tx.campaigns.outcomes(NUMBER, 2, None) == [
            ("unknown", "unknown"),
            ("failed", "failed"),
        ]


async def test_who_had_the_same_document_lately_is_named(records: Opened) -> None:
    one = await stored(records, campaign(draft=draft(doc_no="镇政办发〔2026〕5号")))
    await owed(records, 3)
    become(records, "sent", "%cid0%")
    become(records, "failed", "%cid1%")
    become(records, "unknown", "%cid2%")
    since = records.clock() - timedelta(days=7)
    async with records.database.begin() as tx:
        had = tx.campaigns.had
        assert await had(one.draft.doc_no, since, "TS-2026-002") == {"g:cid0==", "g:cid2=="}
        assert not await had(one.draft.doc_no, since, NUMBER)
        assert not await had("镇政办发〔2026〕6号", since, "TS-2026-002")
        assert not await had("", since, "TS-2026-002")
        assert not await had(one.draft.doc_no, records.clock() + timedelta(1), "TS-2026-002")


async def test_a_target_that_is_gone_meanwhile_is_left_out_with_the_reason(
    records: Opened,
) -> None:
    await stored(records)
    async with records.database.begin() as tx:
        await tx.campaigns.skip(NUMBER, {f"g:{CHATS[0]}": Why.GONE})
        fates = await tx.campaigns.fates(NUMBER)
    assert (fates[0].state, fates[0].why) == ("skipped", Why.GONE)
    assert await owed(records, 1) == ["第1群"]


async def test_two_campaigns_never_have_one_number_or_one_code(records: Opened) -> None:
    one = await stored(records)
    async with records.database.begin() as tx:
        first, second = [await tx.campaigns.next_number(2026) for _ in range(2)]
        assert second == first + 1
    with pytest.raises(Exception, match=r"(?i)unique|Stale"):
        async with records.database.begin() as tx:
            await tx.campaigns.save(one.model_copy(update={"number": "TS-2026-002"}))
