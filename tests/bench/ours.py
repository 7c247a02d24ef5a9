"""The bot that bot/app.py builds, with only its platform and its clock swapped."""

import asyncio
import dataclasses
import itertools
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App
from bot.channels.base import (
    Delivered,
    FetchFault,
    Health,
    Letter,
    Manner,
    Receipt,
    SendFault,
    Take,
    Window,
)
from bot.channels.dingtalk.access import DingTalkAccess
from bot.channels.dingtalk.inbound import CHANNEL, Inbound
from bot.channels.dingtalk.origins import Origins
from bot.config import Config, load_config
from bot.duties import ALL, Duty
from bot.settings import DingTalk, GivenSettings, Http
from tests.bench.drive import MODES, PARKED_AT, WARM_PEOPLE, Load
from tests.bench.form import DESKS, TEXTS
from tests.bench.rows import Rows, grown
from tests.bench.script import TURNS, callback

ROBOT = "dingbenchrobot"
BEGINS = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
# What time brings, not messages: seals, leases, runs of the schedule, the month's count, pings.
HOUSE = {"history_head", "history_seal", "lease", "meta", "meter", "schedule_run"}
NAMES = 2  # by which DingTalk calls a person: staff and sender id
EVENTS = 12  # of the funnel, in one conversation: each step asked and answered, review, submission
BETWEEN = 5.0  # seconds, on the bot's clock, from one message of a person to the next


class CrowdClock:
    """A clock by which everybody writes every few seconds, however fast messages come in fact."""

    def __init__(self, people: int) -> None:
        self._step = timedelta(seconds=BETWEEN / people)
        self.now = BEGINS

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> None:
        """Let the time of one message pass."""
        self.now += self._step


class Transport:
    """A channel that loses the platform: what comes in is decoded, what goes out is counted."""

    name = CHANNEL
    manner = Manner()

    def __init__(self) -> None:
        self.delay = 0.0
        self.sent = 0
        self.take: asyncio.Future[Take] = asyncio.get_running_loop().create_future()
        self._awaited: dict[str, dict[str, asyncio.Future[None]]] = {}
        self._stopped = asyncio.Event()

    def answered(self, staff_id: str, address: str) -> asyncio.Future[None]:
        """Wait for the answer to a message, or to a later one of the same person.

        Who answers two questions at once is not shown the second any more: its delivery is
        cancelled. Answers to one person go out in order, so the next one settles it.
        """
        done = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(staff_id, {})[address] = done
        return done

    async def run(self, take: Take) -> None:
        """Hand `take` to whoever brings messages."""
        self.take.set_result(take)
        await self._stopped.wait()

    async def send(self, letter: Letter) -> Receipt:
        """Count, and tell the one who waits for this answer."""
        self.sent += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        self.settle(letter.to, letter.reply_url)
        return Receipt(via="webhook")

    def settle(self, staff_id: str, address: str) -> None:
        """Note that an answer went out."""
        waiting = self._awaited.get(staff_id, {})
        if address not in waiting:
            return
        for earlier in list(waiting):
            waiting.pop(earlier).set_result(None)
            if earlier == address:
                break
        if not waiting:
            del self._awaited[staff_id]

    def window(self, letter: Letter) -> Window | None:
        """Limit nothing: the session webhook has no window of ours."""
        return None

    def batch(self, letter: Letter) -> str:
        """Share no call: an answer goes to one person."""
        return ""

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Deliver one by one."""
        return {letter.id: await self.send(letter) for letter in letters}

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take nothing back."""
        return {one.id: "too late" for one in sent}

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Have no files."""
        raise FetchFault("no_files", None)

    def health(self) -> Health:
        """Say that messages can come in."""
        return Health(self.take.done())

    async def stop(self) -> None:
        """Stop listening."""
        self._stopped.set()


class Ours:
    """Our bot as a peer of the others."""

    def __init__(self, app: App, transport: Transport, clock: CrowdClock, rows: Rows) -> None:
        self.app = app
        self.twice = False  # every message comes again, as after a lost acknowledgement
        self.transport = transport
        self._clock = clock
        self.rows = rows
        self._numbers = itertools.count(1)
        access = DingTalkAccess(client_id="bench", client_secret="-", robot_code=ROBOT)
        self._inbound = Inbound(ROBOT, Origins(access), clock, lambda card: None)

    @property
    def replies(self) -> int:
        """Count what was handed to the transport."""
        return self.transport.sent

    @property
    def delay(self) -> float:
        """Seconds the transport takes."""
        return self.transport.delay

    @delay.setter
    def delay(self, seconds: float) -> None:
        self.transport.delay = seconds

    async def send(self, user: int, text: str) -> None:
        """Let a message in as the stream does, once it is decoded."""
        self._clock.tick()
        number = next(self._numbers)
        raw = callback(number, user, text, int(self._clock.now.timestamp() * 1000))
        answered = self.transport.answered(raw["senderStaffId"], raw["sessionWebhook"])
        arrival = self._inbound.message(raw, f"frame{number}")
        take = self.transport.take.result()
        if self.twice:  # while the first is on its way, and when everything is over
            await asyncio.gather(take(arrival), take(arrival))
            await answered
        await take(arrival)
        await answered

    async def filed(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Read the forms from the history."""
        found = []
        for user, subject in await self.rows.filings():
            async with self.app.office.database.read() as tx:
                (entry,) = await tx.history.entries(subject)
            found.append((user, json.loads(entry.personal["form"])))
        return found


def config() -> Config:
    """Return the repository's own configuration, with the texts of the benchmark's form."""
    own = load_config()
    return dataclasses.replace(own, texts={**own.texts, **TEXTS})


def settings(
    folder: Path, *, database_url: str | None = None, redis_url: str | None = None
) -> GivenSettings:
    """Describe an installation in a folder of its own."""
    return GivenSettings(
        data_dir=folder,
        secret_key=SecretStr("a key that only the benchmark knows"),
        database_url=SecretStr(database_url) if database_url else None,
        redis_url=SecretStr(redis_url) if redis_url else None,
        http=Http(port=0),
        dingtalk=DingTalk(client_id=ROBOT, client_secret=SecretStr("-")),
    )


@asynccontextmanager
async def ours(
    given: GivenSettings, people: int, duties: Collection[Duty] = ALL
) -> AsyncIterator[Ours]:
    """Start the bot."""
    clock, transport = CrowdClock(people), Transport()
    app = App(given, config(), clock=clock, channel=transport, desks=DESKS, duties=duties)
    async with app.running():
        await transport.take
        yield Ours(app, transport, clock, Rows(given.database))


async def measure(mode: str, load: Load, folder: Path, *, twice: bool = False) -> dict[str, Any]:
    """Run one mode in a new installation, and see afterwards what is in its tables."""
    given = settings(folder)
    people = load.parked if mode == "idle" else load.users
    rows = Rows(given.database)
    async with ours(given, people) as peer:
        peer.twice = twice
        before = await rows.counts()
        figures = await MODES[mode](peer, load)
    told = judged(mode, load, before, await rows.counts())
    return {**figures, **told, "ok": figures["ok"] and told["rows_ok"], "twice": twice}


def judged(
    mode: str, load: Load, before: Mapping[str, int], after: Mapping[str, int]
) -> dict[str, Any]:
    """Say whether the tables grew by what was owed, and else by what."""
    growth = {name: count for name, count in grown(before, after).items() if name not in HOUSE}
    if mode == "race":  # who answered a question before it went out is not asked it any more
        growth["delivery.sent"] += growth.pop("delivery.cancelled", 0)
    expected = owed(mode, load)
    if growth == expected:
        return {"rows_ok": True}
    return {"rows_ok": False, "rows": growth, "rows_expected": expected}


def owed(mode: str, load: Load) -> dict[str, int]:
    """Say how many rows a mode must leave: one a message and reply, event, person and form."""
    people, forms = load.users, load.users * load.turns
    match mode:
        case "race":
            forms = people
        case "idle":
            return _parked(load)
        case _:
            people, forms = people + WARM_PEOPLE, forms + WARM_PEOPLE
    return {
        "account": NAMES * people,
        "arrival.done": forms * TURNS,
        "conversation": people,
        "delivery.sent": forms * TURNS,
        "flow_event": forms * EVENTS,
        "history": forms,
        "history_value": forms,
        "person": people,
        "timer": people,
    }


def _parked(load: Load) -> dict[str, int]:
    people = load.parked + WARM_PEOPLE
    messages = load.parked * (1 + PARKED_AT) + WARM_PEOPLE + load.probes
    return {
        "account": NAMES * people,
        "arrival.done": messages,
        "conversation": people,
        "delivery.sent": messages,
        "flow_event": people + 2 * (load.parked * PARKED_AT + load.probes),
        "person": people,
        "timer": people,
    }
