"""One notice, on its way to somebody by a delivery of its own."""

import asyncio
from collections.abc import Mapping

from bot.channels.base import Channel
from bot.delivery import Delivery
from bot.storage.database import Database
from flows.office import Content
from handlers.ports import Clock, Post, Text, ToPerson
from tests.bot.runtime import arrival, states


async def notice(
    db: Database, channels: Mapping[str, Channel], clock: Clock, until: str
) -> Delivery:
    """Send a notice and wait until its row is in a state; return the delivery, which is over."""
    delivery = Delivery(db, channels, clock, spread=lambda: 0.5)
    async with db.begin() as tx:
        (filed,) = await tx.admit([arrival("m1", who="s1")])
        assert filed is not None
        post = Post(ToPerson(filed.person), Content.PROGRESS, (Text("echo", {"x": "a"}),), "a")
        await tx.post([post], {})
    delivery.start()
    delivery.wake()
    async with asyncio.timeout(30):
        while not (await states(db)).get(until):  # noqa: ASYNC110 - the rows tell
            await asyncio.sleep(0.005)
    await delivery.stop()
    return delivery
