"""What is heard of one channel, on its way into the office."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.base import Channel
from bot.intake import Hurry, Intake, MayFile, Wake, Writes
from bot.readiness import Asked
from bot.standby import Standby, Terms
from bot.storage.database import Database
from handlers.ports import Answered, Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What all channels of a process share on the way in."""

    database: Database
    owner: str
    writes: Callable[[MayFile], Writes]
    wake: Wake
    hurry: Hurry
    answer: Callable[[Arrival, Answered], Awaitable[Answered]]  # to who pressed a button
    prepare: Callable[[], Awaitable[None]] | None
    has_ended: Callable[[str], bool]
    stop_within: float


class Listening:
    """Hear one channel, with an intake of its own: one that is deaf keeps no other waiting."""

    def __init__(self, channel: Channel, name: str, robot: str, way: Way, terms: Terms) -> None:
        self.channel = channel
        self._answer = way.answer
        self.standby = Standby(
            way.database,
            channel,
            self._take,
            stream=f"stream:{name}:{robot}",
            owner=way.owner,
            prepare=way.prepare,
            has_ended=way.has_ended,
            terms=terms,
        )
        self.intake = Intake(
            way.writes(self.standby.may_file),
            wake=way.wake,
            hurry=way.hurry,
            stop_within=way.stop_within,
        )

    def start(self) -> None:
        """Begin to listen."""
        self.intake.start()
        self.standby.start()

    def asked(self) -> Asked:
        """Ask whether it hears."""
        return Asked(self.channel.name, self.standby.health, needed=True)

    async def _take(self, arrival: Arrival) -> Answered:
        return await self._answer(arrival, await self.intake.take(arrival))
