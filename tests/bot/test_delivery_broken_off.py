"""What becomes of a delivery when a call, the process or the database breaks off."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from bot.channels.base import SendFault, SendUnknown
from bot.delivery import Delivery
from bot.storage.database import Database, DatabaseDown
from flows.engine.words import Choice
from handlers.ports import Role, Stale, ToGroup
from tests import outbox
from tests.bot.runtime import (
    KEYS,
    states,
    until,
)
from tests.bot.test_delivery import Bench, Shaky, bench
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")


async def claim_and_die(b: Bench) -> None:
    async with b.db.begin() as tx:
        await outbox.claim(tx)


async def test_a_crash_during_a_call_resends_to_persons_and_cards_only(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.owe("private")
        await b.owe("group", ToGroup("cid1"))
        await b.owe("card", ToGroup("cid2"), choices=(Choice("好", "x"),))
        await claim_and_die(b)
        delivery = b.again()
        await delivery.recover()
        delivery.start()
        await b.calm(unknown=1, sent=2)
        assert sorted(b.texts) == ["card", "private"]


async def test_a_question_answered_meanwhile_is_cancelled(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        (person,) = b.persons
        await b.owe("old question", question=(person, 1))
        await b.owe("new question", question=(person, 2))
        async with b.db.begin() as tx:
            known = await tx.conversations.lock([person])
            moved = {p: c.model_copy(update={"question": 2}) for p, c in known.items()}
            await tx.conversations.save(moved)
        b.delivery.start()
        await b.calm(cancelled=1, sent=1)
        assert b.texts == ["new question"]


async def test_stopping_writes_down_how_the_calls_ended(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        gate = asyncio.Event()
        b.channel.script = [gate]
        b.delivery.start()
        await b.owe("a")
        await b.owe("b")
        await until(lambda: b.channel.active == 1)
        stopping = asyncio.create_task(b.delivery.stop())
        await asyncio.sleep(0)
        gate.set()
        await stopping
        assert await states(b.db) == {"sent": 1, "ready": 1}


async def test_a_call_that_never_ends_is_left_to_the_next_start(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [asyncio.Event()]
        b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, stop_within=0.05)
        b.delivery.start()
        await b.owe("a")
        await until(lambda: b.channel.active == 1)
        await b.delivery.stop()
        assert await states(b.db) == {"sending": 1}
        assert b.channel.active == 0


async def test_a_result_waits_for_a_database_that_is_down(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        gate = asyncio.Event()
        b.channel.script = [gate]
        shaky = Shaky(b.db)
        b.delivery = Delivery(cast("Database", shaky), {"fake": b.channel}, b.clock)
        b.delivery.start()
        await b.owe("a")
        await until(lambda: b.channel.active == 1)
        shaky.faults = [DatabaseDown("away")]
        gate.set()
        await b.calm(sent=1)
        assert (b.texts, shaky.faults) == (["a"], [])


async def test_a_group_of_which_nobody_knows_whether_it_heard_is_named_to_the_desk(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.grant(b.persons[0], Role.CLERK, "", None)
        b.channel.script = [SendUnknown()]
        b.delivery.start()
        await b.owe("a", ToGroup("cid"), ticket="ZH-2026-0001")
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["a", "ZH-2026-0001 没送到工作群"]


async def test_after_a_crash_the_desk_hears_which_group_may_not_have_heard(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.grant(b.persons[0], Role.CLERK, "", None)
        await b.owe("a", ToGroup("cid"), ticket="ZH-2026-0001")
        await claim_and_die(b)
        delivery = b.again()
        await delivery.recover()
        delivery.start()
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["ZH-2026-0001 没送到工作群"]


async def test_a_start_that_somebody_else_came_before_is_tried_again_and_tells_all(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.grant(b.persons[0], Role.CLERK, "", None)
        await b.owe("a", ToGroup("cid"), ticket="ZH-2026-0001")
        await claim_and_die(b)
        shaky = Shaky(b.db)
        shaky.faults = [Stale("a lock"), Stale("a deadlock")]
        b.delivery = Delivery(cast("Database", shaky), {"fake": b.channel}, b.clock)
        await b.delivery.recover()
        b.delivery.start()
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["ZH-2026-0001 没送到工作群"]


async def test_a_start_that_somebody_else_always_comes_before_is_given_up(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        shaky = Shaky(b.db)
        shaky.faults = [Stale("a lock")] * 20
        b.delivery = Delivery(cast("Database", shaky), {"fake": b.channel}, b.clock)
        with pytest.raises(Stale):
            await b.delivery.recover()


async def test_the_start_does_not_hang_on_a_notice_that_cannot_be_worded(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.grant(b.persons[0], Role.CLERK, "", None)
        rows(await address(tmp_path / "test.db"), "UPDATE person SET profile = ?", b"\0")
        await b.owe("a", ToGroup("cid"), ticket="ZH-2026-0001")
        await claim_and_die(b)
        await b.again().recover()
        await b.calm(unknown=1)


async def test_a_result_that_cannot_be_stored_as_it_is_frees_the_lane(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        half = "\ud800"  # half a character, which no database takes
        b.channel.script = [SendFault(half, None), SendFault(half, 1.0)]
        b.delivery.start()
        await b.owe("a")
        await b.owe("b")
        await until(lambda: b.delivery.tally.retried == 1)
        assert await states(b.db) == {"failed": 1, "ready": 1}
        b.clock.forward(1000)
        await b.owe("c")
        await b.calm(failed=1, sent=2)
        assert b.texts == ["b", "c"]


async def test_a_failure_that_nobody_can_be_told_of_frees_the_lane(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.grant(b.persons[0], Role.CLERK, "", None)
        rows(await address(tmp_path / "test.db"), "UPDATE person SET profile = ?", b"\0")
        b.channel.script = [SendFault("gone", None)]
        b.delivery.start()
        await b.owe("a", ToGroup("cid"), ticket="ZH-2026-0001")
        await b.owe("b", ToGroup("cid"))
        await b.calm(failed=1, sent=1)


async def test_a_result_outlives_a_defect_and_a_database_that_is_down(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        gate = asyncio.Event()
        b.channel.script = [gate]
        shaky = Shaky(b.db)
        b.delivery = Delivery(cast("Database", shaky), {"fake": b.channel}, b.clock)
        b.delivery.start()
        await b.owe("a")
        await until(lambda: b.channel.active == 1)
        shaky.faults = [DatabaseDown("away"), ZeroDivisionError()]  # the last comes first
        gate.set()
        await b.calm(sent=1)
        assert (b.texts, shaky.faults) == (["a"], [])


async def test_a_row_of_another_shape_costs_only_itself(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.owe("a")
        await b.owe("b")
        rows(
            await address(tmp_path / "test.db"),
            "UPDATE delivery SET body = ? WHERE dedupe = 'a'",
            KEYS.seal("[]", "delivery.body\x1fa"),
        )
        b.delivery.start()
        await b.calm(failed=1, sent=1)
        assert b.texts == ["b"]


async def test_a_result_waits_until_nobody_else_is_first(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        gate = asyncio.Event()
        b.channel.script = [gate]
        shaky = Shaky(b.db)
        b.delivery = Delivery(cast("Database", shaky), {"fake": b.channel}, b.clock)
        b.delivery.start()
        await b.owe("a")
        await until(lambda: b.channel.active == 1)
        shaky.faults = [Stale("deadlock")] * 3  # together, alone, and alone in short
        gate.set()
        await b.calm(sent=1)
        receipts = rows(await address(tmp_path / "test.db"), "SELECT receipt FROM delivery")
        assert receipts == [("key-1-1",)]
        assert (b.texts, b.delivery.tally.resent) == (["a"], 0)


async def test_a_row_that_cannot_be_read_is_named_by_its_fields(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(tmp_path) as b:
        await b.owe("a")
        url = await address(tmp_path / "test.db")
        ((number,),) = rows(url, "SELECT id FROM delivery")
        rows(url, "UPDATE delivery SET body = ?", b"\0")
        b.delivery.start()
        await b.calm(failed=1)
    (line,) = [one for one in caplog.records if "cannot be read" in one.getMessage()]
    assert line.__dict__["delivery"] == number
    assert str(number) not in line.getMessage()
