"""Deliveries: nothing lost, nothing doubled, in order, the doubtful named."""

from collections.abc import Sequence

from bot.channels.base import Message, Option, Receipt
from bot.storage.rows import Claimed, DeliveryRow, Recovered
from flows.office import Content, Door
from handlers.ports import Conversation, Entry, Post
from tests.engines import NOON, Opened, arrival, post

MESSAGE = Message(title="题", text="文", options=(Option(label="是", action="y"),))


async def put(records: Opened, *posts: Post) -> None:
    async with records.database.begin() as tx:
        await tx.post(posts, {})


async def claim(records: Opened, limit: int = 10, busy: Sequence[str] = ()) -> list[Claimed]:
    async with records.database.begin() as tx:
        return list(await tx.ledger.claim(records.clock(), limit, busy))


async def texts(records: Opened, limit: int = 10, busy: Sequence[str] = ()) -> list[str]:
    return [letter.message.text for letter in await claim(records, limit, busy)]


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
    assert (letter.attempt, letter.resends) == (1, 0)


async def test_a_known_key_is_left_alone(records: Opened) -> None:
    await put(records, post("one"))
    await put(records, post("one"), post("two"), post("two"))
    assert await counts(records) == {"ready": 2}


async def test_a_lane_sends_in_order_one_at_a_time(records: Opened) -> None:
    one, two = await records.person("s1"), await records.person("s2")
    await put(
        records, post("a1", person=one), post("a2", person=one), post("b1", person=two), post("g")
    )
    assert await texts(records) == ["a1", "b1", "g"]
    assert await texts(records) == []
    async with records.database.begin() as tx:
        await tx.ledger.sent({1: Receipt()}, NOON)
    assert await texts(records) == ["a2"]


async def test_no_more_are_taken_than_asked_for_and_none_of_a_busy_lane(records: Opened) -> None:
    await put(records, post("a", group="a"), post("b", group="b"), post("c", group="c"))
    assert await texts(records, limit=1, busy=["g:a"]) == ["b"]
    assert await texts(records, limit=0) == []
    assert await texts(records) == ["a", "c"]


async def test_a_row_that_waits_for_its_retry_holds_the_younger_ones(records: Opened) -> None:
    await put(records, post("one"), post("two"))
    (letter,) = await claim(records)
    async with records.database.begin() as tx:
        await tx.ledger.retry(letter.id, "throttled", records.clock.now.replace(minute=5))
    assert await texts(records) == []
    records.clock.move(minutes=5)
    (again,) = await claim(records)
    assert (again.message.text, again.attempt) == ("one", 2)
    async with records.database.begin() as tx:
        await tx.ledger.failed(letter.id, "blocked")
    assert await texts(records) == ["two"]
    assert await counts(records) == {"failed": 1, "sending": 1}


async def test_an_unknown_row_that_is_sent_again_holds_the_younger_ones(records: Opened) -> None:
    person = await records.person("s1")
    await put(records, post("one", person=person), post("two", person=person))
    (letter,) = await claim(records)
    async with records.database.begin() as tx:
        await tx.ledger.unknown(letter.id, "timeout", records.clock.now.replace(minute=1))
    assert await texts(records) == []
    records.clock.move(minutes=1)
    (again,) = await claim(records)
    assert (again.id, again.attempt, again.resends) == (letter.id, 2, 1)


async def test_an_unknown_row_that_stays_so_holds_nobody(records: Opened) -> None:
    await put(records, post("one"), post("two"))
    (letter,) = await claim(records)
    async with records.database.begin() as tx:
        await tx.ledger.unknown(letter.id, "timeout", None)
    assert await texts(records) == ["two"]
    assert (await counts(records))["unknown"] == 1


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
    async with records.database.begin() as tx:
        await tx.ledger.sent({letter.id: Receipt("key", "card")}, NOON)
        await tx.ledger.retry(letter.id, "late", NOON)
        await tx.ledger.failed(letter.id, "late")
        await tx.ledger.unknown(letter.id, "late", NOON)
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
        assert await tx.ledger.oldest_ready() is None
    assert await texts(records) == []
    assert await counts(records) == {"failed": 1}


async def test_after_a_crash_only_a_bare_group_text_stays_unknown(records: Opened) -> None:
    person = await records.person("s1")
    await put(
        records,
        post("private", person=person),
        post("text", group="a"),
        post("card", group="b", card="qq-1"),
        post("waiting", group="a"),
    )
    assert len(await claim(records)) == 3
    async with records.database.begin() as tx:
        assert await tx.ledger.recover(records.clock()) == Recovered(resent=2, uncertain=1)
    letters = await claim(records)
    assert [(x.message.text, x.attempt, x.resends, x.card) for x in letters] == [
        ("private", 2, 1, ""),
        ("card", 2, 1, "qq-1"),
        ("waiting", 1, 0, ""),
    ]
    assert await counts(records) == {"sending": 3, "unknown": 1}


async def test_a_question_answered_before_the_crash_is_not_asked_again(records: Opened) -> None:
    person = await records.person("s1")
    await put(records, post("asked", person=person, question=1))
    assert len(await claim(records)) == 1
    async with records.database.begin() as tx:
        await tx.conversations.save({person: Conversation(question=2)})
        await tx.ledger.recover(records.clock())
    assert await texts(records) == []
    assert await counts(records) == {"cancelled": 1}


async def test_the_longest_wait_is_told(records: Opened) -> None:
    await put(records, post("one"))
    records.clock.move(minutes=1)
    await put(records, post("two"))
    async with records.database.read() as tx:
        assert await tx.ledger.oldest_ready() == NOON


async def test_a_message_can_be_followed_to_its_rows(records: Opened) -> None:
    async with records.database.begin() as tx:
        (filed,) = await tx.admit([arrival("m1", staff="s1")])
        assert filed is not None
        await tx.post(
            [post("one", card="qq-1", arrival=filed.id, ticket="ZH-2026-0001")], {filed.id: filed}
        )
        (letter,) = await tx.ledger.claim(NOON, 1, ())
        await tx.ledger.sent({letter.id: Receipt("key-1", "card")}, NOON)
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
