"""Prepared statements: on each engine, and each way of writing, they do what statements do."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.prepared import Prepared
from bot.storage.tables import account, lease
from bot.storage.transaction import Transaction
from tests.engines import Opened

T = TypeVar("T")
Write = Callable[[Callable[[Transaction], Coroutine[Any, Any, T]]], Coroutine[Any, Any, T]]

AT = datetime(2026, 11, 24, 4, 0, 0, 123456, tzinfo=UTC)

_ADDED = Prepared(lambda insert: insert(lease).on_conflict_do_nothing(index_elements=["name"]))
_NAMED = Prepared(
    lambda insert: (
        insert(lease).on_conflict_do_nothing(index_elements=["name"]).returning(lease.c.name)
    )
)
_CHOSEN = Prepared(
    lambda _: (
        select(lease.c.name, lease.c.until)
        .where(lease.c.name.in_(bindparam("names", expanding=True)))
        .order_by(lease.c.name)
    )
)
_MOVED = Prepared(
    lambda _: (
        update(lease)
        .where(lease.c.name.in_(bindparam("names", expanding=True)))
        .values(until=bindparam("to"))
    )
)
_PUT_OFF = Prepared(
    lambda _: update(lease).where(lease.c.name == bindparam("one")).values(until=bindparam("to"))
)
_ACCOUNT = Prepared(lambda insert: insert(account).returning(account.c.nick, account.c.seen_at))


def row(name: str, until: datetime = AT) -> dict[str, object]:
    """Make a row."""
    return {"name": name, "owner": "me", "fence": 1, "until": until}


@pytest.fixture(params=["write", "begin"])
def write(request: pytest.FixtureRequest, records: Opened) -> Write[Any]:
    """Write in one go, which on SQLite is on the thread that writes, or step by step."""

    async def begun(work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        async with records.database.begin() as tx:
            return await work(tx)

    return records.database.write if request.param == "write" else begun


def running(
    prepared: Prepared, parameters: object = None, *, count: bool = False
) -> Callable[[Transaction], Coroutine[Any, Any, Any]]:
    """Run one statement; return its rows or how many it changed."""

    async def work(tx: Transaction) -> Any:
        result = await tx._session.run(prepared, parameters)  # type: ignore[arg-type]
        return result.rowcount if count else [tuple(one) for one in result]

    return work


async def add(write: Write[Any], names: Sequence[str]) -> None:
    """Store rows."""
    await write(running(_ADDED, [row(name) for name in names], count=True))


@pytest.mark.parametrize("count", [1, 3, 511, 512, 513, 1200])
async def test_lists_of_any_length_find_what_they_name(write: Write[Any], count: int) -> None:
    names = [f"{number:05}" for number in range(count)]
    await add(write, [*names, "other"])
    found = await write(running(_CHOSEN, {"names": names}))
    assert [name for name, _ in found] == names


async def test_an_empty_list_finds_and_changes_nothing(write: Write[Any]) -> None:
    await add(write, ["a"])
    assert await write(running(_CHOSEN, {"names": []})) == []
    assert await write(running(_MOVED, {"names": [], "to": AT}, count=True)) == 0


async def test_a_list_that_is_filled_up_changes_each_row_once(write: Write[Any]) -> None:
    await add(write, "abcd")
    assert await write(running(_MOVED, {"names": ["a", "b", "x"], "to": AT}, count=True)) == 2


async def test_a_time_keeps_its_moment_and_comes_back_in_utc(write: Write[Any]) -> None:
    await add(write, ["a"])
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    await write(running(_MOVED, {"names": ["a"], "to": shanghai + timedelta(days=1)}, count=True))
    ((_, until),) = await write(running(_CHOSEN, {"names": ["a"]}))
    assert (until, until.tzinfo) == (AT + timedelta(days=1), UTC)


async def test_a_time_without_a_zone_is_refused(write: Write[Any]) -> None:
    with pytest.raises((ValueError, SQLAlchemyError), match="without a zone"):
        await add_until(write, AT.replace(tzinfo=None))
    assert await write(running(_CHOSEN, {"names": ["a", "b"]})) == []


async def add_until(write: Write[Any], until: datetime) -> None:
    """Store two rows, of which the second ends then."""
    await write(running(_ADDED, [row("a"), row("b", until)], count=True))


async def test_many_rows_return_what_was_new_of_them(write: Write[Any]) -> None:
    await add(write, ["b"])
    new = await write(running(_NAMED, [row(name) for name in "abc"]))
    assert sorted(new) == [("a",), ("c",)]
    assert await write(running(_NAMED, [row("d")])) == [("d",)]
    assert await write(running(_NAMED, row("d"))) == []


async def test_one_statement_changes_many_rows_each_in_its_way(write: Write[Any]) -> None:
    await add(write, "ab")
    later = {name: AT + timedelta(days=day) for day, name in enumerate("abc", start=1)}
    several = [{"one": name, "to": until} for name, until in later.items()]
    await write(running(_PUT_OFF, several, count=True))
    found = await write(running(_CHOSEN, {"names": list("abc")}))
    assert dict(found) == {name: later[name] for name in "ab"}


async def test_nothing_is_stored_as_nothing(records: Opened, write: Write[Any]) -> None:
    person = await records.person("s1")
    one = {
        "channel": "fake",
        "tenant": "",
        "kind": "weak",
        "external_id": "w",
        "person": person,
        "robot": "",
        "nick": None,
        "seen_at": None,
    }
    assert await write(running(_ACCOUNT, one)) == [(None, None)]


async def test_rows_may_name_fewer_columns_another_time(write: Write[Any]) -> None:
    await add(write, ["a"])
    with pytest.raises(SQLAlchemyError):
        await write(running(_ADDED, {"name": "b", "owner": "me"}))
    await add(write, ["c"])
    found = await write(running(_CHOSEN, {"names": ["a", "b", "c"]}))
    assert [name for name, _ in found] == ["a", "c"]


@pytest.mark.parametrize("parameters", [None, {"names": ["a"]}])
async def test_a_parameter_that_was_forgotten_is_not_taken_for_nothing(
    write: Write[Any], parameters: object
) -> None:
    await add(write, ["a"])
    with pytest.raises(SQLAlchemyError, match="value is required"):
        await write(running(_MOVED, parameters, count=True))


async def test_a_statement_for_no_rows_is_refused(write: Write[Any]) -> None:
    empty: tuple[object, ...] = ([], (), {})
    for nothing in empty:
        with pytest.raises(ValueError, match="no parameters"):
            await write(running(_ADDED, nothing))
