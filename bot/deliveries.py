"""The command `deliveries`: what is in doubt, stuck or held, and a person's decision on it."""

import argparse
import asyncio
import getpass
import sys
import unicodedata
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.beside import NoRecords, beside
from bot.channels.base import WEBHOOK, Channel, Delivered, SendFault, SendUnknown
from bot.config import BASE, Config, load_config
from bot.dingtalk import dingtalk
from bot.hub import LocalHub
from bot.keys import WrongKey
from bot.premises import Office
from bot.settings import Settings, UnusableSettings
from bot.storage.breakers import Breaker
from bot.storage.database import DatabaseDown
from bot.storage.doubts import Act, Done, Doubt
from bot.terminal import Terminal
from flows.calendar import OFFICE_ZONE
from flows.office import Content, Door

DOORS: Mapping[Door, str] = {
    Door.ENTERPRISE_GROUP: "deliveries.door.enterprise_group",
    Door.STAFF_GROUP: "deliveries.door.staff_group",
    Door.DEPARTMENT_GROUP: "deliveries.door.department_group",
    Door.LEADER_GROUP: "deliveries.door.leader_group",
    Door.PRIVATE: "deliveries.door.private",
    Door.OFFICIAL_ACCOUNT: "deliveries.door.official_account",
    Door.LINK_PAGE: "deliveries.door.link_page",
}
CONTENTS: Mapping[Content, str] = {
    Content.PROGRESS: "deliveries.content.progress",
    Content.NOTICE: "deliveries.content.notice",
    Content.FORM: "deliveries.content.form",
    Content.BODY: "deliveries.content.body",
    Content.CONTACT: "deliveries.content.contact",
    Content.INTERNAL: "deliveries.content.internal",
    Content.INSTRUCTION: "deliveries.content.instruction",
    Content.SUPERVISION: "deliveries.content.supervision",
    Content.RATING: "deliveries.content.rating",
}
WHYS: Mapping[str, str] = {
    "unknown": "deliveries.unknown",
    "stuck": "deliveries.stuck",
    "held": "deliveries.held",
}
DONE: Mapping[Act, str] = {
    "resend": "deliveries.resend.done",
    "arrived": "deliveries.arrived.done",
    "drop": "deliveries.drop.done",
    "recall": "deliveries.recall.done",
}
UNDONE: Mapping[Done, str] = {
    "no_such": "deliveries.undone.no_such",
    "not_now": "deliveries.undone.not_now",
    "erased": "deliveries.undone.erased",
}
WIDTHS = (8, 14, 11, 22, 8, 14, 4)
GAP = "  "
RECALL_WITHIN = 30.0


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("deliveries", help="list doubtful deliveries, decide on them")
    parser.set_defaults(command=_list)
    acts = parser.add_subparsers(metavar="ACT")
    for act, purpose in (
        ("resend", "send again"),
        ("arrived", "note that it arrived"),
        ("drop", "do not send it any more"),
        ("recall", "take it back"),
    ):
        chosen = acts.add_parser(act, help=purpose)
        chosen.add_argument("numbers", nargs="+", type=int, metavar="NUMBER")
        chosen.set_defaults(command=_recall if act == "recall" else _decide, act=act)
    acts.add_parser("release", help="send what the quota holds").set_defaults(command=_release)


def table(doubts: Sequence[Doubt], resting: Sequence[Breaker], terminal: Terminal) -> Iterator[str]:
    """Word what is in doubt, a line each: never what a message says, nor whole names."""
    for one in resting:
        until = f"{one.until.astimezone(OFFICE_ZONE):%H:%M:%S}"
        yield terminal.word("deliveries.resting", what=one.name, until=until, code=one.code)
    if not doubts:
        yield terminal.word("deliveries.none")
        return
    yield _line(terminal.word("deliveries.head").split())
    for doubt in doubts:
        yield _line(_cells(doubt, terminal))
    yield terminal.word("deliveries.now_what")


def masked(doubt: Doubt) -> str:
    """Say to whom it goes, as far as everybody at the terminal may know."""
    if doubt.group or doubt.to.startswith(WEBHOOK):
        return doubt.group or doubt.to.removeprefix(WEBHOOK)
    if len(doubt.to) < 4:
        return "*" * len(doubt.to)
    return f"{doubt.to[:1]}***{doubt.to[-2:]}"


def _cells(doubt: Doubt, terminal: Terminal) -> Sequence[str]:
    return (
        str(doubt.id),
        terminal.word(WHYS[doubt.why]),
        f"{doubt.since.astimezone(OFFICE_ZONE):%m-%d %H:%M}",
        f"{terminal.word(DOORS[doubt.door])} {masked(doubt)}",
        terminal.word(CONTENTS[Content(doubt.content)]),
        doubt.ticket or "-",
        str(doubt.attempts),
        doubt.code or "-",
    )


def _line(cells: Sequence[str]) -> str:
    padded = [_padded(cell, width) for cell, width in zip(cells, WIDTHS, strict=False)]
    return GAP.join((*padded, *cells[len(WIDTHS) :])).rstrip()


def _padded(cell: str, width: int) -> str:
    """Fill up to a width in columns: a Chinese character takes two."""
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(0, width - columns)


def _list(given: argparse.Namespace) -> int:
    async def show(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings) as records, records.read() as tx:
            doubts = await tx.doubts.open()
            resting = list((await tx.breakers.open()).values())
        for line in table(doubts, resting, terminal):
            sys.stdout.write(line + "\n")
        return 0

    return _run(show)


def _release(given: argparse.Namespace) -> int:
    async def release(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings) as records, records.begin() as tx:
            await tx.queue.lock()
            terminal.say("deliveries.released", count=await tx.meters.release())
        return 0

    return _run(release)


def _decide(given: argparse.Namespace) -> int:
    act: Act = given.act
    numbers = list(dict.fromkeys(given.numbers))

    async def decide(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with _office(settings, config) as office, office.database.begin() as tx:
            await tx.queue.lock()
            done = await tx.doubts.decide(act, numbers, getpass.getuser())
        return _told(act, done, terminal)

    return _run(decide)


def _recall(given: argparse.Namespace) -> int:
    numbers = list(dict.fromkeys(given.numbers))

    async def recall(settings: Settings, config: Config, terminal: Terminal) -> int:
        if settings.dingtalk.client_id is None or settings.dingtalk.client_secret is None:
            terminal.say("deliveries.no_credentials")
            return 1
        async with _office(settings, config) as office:
            channel = dingtalk(office, LocalHub(), read=lambda _: None, count=lambda *_: None)
            try:
                return await take_back(office, channel, numbers, terminal)
            finally:
                await channel.stop()

    return _run(recall)


async def take_back(
    office: Office, channel: Channel, numbers: Sequence[int], terminal: Terminal
) -> int:
    """Take messages back through their channel and note which are gone; return the exit code."""
    async with office.database.read() as tx:
        found = await tx.doubts.recallable(numbers)
    sent = [one for one in found.values() if isinstance(one, Delivered)]
    try:
        async with asyncio.timeout(RECALL_WITHIN):
            standing = await channel.recall(sent) if sent else {}
    except (SendFault, SendUnknown, TimeoutError) as fault:
        why = fault.code if isinstance(fault, SendFault) else type(fault).__name__
        terminal.say("deliveries.recall_failed", why=why)
        return 1
    gone = [number for number, why in standing.items() if not why]
    async with office.database.begin() as tx:
        await tx.queue.lock()
        await tx.doubts.recalled(gone, getpass.getuser())
    for number, why in standing.items():
        if why:
            terminal.say("deliveries.recall.stands", number=number, why=why)
    results: dict[int, Done] = dict.fromkeys(gone, "done")
    results |= {n: one for n, one in found.items() if not isinstance(one, Delivered)}
    return max(_told("recall", results, terminal), int(len(gone) < len(sent)))


def _told(act: Act, done: Mapping[int, Done], terminal: Terminal) -> int:
    for number, how in done.items():
        terminal.say(DONE[act] if how == "done" else UNDONE[how], number=number)
    return 0 if all(how == "done" for how in done.values()) else 1


@asynccontextmanager
async def _office(settings: Settings, config: Config) -> AsyncIterator[Office]:
    """Open the records beside a bot that may be running: no folder taken, nothing migrated."""
    if settings.secret_key is None:
        raise UnusableSettings(("QINQING_SECRET_KEY is not set.",))
    async with beside(settings) as records, records.read() as tx:
        canary = await tx.vitals.canary()
    office = Office(settings, config, _now)
    try:
        if canary is not None:
            office.keys.open(canary, "meta.value")
        yield office
    finally:
        await office.database.close()


_Work = Callable[[Settings, Config, Terminal], Coroutine[None, None, int]]


def _run(work: _Work) -> int:
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    terminal = Terminal(config.texts)
    try:
        return asyncio.run(work(settings, config, terminal))
    except NoRecords:
        terminal.say("deliveries.no_records")
    except WrongKey:
        terminal.say("deliveries.wrong_key")
    except DatabaseDown as fault:
        sys.stderr.write(f"The database cannot be used: {fault}.\n")
    return 1


def _now() -> datetime:
    return datetime.now(UTC)
