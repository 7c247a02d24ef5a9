"""List, show, decide, let go and take back, beside a bot that may be running."""

import argparse
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot import tencent
from bot.beside import attended, beside, keys_of, now, who
from bot.channels.base import Channel
from bot.channels.dingtalk import DingTalk
from bot.config import Config
from bot.deliveries.listing import story, table
from bot.deliveries.recall import take_back, told
from bot.delivery.late import look_again
from bot.dingtalk import dingtalk
from bot.hub import LocalHub
from bot.premises import Office
from bot.quota import Quota, limits_of
from bot.robots import robots_of
from bot.settings import Settings
from bot.storage.doubts import Chosen
from bot.terminal import Terminal

SHOWN = 30  # of each kind


def listed(given: argparse.Namespace) -> int:
    """List what somebody should look at."""

    async def show(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings) as records, records.read() as tx:
            doubts = await tx.doubts.open()
            resting = list((await tx.breakers.open()).values())
        for line in table(doubts, resting, terminal, None if given.all else SHOWN):
            sys.stdout.write(line + "\n")
        return 0

    return attended(show)


def shown(given: argparse.Namespace) -> int:
    """Say what became of some deliveries, who read them, and what was decided."""
    numbers = dict.fromkeys(given.numbers)

    async def show(settings: Settings, config: Config, terminal: Terminal) -> int:
        code = 0
        async with beside(settings) as records, records.read() as tx:
            readers = await tx.reads.readers(numbers)
            for number in numbers:
                found = await tx.doubts.story(number)
                if found is None:
                    terminal.say("deliveries.undone.no_such", number=number)
                    code = 1
                    continue
                past = await tx.history.entries(f"delivery:{number}")
                for line in story(found, readers.get(number, 0), past, terminal):
                    sys.stdout.write(line + "\n")
        return code

    return attended(show)


def released(given: argparse.Namespace) -> int:
    """Let go of what the quota holds."""

    async def release(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings, keys_of(settings)) as records, records.begin() as tx:
            await tx.queue.lock()
            count = await tx.doubts.release(who())
        terminal.say("deliveries.released" if count else "deliveries.none_held", count=count)
        return 0

    return attended(release)


def decided(given: argparse.Namespace) -> int:
    """Send again, note as arrived, or give up."""
    act: Chosen = given.act
    numbers = list(dict.fromkeys(given.numbers))

    async def decide(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings, keys_of(settings)) as records, records.begin() as tx:
            await tx.queue.lock()
            done = await tx.doubts.decide(act, numbers, who())
            changed = [number for number, how in done.items() if how == "done"]
            await look_again(tx, await tx.asked.campaigns(changed), now())
        return told(act, done, terminal)

    return attended(decide)


def recalled(given: argparse.Namespace) -> int:
    """Take back what people should not have."""
    numbers = list(dict.fromkeys(given.numbers))

    async def recall(settings: Settings, config: Config, terminal: Terminal) -> int:
        if settings.dingtalk.client_id is None or settings.dingtalk.client_secret is None:
            terminal.say("deliveries.no_credentials")
            return 1
        quota = Quota(limits_of(settings), config.quota, now)
        async with _office(settings, config) as office, _channels(office, quota) as channels:
            async with office.database.read() as tx:
                through = await tx.asked.channels(numbers)
            code = 0
            for name, channel in channels.items():
                theirs = [n for n in numbers if through.get(n, DingTalk.name) == name]
                if theirs:
                    code |= await take_back(office.database, channel, quota, theirs, terminal)
            for number in [n for n in numbers if through.get(n, DingTalk.name) not in channels]:
                terminal.say("confirming.no_channel", number=number, name=through[number])
                code = 1
            return code

    return attended(recall)


@asynccontextmanager
async def _channels(office: Office, quota: Quota) -> AsyncIterator[Mapping[str, Channel]]:
    """Build every channel that the settings name, by its name."""
    hub = LocalHub()
    ours = dingtalk(office, hub, read=lambda _: None, count=quota.count)
    others = (*tencent.channels(office, hub, answers=False), robots_of(office))
    channels: dict[str, Channel] = {ours.name: ours, **{one.name: one for one in others}}
    try:
        yield channels
    finally:
        for channel in channels.values():
            await channel.stop()


@asynccontextmanager
async def _office(settings: Settings, config: Config) -> AsyncIterator[Office]:
    """Build what a channel needs, over records that are there."""
    async with beside(settings, keys_of(settings)):
        pass
    office = Office(settings, config, now)
    try:
        yield office
    finally:
        await office.database.close()
