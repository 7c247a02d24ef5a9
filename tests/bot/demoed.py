"""The demo without its page: both WeChats, the bot in front of them, and what the page may ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import demo_doors, demo_groups
from bot.app import App
from bot.config import load_config
from bot.demo import CARD, CLIENT_ID, CLIENT_SECRET, demo_settings, free_port, world_of
from bot.demo_doors import Doors
from bot.demo_traces import Traces
from bot.simulator.server import DingTalkSimulator


@asynccontextmanager
async def demoed(folder: Path) -> AsyncIterator[tuple[Doors, Traces]]:
    """Start it as the demo does."""
    config = load_config()
    async with demo_doors.opened(world_of(config)) as made:
        simulator = DingTalkSimulator(
            made.world,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            robot_code=CLIENT_ID,
            card_templates=(CARD,),
        )
        async with simulator:
            settings = demo_settings(
                folder,
                simulator.base_url,
                free_port(),
                account=made.account(),
                organisation=made.organisation(),
            )
            app = App(settings, demo_groups.joined(config))
            made.call(settings)
            async with app.running():
                await app.connected()
                await made.furnish(app)
                await demo_groups.furnish(app, made.wecom)
                traces = Traces()
                traces.database = app.office.database
                yield made, traces
