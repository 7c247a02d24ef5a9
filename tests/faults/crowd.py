"""A process of its own that signs people up for an activity, as the intake brings them: in batches.

    python -m tests.faults.crowd URL FIRST COUNT [--careless]

It says when it is ready, and begins with the next line that it reads.

`--careless` takes the guard out: the list is looked up once and then remembered, so that what
others gave away meanwhile is not seen. The product has no switch for it.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.config import load_config
from bot.office import classes_of
from bot.outbox import Outbox
from bot.storage import rolls, transaction
from bot.storage.database import Database, DatabaseDown
from bot.texts import Texts
from flows.registration.roll import Roll
from handlers.ports import Arrival, Button, Place, ReplyPath, Sender, Stale
from handlers.reception import Reception
from tests.handlers.attending import EVENT
from tests.stage import KEYS, HandClock, reception_of

STEPS = ("", "{told}", "候补", "确认", "候补", "确认")  # gets anybody through, whatever is asked
TRIES = 40
_SURNAMES = "沈周吴郑王冯陈褚卫蒋"


class Careless(rolls.RollRows):
    """Counts the seats in what it remembers."""

    remembered: Mapping[str, Roll] = {}

    async def hold(self, numbers: Sequence[str]) -> Mapping[str, Roll]:
        """Return the list as this process knows it."""
        if not Careless.remembered:
            Careless.remembered = await super().hold(numbers)
        self._loaded.update(Careless.remembered)
        return Careless.remembered

    async def save(self, changed: Sequence[Roll]) -> None:
        """Put those who are new behind whoever is there by now."""
        for roll in changed:
            known = self._loaded[roll.event.number].registrations
            stored = await super().hold([roll.event.number])
            taken = stored[roll.event.number].next_seq
            new = [one for seq, one in roll.registrations.items() if seq not in known]
            moved = [one.model_copy(update={"seq": taken + n}) for n, one in enumerate(new)]
            there = stored[roll.event.number].registrations.values()
            await super().save([Roll.of(roll.event, [*there, *moved])])
            Careless.remembered = {roll.event.number: roll}


def told(n: int) -> str:
    """Say who somebody is."""
    return f"宁波第{n}机械厂 {_SURNAMES[n % 10]}{_SURNAMES[n // 10 % 10]} 139{n:08d}"


def message(n: int, step: int, clock: HandClock) -> Arrival:
    """Return what somebody sends at a step."""
    text = STEPS[step].format(told=told(n))
    return Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id=f"p{n}-{step}",
        sender=Sender(f"p{n}", f"u{n}", f"s{n}", f"来宾{n}"),
        place=Place(True, f"c{n}", ""),
        at=clock.now,
        kind="text" if text else "button",
        text=text,
        button=None if text else Button(f"e:sign_up:{EVENT}", "card"),
        reply_path=ReplyPath("https://example.com/r", clock.now + timedelta(minutes=90)),
    )


async def crowd(url: str, first: int, count: int) -> None:
    """Bring everybody through, step by step."""
    config, clock = load_config(), HandClock()
    texts = Texts(config.texts)
    outbox = Outbox(texts, config.exposure, clock, channel="dingtalk", robot="robot", cards=True)
    database = Database(url, KEYS, clock, outbox, steady=clock, classes=classes_of(config))
    await database.open()
    reception = reception_of(config, clock)
    if transaction.RollRows is Careless:  # type: ignore[attr-defined]
        async with database.begin() as tx:
            await tx.rolls.hold([EVENT])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # until all are
    try:
        for step in range(len(STEPS)):
            arrivals = [message(n, step, clock) for n in range(first, first + count)]
            await batch(database, reception, arrivals)
    finally:
        await database.close()


async def batch(database: Database, reception: Reception, arrivals: Sequence[Arrival]) -> None:
    """Let a batch through one transaction, again where another one was first."""
    for _ in range(TRIES):
        try:
            async with database.begin() as tx:
                filed = [one for one in await tx.admit(arrivals) if one is not None]
                outcome = await reception.receive(tx, filed)
                if outcome.failed:
                    raise RuntimeError(next(iter(outcome.failed.values())))
            return
        except (Stale, DatabaseDown):  # a file has one writer at a time
            await asyncio.sleep(0.02)
    raise RuntimeError("others were always first")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--careless", action="store_true")
    given = parser.parse_args()
    if given.careless:
        setattr(transaction, "RollRows", Careless)  # noqa: B010 - it is taken from there
    asyncio.run(crowd(given.url, given.first, given.count))


if __name__ == "__main__":
    main()
