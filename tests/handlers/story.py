"""The usual way of one case, to start a test from any point of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.channels.base import Letter
from flows.tickets.case import State, Ticket
from handlers.ports import Entry, Person
from tests.stage import Stage

OWNER, CLERK, HEAD, LIAISON, LEADER = "陈建国", "王敏", "周岚", "李强", "郑伟民"
SUPPORT = "沈丽君"
REPORT = (
    "昨天下午三点起我们厂又停电了，跳闸三次，炉子里的料全报废，"
    "希望供电公司尽快查清原因并告知什么时候修好。"
)
ANSWER = "线路已检修完毕，原因是支线开关老化跳闸，11月26日前更换开关。"
ONE = "ZH-2026-0001"

STEPS: Sequence[tuple[State, Sequence[tuple[str, str]]]] = (
    (State.SUBMITTED, ((OWNER, REPORT), (OWNER, "确认"))),
    (State.ACCEPTED, ((CLERK, "受理 1"), (CLERK, "取消"))),
    (State.ASSIGNED, ((CLERK, "交办 1 供电公司 协办 经信局"), (CLERK, "确认"))),
    (State.IN_PROGRESS, ((LIAISON, "签收 1"), (LIAISON, "首联 1 打过电话了"))),
    (
        State.REPLIED,
        ((SUPPORT, "协办意见 1 同意供电公司的意见"), (LIAISON, f"答复 1 {ANSWER}"), (LIAISON, "A")),
    ),
    (State.CALLBACK, ((HEAD, "审核通过 1"),)),
    (State.CLOSED, ((OWNER, "满意 1"),)),
)


async def carry(play: Stage, to: State, since: State | None = None) -> None:
    """Lead ticket 1 along the usual way (from the state it is in) up to a state."""
    skipping = since is not None
    for state, lines in STEPS:
        if not skipping:
            for who, text in lines:
                await play.say(who, text)
            assert (await ticket(play)).state is state
        if state is to:
            return
        if state is since:
            skipping = False


async def tickets(play: Stage) -> Sequence[Ticket]:
    """Return all tickets, the oldest first."""
    async with play.database.read() as tx:
        numbers = [f"ZH-2026-{n:04d}" for n in range(1, 40)]
        return await tx.tickets.load(numbers, ())


async def ticket(play: Stage, number: str = ONE) -> Ticket:
    """Return one ticket."""
    async with play.database.read() as tx:
        (found,) = await tx.tickets.load([number], ())
        return found


async def change(play: Stage, **fields: Any) -> Ticket:
    """Put fields into ticket 1 as it is kept, where no test cares who did it."""
    async with play.database.begin() as tx:
        (old,) = await tx.tickets.load([ONE], ())
        new = old.model_copy(update={**fields, "version": old.version + 1})
        await tx.tickets.save([new], {ONE: old.version})
    return new


def texts(play: Stage, letters: Sequence[Letter], who: str) -> list[str]:
    """Return what one person or group was told."""
    return [letter.message.text for letter in letters if play.where(letter) == who]


def heard(play: Stage, letters: Sequence[Letter], who: str) -> str:
    """Return everything one person or group was told."""
    return "\n".join(texts(play, letters, who))


def buttons(play: Stage, letters: Sequence[Letter], who: str) -> list[str]:
    """Return the labels of the buttons one person or group was given."""
    return [o.label for s in letters if play.where(s) == who for o in s.message.options]


async def history(play: Stage, subject: str) -> Sequence[Entry]:
    """Return what is on record of a subject."""
    async with play.database.read() as tx:
        return await tx.history.entries(subject)


async def known(play: Stage, name: str) -> Person:
    """Return what the records know of somebody."""
    async with play.database.read() as tx:
        found = await tx.people.find("dingtalk", play.staff_id(name))
        assert found is not None
        return found


def people(folder: Path, body: str) -> Path:
    """Write an overlay whose people.toml has this body, and return its folder."""
    overlay = folder / "overlay"
    overlay.mkdir()
    (overlay / "people.toml").write_text(f"demo = true\n{body}", "utf-8")
    return overlay


def person(name: str, roles: str, more: str = "") -> str:
    """Write one person of people.toml; the account is the name in `id-`."""
    return f'\n[[person]]\nname = "{name}"\ndingtalk = "id-{name}"\nroles = {roles}\n{more}\n'
