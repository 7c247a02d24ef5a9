"""The office without its doors: the words, the records, the files, the reception."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta

from bot.attachments import Limits, Vault
from bot.channels.base import Manner
from bot.channels.dingtalk import DingTalk
from bot.channels.wecom_robot import MANNER as ROBOTS_MANNER
from bot.channels.wecom_robot import NAME as ROBOTS
from bot.config import Config
from bot.delivery.life import process_name
from bot.forms import Forms
from bot.handling import persistently
from bot.keys import Keys
from bot.lock import Lock
from bot.looking import Looking
from bot.manners import manners_of
from bot.office import classes_of, office_of
from bot.outbox import Outbox
from bot.people import seed_groups, seed_persons
from bot.presence import Presence
from bot.quota import monthly_of
from bot.settings import Settings
from bot.storage.database import Database
from bot.texts import Texts
from handlers import DESKS
from handlers.cases import Cases
from handlers.desk import Desk
from handlers.front import Front
from handlers.members import Members
from handlers.ports import Clock
from handlers.reception import Reception
from handlers.talk import Talk

SEEDING = "seeding"
START_TRIES = 3  # a database that is away longer stops the start


class Office:
    """What needs no channel: the words, the records, the files, and the reception over them."""

    def __init__(
        self,
        settings: Settings,
        config: Config,
        clock: Clock,
        desks: Mapping[str, Desk] = DESKS,
        beside: Mapping[str, Manner] | None = None,
    ) -> None:
        """`beside` says what channels can show that the settings do not name."""
        if settings.secret_key is None:
            raise ValueError("there is no secret key")
        self.settings = settings
        self.config = config
        self.clock = clock
        self.owner = process_name()
        self.presence = Presence(settings.data_dir, self.owner)
        self.keys = Keys(settings.secret_key.get_secret_value())
        self.texts = Texts(config.texts)
        files = config.office.attachments
        self.limits = Limits(files.types, files.max_megabytes, files.nameless)
        self.vault = Vault(settings.data_dir / "files", self.keys, self.limits)
        manners = {ROBOTS: ROBOTS_MANNER, **manners_of(settings), **(beside or {})}
        self.outbox = Outbox(
            self.texts,
            config.exposure,
            clock,
            channel=DingTalk.name,
            robot=settings.dingtalk.robot_code or "",
            cards=settings.dingtalk.card_template_id is not None,
            beside=manners,
            forms=Forms(config.wechat, config.exposure, config.office.name, clock),
            phone=config.office.phone,
        )
        self.database = Database(
            settings.database,
            self.keys,
            clock,
            self.outbox,
            classes=classes_of(config),
            monthly=monthly_of(settings, config.quota),
            channels={DingTalk.name, *manners},
            holds=Looking(self.vault),
        )
        talk = Talk(desks)
        running = frozenset({DingTalk.name, *manners})
        office = replace(office_of(config, settings.http.public_url), running=running)
        self.reception = Reception(Front(talk, Cases(talk), Members(talk)), office, clock)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the database, with the people of the configuration in.

        A database in a file takes the data folder with it; one on a server may have several
        processes, which also share the folder of the attachments. Raises AlreadyRunning.
        """
        with self._alone():
            try:
                await self.database.open()
                await persistently(self._seed, lambda: "the start waits", tries=START_TRIES)
                yield
            finally:
                await self.database.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self.database.shared:
            self.presence.begin()
            try:
                yield
            finally:
                self.presence.end()
            return
        lock = Lock(self.settings.data_dir)
        lock.take()
        try:
            yield
        finally:
            lock.release()

    async def _seed(self) -> None:
        persons = seed_persons(self.config, self.settings.admins, DingTalk.name)
        async with self.database.begin() as tx:
            # One at a time: whoever asks for it waits for the commit of who has it.
            await tx.leases.take(SEEDING, self.owner, timedelta())
            await tx.seed(persons, seed_groups(self.config))
