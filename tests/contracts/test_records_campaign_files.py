"""Files of a campaign are rows behind their message: they leave, wait and end with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.storage.fates import key_of
from bot.storage.rows import Settlement
from flows.campaigns.again import Again
from flows.campaigns.audience import Target
from flows.office import Content
from handlers.campaigns.records import MESSAGE_FAILED
from handlers.ports import Post, Text, ToGroup
from tests import outbox
from tests.contracts.test_records_campaigns import CHATS, NUMBER, become, stored
from tests.engines import Opened


async def owed(records: Opened, count: int, files: int = 1) -> None:
    """Owe so many targets their message and its files, here in words."""
    async with records.database.begin() as tx:
        targets = await tx.campaigns.waiting(NUMBER, count)
        await tx.post([post for one in targets for post in posts(one, files)], {})
        await tx.campaigns.owe(NUMBER, [one.key for one in targets])


def posts(target: Target, files: int) -> list[Post]:
    """Word a message and its files."""
    name = f"c:{NUMBER}:{target.key}"
    return [
        Post(
            to=ToGroup(target.key.removeprefix("g:")),
            content=Content.NOTICE,
            parts=(Text("echo", {"x": target.name}),),
            dedupe=f"{name}/f{n}" if n else name,
            campaign=NUMBER,
        )
        for n in range(files + 1)
    ]


async def states(records: Opened) -> list[str]:
    """Return how the targets stand."""
    async with records.database.begin() as tx:
        return [one.state for one in await tx.campaigns.fates(NUMBER)]


async def test_a_file_whose_message_failed_for_good_is_not_sent(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1, files=2)
    async with records.database.begin() as tx:
        (message,) = await outbox.claim(tx)
        failed = Settlement(message.id, message.attempt, message.lane, "failed", code="310000")
        await tx.ledger.settle(outbox.WORKER, [failed])
    async with records.database.begin() as tx:
        assert await outbox.claim(tx) == []
        (fate, _) = await tx.campaigns.fates(NUMBER)
        assert await tx.campaigns.outcomes(NUMBER, 5, None) == [("failed", "310000")]
        assert await tx.campaigns.under_way(NUMBER) == 0
    assert [one.code for one in fate.pieces] == ["310000", MESSAGE_FAILED, MESSAGE_FAILED]
    assert (fate.state, fate.code) == ("failed", "310000")
    assert len(fate.lacking) == 3


async def test_a_file_leaves_behind_its_message_and_not_before(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    async with records.database.begin() as tx:
        (message,) = await outbox.claim(tx)
        assert message.dedupe == f"c:{NUMBER}:g:{CHATS[0]}"
        assert await outbox.claim(tx) == []
        await outbox.sent(tx, [message], records.database.steady())
        (file,) = await outbox.claim(tx)
        assert file.dedupe == f"c:{NUMBER}:g:{CHATS[0]}/f1"
    assert (await states(records))[0] == "sending"


async def test_what_was_never_tried_is_drawn_back_with_its_files(records: Opened) -> None:
    await stored(records, count=4)
    await owed(records, 3)
    become(records, "sent", f"%{CHATS[0]}", attempts=1, due_at=None)
    async with records.database.begin() as tx:
        assert await tx.campaigns.draw_back(NUMBER) == 4
    # The file of what was sent waits beside it: its target is not owed the message again.
    assert await states(records) == ["ready", "waiting", "waiting", "skipped"]


async def test_what_is_cancelled_between_a_message_and_its_file_is_not_whole(
    records: Opened,
) -> None:
    await stored(records, count=3)
    await owed(records, 2)
    become(records, "sent", f"%{CHATS[0]}", attempts=1, due_at=None)
    async with records.database.begin() as tx:
        assert await tx.campaigns.cancel(NUMBER) == 2
        (fate, other, _) = await tx.campaigns.fates(NUMBER)
    assert (fate.state, fate.lacks_files, fate.has_text) == ("cancelled", True, True)
    assert (other.state, other.lacks_files, other.has_text) == ("cancelled", False, False)


async def test_what_was_held_back_says_nothing_of_why_a_place_failed(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "failed", f"%{CHATS[0]}", attempts=1, attempted_at=1, due_at=None, code="gone")
    become(records, "failed", "%/f1", attempts=1, attempted_at=2, due_at=None, code=MESSAGE_FAILED)
    async with records.database.begin() as tx:
        assert await tx.campaigns.outcomes(NUMBER, 5, None) == [("failed", "gone")]


async def test_failures_in_a_row_are_places_and_not_files(records: Opened) -> None:
    await stored(records, count=4)
    await owed(records, 3, files=2)
    become(records, "sent", "%", attempts=1, due_at=None, code="")
    become(records, "failed", f"%{CHATS[0]}/f1", code="x")
    become(records, "failed", f"%{CHATS[1]}/f2", code="y")
    async with records.database.begin() as tx:
        found = await tx.campaigns.outcomes(NUMBER, 5, None)
    assert sorted(found) == [("failed", "x"), ("failed", "y"), ("sent", "")]


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("g:cid==/f1", "g:cid=="),
        ("g:cid==/f1/2", "g:cid=="),
        ("p:7/f2#after:dingtalk", "p:7"),
        ("g:cid/f1", "g:cid/f1"),
        ("g:cid/f1/f3", "g:cid/f1"),
    ],
)
def test_the_name_of_a_file_says_whose_it_is(told: str, key: str) -> None:
    assert key_of(told, {"g:cid==", "p:7", "g:cid/f1"}) == key


@pytest.mark.parametrize(
    ("message", "file", "state"),
    [
        ("sent", "sent", "sent"),
        ("sent", "cancelled", "cancelled"),
        ("unknown", "failed", "failed"),
        ("failed", "ready", "ready"),
        ("recalled", "sent", "sent"),
        ("sent", "recalled", "sent"),
    ],
)
async def test_a_place_is_as_well_off_as_the_worst_of_its_messages(
    records: Opened, message: str, file: str, state: str
) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    for name, one in ((f"%{CHATS[0]}", message), ("%/f1", file)):
        due = {} if one == "ready" else {"due_at": None}
        become(records, one, name, attempts=1, **due)
    assert (await states(records))[0] == state


async def test_a_file_is_held_back_when_a_further_part_of_its_message_failed(
    records: Opened,
) -> None:
    await stored(records, count=2)
    async with records.database.begin() as tx:
        (target,) = await tx.campaigns.waiting(NUMBER, 1)
        message, file = posts(target, 1)
        await tx.post([message, replace(message, dedupe=f"{message.dedupe}/2"), file], {})
        await tx.campaigns.owe(NUMBER, [target.key])
    become(records, "sent", f"%{CHATS[0]}", attempts=1, due_at=None)
    become(records, "failed", "%/2", attempts=1, due_at=None)
    async with records.database.begin() as tx:
        await tx.queue.free_all()
        assert await outbox.claim(tx) == []
        (fate, _) = await tx.campaigns.fates(NUMBER)
    assert [one.code for one in fate.pieces][1:] == [MESSAGE_FAILED]


@pytest.mark.parametrize(("text", "then"), [("unknown", "unknown"), ("failed", "ready")])
async def test_what_is_sent_again_is_what_lacks_for_sure(
    records: Opened, text: str, then: str
) -> None:
    await stored(records, count=2)
    await owed(records, 1, files=3)
    become(records, text, f"%{CHATS[0]}", attempts=1, due_at=None)
    become(records, "failed", "%/f1", attempts=1, due_at=None)
    become(records, "sent", "%/f2", attempts=1, due_at=None)
    become(records, "failed", "%/f3", attempts=1, due_at=None)
    async with records.database.begin() as tx:
        (fate, _) = await tx.campaigns.fates(NUMBER)
        await tx.campaigns.decide(NUMBER, Again.RESEND, fate.lacking)
        (fate, _) = await tx.campaigns.fates(NUMBER)
    assert [one.state for one in fate.pieces] == [then, "ready", "sent", "ready"]
