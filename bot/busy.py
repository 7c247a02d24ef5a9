"""The word to somebody whose message waits too long for its transaction: the office is busy."""

from collections.abc import Callable, Mapping

from bot.channels.base import Channel, Letter, Message
from bot.outbox import TITLE
from flows.office import Door
from handlers.ports import Arrival, Clock, Text

BUSY = Text("engine.busy")


class Busy:
    """Says so past the database, which is what is slow."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        otherwise: Channel,
        render: Callable[[Text], str],
        clock: Clock,
    ) -> None:
        """`otherwise` answers what came by a channel that is no longer there."""
        self._channels = channels
        self._else = otherwise
        self._render = render
        self._clock = clock

    async def tell(self, arrival: Arrival) -> None:
        """Answer on the arrival's own path, while that is open."""
        path = arrival.reply_path
        if path is None or path.expires_at <= self._clock():
            return
        private = arrival.place.private
        channel = self._channels.get(arrival.channel, self._else)
        await channel.send(
            Letter(
                id=0,
                robot=arrival.robot,
                door=channel.manner.door if private else Door.ENTERPRISE_GROUP,
                to="",
                mention="" if private else arrival.sender.staff_id or "",
                message=Message(title=self._render(TITLE), text=self._render(BUSY)),
                reply_url=path.url,
                reply_until=path.expires_at,
            )
        )
