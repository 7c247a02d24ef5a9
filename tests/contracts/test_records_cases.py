"""Conversations, tickets, tasks and the funnel are kept."""

import asyncio
from datetime import date

import pytest

from flows.engine.flow import State
from flows.engine.words import Event
from flows.tickets import case
from flows.tickets.case import Note, Ticket
from handlers.ports import Conversation, FlowEvent, Frame, PersonId, Stale, Task
from tests.engines import NOON, Opened, roll_back


def ticket(number: str, reporter: PersonId, **more: object) -> Ticket:
    fields: dict[str, object] = {
        "number": number,
        "reporter": reporter,
        "enterprise": "蛟川机械",
        "contact": "王一",
        "phone": "13800000000",
        "category": "power",
        "body": "停电三天",
        "created_at": NOON,
        **more,
    }
    return Ticket.model_validate(fields)


def moved(old: Ticket, **changes: object) -> Ticket:
    return old.model_copy(update={"version": old.version + 1, **changes})


# Conversations -----------------------------------------------------------------------------


async def test_a_first_conversation_is_empty(records: Opened) -> None:
    person = await records.person("s1")
    async with records.database.begin() as tx:
        assert await tx.conversations.lock([person]) == {person: Conversation()}
        assert await tx.conversations.lock([]) == {}


async def test_a_conversation_comes_back_as_it_was(records: Opened) -> None:
    one, two = await records.person("s1"), await records.person("s2")
    kept = Conversation(
        stack=(Frame(state=State(flow="report", answers={"body": "停电"}), touched=NOON),),
        question=3,
        options=("confirm",),
        recent=(1.5,),
    )
    async with records.database.begin() as tx:
        await tx.conversations.lock([two, one, two])
        await tx.conversations.save({two: kept})
        await tx.conversations.save({})
    async with records.database.begin() as tx:
        assert await tx.conversations.lock([two, one]) == {one: Conversation(), two: kept}


async def test_writers_take_turns(records: Opened) -> None:
    person = await records.person("s1")

    async def ask() -> None:
        async with records.database.begin() as tx:
            old = (await tx.conversations.lock([person]))[person]
            await asyncio.sleep(0)
            new = old.model_copy(update={"question": old.question + 1})
            await tx.conversations.save({person: new})

    await asyncio.gather(*(ask() for _ in range(20)))
    async with records.database.begin() as tx:
        assert (await tx.conversations.lock([person]))[person].question == 20


# Tickets -----------------------------------------------------------------------------------


async def test_numbers_of_a_year_have_no_gap_and_no_double(records: Opened) -> None:
    async with records.database.begin() as tx:
        assert await tx.tickets.next_number("ZH", 2026, 1) == 1
        assert await tx.tickets.next_number("ZH", 2026, 3) == 2
        assert await tx.tickets.next_number("ZH", 2026, 1) == 5
        assert await tx.tickets.next_number("ZH", 2027, 1) == 1
        assert await tx.tickets.next_number("QQ", 2026, 1) == 1


async def test_a_number_reserved_in_vain_is_given_again(records: Opened) -> None:
    await roll_back(records, lambda tx: tx.tickets.next_number("ZH", 2026, 1))
    async with records.database.begin() as tx:
        assert await tx.tickets.next_number("ZH", 2026, 1) == 1


async def test_a_ticket_comes_back_as_it_was(records: Opened) -> None:
    person = await records.person("s1")
    full = ticket(
        "ZH-2026-0001",
        person,
        due_on=date(2026, 12, 1),
        lead_unit="power",
        notes=(Note(kind="urge", text="快点", by=person, at=NOON, files=("1-0",)),),
    )
    async with records.database.begin() as tx:
        await tx.tickets.save([full], {})
        assert await tx.tickets.load(["ZH-2026-0001", "ZH-2026-0002"], []) == [full]


async def test_tickets_are_found_by_number_by_reporter_and_while_they_run(records: Opened) -> None:
    one, two = await records.person("s1"), await records.person("s2")
    first = ticket("ZH-2026-0001", one)
    second = ticket("ZH-2026-0002", two, state=case.State.CLOSED)
    third = ticket("ZH-2026-10000", one, state=case.State.WITHDRAWN)
    async with records.database.begin() as tx:
        await tx.tickets.save([third, second, first], {})
        assert await tx.tickets.load([], []) == ()
        assert await tx.tickets.load([], [one]) == [first, third]
        assert await tx.tickets.load(["ZH-2026-0002"], []) == [second]
        assert await tx.tickets.load(["ZH-2026-0002"], [], running=True) == [first, second]


async def test_a_changed_ticket_replaces_the_old_one(records: Opened) -> None:
    old = ticket("ZH-2026-0001", await records.person("s1"))
    new = moved(old, state=case.State.CLOSED, closed_at=NOON)
    async with records.database.begin() as tx:
        await tx.tickets.save([old], {})
        await tx.tickets.save([new], {old.number: old.version})
        assert await tx.tickets.load([old.number], []) == [new]
        assert await tx.tickets.load([], [], running=True) == []


async def test_a_ticket_changed_by_somebody_else_is_stale(records: Opened) -> None:
    person = await records.person("s1")
    old, other = ticket("ZH-2026-0001", person), ticket("ZH-2026-0002", person)
    async with records.database.begin() as tx:
        await tx.tickets.save([old, other], {})
        await tx.tickets.save([moved(old)], {old.number: 1})
    async with records.database.begin() as tx:
        known = {old.number: 1, other.number: 1}
        with pytest.raises(Stale):
            await tx.tickets.save([moved(other), moved(old)], known)
    async with records.database.begin() as tx:
        assert await tx.tickets.load([other.number], []) == [other]


async def test_a_change_without_a_new_version_is_a_defect(records: Opened) -> None:
    old = ticket("ZH-2026-0001", await records.person("s1"))
    async with records.database.begin() as tx:
        await tx.tickets.save([old], {})
        with pytest.raises(ValueError, match="without a new version"):
            await tx.tickets.save([old], {old.number: 1})


# Tasks -------------------------------------------------------------------------------------


async def test_the_same_task_is_open_once(records: Opened) -> None:
    person, clerk = await records.person("s1"), await records.person("s2")
    task = Task(0, "callback", person, {"phone": "13800000000"}, NOON)
    async with records.database.begin() as tx:
        number = await tx.tasks.add(task)
        assert await tx.tasks.add(task) == number
        binding = await tx.tasks.add(Task(0, "binding", person, {}, NOON))
        assert binding != number
        kept = await tx.tasks.get(number)
        assert kept == Task(number, "callback", person, {"phone": "13800000000"}, NOON)
        assert [one.id for one in await tx.tasks.open()] == [number, binding]
        assert await tx.tasks.done(number, clerk, NOON)
        assert not await tx.tasks.done(number, person, NOON)
        assert [one.id for one in await tx.tasks.open()] == [binding]
        done = await tx.tasks.get(number)
        assert done is not None
        assert done.done_by == clerk
        assert await tx.tasks.add(task) not in (number, binding)
        assert await tx.tasks.get(999) is None


# The funnel --------------------------------------------------------------------------------


async def test_flow_events_are_taken(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.funnel([])
        await tx.funnel([FlowEvent("report", "v1", Event("asked", "phone"), 1, NOON)] * 3)
