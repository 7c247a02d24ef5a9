"""The simulator as a whole: build the parts, listen on 127.0.0.1, stop cleanly."""

import random
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.simulator.access import Access
from bot.simulator.attachments import Attachments
from bot.simulator.card_api import CardApi
from bot.simulator.cards import Cards
from bot.simulator.chat import Chat
from bot.simulator.contacts_api import ContactsApi
from bot.simulator.control import Control
from bot.simulator.control_http import ControlHttp
from bot.simulator.doors import ChatDoor
from bot.simulator.faults import Faults
from bot.simulator.gateway import Gateway
from bot.simulator.identifiers import Identifiers
from bot.simulator.media_api import MediaApi
from bot.simulator.observations import Clock, Observations
from bot.simulator.openapi import guard, token_routes
from bot.simulator.origin import LOCAL_HOSTS
from bot.simulator.page import LARGEST_FILE, Page
from bot.simulator.people import People
from bot.simulator.platform import App, Platform
from bot.simulator.robot_api import RobotApi
from bot.simulator.timings import Timings
from bot.simulator.trace import Trace
from bot.simulator.views import Layout, Views
from bot.simulator.webhooks import Webhooks
from bot.simulator.world import World


def _now() -> datetime:
    return datetime.now(UTC)


class DingTalkSimulator:
    """A DingTalk of one organisation and one app; `async with` starts and stops it."""

    def __init__(
        self,
        world: World,
        *,
        client_id: str,
        client_secret: str,
        robot_code: str,
        card_templates: Collection[str] = (),
        trace: Trace | None = None,
        clock: Clock = _now,
        source: random.Random | None = None,
        timings: Timings | None = None,
        qps: int | None = 20,
        monthly_api_calls: int | None = None,
        monthly_messages: int | None = None,
        doors: Sequence[ChatDoor] = (),
        layouts: Sequence[Layout] = (),
    ) -> None:
        """`doors` = chats of other platforms on the page, `layouts` = which panes to offer."""
        timings = timings or Timings()
        # Ids of a toy platform; nothing here guards anything.
        ids = Identifiers(source or random.Random())  # noqa: S311
        observations = Observations(clock)
        credentials = {client_id: client_secret}
        gateway = Gateway(
            credentials, clock=clock, ids=ids, timings=timings, observations=observations
        )
        access = Access(
            credentials,
            clock=clock,
            ids=ids,
            timings=timings,
            observations=observations,
            qps=qps,
            monthly_api_calls=monthly_api_calls,
        )
        templates = frozenset(card_templates)
        self._platform = Platform(
            world=world,
            app=App(client_id, client_secret, robot_code, templates),
            clock=clock,
            ids=ids,
            timings=timings,
            observations=observations,
            gateway=gateway,
            access=access,
            faults=Faults(),
            chat=Chat(world, clock, ids),
            cards=Cards(templates),
            attachments=Attachments(clock, ids),
            monthly_messages=monthly_messages,
        )
        self._cards = CardApi(self._platform)
        people = People(self._platform, self._cards)
        views = Views(self._platform, people, doors, layouts)
        self._page = Page(self._platform, people, views, trace, doors)
        self.control = Control(self._platform, people)
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Give the address of the page, and of both API bases."""
        return self._platform.base_url

    def _application(self) -> web.Application:
        application = web.Application(
            middlewares=[guard(self._platform)], client_max_size=LARGEST_FILE + 1024 * 1024
        )
        for part in (
            self._platform.gateway,
            RobotApi(self._platform),
            self._cards,
            MediaApi(self._platform),
            ContactsApi(self._platform),
            Webhooks(self._platform),
            self._page,
            ControlHttp(self.control),
        ):
            application.add_routes(part.routes())
        application.add_routes(token_routes(self._platform))
        return application

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        if host not in LOCAL_HOSTS:
            raise ValueError("the simulator listens on 127.0.0.1 only")
        # A call that its client gave up is not carried out any more.
        self._runner = web.AppRunner(
            self._application(), access_log=None, handler_cancellation=True, shutdown_timeout=1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        address = self._runner.addresses[0]
        self._platform.base_url = f"http://{host}:{address[1]}"

    async def stop(self) -> None:
        """Close every socket and stop listening."""
        await self._page.stop()
        await self._platform.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        if self._runner is None:
            await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
