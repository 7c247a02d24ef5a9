"""Doubts: what somebody must look at, and what becomes of it."""

from datetime import timedelta

from bot.channels.base import Delivered, Receipt
from bot.keys import Keys
from bot.storage.database import Database
from bot.storage.doubts import Chosen, Done
from bot.storage.meters import RELEASED
from bot.storage.rows import Claimed, Settlement
from flows.office import Door
from handlers.ports import Group
from tests import outbox
from tests.contracts.test_records_reads import sent
from tests.engines import NOON, SECRET, Hands, Opened, dispatch, post, rows
from tests.outbox import WORKER

HOUR = timedelta(hours=1)


async def claim(records: Opened, *names: str) -> list[Claimed]:
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name, ticket="ZH-2026-0001") for name in names], {})
        return await outbox.claim(tx)


async def lose(records: Opened, *names: str) -> list[int]:
    """Send to groups, and never learn the end."""
    letters = await claim(records, *names)
    async with records.database.begin() as tx:
        lost = [Settlement(x.id, x.attempt, x.lane, "unknown", "no_answer") for x in letters]
        await tx.ledger.settle(WORKER, lost)
    return [letter.id for letter in letters]


async def decide(records: Opened, act: Chosen, *numbers: int) -> dict[int, Done]:
    async with records.database.begin() as tx:
        await tx.queue.lock()
        return dict(await tx.doubts.decide(act, numbers, "wang"))


async def told(records: Opened) -> dict[str, tuple[str, str]]:
    async with records.database.read() as tx:
        return {x.to: (x.why, x.code) for x in await tx.doubts.open()}


async def test_what_is_unknown_stuck_or_held_is_listed(records: Opened) -> None:
    await lose(records, "lost")
    async with records.database.begin() as tx:
        await tx.post([post("held", group="held"), post("late", group="late")], {})
        heads = (await tx.queue.heads("notices", 10)).letters
        await tx.meters.hold([x.id for x in heads if x.to == "held"], NOON + 9 * HOUR)
    assert await told(records) == {
        "lost": ("unknown", "no_answer"),
        "held": ("held", "quota.held"),
    }
    records.clock.move(minutes=10)
    await claim(records, "on its way")
    assert (await told(records))["late"] == ("stuck", "")
    assert "on its way" not in await told(records)


async def test_a_doubt_says_where_to_and_what_about(records: Opened) -> None:
    await lose(records, "cid")
    async with records.database.begin() as tx:
        await tx.people.set_group(Group("cid", "工作群", "staff"))
    async with records.database.read() as tx:
        (doubt,) = await tx.doubts.open()
    assert (doubt.to, doubt.group, doubt.door) == ("cid", "工作群", Door.STAFF_GROUP)
    assert (doubt.ticket, doubt.content) == ("ZH-2026-0001", "progress")
    assert (doubt.since, doubt.attempts) == (NOON, 1)


async def test_a_doubtful_delivery_is_sent_again_when_somebody_says_so(records: Opened) -> None:
    (number,) = await lose(records, "a")
    assert await decide(records, "resend", number) == {number: "done"}
    assert await told(records) == {}
    async with records.database.begin() as tx:
        (letter,) = await outbox.claim(tx)
    # The quota does not hold what somebody wants to be sent now.
    assert (letter.id, letter.attempt, letter.code) == (number, 1, RELEASED)


async def test_or_counts_as_arrived_or_is_dropped(records: Opened) -> None:
    here, gone = await lose(records, "a", "b")
    assert await decide(records, "arrived", here) == {here: "done"}
    assert await decide(records, "drop", gone) == {gone: "done"}
    async with records.database.read() as tx:
        assert await tx.ledger.counts() == {"sent": 1, "cancelled": 1}


async def test_dropping_frees_the_lane(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("first"), post("second")], {})
        (head,) = (await tx.queue.heads("notices", 10)).letters
        await tx.queue.put_off([head.id], NOON + HOUR)
    assert await decide(records, "drop", head.id) == {head.id: "done"}
    async with records.database.begin() as tx:
        assert [x.message.text for x in await outbox.claim(tx)] == ["second"]


async def test_what_is_decided_is_not_decided_again(records: Opened) -> None:
    (number,) = await lose(records, "a")
    (flying,) = await claim(records, "b")
    await decide(records, "arrived", number)
    for act in ("resend", "arrived", "drop"):
        acts: Chosen = act
        assert await decide(records, acts, number) == {number: "not_now"}
        assert await decide(records, acts, flying.id) == {flying.id: "not_now"}
    assert await decide(records, "resend", 999) == {999: "no_such"}


async def test_what_was_erased_cannot_be_sent_again(records: Opened) -> None:
    (number,) = await lose(records, "a")
    async with records.database.begin() as tx:
        await tx.erase_bodies(NOON + HOUR)
    assert await decide(records, "resend", number) == {number: "erased"}


async def test_what_was_sent_can_be_taken_back(records: Opened) -> None:
    (letter,) = await claim(records, "a")
    (flying,) = await claim(records, "b")
    async with records.database.begin() as tx:
        await outbox.sent(tx, [letter], NOON, Receipt("key-1"))
    async with records.database.begin() as tx:
        assert await tx.doubts.recallable([letter.id, flying.id, 999]) == {
            letter.id: Delivered(letter.id, "robot", Door.STAFF_GROUP, "a", "key-1", "api"),
            flying.id: "not_now",
            999: "no_such",
        }
        await tx.doubts.recalled([letter.id], "wang")
    async with records.database.read() as tx:
        assert await tx.ledger.counts() == {"recalled": 1, "sending": 1}


async def test_whoever_shared_a_call_loses_the_message_with_the_others(records: Opened) -> None:
    first, second, gone, other = [
        await sent(records, person, key)
        for person, key in (("a", "k1"), ("b", "k1"), ("c", "k1"), ("d", "k2"))
    ]
    group = await sent(records, "cid", "k1", Door.STAFF_GROUP)
    rows(records.url, "UPDATE delivery SET via = 'api'")
    rows(records.url, "UPDATE delivery SET state = 'recalled' WHERE id = ?", gone)
    async with records.database.read() as tx:
        assert list(await tx.doubts.recallable([first])) == [first, second]
        assert list(await tx.doubts.recallable([group, other])) == [group, other]


async def test_every_decision_leaves_a_line(records: Opened) -> None:
    (number,) = await lose(records, "a")
    await decide(records, "arrived", number)
    async with records.database.begin() as tx:
        await tx.doubts.recalled([number], "li")
        lines = await tx.history.entries(f"delivery:{number}")
        assert await tx.history.first_bad(f"delivery:{number}") is None
    assert [(x.act, x.before, x.after, x.public["reason"]) for x in lines] == [
        ("arrived", "unknown", "sent", "wang"),
        ("recall", "sent", "recalled", "li"),
    ]


async def test_what_is_sent_again_waits_for_a_younger_one_that_is_on_its_way(
    records: Opened,
) -> None:
    (number,) = await lose(records, "a")
    async with records.database.begin() as tx:
        await tx.post([post("younger", group="a")], {})
        (younger,) = await outbox.claim(tx)
    await decide(records, "resend", number)
    async with records.database.begin() as tx:
        assert await outbox.claim(tx) == []
        await outbox.sent(tx, [younger], NOON)
        assert [letter.id for letter in await outbox.claim(tx)] == [number]


async def test_what_failed_is_listed_until_its_words_are_erased(records: Opened) -> None:
    letters = await claim(records, "refused", "card")
    rows(records.url, "UPDATE delivery SET updates_card = (dedupe = 'card')")
    async with records.database.begin() as tx:
        refused = [Settlement(x.id, x.attempt, x.lane, "failed", "gone") for x in letters]
        await tx.ledger.settle(WORKER, refused)
    assert await told(records) == {"refused": ("failed", "gone")}
    async with records.database.begin() as tx:
        await tx.erase_bodies(NOON + HOUR)
    assert await told(records) == {}


async def test_what_waits_is_late_by_the_clock_it_was_written_by(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("new")], {})
    behind = Hands()
    behind.move(hours=-1)
    ahead = Hands()
    ahead.move(hours=1)
    for steady in (behind, ahead):
        rows(records.url, "UPDATE delivery SET due_at = ?", round(steady().timestamp() * 1e6))
        other = Database(records.url, Keys(SECRET), records.clock, dispatch, steady=steady)
        async with other.read() as tx:
            assert await tx.doubts.open() == []
        await other.close()


async def test_a_release_leaves_a_line_and_the_rows_as_they_were(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("held")], {})
        (head,) = (await tx.queue.heads("notices", 10)).letters
        await tx.meters.hold([head.id], NOON + 9 * HOUR)
    async with records.database.begin() as tx:
        await tx.queue.lock()
        assert await tx.doubts.release("wang") == 1
        assert await tx.doubts.release("wang") == 0
        (line,) = await tx.history.entries(f"delivery:{head.id}")
    assert (line.act, line.before, line.after) == ("release", "ready", "ready")
    assert line.public["reason"] == "wang"


async def test_a_story_tells_what_became_of_one_delivery(records: Opened) -> None:
    first, other = [await sent(records, person, "k1") for person in ("a", "b")]
    rows(records.url, "UPDATE delivery SET via = 'api', read_at = created_at")
    async with records.database.read() as tx:
        story = await tx.doubts.story(first)
        assert await tx.doubts.story(other + 1) is None
    assert story is not None
    assert (story.id, story.state, story.via, story.shared) == (first, "sent", "api", 1)
    assert (story.since, story.read_at, story.sent_at) == (NOON, NOON, None)
