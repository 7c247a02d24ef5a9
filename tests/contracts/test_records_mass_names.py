"""The names of mass sends and forms: one for every try, another one when they are ordered anew."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.base import Form, Message, Receipt, SendFault, SendUnknown
from bot.delivery.outcome import Landed
from bot.storage.doubts import Done
from bot.storage.rows import KNOWN_FOR, Claimed, DeliveryRow
from flows.office import Content, Door
from tests.engines import Opened, rows
from tests.outbox import WORKER, claim

ALL = "mass:all"
SECOND = timedelta(seconds=1)
FORM = Form(id="T1", fields=(("thing1", "您的诉求有新进展"),), key="f1")


async def owed(records: Opened, *, to: str = ALL, form: Form | None = None) -> None:
    """Write down a mass send, or a notice to somebody."""
    is_mass = to == ALL
    row = DeliveryRow(
        dedupe="c:TS-1:g",
        channel="wechat",
        robot="",
        door=Door.ENTERPRISE_GROUP if is_mass else Door.OFFICIAL_ACCOUNT,
        to=to,
        lane="g:mass:all" if is_mass else "p:1",
        message=Message(title="通知", text="开会", form=form),
        content=Content.NOTICE,
    )
    async with records.database.begin() as tx:
        await tx.ledger.add([row])


async def tried(records: Opened, ended: Receipt | SendFault | SendUnknown) -> Claimed:
    """Let a worker try what is due, and return what it was given."""
    async with records.database.begin() as tx:
        (letter,) = await claim(tx)
        settled = Landed(letter, ended).settlement(tx.ledger._session.steady(), lambda: 0.5)
        await tx.ledger.settle(WORKER, [settled])
    return letter


async def due(records: Opened) -> list[Claimed]:
    """Let a worker look for what is due."""
    async with records.database.begin() as tx:
        return await claim(tx)


async def again(records: Opened) -> Done:
    """Let a person have it sent again."""
    async with records.database.begin() as tx:
        await tx.queue.lock()
        (told,) = (await tx.doubts.decide("resend", [1], "clerk")).values()
    return told


async def state(records: Opened) -> tuple[str, bool]:
    """Return how it stands, and whether it is tried again by itself."""
    (found,) = rows(records.url, "SELECT state, due_at FROM delivery")
    return found[0], found[1] is not None


async def test_every_try_has_one_name_on_whatever_day(records: Opened) -> None:
    await owed(records)
    first = await tried(records, SendUnknown())
    records.clock.move(hours=15)  # over the end of a day
    second = await tried(records, SendFault("busy", 1.0))
    assert (second.key, second.resends) == (first.key, 1)


async def test_what_failed_for_certain_has_another_name_each_time_it_is_ordered_anew(
    records: Opened,
) -> None:
    await owed(records)
    names = [(await tried(records, SendFault("mass.failed", None))).key]
    for _ in range(2):  # on the same day
        assert await again(records) == "done"
        records.clock.move(seconds=1)
        names.append((await tried(records, SendFault("mass.failed", None))).key)
    assert len(set(names)) == 3


async def test_a_new_name_stays_for_every_try(records: Opened) -> None:
    await owed(records)
    await tried(records, SendFault("mass.failed", None))
    await again(records)
    first = await tried(records, SendUnknown())
    records.clock.move(hours=16)
    second = await tried(records, SendUnknown())
    assert second.key == first.key


async def test_what_may_have_left_keeps_its_name_when_it_is_ordered_again(records: Opened) -> None:
    await owed(records)
    first = await tried(records, SendUnknown())
    rows(records.url, "UPDATE delivery SET due_at = NULL")
    assert await again(records) == "done"
    records.clock.move(seconds=1)
    assert (await tried(records, SendUnknown())).key == first.key


async def test_what_may_have_left_so_long_ago_that_its_name_is_forgotten_is_not_ordered_again(
    records: Opened,
) -> None:
    await owed(records)
    await tried(records, SendUnknown())
    rows(records.url, "UPDATE delivery SET due_at = NULL")
    records.clock.now += KNOWN_FOR
    assert await again(records) == "too_late"
    assert await state(records) == ("unknown", False)


async def test_an_unanswered_try_is_not_repeated_once_its_name_may_be_forgotten(
    records: Opened,
) -> None:
    await owed(records)
    await tried(records, SendUnknown())
    records.clock.now += KNOWN_FOR - SECOND
    await tried(records, SendUnknown())
    records.clock.move(minutes=5)
    assert await due(records) == []
    assert await state(records) == ("unknown", False)


async def test_a_crash_that_is_found_out_days_later_repeats_nothing(records: Opened) -> None:
    await owed(records)
    async with records.database.begin() as tx:
        await claim(tx)
    records.clock.move(days=3)
    async with records.database.begin() as tx:
        await tx.queue.lock()
        await tx.queue.judge("another", [], [], alone=True)
    assert await due(records) == []
    assert await state(records) == ("unknown", False)


async def test_what_certainly_never_left_is_tried_however_old_it_is(records: Opened) -> None:
    await owed(records)
    await tried(records, SendFault("45011", 60.0))
    records.clock.move(days=3)
    assert len(await due(records)) == 1


async def test_a_form_that_was_blocked_is_another_one_when_it_is_ordered_anew(
    records: Opened,
) -> None:
    await owed(records, to="openid", form=FORM)
    first = await tried(records, SendFault("blocked.by_reader", None))
    await again(records)
    records.clock.move(seconds=1)
    second = await tried(records, Receipt("template:2"))
    assert second.key != first.key
    assert first.message.form is not None
    assert second.message.form is not None
    assert second.message.form.key not in ("", first.message.form.key)


async def test_words_that_failed_keep_their_name(records: Opened) -> None:
    await owed(records, to="openid")
    first = await tried(records, SendFault("x", None))
    await again(records)
    records.clock.move(seconds=1)
    assert (await tried(records, SendFault("x", None))).key == first.key
