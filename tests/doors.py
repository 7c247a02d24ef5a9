"""The office with two doors, DingTalk and the poor channel, and the real delivery."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.channels.base import Letter
from bot.delivery import Delivery
from bot.outbox import Outbox
from bot.storage.doubts import Story
from bot.storage.ledger import earliest
from bot.storage.tables import delivery
from bot.texts import Texts
from handlers.ports import Answered, Arrival
from tests.bot.runtime import FakeChannel
from tests.poor import MANNER, NAME, Connection, Poor, PoorPlatform
from tests.stage import Stage, stage


@dataclass(slots=True)
class TwoDoors(Stage):
    """Say things through either door, and see what everybody is told at each."""

    platform: PoorPlatform = field(init=False)
    rich: FakeChannel = field(init=False)
    poor: Poor = field(init=False)
    delivery: Delivery = field(init=False)
    outbox: Outbox = field(init=False)

    @classmethod
    def of(cls, play: Stage) -> Self:
        """Put the second door into an office."""
        made = cls(play.database, play.reception, play.config, play.clock)
        made.platform = PoorPlatform(play.clock)
        made.rich = FakeChannel(name="dingtalk")
        made.poor = Poor(made.platform, play.clock)
        made.outbox = Outbox(
            Texts(play.config.texts),
            play.config.exposure,
            play.clock,
            channel=made.rich.name,
            robot="robot",
            cards=True,
            beside={NAME: MANNER},
        )
        made.delivery = Delivery(
            play.database,
            {made.rich.name: made.rich, NAME: made.poor},
            play.clock,
            alone=True,
            spread=lambda: 0.5,
            elsewhere=made.outbox.elsewhere,
        )
        return made

    def account(self, name: str) -> str:
        """Return the poor channel's own id of somebody."""
        return f"o-{self.staff_id(name)}"

    async def link(self, name: str) -> None:
        """Give somebody, whom DingTalk knows, an account of the poor channel, too."""
        async with self.database.begin() as tx:
            person = await tx.people.find("dingtalk", self.staff_id(name))
            assert person is not None
            await tx._accounts.add_staff({(NAME, self.account(name)): person.id})

    async def write(
        self, who: str, text: str = "", *, pictures: Sequence[bytes] = ()
    ) -> list[Letter]:
        """Write through the poor channel; return what goes out because of it."""
        before = len(self.seen)
        await self.platform.say(self.account(who), text, pictures=pictures)
        self.said[who] = self.said.get(who, 0) + 1
        return self.seen[before:]

    async def heard_again(self, call: Connection) -> Connection:
        """Bring a message of the poor channel once more."""
        return await self.platform.call(call.frame)

    async def send(self) -> list[Letter]:
        """Let the delivery send everything that is due."""
        seen = {letter.id for letter in self.seen}
        self.delivery.wake()
        async with asyncio.timeout(60):
            while self.delivery.in_flight or await self._is_due():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        both = [*self.rich.sent, *self.poor.sent]
        sent = sorted((x for x in both if x.id not in seen), key=lambda letter: letter.id)
        self.seen += sent
        return sent

    async def _is_due(self) -> bool:
        async with self.database.read() as tx:
            due = await earliest(tx._session, delivery.c.due_at <= self.clock.now)
        return due is not None

    async def stories(self) -> Sequence[Story]:
        """Return what became of each delivery."""
        async with self.database.read() as tx:
            found = [await tx.doubts.story(number) for number in range(1, 1000)]
        return [one for one in found if one is not None]

    def where(self, letter: Letter) -> str:
        """Name the place a letter goes to; a person at the poor channel is `at(name)`."""
        for person in self.config.people.person:
            if letter.to == self.account(person.name):
                return at(person.name)
        if letter.to.startswith("o-"):
            return at(letter.to.removeprefix("o-"))
        return Stage.where(self, letter)


def at(name: str) -> str:
    """Name somebody's chat in the poor channel."""
    return f"{name}@{NAME}"


@asynccontextmanager
async def two_doors(folder: Path, overlay: Path | None = None) -> AsyncIterator[TwoDoors]:
    """Open the office with both doors."""
    async with stage(folder, overlay, beside={NAME: MANNER}) as play:
        doors = TwoDoors.of(play)

        async def take(arrival: Arrival) -> Answered:
            await doors.take([arrival])
            return Answered()

        listening = asyncio.create_task(doors.poor.run(take))
        await doors.delivery.recover()
        doors.delivery.start()
        try:
            yield doors
        finally:
            await doors.poor.stop()
            await listening
            await doors.delivery.stop()
