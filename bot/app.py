"""The one place where everything is built, started and closed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot import tencent
from bot.attachments import Fetcher, Source
from bot.backlog import Backlog
from bot.busy import Busy
from bot.channels.base import Channel, Health
from bot.channels.dingtalk import DingTalk
from bot.clockwork import schedules_of, ticks_of
from bot.config import Config
from bot.confirming import Confirmations
from bot.delivery import Delivery
from bot.dingtalk import dingtalk
from bot.documents.reader import Reader
from bot.duties import ALL, Duty
from bot.ending import all_over
from bot.handling import Handling, persistently
from bot.handouts.making import makers
from bot.hub import hub_of
from bot.hub.base import ANSWERED, ARRIVALS, DELIVERIES, FILES
from bot.intake import Handled, MayFile, Unhandled, Writes
from bot.listening import Listening, Way
from bot.logs import place_of
from bot.premises import START_TRIES, Office
from bot.pressed import Pressed
from bot.quota import Meter, Quota, limits_of
from bot.readiness import Asked, Readiness
from bot.reads import ReadNotes
from bot.recalls import Recalls
from bot.robots import robots_of
from bot.schedules import Schedules
from bot.settings import Settings
from bot.sites.asking import WebSites
from bot.sites.worker import LinkChecks
from bot.standby import Standby, Terms
from bot.storage.attachments import MADE
from bot.timers import Timers
from bot.web import Web
from bot.webpages import pages_of
from handlers import DESKS
from handlers.campaigns.linking import SITES
from handlers.desk import Desk
from handlers.ports import Answered, Arrival, Clock, Filed

__all__ = ["App", "Office", "utc_now"]

log = logging.getLogger(__name__)

CONNECTION_POLL = 0.05
# With the channel's six seconds these keep a stop below ten, whatever hangs.
DELIVERY_STOP = 2.0
INTAKE_STOP = 1.0


def utc_now() -> datetime:
    """Say what time it is."""
    return datetime.now(UTC)


class App:
    """The running bot, or the part of it that one process does."""

    def __init__(
        self,
        settings: Settings,
        config: Config,
        *,
        clock: Clock = utc_now,
        channel: Channel | None = None,
        beside: Sequence[Channel] = (),
        desks: Mapping[str, Desk] = DESKS,
        duties: Collection[Duty] = ALL,
    ) -> None:
        """Build; nothing runs yet. `channel` stands for DingTalk where the transport is swapped,
        `desks` for the office's forms where others are filled; `beside` are further channels.
        """
        self.duties = frozenset(duties)
        self._runs = False
        manners = {one.name: one.manner for one in beside}
        self.office = Office(settings, config, clock, desks, manners)
        self.hub = hub_of(settings.redis_url)
        self.quota = Quota(limits_of(settings), config.quota, clock)
        self.reads = ReadNotes(self.office.database)
        self.channel = channel or dingtalk(
            self.office, self.hub, read=self.reads.note, count=self.quota.count
        )
        named = tencent.channels(self.office, self.hub, answers=self._works)
        named = (*named, robots_of(self.office))
        self.channels: Mapping[str, Channel] = {
            DingTalk.name: self.channel,
            **{one.name: one for one in (*named, *beside)},
        }
        self._build_outgoing()
        self._build_clockwork()
        self._build_incoming()
        self._build_web()
        self._listen_to_the_hub()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start everything, and stop it in the order in which nothing is lost."""
        async with self.office.open():
            await self.web.start()
            try:
                await self._start()
                self._runs = True
                yield
            finally:
                self._runs = False
                await self._stop()

    async def serve(self, stop: asyncio.Event) -> int:
        """Run until told to stop, and return the exit code; a channel that ended is a failure."""
        async with self.running():
            log.info("listening on %s as %s", self.web.address, ", ".join(sorted(self.duties)))
            stopping = asyncio.create_task(stop.wait())
            hearing = [one.standby.task for one in self.heard] if self._listens else []
            waiting: set[asyncio.Task[object]] = {stopping, *hearing}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if stop.is_set():
                return 0
            task = next(one for one in hearing if one.done())
            error = None if task.cancelled() else task.exception()
            log.error("the channel ended: %s", place_of(error) if error else "without an error")
            return 1

    async def connected(self) -> None:
        """Wait until messages can come in."""
        while not all(one.health().ready for one in self.channels.values()):  # noqa: ASYNC110 - a channel tells when asked
            await asyncio.sleep(CONNECTION_POLL)

    # Building ------------------------------------------------------------------------------------

    def _build_outgoing(self) -> None:
        database, clock = self.office.database, self.office.clock
        self.delivery = Delivery(
            database,
            self.channels,
            clock,
            owner=self.office.owner,
            budget=self.quota,
            alone=not database.shared,
            has_ended=self.office.presence.has_ended,
            stop_within=DELIVERY_STOP,
            elsewhere=self.office.outbox.elsewhere,
        )
        wake = self.delivery.wake
        self.meter = Meter(database, self.quota, wake=wake)
        vault, limits = self.office.vault, self.office.limits
        sources: Mapping[str, Source] = {
            **self.channels,
            MADE: makers(database, self.office.texts, self.office.reception.office, clock),
        }
        handling = Handling(database, self.office.reception, self.delivery)
        caps = self.office.config.office.documents.caps()
        reader = Reader(database, vault, handling, caps, clock)
        self.fetcher = Fetcher(database, sources, vault, limits, clock, wake=wake, reader=reader)

    def _build_clockwork(self) -> None:
        database, clock, wake = self.office.database, self.office.clock, self.delivery.wake
        reception = self.office.reception
        ticks = ticks_of(reception, clock)
        self.timers = Timers(database, ticks, clock, wake=wake, others=(SITES,))
        sites = LinkChecks(database, reception.office, WebSites(clock), clock, wake=wake)
        self.recalls = Recalls(database, self.channels, clock, wake=wake)
        asking = Confirmations.of(self.office, self.channels, wake)
        self.schedules = Schedules(database, schedules_of(self.office), clock, wake=wake)
        self.workers = (self.timers, self.recalls, asking, self.schedules, self.fetcher, sites)

    def _build_incoming(self) -> None:
        database = self.office.database
        handling = Handling(database, self.office.reception, self.delivery)
        self.backlog = Backlog(database, handling, done=self._handled)
        self.pressed = Pressed(database)
        busy = Busy(self.channels, self.channel, self.office.texts.render, self.office.clock)
        way = Way(
            database=database,
            owner=self.office.owner,
            writes=lambda may_file: self._writes(handling, may_file),
            wake=self._committed,
            hurry=busy.tell,
            answer=self._answer,
            prepare=self.backlog.drained if self._shares_work else None,
            has_ended=self.office.presence.has_ended,
            stop_within=INTAKE_STOP,
        )
        settings = self.office.settings.dingtalk
        robots = {DingTalk.name: settings.robot_code or ""}
        terms = Terms(patience=settings.hand_over_seconds)
        self.heard: Sequence[Listening] = [
            Listening(channel, name, robots.get(name, ""), way, terms)
            for name, channel in self.channels.items()
            if channel.manner.hears
        ]

    def _build_web(self) -> None:
        settings = self.office.settings
        self.readiness = Readiness(
            self.office.database,
            self.quota,
            self.office.config,
            folder=settings.data_dir,
            clock=self.office.clock,
            asked=self._asked(),
        )
        self.web = Web(
            settings.http.host,
            settings.http.port,
            self.readiness.look,
            about=self._about,
            measure=self.readiness.measure,
            readers=settings.http.metrics,
            pages={
                **(pages_of(self.office, self._told) if Duty.WEB in self.duties else {}),
                **(tencent.callbacks(self.channels.values()) if self._listens else {}),
            },
        )

    @property
    def _works(self) -> bool:
        return Duty.WORKER in self.duties

    @property
    def _shares_work(self) -> bool:
        """Whether arrivals that another process filed may wait for this one."""
        return self._works and self.office.database.shared

    @property
    def _listens(self) -> bool:
        return Duty.GATEWAY in self.duties

    @property
    def standby(self) -> Standby:
        """Who hears DingTalk."""
        return self.heard[0].standby

    def _writes(self, handling: Handling, may_file: MayFile) -> Writes:
        if self._works:
            return Handled(handling, may_file)
        return Unhandled(self.office.database, self.pressed.note, may_file)

    def _asked(self) -> Sequence[Asked]:
        asked = [
            Asked("process", lambda: Health(self._runs, "it starts or ends"), needed=True),
            Asked("hub", self.hub.health, needed=False),
        ]
        if self._listens:
            return [*asked, *(one.asked() for one in self.heard)]
        return [*asked, *tencent.sending(self.channels.values())]

    def _listen_to_the_hub(self) -> None:
        if self._works:
            self.hub.on(DELIVERIES, lambda note: self.delivery.wake())
            self.hub.on(FILES, lambda note: self.fetcher.wake())
            self.hub.on(ARRIVALS, lambda note: self.backlog.wake())
        if self._listens:
            self.hub.on(ANSWERED, self.pressed.hear)

    # Start and stop ------------------------------------------------------------------------------

    async def _start(self) -> None:
        await self.hub.start()
        await persistently(self.meter.open, lambda: "the start waits", tries=START_TRIES)
        self.meter.start()
        if self._works:
            await self.delivery.recover()
            await self.timers.turn()  # what must not leave any more is drawn back before it does
            self.delivery.start()
            for worker in self.workers:
                worker.start()
        if self._shares_work:
            self.backlog.start()
        if self._listens:
            self.reads.start()
            for one in self.heard:
                one.start()

    async def _stop(self) -> None:
        """Hear nothing new, store what was heard, let what leaves with it go, close."""
        await all_over(
            *(one.standby.stop() for one in self.heard),
            self.backlog.stop(),
            *(worker.stop() for worker in self.workers),
        )
        await all_over(*(one.intake.stop() for one in self.heard), self.reads.stop())
        # After the commits whose answers it takes along, before the session that it sends with.
        await all_over(self.delivery.stop())
        await all_over(*(one.stop() for one in self.channels.values()))
        await all_over(self.meter.stop(), self.web.stop())
        await all_over(self.hub.stop())

    # What the parts tell each other --------------------------------------------------------------

    async def _answer(self, arrival: Arrival, answered: Answered) -> Answered:
        if self._works or arrival.button is None:
            return answered
        return await self.pressed.answer(arrival)

    def _committed(self, with_files: bool) -> None:
        if not self._works:  # else the delivery has heard of what the express left behind
            self.hub.tell(ARRIVALS)
        if with_files:
            self.hub.tell(FILES)

    def _told(self) -> None:
        """Send what was written outside a batch, here or in the process that sends."""
        self.delivery.wake()
        self.hub.tell(DELIVERIES)

    def _handled(self, batch: Sequence[Filed]) -> None:
        """Hear of a batch that another process has filed, after its commit."""
        self.hub.tell(DELIVERIES)
        for filed in batch:
            if filed.arrival.button is not None:
                self.hub.tell(ANSWERED, str(filed.id))

    def _about(self) -> Mapping[str, str]:
        return {"gateway": self.standby.state} if self._listens else {}
