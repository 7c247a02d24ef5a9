"""What a long list costs the database: the people of all its enterprises are one query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.flows.registration.relay_list import KNOWN
from tests.handlers.attending import press, publish
from tests.handlers.relaying import relay_office
from tests.handlers.story import CLERK, person
from tests.stage import Stage, stage

MORE = [
    (f"厂长{n}", '["entrepreneur"]', f'enterprise = "宁波甬城第{n}机械有限公司"') for n in range(8)
]
FIRMS = (*KNOWN, *(f"宁波甬城第{n}机械有限公司" for n in range(8)))
pytestmark = pytest.mark.usefixtures("engine")


@contextmanager
def asked(play: Stage) -> Iterator[list[str]]:
    """Note every query."""
    engine = play.database._engine.sync_engine
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def rows(count: int) -> str:
    """Write a list of so many enterprises, each known."""
    lines = "\n".join(f"{n}. {firm} 沈工" for n, firm in enumerate(FIRMS[:count], 1))
    return f"#接龙 政商面对面 12月1日\n{lines}"


async def cost(folder: Path, count: int) -> tuple[int, int]:
    """Count the queries of a list of so many enterprises, and of the 参阅名单 made of it."""
    async with stage(folder, relay_office(folder, [person(*one) for one in MORE])) as play:
        await publish(play, "名额200人")
        with asked(play) as pasting:
            await play.say(CLERK, rows(count))
        with asked(play) as briefing:
            await press(play, CLERK, "briefing")
    return len(pasting), len(briefing)


async def test_a_list_of_twenty_enterprises_costs_as_many_queries_as_one_of_two(
    tmp_path: Path,
) -> None:
    for folder in (tmp_path / "two", tmp_path / "twenty"):
        folder.mkdir()
    two, twenty = await cost(tmp_path / "two", 2), await cost(tmp_path / "twenty", 20)
    assert two == twenty
    assert min(two) > 0
