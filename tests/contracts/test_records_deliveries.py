"""Deliveries: nothing lost, nothing doubled, in order, the doubtful named."""

from dataclasses import replace
from typing import Any, Literal

from bot.channels.base import Message, Option, Receipt
from bot.storage.rows import Claimed, DeliveryRow, Judged, Settlement
from flows.office import Content, Door
from handlers.ports import Conversation, Entry, Post
from tests import outbox
from tests.engines import NOON, Opened, arrival, post
from tests.outbox import WORKER

State = Literal["sent", "ready", "failed", "unknown", "cancelled"]

MESSAGE = Message(title="题", text="文", options=(Option(label="是", action="y"),))


async def put(records: Opened, *posts: Post) -> None:
    async with records.database.begin() as tx:
        await tx.post(posts, {})


async def claim(records: Opened, limit: int = 10, owner: str = WORKER) -> list[Claimed]:
    async with records.database.begin() as tx:
        return await outbox.claim(tx, limit, owner)


async def texts(records: Opened, limit: int = 10) -> list[str]:
    return [letter.message.text for letter in await claim(records, limit)]


async def settle(records: Opened, *settlements: Settlement, owner: str = WORKER) -> None:
    async with records.database.begin() as tx:
        await tx.ledger.settle(owner, settlements)


def ending(letter: Claimed, state: State, **more: Any) -> Settlement:
    return Settlement(letter.id, letter.attempt, letter.lane, state, **more)


async def judge(records: Opened, owner: str = "other", *, alone: bool = True) -> Judged:
    async with records.database.begin() as tx:
        return await tx.queue.judge(owner, (), (), alone=alone)


async def counts(records: Opened) -> dict[str, int]:
    async with records.database.read() as tx:
        return dict(await tx.ledger.counts())


async def test_a_letter_says_everything_its_worker_needs(records: Opened) -> None:
    person = await records.person("s1")
    row = DeliveryRow(
        dedupe="d1",
        channel="dingtalk",
        robot="robot",
        door=Door.PRIVATE,
        to="s1",
        lane="p:1",
        message=MESSAGE,
        content=Content.FORM,
        mention="s1",
        card="qq-1",
        update=True,
        reply_url="http://127.0.0.1/reply?secret",
        reply_until=NOON,
        person=person,
    )
    async with records.database.begin() as tx:
        await tx.ledger.add([row])
    (letter,) = await claim(records)
    assert letter.message == MESSAGE
    for name in ("channel", "robot", "door", "to", "lane", "mention", "card", "update"):
        assert getattr(letter, name) == getattr(row, name)
    assert (letter.reply_url, letter.reply_until) == (row.reply_url, NOON)
    assert (letter.attempt, letter.resends, letter.content) == (1, 0, Content.FORM)
    assert len(letter.key) == 32


async def test_a_known_key_is_left_alone(records: Opened) -> None:
    await put(records, post("one"))
    await put(records, post("one"), post("two"), post("two"))
    assert await counts(records) == {"ready": 2}


async def test_a_lane_sends_in_order_one_at_a_time(records: Opened) -> None:
    one, two = await records.person("s1"), await records.person("s2")
    await put(
        records, post("a1", person=one), post("a2", person=one), post("b1", person=two), post("g")
    )
    letters = await claim(records)
    assert [letter.message.text for letter in letters] == ["a1", "b1", "g"]
    assert await texts(records) == []
    await settle(records, ending(letters[0], "sent"))
    assert await texts(records) == ["a2"]


async def test_no_more_are_taken_than_asked_for(records: Opened) -> None:
    await put(records, post("a", group="a"), post("b", group="b"), post("c", group="c"))
    assert await texts(records, limit=1) == ["a"]
    assert await texts(records, limit=0) == []
    assert await texts(records) == ["b", "c"]


async def test_answers_go_before_everything_else(records: Opened) -> None:
    person = await records.person("s1")
    await put(records, post("notice"))
    records.clock.move(minutes=1)
    await put(records, post("answer", person=person))
    assert await texts(records, limit=1) == ["answer"]


async def test_lanes_take_turns(records: Opened) -> None:
    await put(records, *(post(f"{lane}{n}", group=lane) for lane in "abc" for n in (1, 2)))
    records.clock.move(seconds=1)
    seen = []
    while letters := await claim(records, limit=1):
        seen += [letter.message.text for letter in letters]
        await settle(records, ending(letters[0], "sent"))
        records.clock.move(seconds=1)
    assert seen == ["a1", "b1", "c1", "a2", "b2", "c2"]


async def test_a_row_that_waits_for_its_retry_holds_the_younger_ones(records: Opened) -> None:
    await put(records, post("one"), post("two"))
    (letter,) = await claim(records)
    later = records.clock.now.replace(minute=5)
    await settle(records, ending(letter, "ready", code="throttled", due_at=later))
    assert await texts(records) == []
    async with records.database.read() as tx:
        assert await tx.queue.next_due() == later
    records.clock.move(minutes=5)
    (again,) = await claim(records)
    assert (again.message.text, again.attempt, again.code) == ("one", 2, "throttled")
    await settle(records, ending(again, "failed", code="blocked"))
    assert await texts(records) == ["two"]
    assert await counts(records) == {"failed": 1, "sending": 1}


async def test_an_unknown_row_that_is_sent_again_holds_the_younger_ones(records: Opened) -> None:
    person = await records.person("s1")
    await put(records, post("one", person=person), post("two", person=person))
    (letter,) = await claim(records)
    later = records.clock.now.replace(minute=1)
    await settle(records, ending(letter, "unknown", code="timeout", due_at=later))
    assert await texts(records) == []
    records.clock.move(minutes=1)
    (again,) = await claim(records)
    assert (again.id, again.attempt, again.resends) == (letter.id, 2, 1)


async def test_an_unknown_row_that_stays_so_holds_nobody(records: Opened) -> None:
    await put(records, post("one"), post("two"))
    (letter,) = await claim(records)
    await settle(records, ending(letter, "unknown", code="timeout"))
    assert await texts(records) == ["two"]
    assert (await counts(records))["unknown"] == 1


async def test_a_row_that_is_not_tried_keeps_its_tries(records: Opened) -> None:
    await put(records, post("one"))
    (letter,) = await claim(records)
    due_at = records.clock.now
    await settle(records, ending(letter, "ready", code="130101", due_at=due_at, counts=False))
    (again,) = await claim(records)
    assert again.attempt == 1


async def test_only_its_owner_ends_an_attempt_and_only_the_latest(records: Opened) -> None:
    await put(records, post("one"))
    (early,) = await claim(records)
    await settle(records, ending(early, "sent"), owner="somebody else")
    assert await counts(records) == {"sending": 1}
    await settle(records, ending(early, "ready", due_at=records.clock.now))
    (late,) = await claim(records)
    await settle(records, ending(early, "sent"))
    assert await counts(records) == {"sending": 1}
    await settle(records, ending(late, "sent"))
    assert await counts(records) == {"sent": 1}


async def test_a_question_answered_meanwhile_is_cancelled(records: Opened) -> None:
    person = await records.person("s1")
    await put(
        records,
        post("asked 1", person=person, question=1),
        post("asked 2", person=person, question=2),
    )
    async with records.database.begin() as tx:
        await tx.conversations.save({person: Conversation(question=2)})
    assert await texts(records) == ["asked 2"]
    assert await counts(records) == {"cancelled": 1, "sending": 1}


async def test_the_end_of_a_delivery_is_written_once(records: Opened) -> None:
    await put(records, post("one"))
    (letter,) = await claim(records)
    await settle(records, ending(letter, "sent", receipt=Receipt("key", "card"), sent_at=NOON))
    later: tuple[State, ...] = ("ready", "failed", "unknown")
    for state in later:
        await settle(records, ending(letter, state, code="late"))
    assert await counts(records) == {"sent": 1}


async def test_an_unreachable_row_is_failed_from_the_start(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.ledger.add(
            [
                DeliveryRow(
                    dedupe="d1",
                    channel="dingtalk",
                    robot="robot",
                    door=Door.PRIVATE,
                    to="",
                    lane="p:1",
                    message=MESSAGE,
                    content=Content.NOTICE,
                    state="failed",
                    code="unreachable",
                )
            ]
        )
        assert (await tx.vitals.signs()).oldest_due is None
    assert await texts(records) == []
    assert await counts(records) == {"failed": 1}


async def test_the_longest_wait_is_told(records: Opened) -> None:
    await put(records, post("one"))
    records.clock.move(minutes=1)
    await put(records, post("two"))
    async with records.database.read() as tx:
        assert (await tx.vitals.signs()).oldest_due == NOON


async def test_a_message_can_be_followed_to_its_rows(records: Opened) -> None:
    async with records.database.begin() as tx:
        (filed,) = await tx.admit([arrival("m1", staff="s1")])
        assert filed is not None
        await tx.post(
            [post("one", card="qq-1", arrival=filed.id, ticket="ZH-2026-0001")], {filed.id: filed}
        )
        (letter,) = await outbox.claim(tx)
        await outbox.sent(tx, [letter], NOON, Receipt("key-1", "card"))
        await tx.record(
            [
                Entry("ticket:ZH-2026-0002", "file", None, "", "", NOON, arrival=filed.id),
                Entry("person:1", "bind", None, "", "", NOON, arrival=filed.id),
            ]
        )
    async with records.database.read() as tx:
        came = await tx.trace.by_arrival("dingtalk", "m1")
        sent = await tx.trace.by_receipt("key-1")
        assert await tx.trace.by_card("qq-1") == sent
        assert await tx.trace.by_arrival("dingtalk", "m2") is None
        assert await tx.trace.by_receipt("key-2") is None
    assert came is not None
    assert sent is not None
    assert came["arrival"] == sent["arrival"] == {"id": filed.id, "state": "done"}
    assert came["tickets"] == ["ZH-2026-0001", "ZH-2026-0002"]
    assert sent["tickets"] == ["ZH-2026-0001"]
    assert (
        came["deliveries"]
        == sent["deliveries"]
        == [
            {
                "id": letter.id,
                "state": "sent",
                "attempts": 1,
                "resends": 0,
                "door": "staff_group",
                "content": "progress",
                "code": "",
                "arrival": filed.id,
                "ticket": "ZH-2026-0001",
                "via": "card",
            }
        ]
    )


class Train:
    """An express with so many places."""

    owner = WORKER

    def __init__(self, room: int = 10) -> None:
        self.room = room
        self.aboard: list[Claimed] = []

    def wants(self, letter: Claimed) -> bool:
        self.room -= 1
        return self.room >= 0

    def board(self, letter: Claimed) -> None:
        self.aboard.append(letter)


def answer(name: str, person: int, **more: Any) -> DeliveryRow:
    return DeliveryRow(
        dedupe=name,
        channel="dingtalk",
        robot="robot",
        door=Door.PRIVATE,
        to=f"s{person}",
        lane=f"p:{person}",
        message=MESSAGE,
        content=Content.PROGRESS,
        answers=True,
        **more,
    )


async def board(records: Opened, train: Train, *rows: DeliveryRow) -> list[str]:
    async with records.database.begin() as tx:
        tx.express(train)
        await tx.ledger.add(rows)
    return [letter.dedupe for letter in train.aboard]


async def test_answers_board_the_express_and_are_ended_like_others(records: Opened) -> None:
    train = Train()
    assert await board(records, train, answer("a", 1), answer("b", 2)) == ["a", "b"]
    assert await texts(records) == []
    assert await counts(records) == {"sending": 2}
    await settle(records, *(ending(letter, "sent") for letter in train.aboard))
    assert await counts(records) == {"sent": 2}


async def test_only_what_answers_boards_and_as_many_as_there_is_room_for(records: Opened) -> None:
    notice = replace(answer("notice", 3), answers=False)
    refused = answer("refused", 4, state="failed", code="unreachable")
    rows = [notice, refused, answer("a", 1), answer("b", 2)]
    assert await board(records, Train(room=1), *rows) == ["a"]
    assert await counts(records) == {"ready": 2, "failed": 1, "sending": 1}


async def test_only_the_first_of_a_lane_boards_and_only_if_it_has_no_other(
    records: Opened,
) -> None:
    train = Train()
    assert await board(records, train, answer("a1", 1), answer("a2", 1)) == ["a1"]
    assert await board(records, train, answer("a3", 1), answer("b1", 2)) == ["a1", "b1"]
    await settle(records, *(ending(letter, "sent") for letter in train.aboard))
    assert [letter.dedupe for letter in await claim(records)] == ["a2"]


async def test_a_known_key_does_not_board_again(records: Opened) -> None:
    train = Train()
    await board(records, train, answer("a", 1))
    await settle(records, ending(train.aboard[0], "sent"))
    assert await board(records, train, answer("a", 1), answer("b", 1)) == ["a"]
    assert await counts(records) == {"sent": 1, "ready": 1}


async def test_what_boarded_before_a_crash_is_found(records: Opened) -> None:
    await board(records, Train(), answer("a", 1))
    assert await judge(records) == Judged(resent=1)
