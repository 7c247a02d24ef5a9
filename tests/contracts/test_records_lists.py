"""Lists and the search read plain columns, and these follow what the tickets say."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.keys import Keys
from bot.storage.database import Database
from flows.tickets.case import Note, Ticket
from flows.tickets.desk import Waits, shares, waiting
from flows.tickets.state import ENDED, State
from handlers.lists import Reach, Span, Tally, Whose
from handlers.ports import PersonId
from tests.engines import NOON, SECRET, Opened, dispatch, rows
from tests.stock import CLOCKS, made

EVERYBODY = Whose()
ALL = Reach(everything=True)
MIDNIGHT = NOON.replace(hour=16)


async def keep(records: Opened, *tickets: Ticket) -> None:
    async with records.database.begin() as tx:
        await tx.tickets.save(tickets, {})


async def change(records: Opened, number: str, **changes: object) -> Ticket:
    async with records.database.begin() as tx:
        (old,) = await tx.tickets.load([number], ())
        new = old.model_copy(update={"version": old.version + 1, **changes})
        await tx.tickets.save([new], {number: old.version})
    return new


async def listed(
    records: Opened,
    whose: Whose = EVERYBODY,
    waits: Sequence[Waits] = tuple(Waits),
    span: Span = Span(),  # noqa: B008
) -> list[str]:
    async with records.database.read() as tx:
        return [one.number[-4:] for one in await tx.lists.due(whose, waits, span, 100)]


async def found(records: Opened, *words: str, reach: Reach = ALL) -> list[str]:
    async with records.database.read() as tx:
        return [number[-4:] for number in await tx.lists.with_words(words, reach, 100)]


@pytest.fixture
async def reporter(records: Opened) -> PersonId:
    return await records.person("s1")


# Desks -------------------------------------------------------------------------------------


async def test_the_earliest_due_comes_first_whatever_it_waits_for(
    records: Opened, reporter: PersonId
) -> None:
    await keep(
        records,
        made(1, reporter, due=timedelta(days=2)),
        made(2, reporter, State.REPLIED, due=timedelta(days=-1)),
        made(3, reporter, State.CALLBACK, due=timedelta(hours=1)),
    )
    assert await listed(records) == ["0002", "0003", "0001"]


async def test_what_is_over_is_on_no_list(records: Opened, reporter: PersonId) -> None:
    await keep(records, *(made(n, reporter, state) for n, state in enumerate(sorted(ENDED), 1)))
    assert await listed(records) == []


async def test_a_list_may_be_of_some_days_only(records: Opened, reporter: PersonId) -> None:
    await keep(records, *(made(n, reporter, due=timedelta(hours=n - 3)) for n in range(1, 6)))
    assert await listed(records, span=Span(until=NOON)) == ["0001", "0002"]
    assert await listed(records, span=Span(NOON, NOON + timedelta(hours=2))) == ["0003", "0004"]


async def test_a_running_ticket_of_an_earlier_version_without_a_clock_comes_last(
    records: Opened, reporter: PersonId
) -> None:
    await keep(records, made(1, reporter, deadlines=()), made(2, reporter))
    assert await listed(records) == ["0002", "0001"]


async def test_a_department_sees_what_it_leads_and_where_its_opinion_is_asked(
    records: Opened, reporter: PersonId
) -> None:
    await keep(
        records,
        made(1, reporter, State.ASSIGNED, lead_unit="gdj"),
        made(2, reporter, State.IN_PROGRESS, lead_unit="jxj", supports=("gdj",)),
        made(3, reporter, State.IN_PROGRESS, lead_unit="jxj"),
        made(4, reporter, State.REPLIED, lead_unit="gdj"),
    )
    theirs = Whose(units=("gdj",))
    assert await listed(records, theirs) == ["0001", "0002"]
    assert await listed(records, theirs, [Waits.OPINION]) == ["0002"]


async def test_a_case_that_moved_to_another_department_leaves_the_first(
    records: Opened, reporter: PersonId
) -> None:
    await keep(records, made(1, reporter, State.ASSIGNED, lead_unit="gdj"))
    await change(records, "ZH-2026-0001", lead_unit="jxj")
    assert await listed(records, Whose(units=("gdj",))) == []
    assert await listed(records, Whose(units=("jxj",))) == ["0001"]


async def test_a_leader_sees_what_they_lead(records: Opened, reporter: PersonId) -> None:
    other = await records.person("s2")
    await keep(
        records,
        made(1, reporter, State.IN_PROGRESS, leader=other),
        made(2, reporter, State.IN_PROGRESS, leader=reporter),
    )
    assert await listed(records, Whose(leader=other)) == ["0001"]


async def test_nobody_gets_their_own_answer_to_audit(records: Opened, reporter: PersonId) -> None:
    other = await records.person("s2")
    await keep(
        records,
        made(1, reporter, State.REPLIED, author=reporter),
        made(2, reporter, State.REPLIED, author=other),
        made(3, reporter, State.IN_PROGRESS, author=reporter),
    )
    mine = Whose(not_by=reporter)
    assert await listed(records, mine) == ["0002", "0003"]
    async with records.database.read() as tx:
        tally = await tx.lists.tally(mine, NOON, MIDNIGHT)
    assert tally[Waits.AUDIT] == Tally(1, 0, 0)


async def test_a_tally_counts_what_is_late_and_what_is_due_today(
    records: Opened, reporter: PersonId
) -> None:
    hours = (-30, -1, 0, 3, 13, 50)
    await keep(records, *(made(n, reporter, due=timedelta(hours=h)) for n, h in enumerate(hours)))
    async with records.database.read() as tx:
        tally = await tx.lists.tally(EVERYBODY, NOON, MIDNIGHT)
    assert tally == {Waits.ACCEPT: Tally(6, 2, 2)}


async def test_no_ticket_is_decrypted_for_a_list(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter))
    rows(records.url, "UPDATE ticket SET body = ?", b"nobody can read this")
    assert await listed(records) == ["0001"]


# Search ------------------------------------------------------------------------------------


async def test_two_characters_find_a_ticket(records: Opened, reporter: PersonId) -> None:
    await keep(
        records, made(1, reporter, body="招宝山街道又停电了"), made(2, reporter, body="漏水")
    )
    assert await found(records, "停电") == ["0001"]
    assert await found(records, "招宝山", "停电") == ["0001"]
    assert await found(records, "招宝山", "漏水") == []


async def test_the_newest_is_found_first_also_beyond_four_digits(
    records: Opened, reporter: PersonId
) -> None:
    await keep(records, *(made(n, reporter) for n in (9999, 10000, 12)))
    assert await found(records, "停电") == ["0000", "9999", "0012"]


@pytest.mark.parametrize("word", ["蛟川", "招工", "补助", "ab12", "13912345678"])
async def test_enterprise_wish_notes_and_whole_words_are_found(
    records: Opened, reporter: PersonId, word: str
) -> None:
    note = Note(kind="supplement", text="型号 AB12，电话13912345678", by=reporter, at=NOON)
    await keep(records, made(1, reporter, body="要招工", wish="给补助", notes=(note,)))
    assert await found(records, word) == ["0001"]


async def test_part_of_a_number_is_not_in_the_index(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter, body="打 13912345678"))
    assert await found(records, "1391234") == []


async def test_the_index_follows_a_changed_text(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter, body="停电三天"))
    await change(records, "ZH-2026-0001", body="漏水三天")
    assert await found(records, "停电") == []
    assert await found(records, "漏水") == ["0001"]


async def test_only_what_changed_is_written(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter, body="停电三天"))
    rows(records.url, "DELETE FROM ticket_gram")
    await change(records, "ZH-2026-0001", body="停电三天了")
    assert rows(records.url, "SELECT count(*) FROM ticket_gram") == [(1,)]


async def test_an_erased_text_vanishes_from_the_index(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter, category="none"))
    await change(records, "ZH-2026-0001", body="", enterprise="", wish="", notes=())
    assert rows(records.url, "SELECT count(*) FROM ticket_gram") == [(0,)]


async def test_a_department_finds_its_own_tickets_only(records: Opened, reporter: PersonId) -> None:
    await keep(
        records,
        made(1, reporter, State.CLOSED, lead_unit="gdj"),
        made(2, reporter, State.IN_PROGRESS, lead_unit="jxj", supports=("gdj",)),
        made(3, reporter, State.IN_PROGRESS, lead_unit="jxj"),
    )
    assert await found(records, "停电", reach=Reach(units=("gdj",))) == ["0002", "0001"]
    assert await found(records, "停电", reach=Reach()) == []


async def test_leaders_find_what_is_serious(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter, tier="hard"), made(2, reporter))
    assert await found(records, "停电", reach=Reach(serious=True)) == ["0001"]


async def test_nothing_readable_stands_in_the_index(records: Opened, reporter: PersonId) -> None:
    await keep(records, made(1, reporter))
    grams = rows(records.url, "SELECT gram, ticket FROM ticket_gram")
    assert all(isinstance(value, int) for row in grams for value in row)


# The ledger's pages, and what came before ----------------------------------------------------


async def test_pages_follow_one_another_without_a_gap(records: Opened, reporter: PersonId) -> None:
    same = [made(n, reporter, created_at=NOON) for n in range(1, 6)]
    await keep(records, *same, made(6, reporter, created_at=NOON + timedelta(days=1)))
    after, seen = "", []
    async with records.database.read() as tx:
        while page := await tx.lists.page(NOON, NOON + timedelta(days=1), after, 2):
            seen += [one.number[-4:] for one in page]
            after = page[-1].number
    assert seen == ["0001", "0002", "0003", "0004", "0005"]


async def test_rows_that_were_there_before_are_filled_at_the_next_start(
    records: Opened, reporter: PersonId
) -> None:
    await keep(records, made(1, reporter, State.ASSIGNED, lead_unit="gdj"))
    for query in (
        "UPDATE ticket SET serial = NULL, waits = NULL, due_at = NULL, tier = ''",
        "DELETE FROM ticket_unit",
        "DELETE FROM ticket_gram",
    ):
        rows(records.url, query)
    again = Database(records.url, Keys(SECRET), records.clock, dispatch, steady=records.clock)
    await again.open()
    await again.close()
    assert await listed(records, Whose(units=("gdj",))) == ["0001"]
    assert await listed(records) == ["0001"]
    assert await found(records, "停电") == ["0001"]


# The pure part -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(State))
def test_every_running_state_waits_for_something(state: State) -> None:
    assert (waiting(made(1, 1, state)) is None) == (state in ENDED)


def test_every_clock_of_a_state_is_the_one_that_is_shown() -> None:
    for state in CLOCKS:
        now = waiting(made(1, 1, state, due=timedelta(days=7)))
        assert now is not None
        assert now.due_at == NOON + timedelta(days=7)


def test_a_department_that_is_both_counts_once() -> None:
    both = made(1, 1, State.IN_PROGRESS, lead_unit="gdj", supports=("gdj", "jxj"))
    assert [share.unit for share in shares(both)] == ["gdj", "jxj"]
