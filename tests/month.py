"""A month of an office's work with its delays and errors, and an outage.

    python -m tests.month --tickets 2000

plays it on SQLite and says what it found; the tests play a smaller one on both engines.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.channels.base import Letter, Receipt
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import State, Ticket
from flows.tickets.rates import rates
from flows.tickets.state import RUNNING
from handlers.digests import Digests
from handlers.ports import Entry
from handlers.strikes import Strikes
from handlers.timers import CASE, DIGEST
from tests import engines, outbox
from tests.flows.cases import OFFICE
from tests.handlers.story import ANSWER, people, person
from tests.handlers.test_report import arrival
from tests.stage import Stage, stage

OWNERS, CLERKS = 150, ("员甲", "员乙", "员丙")
HEAD, LEADERS, INSPECTOR = "负责人", ("领导甲", "领导乙"), "督办员"
REPORTS = (
    "昨天下午三点起我们厂又停电了，跳闸三次，炉子里的料全报废，希望供电公司尽快查清原因。",
    "上个月起招不到操作工，订单干不出来，缺三十个人，希望区里帮忙招工",
    "厂门口道路坑坑洼洼，上个月起货车进出困难，希望尽快修好",
)
BEGINS = datetime(2026, 10, 12, 8, 30, tzinfo=OFFICE_ZONE)  # a Monday
MONTH, SETTLED = timedelta(days=30), timedelta(days=75)
OUTAGE = (
    datetime(2026, 10, 23, 17, 0, tzinfo=OFFICE_ZONE),
    datetime(2026, 10, 26, 10, 0, tzinfo=OFFICE_ZONE),
)
CLUMSY = 0.04  # of what people type is wrong, or typed twice
MOST = 100  # arrivals of one batch


def office(folder: Path, units: Sequence[str]) -> Path:
    """Write the people of an office with a 联络员 in every department."""
    staff = [person(name, '["clerk"]') for name in CLERKS]
    staff += [person(HEAD, '["clerk", "supervisor"]'), person(INSPECTOR, '["inspector"]')]
    staff += [person(name, '["leader"]') for name in LEADERS]
    staff += [person(f"联-{unit}", '["liaison"]', f'unit = "{unit}"') for unit in units]
    staff += [
        person(
            f"企{n}",
            '["entrepreneur"]',
            f'enterprise = "宁波第{n}紧固件厂"\nphone = "1380574{n:04d}"',
        )
        for n in range(OWNERS)
    ]
    return people(folder, "".join(staff))


@dataclass
class Month:
    """People who do their work, now and then late, and sometimes wrong."""

    play: Stage
    units: Mapping[str, str]  # id → name
    wanted: int
    chance: random.Random
    waiting: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    looks: dict[str, datetime] = field(default_factory=dict)  # ticket → when somebody looks at it
    filed: int = 0
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)  # digests a person and day
    typed: int = 0

    async def run(self) -> None:
        """Work hour by hour until everything has settled."""
        at = BEGINS
        while at < BEGINS + SETTLED:
            self.play.clock.now = at
            if not OUTAGE[0] <= at < OUTAGE[1]:
                if self._open(at):
                    await self._work(at)
                await self._tick()
            at += timedelta(hours=1)

    def _open(self, at: datetime) -> bool:
        days = self.play.reception.office.days
        return days.is_workday(at.date()) and time(8) < at.time() < time(17, 31)

    async def _work(self, at: datetime) -> None:
        hours_left = max(1, int((BEGINS + MONTH - at).total_seconds() / 3600 * 8 / 24 * 5 / 7))
        for _ in range(-(-(self.wanted - self.filed) // hours_left)):
            owner = f"企{self.chance.randrange(OWNERS)}"
            self.waiting[owner].extend((self.chance.choice(REPORTS), "确认"))
            self.filed += 1
        due = [number for number, when in self.looks.items() if when <= at]
        for case in await self.cases(due):
            self._decide(case, at)
        await self._say()
        await self._notice_new(at)

    async def cases(self, numbers: Sequence[str]) -> Sequence[Ticket]:
        async with self.play.database.read() as tx:
            return await tx.tickets.load(numbers, ()) if numbers else ()

    async def _notice_new(self, at: datetime) -> None:
        async with self.play.database.read() as tx:
            fresh = await tx.tickets.load(self._coming(), ())
        for case in fresh:
            self.looks[case.number] = self._later(at, 2)

    def _coming(self) -> Sequence[str]:
        known = len(self.looks)
        return [f"ZH-2026-{n:04d}" for n in range(known + 1, known + 60)]

    def _later(self, at: datetime, hours: float) -> datetime:
        """Look again after about so many working hours, now and then days later."""
        slow = 12.0 if self.chance.random() < 0.08 else 1.0
        return at + timedelta(hours=1 + self.chance.expovariate(1 / (hours * slow)))

    def _decide(self, case: Ticket, at: datetime) -> None:
        if case.state not in RUNNING:
            self.looks[case.number] = BEGINS + 2 * SETTLED  # nothing is left to do
            return
        for who, line in self._next(case):
            if self.chance.random() < CLUMSY:
                wrong = self.chance.choice((f"签收 {case.number}", f"审核通过 {case.number}", line))
                self.waiting[self.chance.choice((*CLERKS, *LEADERS, who))].append(wrong)
            self.waiting[who].append(line)
        self.looks[case.number] = self._later(at, 5)

    def _next(self, case: Ticket) -> Iterator[tuple[str, str]]:
        """Say what whoever has the case does next."""
        number, clerk = case.number, self.chance.choice(CLERKS)
        lead = f"联-{case.lead_unit}"
        match case.state:
            case State.SUBMITTED:
                yield clerk, f"受理 {number}"
                yield clerk, "取消"
            case State.NEED_INFO:
                yield clerk, f"查看 {number}"
            case State.ACCEPTED:
                names = self.chance.sample(sorted(self.units.values()), 2)
                support = names[1] if self.chance.random() < 0.2 else "无"
                yield clerk, f"交办 {number} {names[0]} 协办{support}"
                yield clerk, "确认"
            case State.ASSIGNED:
                yield lead, f"签收 {number} 张工 0574-86270000"
            case State.IN_PROGRESS if not case.handler:
                yield lead, f"签收 {number} 张工 0574-86270000"
            case State.IN_PROGRESS if case.first_contact_at is None:
                yield lead, f"首联 {number} 和企业通了电话"
            case State.IN_PROGRESS:
                yield from self._answer(case, lead)
            case State.REPLIED:
                auditor = self.chance.choice((*CLERKS, HEAD))
                yield auditor, f"审核通过 {number}"
            case State.CALLBACK:
                yield from self._rate(case, clerk)
            case _:
                yield HEAD, f"查看 {number}"

    def _answer(self, case: Ticket, lead: str) -> Iterator[tuple[str, str]]:
        for task in case.co_tasks:
            if task.open:
                yield f"联-{task.unit}", f"协办意见 {case.number} 同意主办的意见"
        if case.rung > 1:
            yield lead, f"督办回复 {case.number} 已安排专人，三天内办好"
        if case.round >= 2 and not any(m.round == case.round for m in case.meetings):
            yield lead, f"面商 {case.number} 到厂里当面谈了办法"
        yield lead, f"答复 {case.number} {ANSWER}"
        yield lead, "A"

    def _rate(self, case: Ticket, clerk: str) -> Iterator[tuple[str, str]]:
        owner = f"企{int(case.enterprise.removeprefix('宁波第').removesuffix('紧固件厂'))}"
        drawn = self.chance.random()
        if drawn < 0.55:
            yield owner, f"{'满意' if drawn < 0.4 else '基本满意'} {case.number}"
        elif drawn < 0.62:
            yield owner, f"不满意 {case.number} 没有真正解决"
        elif drawn < 0.9:
            yield clerk, f"回访 {case.number} 没接通"

    async def _say(self) -> None:
        """Let everybody say what they want to, one line each at a time."""
        while any(self.waiting.values()):
            speaking = [who for who, lines in self.waiting.items() if lines][:MOST]
            batch = []
            for who in speaking:
                self.typed += 1
                line = self.waiting[who].popleft()
                batch.append(arrival(self.play, who, f"m{self.typed}", text=line))
            async with self.play.database.begin() as tx:
                filed = [one for one in await tx.admit(batch) if one is not None]
                outcome = await self.play.reception.receive(tx, filed)
            assert not outcome.failed, next(iter(outcome.failed.values()))
        await self._send()

    async def _tick(self) -> None:
        """Let the clock do everything that is due."""
        office_, clock = self.play.reception.office, self.play.clock
        while True:
            async with self.play.database.begin() as tx:
                dues = await tx.timers.due(clock.now, MOST, (CASE, DIGEST))
                await Strikes(office_, clock).tick(tx, [d for d in dues if d.kind == CASE])
                await Digests(office_, clock).tick(tx, [d for d in dues if d.kind == DIGEST])
                await tx.timers.done(dues)
            if not dues:
                break
        await self._send()

    async def _send(self) -> None:
        while True:
            async with self.play.database.begin() as tx:
                letters = await outbox.claim(tx)
                for letter in letters:
                    await outbox.sent(tx, [letter], self.play.clock.now, Receipt(f"k{letter.id}"))
            if not letters:
                return
            for letter in letters:
                self._count(letter)

    def _count(self, letter: Letter) -> None:
        if letter.message.title == DIGEST_TITLE:
            day = self.play.clock.now.astimezone(OFFICE_ZONE).date()
            self.heard[letter.to, str(day)] += 1


DIGEST_TITLE = "今天要盯的"


def stands_well(case: Ticket, now: datetime) -> bool:
    """Say whether a case has ended, stands on the ladder, or is in time."""
    if case.ended or case.rung > 0:
        return True
    return all(one.due_at > now for one in case.deadlines if one.runs)


async def agrees(play: Stage, cases: Sequence[Ticket]) -> None:
    """Count everything again from the history alone. Raises AssertionError."""
    counted: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for case in cases:
        async with play.database.read() as tx:
            entries = await tx.history.entries(f"ticket:{case.number}")
        counted.update(_from_history(entries))
        kept.update(_from_case(case))
    assert counted == kept
    found = rates(cases, BEGINS, BEGINS + SETTLED)
    assert found.satisfied.part == counted["satisfied"] + counted["mostly"]
    assert found.rated.whole == counted["state closed"]


def _from_history(entries: Sequence[Entry]) -> Iterator[str]:
    moves = [entry for entry in entries if entry.after]
    yield f"state {moves[-1].after}"
    public = next(entry.public for entry in reversed(entries) if "round" in entry.public)
    yield f"round {public['round']}"
    yield f"lead {public['lead']}"
    yield f"tier {public['tier']}"
    if moves[-1].after == State.CLOSED.value and public["satisfaction"]:
        yield str(public["satisfaction"])
    yield f"redone {sum(entry.act == 'redo' for entry in entries)}"
    yield f"letters {sum(entry.act == 'letter' for entry in entries)}"


def _from_case(case: Ticket) -> Iterator[str]:
    yield f"state {case.state.value}"
    yield f"round {case.round}"
    yield f"lead {case.lead_unit or ''}"
    yield f"tier {case.tier.value}"
    if case.state is State.CLOSED and case.satisfaction:
        yield case.satisfaction.value
    yield f"redone {case.round}"
    yield f"letters {sum(one.sent_at is not None for one in case.supervisions)}"


async def played(folder: Path, tickets: int, seed: int = 7) -> str:
    """Play the month and hold it to its promises; say in a line what happened."""
    known = {unit.id: unit.name for unit in OFFICE.departments}
    async with stage(folder, office(folder, sorted(known))) as play:
        month = Month(play, known, tickets, random.Random(seed))  # noqa: S311 - a test's
        await month.run()
        cases = await month.cases([f"ZH-2026-{n:04d}" for n in range(1, tickets + 1)])
        assert len(cases) == tickets
        lying = [one.number for one in cases if not stands_well(one, play.clock.now)]
        assert lying == []
        assert max(month.heard.values()) <= 2, month.heard.most_common(3)
        await agrees(play, cases)
        ended = Counter(one.state.value for one in cases)
        rungs = Counter(max((s.rung for s in one.supervisions), default=0) for one in cases)
        return (
            f"{tickets} tickets, {month.typed} messages, {sum(month.heard.values())} digests, "
            f"at most {max(month.heard.values())} a person and day; "
            f"{dict(sorted(ended.items()))}; highest rungs {dict(sorted(rungs.items()))}"
        )


def main() -> None:
    """Play it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()

    async def play() -> str:
        async with engines.given("sqlite"):
            with tempfile.TemporaryDirectory(prefix="month") as folder:
                return await played(Path(folder), given.tickets, given.seed)

    print(asyncio.run(play()))  # noqa: T201


if __name__ == "__main__":
    main()
