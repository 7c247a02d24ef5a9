"""Files that no row names do not stay for ever, and no row is left without its file."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.attachments import Limits, Vault
from bot.housekeeping import housekeeping, sweeping
from bot.schedules import Schedules
from bot.storage.database import Database
from handlers.ports import Incoming
from tests.bot.runtime import KEYS, START, HandClock, arrival, database

pytestmark = pytest.mark.usefixtures("engine")
DAY = timedelta(days=1)
TERM = timedelta(days=30)
LONG_AGO = START - timedelta(days=365)


def png(n: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes([n]) * 64


@dataclass(slots=True)
class Cellar:
    """The records, and the folder beside them."""

    db: Database
    clock: HandClock
    vault: Vault

    async def filed(self, name: str, content: bytes) -> str:
        """Let a file come with a message; return its digest."""
        kept = self.vault.keep(content)
        come = replace(arrival(name, files=(Incoming("", "picture"),)), at=LONG_AGO)
        async with self.db.begin() as tx:
            (filed,) = await tx.admit([come])
            assert filed is not None
            await tx.attachments.stored(filed.files[0], kept.sha256, kept.mime, kept.size)
        return kept.sha256

    def left(self, content: bytes, days: float) -> str:
        """Let a file be here that no row names, since so many days; return its digest."""
        name = self.vault.keep(content).sha256
        self.aged(name, days)
        return name

    def aged(self, name: str, days: float) -> None:
        path = self.vault.path(name)
        at = path.stat().st_mtime - days * DAY.total_seconds()
        os.utime(path, (at, at))

    def here(self, *names: str) -> list[bool]:
        return [self.vault.path(name).exists() for name in names]

    async def sweep(self) -> None:
        await Schedules(self.db, [sweeping(self.vault)], self.clock, wake=lambda: None).turn()


@asynccontextmanager
async def cellar(folder: Path) -> AsyncIterator[Cellar]:
    clock = HandClock()
    async with database(folder, clock) as db:
        yield Cellar(db, clock, Vault(folder / "files", KEYS, Limits(("png",), 1)))


async def test_an_old_file_that_no_row_names_is_removed_and_no_other(tmp_path: Path) -> None:
    async with cellar(tmp_path) as c:
        named = await c.filed("one", png(1))
        c.aged(named, 9)
        old, new = c.left(png(2), 9), c.left(png(3), 0.5)
        await c.sweep()
        assert c.here(named, old, new) == [True, False, True]


async def test_who_starts_with_empty_records_by_mistake_loses_no_file(tmp_path: Path) -> None:
    async with cellar(tmp_path) as c:
        old = c.left(png(2), 9)
        await c.sweep()
        assert c.here(old) == [True]


async def test_a_file_that_we_made_stays_when_its_row_does(tmp_path: Path) -> None:
    gone: list[str] = []
    async with cellar(tmp_path) as c:
        async with c.db.begin() as tx:
            (filed,) = await tx.admit([arrival("one")])
            assert filed is not None
            await tx.make_file(filed, "a list with numbers", "签到表.xlsx")
            (fetch,) = await tx.attachments.pending(1)
            await tx.attachments.stored(fetch.id, "d1", "application/xlsx", 1)
        erase = housekeeping(TERM, TERM, gone.append)[0].work
        later = START + TERM + timedelta(hours=1)

        async def broken_off() -> None:
            async with c.db.begin() as tx:
                await erase(tx, later)
                raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError, match="went away"):
            await broken_off()
        assert gone == []
        async with c.db.begin() as tx:
            await erase(tx, later)
            assert gone == [], "not before the commit"
        assert gone == ["d1"]
