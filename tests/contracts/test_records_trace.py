"""Following a message whose platform gives it no name: by where it stands and what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests import outbox
from tests.engines import NOON, Opened, post

PLACE = ("dingtalk", "staff")


async def posted(records: Opened, *names: str) -> None:
    """Write messages to one place, all of which show the same."""
    posts = [replace(post("one"), dedupe=name) for name in names]
    async with records.database.begin() as tx:
        await tx.post(posts, {})


async def sent(records: Opened) -> int:
    """Send the next one; return its number."""
    async with records.database.begin() as tx:
        (letter,) = await outbox.claim(tx, 1)
        await outbox.sent(tx, [letter], NOON)
    return letter.id


async def found(records: Opened, text: str = "one", later: int = 0) -> Any:
    """Return the number of the delivery that is taken for a message; None = there is none."""
    async with records.database.read() as tx:
        told: Any = await tx.trace.by_words(*PLACE, lambda message: text in message.text, later)
    return told["deliveries"][0]["id"] if told else None


async def test_of_messages_that_show_the_same_each_is_found_by_those_after_it(
    records: Opened,
) -> None:
    await posted(records, "a", "b")
    numbers = [await sent(records), await sent(records)]
    assert [await found(records, later=n) for n in (1, 0)] == numbers


async def test_what_stands_there_twice_after_a_doubt_is_one_delivery(records: Opened) -> None:
    await posted(records, "a")
    number = await sent(records)
    assert await found(records, later=1) == number


async def test_what_was_not_sent_or_shows_something_else_is_not_found(records: Opened) -> None:
    await posted(records, "a")
    assert await found(records) is None
    await sent(records)
    assert await found(records, "another") is None
