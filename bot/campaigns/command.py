"""List campaigns and watch one leave; nothing is written, and no name of who gets it is shown."""

import asyncio
import sys

from bot.beside import attended, beside, keys_of
from bot.campaigns.bar import asked, bar
from bot.config import Config
from bot.settings import Settings
from bot.storage.database import Database
from bot.terminal import Terminal
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.progress import meant, over
from flows.campaigns.tally import Tally
from handlers.campaigns.records import tally_of

EVERY = 1.0  # seconds from look to look
SHOWN = 30
WATCHED = frozenset({Stage.APPROVED, Stage.SENDING, Stage.PAUSED})


def listed() -> int:
    """List the latest campaigns with their counts."""

    async def show(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings, keys_of(settings)) as records, records.read() as tx:
            found = await tx.campaigns.recent(SHOWN)
            tallies = [tally_of(await tx.campaigns.fates(one.number)) for one in found]
        if not found:
            terminal.say("sending.terminal.none")
        for one, tally in zip(found, tallies, strict=True):
            sys.stdout.write(told(one, tally, terminal) + "\n")
        return 0

    return attended(show)


def watched(number: str) -> int:
    """Show how far a campaign is until it is over; 0 = all of it arrived, as far as is known."""

    async def watch(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings, keys_of(settings)) as records:
            one, tally = await _seen(records, number.upper())
            if one is None:
                terminal.say("sending.terminal.no_such", number=number)
                return 1
            with bar(terminal) as shown:
                while True:
                    shown(one, tally)
                    if one.stage not in WATCHED:
                        break
                    await asyncio.sleep(EVERY)
                    later, tally = await _seen(records, one.number)
                    one = later or one
        sys.stdout.write(told(one, tally, terminal) + "\n")
        whole = one.stage is Stage.DONE and over(tally) == tally.sent == meant(tally)
        return 0 if whole else 1

    return attended(watch)


def told(one: Campaign, tally: Tally, terminal: Terminal) -> str:
    """Word a campaign in one line: number, stage, counts, title."""
    return terminal.word(
        "sending.terminal.line",
        number=one.number,
        stage=terminal.word(f"campaign.stage.{one.stage.value}"),
        over=f"{over(tally):,}",
        total=f"{meant(tally):,}",
        failed=tally.failed,
        unknown=tally.unknown,
        asked=asked(tally, terminal),
        title=one.draft.title,
    )


async def _seen(records: Database, number: str) -> tuple[Campaign | None, Tally]:
    async with records.read() as tx:
        one = await tx.campaigns.seen(number)
        return one, tally_of(await tx.campaigns.fates(number))
