"""The office on a real database, with a hand-moved clock and nobody but the test to talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.channels.base import Letter, Manner, Receipt
from bot.config import Config, load_config
from bot.keys import Keys
from bot.office import classes_of, office_of
from bot.outbox import Outbox
from bot.people import seed_groups, seed_persons
from bot.sites.worker import LinkChecks
from bot.storage.database import Database
from bot.storage.meters import month_of
from bot.storage.monthly import Monthly
from bot.storage.session import Holds, all_there
from bot.texts import Texts
from handlers import DESKS
from handlers.campaigns.digest import CALM, CalmClock
from handlers.campaigns.feeding import CampaignClock
from handlers.campaigns.keeping import CAMPAIGN
from handlers.campaigns.linking import Seen
from handlers.cases import Cases
from handlers.digests import DIGEST, Digests
from handlers.front import Front
from handlers.members import Members
from handlers.policies.clock import PolicyClock
from handlers.policies.keeping import POLICY
from handlers.ports import (
    Arrival,
    Button,
    Due,
    Forwarded,
    Incoming,
    Kind,
    Office,
    Place,
    ReplyPath,
    Sender,
)
from handlers.reception import Reception
from handlers.registration.after import COUNTERS, EVENT
from handlers.registration.clock import Counters, EventClock
from handlers.strikes import CASE, Strikes
from handlers.talk import CONVERSATION, Talk
from tests import outbox
from tests.engines import address

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday 09:00 in Zhenhai
KEYS = Keys("a secret text for the tests of this program")


@dataclass(slots=True)
class HandClock:
    """A clock that stands until it is moved."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class FakeSites:
    """What is at the links that people write; all that nothing is said of opens."""

    seen: dict[str, Seen] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow: bool = False  # nobody has looked yet when somebody writes again

    async def look_up(self, url: str) -> Seen:
        """Say what is at a link."""
        self.asked.append(url)
        return self.seen.get(url, Seen("open", "200"))


@dataclass(slots=True)
class Stage:
    """Say things to the office and see what everybody is told."""

    database: Database
    reception: Reception
    config: Config
    clock: HandClock
    seen: list[Letter] = field(default_factory=list)
    count: int = 0
    said: dict[str, int] = field(default_factory=dict)
    folder: Path = Path()
    files: dict[str, bytes] = field(default_factory=dict)  # sent, by their download code
    sites: FakeSites = field(default_factory=FakeSites)
    limits: dict[str, int] = field(default_factory=dict)  # of the month, by quota; none = unlimited

    def staff_id(self, name: str) -> str:
        """Return the DingTalk id of a persona, or the name itself for a stranger."""
        ids = {person.name: person.dingtalk for person in self.config.people.person}
        return ids.get(name, name)

    def chat(self, name: str) -> str:
        """Return the chat id of a group by its kind's word or its name."""
        words = {"工作群": "staff", "企业群": "enterprise"}
        for group in self.config.people.group:
            if group.name == name or group.kind == words.get(name):
                return group.id
        return name

    async def say(
        self,
        who: str,
        text: str = "",
        *,
        group: str | None = None,
        files: int = 0,
        quoted: str = "",
        forwarded: Sequence[tuple[str, str]] = (),
        button: Button | None = None,
        msg_id: str | None = None,
        staff: bool = True,
        kind: Kind = "text",
    ) -> list[Letter]:
        """Send one message; return what goes out because of it."""
        self.count += 1
        ident = self.staff_id(who)
        self.said[who] = self.said.get(who, 0) + 1
        arrival = Arrival(
            channel="dingtalk",
            robot="robot",
            msg_id=msg_id or f"m{self.count}",
            sender=Sender(ident if staff else None, f"union-{ident}", f"$:{ident}", who),
            place=Place(group is None, self.chat(group) if group else f"c-{ident}", group or ""),
            at=self.clock.now,
            kind="button" if button else kind,
            text=text,
            files=tuple(Incoming(f"code{n}", "picture") for n in range(files)),
            forwarded=tuple(Forwarded(*line) for line in forwarded),
            quoted=quoted,
            button=button,
            reply_path=ReplyPath("https://example.com/r", self.clock.now + timedelta(minutes=90)),
        )
        return await self.take([arrival])

    async def take(self, arrivals: Sequence[Arrival]) -> list[Letter]:
        """Let a batch through one transaction and send what it owes."""
        async with self.database.begin() as tx:
            filed = [one for one in await tx.admit(arrivals) if one is not None]
            if filed:
                outcome = await self.reception.receive(tx, filed)
                assert not outcome.failed, outcome.failed
        return [*await self.send(), *([] if self.sites.slow else await self.look_up())]

    async def look_up(self) -> list[Letter]:
        """Let the links of campaigns be looked up, as the program does within seconds."""
        office = self.reception.office
        checks = LinkChecks(self.database, office, self.sites, self.clock, wake=lambda: None)
        return await self.send() if await checks.turn() else []

    async def used_up(self, limit: int, used: int) -> None:
        """Let the month allow so many calls, of which so many are used."""
        self.limits["api"] = limit
        async with self.database.begin() as tx:
            await tx.meters.at_least(month_of(self.clock.now), {"api": used})

    async def press(self, who: str, label: str, *, group: str | None = None) -> list[Letter]:
        """Press the latest button of that label which the person can see."""
        to = self.chat(group) if group else self.staff_id(who)
        for letter in reversed(self.seen):
            if letter.to != to:
                continue
            for option in letter.message.options:
                if option.label == label:
                    return await self.say(who, group=group, button=Button(option.action, "card"))
        raise AssertionError(f"{who} sees no button {label!r}")

    async def fetched(self, name: str = "aa", mime: str = "image/jpeg") -> None:
        """Let everything that people attached be in our keeping."""
        async with self.database.begin() as tx:
            for fetch in await tx.attachments.pending(100):
                await tx.attachments.stored(fetch.id, name, mime, 300 * 1024)

    async def wait(self, duration: timedelta) -> list[Letter]:
        """Let time pass and the due timers strike."""
        self.clock.now += duration
        async with self.database.begin() as tx:
            kinds = (CONVERSATION, CASE, DIGEST, EVENT, COUNTERS, CAMPAIGN, CALM, POLICY)
            dues: Sequence[Due] = await tx.timers.due(self.clock.now, 100, kinds)
            await self.reception.tick(tx, [due for due in dues if due.kind == CONVERSATION])
            strikes = Strikes(self.reception.office, self.clock)
            await strikes.tick(tx, [due for due in dues if due.kind == CASE])
            digests = Digests(self.reception.office, self.clock)
            office = self.reception.office
            await EventClock(office, self.clock).tick(tx, [d for d in dues if d.kind == EVENT])
            await Counters(office, self.clock).tick(tx, [d for d in dues if d.kind == COUNTERS])
            campaigns = [d for d in dues if d.kind == CAMPAIGN]
            await CampaignClock(office, self.clock).tick(tx, campaigns)
            await CalmClock(office, self.clock).tick(tx, [d for d in dues if d.kind == CALM])
            await PolicyClock(office, self.clock).tick(tx, [d for d in dues if d.kind == POLICY])
            told = [due for due in dues if due.kind == DIGEST]
            told += await tx.timers.due(self.clock.now, 100, (DIGEST,)) if not told else []
            await digests.tick(tx, told)
            await tx.timers.done([*dues, *told])
        return await self.send()

    async def send(self) -> list[Letter]:
        """Deliver everything that is ready."""
        sent: list[Letter] = []
        while True:
            async with self.database.begin() as tx:
                letters = await outbox.claim(tx)
                for letter in letters:
                    await outbox.sent(tx, [letter], self.clock.now, Receipt(f"k{letter.id}"))
            if not letters:
                self.seen += sent
                return sent
            # Between lanes there is no order; the dialogues have that in which all was written.
            sent += sorted(letters, key=lambda letter: letter.id)

    def where(self, letter: Letter) -> str:
        """Name the place a letter goes to: a persona or a group."""
        for person in self.config.people.person:
            if person.dingtalk == letter.to:
                return person.name
        for group in self.config.people.group:
            if group.id == letter.to:
                return {"staff": "工作群", "enterprise": "企业群"}.get(group.kind, group.name)
        return letter.to


def reception_of(config: Config, clock: HandClock) -> Reception:
    """Build the handlers as the application does."""
    return _reception(office_of(config), clock)


def _reception(office: Office, clock: HandClock) -> Reception:
    talk = Talk(DESKS)
    return Reception(Front(talk, Cases(talk), Members(talk)), office, clock)


@cache
def _shipped() -> tuple[Config, Office, Texts]:
    """Read the configuration of the repository once: it takes longer than many a test."""
    return _made(load_config())


def _made(config: Config) -> tuple[Config, Office, Texts]:
    return config, office_of(config), Texts(config.texts)


@asynccontextmanager
async def stage(
    folder: Path,
    overlay: Path | None = None,
    *,
    beside: Mapping[str, Manner] | None = None,
    monthly: Monthly | None = None,
    holds: Holds = all_there,
) -> AsyncIterator[Stage]:
    """Open the office in an empty folder, with the personas of config/people.toml.

    `beside` says what other channels than DingTalk can show, `monthly` what the months allow,
    `holds` what of a kept file is found.
    """
    config, office, texts = _made(load_config(overlay=overlay)) if overlay else _shipped()
    clock = HandClock()
    outbox = Outbox(
        texts,
        config.exposure,
        clock,
        channel="dingtalk",
        robot="robot",
        cards=True,
        beside=beside,
        phone=config.office.phone,
    )
    url = await address(folder / "stage.db")
    limits: dict[str, int] = {}
    database = Database(
        url,
        KEYS,
        clock,
        outbox,
        steady=clock,
        classes=classes_of(config),
        monthly=monthly or Monthly(limits, True, 100, 100),
        holds=holds,
    )
    await database.open()
    async with database.begin() as tx:
        await tx.seed(seed_persons(config, (), "dingtalk"), seed_groups(config))
    try:
        reception = _reception(office, clock)
        yield Stage(database, reception, config, clock, folder=folder, limits=limits)
    finally:
        await database.close()
