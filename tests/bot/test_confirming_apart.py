"""One question that the platform refuses keeps no other from its answer; late words still count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.channels.base import Confirmed, Delivered, Form, Message, SendFault
from bot.storage.asked import NOT_CONFIRMED, Verdict
from bot.storage.rows import DeliveryRow
from flows.office import Content, Door
from tests.bot.test_confirming import Bench, Platform, opened
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

UNKNOWN_THERE = SendFault("40059", None)


class Fussy(Platform):
    """Refuses to speak of some messages."""

    refuses: Mapping[int, SendFault] = {}

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        for one in asked:
            if one.id in self.refuses:
                raise self.refuses[one.id]
        return await super().confirmed(asked)


def fussy(b: Bench, **refuses: SendFault) -> Fussy:
    """Let the platform refuse to speak of the first or the second message."""
    made = Fussy()
    numbers = {"first": b.number, "second": b.number + 1}
    made.refuses = {numbers[name]: fault for name, fault in refuses.items()}
    b.channels["fake"] = made
    return made


async def second(b: Bench, folder: Path) -> int:
    """Let another message wait there, as long as the first one."""
    row = DeliveryRow(
        dedupe="second",
        channel="fake",
        robot="",
        door=Door.PRIVATE,
        to="s2",
        lane="l2",
        message=Message(title="t", text="x"),
        content=Content.PROGRESS,
    )
    async with b.db.begin() as tx:
        await tx.ledger.add([row])
    url = await address(folder / "test.db")
    waits = "UPDATE delivery SET state = 'asked', due_at = NULL, receipt = 'task-2', via = 'task'"
    rows(url, f"{waits}, attempted_at = created_at WHERE dedupe = 'second'")
    ((number,),) = rows(url, "SELECT id FROM delivery WHERE dedupe = 'second'")
    return int(number)


async def test_one_that_the_platform_does_not_know_keeps_no_other_waiting(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        number = await second(b, tmp_path)
        fussy(b, first=UNKNOWN_THERE).said[number] = Confirmed("failed", "refused")
        await b.after(minutes=3)
        assert await b.state() == ("asked", "")
        b.number = number
        assert await b.state() == ("failed", "refused")


async def test_one_that_the_platform_never_speaks_of_is_given_up_in_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        fussy(b, first=UNKNOWN_THERE)
        await b.after(hours=72)
        assert await b.state() == ("failed", NOT_CONFIRMED)


async def test_what_was_answered_before_the_platform_was_busy_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        number = await second(b, tmp_path)
        fussy(b, second=SendFault("busy", 5.0)).said[b.number] = Confirmed("sent")
        await b.after(hours=72)
        assert await b.state() == ("sent", "")
        b.number = number
        assert await b.state() == ("asked", "")


async def test_what_left_while_it_was_given_up_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        recall = b.channel.recall

        async def meanwhile(sent: Sequence[Delivered]) -> Mapping[int, str]:
            await b.worker.settle({b.number: Verdict("sent", reached=4321)})
            return await recall(sent)

        b.channel.recall = meanwhile  # type: ignore[method-assign]
        await b.after(hours=72)
        assert await b.state() == ("sent", "")


@pytest.mark.parametrize(
    ("told", "became"),
    [
        (Verdict("sent", reached=7), ("sent", "")),
        (Verdict("failed", "mass.failed"), ("failed", "mass.failed")),
    ],
)
async def test_what_the_platform_says_after_it_was_given_up_still_counts(
    tmp_path: Path, told: Verdict, became: tuple[str, str]
) -> None:
    async with opened(tmp_path) as b:
        b.channel.standing = {"s1": "too.late"}
        await b.after(hours=72)
        assert await b.state() == ("unknown", NOT_CONFIRMED)
        await b.worker.settle({b.number: told})
        assert await b.state() == became


async def test_what_is_sent_again_by_hand_is_not_settled_by_a_word_of_before(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as b:
        b.channel.standing = {"s1": "too.late"}
        await b.after(hours=72)
        async with b.db.begin() as tx:
            await tx.queue.lock()
            await tx.doubts.decide("resend", [b.number], "clerk")
        await b.worker.settle({b.number: Verdict("failed", "mass.failed")})
        assert (await b.state())[0] == "ready"


@pytest.mark.parametrize(
    ("to", "form", "became"),
    [
        ("mass:all", None, "failed"),
        ("o1", Form(id="T", fields=(), key="f"), "failed"),
        ("o1", None, "unknown"),
    ],
)
async def test_a_platform_that_speaks_of_a_name_speaks_of_every_try_under_it(
    tmp_path: Path, to: str, form: Form | None, became: str
) -> None:
    async with opened(tmp_path) as b:
        row = DeliveryRow(
            dedupe="tried",
            channel="fake",
            robot="",
            door=Door.OFFICIAL_ACCOUNT,
            to=to,
            lane="l3",
            message=Message(title="t", text="x", form=form),
            content=Content.NOTICE,
        )
        async with b.db.begin() as tx:
            await tx.ledger.add([row])
        url = await address(tmp_path / "test.db")
        tried = "UPDATE delivery SET state = 'asked', due_at = NULL, receipt = 'k', resends = 1"
        rows(url, f"{tried} WHERE dedupe = 'tried'")
        ((b.number,),) = rows(url, "SELECT id FROM delivery WHERE dedupe = 'tried'")
        await b.worker.settle({b.number: Verdict("failed", "refused")})
        assert await b.state() == (became, "refused")
