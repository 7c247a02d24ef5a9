"""The files of a campaign's report, made from what is counted when they are made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from bot.channels.base import FetchFault
from bot.handouts.effect_chart import chart
from bot.papers.worded import Words
from bot.storage.database import Database
from bot.texts import Texts
from handlers.campaigns.effect import CHART, EFFECT, TABLE
from handlers.campaigns.effects import effect_of
from handlers.ports import Clock


class Source(Protocol):
    """Who makes a file by its code."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Return the file. Raises FetchFault."""


@dataclass(slots=True)
class EffectMaker:
    """Makes the report of a campaign; every other order goes on to whoever makes it."""

    database: Database
    texts: Texts
    office: str
    clock: Clock
    otherwise: Source

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Make the file of a code. Raises FetchFault."""
        if not code.startswith(EFFECT):
            return await self.otherwise.fetch(robot, code, limit)
        form, _, number = code.removeprefix(EFFECT).partition(":")
        if form not in {TABLE, CHART}:
            raise FetchFault("no_form", None)
        async with self.database.read() as tx:
            one = await tx.campaigns.seen(number)
            if one is None:
                raise FetchFault("no_campaign", None)
            told = await effect_of(tx, one)
        words, now = Words(self.texts), self.clock()
        if form == CHART:
            return await asyncio.to_thread(chart, told, words, self.office, now)
        # A library of its own weight: a bot that makes no spreadsheets does not load it.
        from bot.handouts.effect_table import table  # noqa: PLC0415

        return await asyncio.to_thread(table, told, words, now)


__all__ = ["EffectMaker"]
