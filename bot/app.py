"""The one place where everything is built, started and closed."""

import asyncio
import contextlib
import logging
import random
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from bot.attachments import Fetcher, Limits, Vault
from bot.channels.base import Channel, Letter, Message
from bot.channels.dingtalk import DingTalk, DingTalkAccess
from bot.config import Config
from bot.delivery import Delivery
from bot.ending import ended
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.keys import Keys
from bot.lock import Lock
from bot.logs import place_of
from bot.office import office_of
from bot.outbox import TITLE, Outbox
from bot.people import seed_groups, seed_persons
from bot.settings import Settings
from bot.storage.database import Database, DatabaseDown
from bot.texts import Texts
from bot.timers import Timers
from bot.web import Web
from flows.office import Door
from handlers import DESKS
from handlers.cases import Cases
from handlers.front import Front
from handlers.members import Members
from handlers.ports import Arrival, Clock, Text
from handlers.reception import Reception
from handlers.talk import Talk

log = logging.getLogger(__name__)

BUSY = Text("engine.busy")
CONNECTION_POLL = 0.05
# With the channel's six seconds these keep a stop below ten, whatever hangs.
DELIVERY_STOP = 2.0
INTAKE_STOP = 1.0
OVERDUE = timedelta(seconds=60)  # a delivery this late means that nothing goes out


def utc_now() -> datetime:
    """Say what time it is."""
    return datetime.now(UTC)


class Office:
    """What needs no channel: the words, the records, the files, and the reception over them."""

    def __init__(self, settings: Settings, config: Config, clock: Clock) -> None:
        if settings.secret_key is None:
            raise ValueError("there is no secret key")
        self.settings = settings
        self.config = config
        self.clock = clock
        self.keys = Keys(settings.secret_key.get_secret_value())
        self.texts = Texts(config.texts)
        self.limits = Limits(
            config.office.attachments.types, config.office.attachments.max_megabytes
        )
        self.vault = Vault(settings.data_dir / "files", self.keys, self.limits)
        outbox = Outbox(
            self.texts,
            config.exposure,
            clock,
            channel=DingTalk.name,
            robot=settings.dingtalk.robot_code or "",
            cards=settings.dingtalk.card_template_id is not None,
        )
        self.database = Database(settings.database, self.keys, clock, outbox)
        talk = Talk(DESKS)
        self.reception = Reception(
            Front(talk, Cases(talk), Members(talk)), office_of(config), clock
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Take the data folder and open the database, with the people of the configuration in."""
        lock = Lock(self.settings.data_dir)
        lock.take()
        try:
            await self.database.open()
            persons = seed_persons(self.config, self.settings.admins, DingTalk.name)
            async with self.database.begin() as tx:
                await tx.seed(persons, seed_groups(self.config))
            yield
        finally:
            await self.database.close()
            lock.release()


class App:
    """The running bot."""

    def __init__(
        self,
        settings: Settings,
        config: Config,
        *,
        clock: Clock = utc_now,
        channel: Channel | None = None,
    ) -> None:
        """Build; nothing runs yet. `channel` stands for DingTalk where the transport is swapped."""
        self.office = Office(settings, config, clock)
        self.channel = channel or self._dingtalk(settings, clock)
        database, reception = self.office.database, self.office.reception
        channels: Mapping[str, Channel] = {DingTalk.name: self.channel}
        vault, limits = self.office.vault, self.office.limits
        self.delivery = Delivery(database, channels, clock, stop_within=DELIVERY_STOP)
        self.fetcher = Fetcher(database, channels, vault, limits, clock, wake=self.delivery.wake)
        self.intake = Intake(
            database,
            reception,
            wake=self._committed,
            hurry=self._hurry,
            stop_within=INTAKE_STOP,
        )
        self.timers = Timers(database, reception, clock, wake=self.delivery.wake)
        retention = timedelta(days=config.office.records.retention_days)
        self.housekeeping = Housekeeping(database, clock, retention)
        self.web = Web(settings.http.host, settings.http.port, self._troubles)
        self._listening: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start everything, and stop it in the order in which nothing is lost."""
        async with self.office.open():
            await self.delivery.recover()
            await self.web.start()
            try:
                self._start()
                yield
            finally:
                await self._stop()

    async def serve(self, stop: asyncio.Event) -> int:
        """Run until told to stop, and return the exit code; a channel that ended is a failure."""
        async with self.running():
            log.info("listening on %s", self.web.address)
            stopping = asyncio.create_task(stop.wait())
            listening = self._listening
            if listening is None:
                raise RuntimeError("no channel was started")
            await asyncio.wait({stopping, listening}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if stop.is_set():
                return 0
            error = None if listening.cancelled() else listening.exception()
            log.error("the channel ended: %s", place_of(error) if error else "without an error")
            return 1

    async def connected(self) -> None:
        """Wait until messages can come in."""
        while not self.channel.health().ready:  # noqa: ASYNC110 - a channel tells when asked
            await asyncio.sleep(CONNECTION_POLL)

    def _dingtalk(self, settings: Settings, clock: Clock) -> Channel:
        dingtalk = settings.dingtalk
        if dingtalk.client_id is None or dingtalk.client_secret is None:
            raise ValueError("there are no DingTalk credentials")
        access = DingTalkAccess(
            client_id=dingtalk.client_id,
            client_secret=dingtalk.client_secret.get_secret_value(),
            robot_code=dingtalk.robot_code or dingtalk.client_id,
            card_template_id=dingtalk.card_template_id,
            api_base=dingtalk.api_base,
            oapi_base=dingtalk.oapi_base,
        )
        chance = random.Random()  # noqa: S311 - spreads reconnects, guards nothing
        read = self.office.vault.read

        async def open_file(sha256: str) -> bytes:
            return await asyncio.to_thread(read, sha256)

        return DingTalk(access, self.office.texts.render, clock, chance, open_file=open_file)

    def _start(self) -> None:
        self.intake.start()
        self.delivery.start()
        self.timers.start()
        self.fetcher.start()
        self.housekeeping.start()
        self._listening = asyncio.create_task(self.channel.run(self.intake.take), name="channel")

    async def _stop(self) -> None:
        """Send nothing new, hear nothing new, store what was heard, close."""
        # First: their calls use the channel's session.
        await asyncio.gather(
            self.delivery.stop(), self.timers.stop(), self.fetcher.stop(), self.housekeeping.stop()
        )
        await self.channel.stop()
        await ended([self._listening])
        await asyncio.gather(self.intake.stop(), self.web.stop())

    def _committed(self, with_files: bool) -> None:
        self.delivery.wake()
        if with_files:
            self.fetcher.wake()

    async def _hurry(self, arrival: Arrival) -> None:
        path = arrival.reply_path
        if path is None or path.expires_at <= self.office.clock():
            return
        render = self.office.texts.render
        private = arrival.place.private
        await self.channel.send(
            Letter(
                id=0,
                robot=arrival.robot,
                door=Door.PRIVATE if private else Door.ENTERPRISE_GROUP,
                to="",
                mention="" if private else arrival.sender.staff_id or "",
                message=Message(title=render(TITLE), text=render(BUSY)),
                reply_url=path.url,
                reply_until=path.expires_at,
            )
        )

    async def _troubles(self) -> Sequence[str]:
        troubles: list[str] = []
        health = self.channel.health()
        if not health.ready:
            troubles.append(f"{self.channel.name}: {health.reason or 'not connected'}")
        try:
            await self.office.database.ping()
            async with self.office.database.read() as tx:
                oldest = await tx.ledger.oldest_ready()
        except DatabaseDown as error:
            return [*troubles, f"database: {error}"]
        except Exception as error:  # a file that is damaged, for example
            log.error("the database cannot be used: %s", place_of(error))
            return [*troubles, f"database: {type(error).__name__}"]
        if oldest is not None and oldest < self.office.clock() - OVERDUE:
            troubles.append("deliveries: some wait for more than a minute")
        return troubles


@contextlib.contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM and Ctrl-C."""
    loop = asyncio.get_running_loop()

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
