"""Arrivals are filed once, under the right person."""

from dataclasses import replace

from bot.storage.rows import Attached
from handlers.ports import Button, Filed, Forwarded, Incoming, PersonId, ReplyPath
from tests.engines import NOON, Opened, arrival, roll_back, rows


async def admit(records: Opened, *arrivals: object) -> list[Filed | None]:
    async with records.database.begin() as tx:
        return list(await tx.admit(arrivals))  # type: ignore[arg-type]


async def who(records: Opened, msg_id: str, **names: str) -> PersonId:
    (filed,) = await admit(records, arrival(msg_id, **names))  # type: ignore[arg-type]
    assert filed is not None
    return filed.person


async def test_a_batch_is_filed_in_order(records: Opened) -> None:
    batch = [arrival(f"m{n}", staff=f"s{n % 3}") for n in range(64)]
    filed = await admit(records, *batch)
    assert [f.arrival for f in filed if f] == batch
    numbers = [f.id for f in filed if f]
    assert numbers == sorted(set(numbers))
    assert len({f.person for f in filed if f}) == 3


async def test_a_redelivery_is_known(records: Opened) -> None:
    first = arrival("m1", staff="s1")
    assert (await admit(records, first))[0] is not None
    assert await admit(records, arrival("m2", staff="s1"), first) != [None, None]
    assert await admit(records, first) == [None]


async def test_twice_in_one_batch_is_filed_once(records: Opened) -> None:
    filed = await admit(records, arrival("m1", staff="s1"), arrival("m1", staff="s1"))
    assert filed[0] is not None
    assert filed[1] is None


async def test_the_same_id_from_another_robot_is_another_message(records: Opened) -> None:
    filed = await admit(
        records, arrival("m1", staff="s1"), arrival("m1", staff="s1", robot="other")
    )
    assert None not in filed


async def test_nothing_is_left_of_a_batch_that_failed(records: Opened) -> None:
    await roll_back(records, lambda tx: tx.admit([arrival("m1", staff="s1")]))
    assert (await admit(records, arrival("m1", staff="s1")))[0] is not None


async def test_people_of_the_same_nick_stay_two(records: Opened) -> None:
    one = await who(records, "m1", staff="s1", nick="王总")
    two = await who(records, "m2", staff="s2", nick="王总")
    three = await who(records, "m3", sender="x3", nick="王总")
    assert len({one, two, three}) == 3


async def test_a_person_is_known_again_by_every_name_they_ever_showed(records: Opened) -> None:
    one = await who(records, "m1", sender="x1")
    assert await who(records, "m2", union="u1", sender="x1") == one
    assert await who(records, "m3", staff="s1", union="u1") == one
    assert await who(records, "m4", staff="s1") == one
    assert await who(records, "m5", sender="x1") == one


async def test_a_name_learnt_in_a_batch_counts_in_the_same_batch(records: Opened) -> None:
    filed = await admit(
        records,
        arrival("m1", sender="x1"),
        arrival("m2", staff="s1", sender="x1"),
        arrival("m3", staff="s1"),
    )
    assert len({f.person for f in filed if f}) == 1


async def test_the_staff_id_wins_and_nobody_is_merged(records: Opened) -> None:
    by_staff = await who(records, "m1", staff="s1")
    by_sender = await who(records, "m2", sender="x2")
    assert await who(records, "m3", staff="s1", sender="x2") == by_staff
    assert await who(records, "m4", sender="x2") == by_sender


async def test_another_staff_id_is_another_person_whatever_else_is_shared(
    records: Opened,
) -> None:
    first = await who(records, "m1", staff="s1", sender="x1")
    second = await who(records, "m2", staff="s2", sender="x1")
    assert second != first
    assert await who(records, "m3", staff="s2") == second
    assert await who(records, "m4", sender="x1") == first


async def test_somebody_without_any_name_is_filed_too(records: Opened) -> None:
    filed = await admit(records, arrival("m1"), arrival("m2"))
    assert None not in filed


async def test_the_latest_nick_is_kept_and_an_empty_one_changes_nothing(records: Opened) -> None:
    person = await who(records, "m1", staff="s1", nick="小王")
    records.clock.move(seconds=1)
    await who(records, "m2", staff="s1", nick="王总")
    await who(records, "m3", staff="s1")
    async with records.database.begin() as tx:
        assert (await tx.people.load([person]))[person].nick == "王总"


async def test_a_failed_arrival_is_found_whole_until_it_is_replayed(records: Opened) -> None:
    odd = arrival(
        "m1",
        staff="s1",
        nick="小王",
        text="lone \ud800, zero \0, 反映",
        files=(Incoming("code", "picture", "a.png"), Incoming("code 2", "file")),
    )
    full = type(odd)(
        **{name: getattr(odd, name) for name in odd.__slots__}
        | {
            "forwarded": (Forwarded("甲", "你好"),),
            "quoted": "旧话",
            "spoken": True,
            "button": Button("confirm", "card"),
            "reply_path": ReplyPath("http://127.0.0.1/reply", NOON),
        }
    )
    (filed,) = await admit(records, full)
    assert filed is not None
    async with records.database.begin() as tx:
        await tx.fail(filed.id, "Traceback: 反映")
    async with records.database.begin() as tx:
        assert await tx.failed_arrivals(10) == [filed]
        assert await tx.traceback(filed.id) == "Traceback: 反映"
        await tx.replayed(filed.id)
        assert await tx.failed_arrivals(10) == []
        assert await tx.traceback(filed.id) is None


async def test_files_are_fetched_retried_and_refused(records: Opened) -> None:
    files = (Incoming("c1", "picture", "1.png"), Incoming("c2", "file"), Incoming("c3", "audio"))
    (filed,) = await admit(records, arrival("m1", staff="s1", files=files))
    assert filed is not None
    one, two, three = filed.files
    async with records.database.begin() as tx:
        fetches = await tx.attachments.pending(10)
        assert [(f.id, f.code, f.kind, f.name) for f in fetches] == [
            (one, "c1", "picture", "1.png"),
            (two, "c2", "file", ""),
            (three, "c3", "audio", ""),
        ]
        assert {f.person for f in fetches} == {filed.person}
        await tx.attachments.stored(one, "ab" * 32, "image/png", 7)
        await tx.attachments.refused(two, "too large")
        await tx.attachments.retry(three, records.clock.now.replace(hour=5))
        assert await tx.attachments.pending(10) == []
        assert await tx.stored_files([three, two, one, "unknown"]) == [three, one]
        assert await tx.attached([three, two, one, "unknown"]) == {
            one: Attached("stored", "picture", "1.png", "ab" * 32, "image/png", 7),
            two: Attached("refused", "file", ""),
            three: Attached("pending", "audio", ""),
        }
        assert await tx.attached([]) == {}
    records.clock.move(hours=1)
    async with records.database.read() as tx:
        assert [(f.id, f.attempts) for f in await tx.attachments.pending(10)] == [(three, 1)]


async def test_people_are_reached_where_they_were_last_seen(records: Opened) -> None:
    person = await who(records, "m1", staff="s1", sender="x1")
    records.clock.move(seconds=1)
    (filed,) = await admit(records, arrival("m2", sender="x1", robot="other"))
    assert filed is not None
    stranger = await who(records, "m3", sender="x9")
    async with records.database.read() as tx:
        reach = await tx.reach([person, stranger])
    assert [(one.robot, one.staff_id) for one in reach[person]] == [("other", "s1")]
    assert [(one.channel, one.staff_id) for one in reach[stranger]] == [("dingtalk", None)]


async def test_who_has_accounts_of_several_channels_is_reached_first_where_they_were_last(
    records: Opened,
) -> None:
    person = await who(records, "m1", staff="s1")
    async with records.database.begin() as tx:
        await tx._accounts.add_staff({("other", "o1"): person})
        linked = await tx.reach([person])
    assert [one.channel for one in linked[person]] == ["dingtalk", "other"]
    records.clock.move(seconds=1)
    (filed,) = await admit(records, replace(arrival("m2", staff="o1"), channel="other"))
    assert filed is not None
    assert filed.person == person
    async with records.database.read() as tx:
        reach = await tx.reach([person])
    assert [(one.channel, one.staff_id) for one in reach[person]] == [
        ("other", "o1"),
        ("dingtalk", "s1"),
    ]


async def test_who_comes_back_to_a_place_soon_is_reached_there_again(records: Opened) -> None:
    person = await who(records, "m1", staff="s1", sender="x1")
    records.clock.move(minutes=1)
    assert await who(records, "m2", sender="x1", robot="other") == person
    records.clock.move(minutes=1)
    assert await who(records, "m3", staff="s1") == person
    async with records.database.read() as tx:
        assert [one.robot for one in (await tx.reach([person]))[person]] == ["robot"]


async def test_that_somebody_is_still_there_is_noted_once_an_hour(records: Opened) -> None:
    def seen() -> list[tuple[object, ...]]:
        return rows(records.url, "SELECT seen_at, nick FROM account")

    await who(records, "m1", staff="s1", nick="小王")
    first = seen()
    records.clock.move(minutes=59)
    await who(records, "m2", staff="s1", nick="小王")
    await who(records, "m3", staff="s1")
    assert seen() == first
    records.clock.move(minutes=1)
    await who(records, "m4", staff="s1", nick="小王")
    assert seen() != first
