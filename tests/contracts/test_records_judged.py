"""What becomes of deliveries that a process left half sent: again, in doubt, or never sent."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.presence import BOOT, Presence
from bot.storage.leases import PROCESS
from bot.storage.rows import Judged
from handlers.ports import Conversation
from tests.contracts.test_records_deliveries import claim, counts, judge, put, texts
from tests.engines import Opened, post, rows
from tests.outbox import WORKER


async def test_after_a_crash_only_a_bare_group_text_stays_unknown(records: Opened) -> None:
    person = await records.person("s1")
    await put(
        records,
        post("private", person=person),
        post("text", group="a"),
        post("card", group="b", card="qq-1"),
        post("robot", group="webhook:chamber"),
        post("waiting", group="a"),
    )
    assert len(await claim(records)) == 4
    assert await judge(records) == Judged(resent=3, uncertain=1)
    letters = await claim(records)
    assert {(x.message.text, x.attempt, x.resends) for x in letters} == {
        ("private", 2, 1),
        ("card", 2, 1),
        ("robot", 2, 1),
        ("waiting", 1, 0),
    }
    assert await counts(records) == {"sending": 4, "unknown": 1}


async def test_what_a_living_process_sends_is_left_alone(records: Opened) -> None:
    await put(records, post("one"))
    await claim(records)
    async with records.database.begin() as tx:
        await tx.leases.take(PROCESS + WORKER, WORKER, timedelta(seconds=30))
    assert await judge(records, alone=False) == Judged()
    records.clock.move(seconds=30)
    assert await judge(records, alone=False) == Judged(uncertain=1)


async def test_a_card_that_was_not_changed_leaves_no_notice_untold(records: Opened) -> None:
    person = await records.person("s1")
    await put(
        records,
        post("update", group="a", ticket="ZH-2026-0001"),
        post("private", person=person, ticket="ZH-2026-0001"),
        post("group", group="b", ticket="ZH-2026-0002"),
    )
    rows(records.url, "UPDATE delivery SET updates_card = ? WHERE dedupe = 'update'", True)
    await claim(records)
    assert (await judge(records)).untold == ("ZH-2026-0002",)


@pytest.mark.skipif(not BOOT.exists(), reason="the system does not name its kernel")
async def test_what_a_process_was_sending_is_free_as_soon_as_it_was_killed(
    records: Opened, tmp_path: Path
) -> None:
    person = await records.person("s1")
    await put(records, post("private", person=person), post("group"))
    assert len(await claim(records)) == 2
    sending, looking = Presence(tmp_path, WORKER), Presence(tmp_path, "other")
    sending.begin()

    async def look() -> Judged:
        async with records.database.begin() as tx:
            return await tx.queue.judge("other", (), (), has_ended=looking.has_ended)

    async with records.database.begin() as tx:
        await tx.leases.take(PROCESS + WORKER, WORKER, timedelta(seconds=30))
    assert await look() == Judged()
    os.close(sending._descriptor or 0)  # as the kernel does when a process is killed
    assert await look() == Judged(resent=1, uncertain=1)
    assert await texts(records) == ["private"]


async def test_own_rows_that_were_never_sent_are_given_back(records: Opened) -> None:
    await put(records, *(post(name, group=name) for name in ("in hand", "doubtful", "lost")))
    hand, doubtful, _ = await claim(records)

    async def look() -> Judged:
        async with records.database.begin() as tx:
            return await tx.queue.judge(WORKER, {hand.id}, {doubtful.id})

    assert await look() == Judged(uncertain=1)
    records.clock.move(seconds=5)
    assert await look() == Judged(given_back=1)
    (again,) = await claim(records)
    assert (again.message.text, again.attempt, again.resends) == ("lost", 1, 0)
    assert await counts(records) == {"unknown": 1, "sending": 2}


async def test_a_question_answered_before_the_crash_is_not_asked_again(records: Opened) -> None:
    person = await records.person("s1")
    await put(records, post("asked", person=person, question=1))
    assert len(await claim(records)) == 1
    async with records.database.begin() as tx:
        await tx.conversations.save({person: Conversation(question=2)})
    await judge(records)
    assert await texts(records) == []
    assert await counts(records) == {"cancelled": 1}
