"""Files that cannot be read, however often: whoever sent one hears it, and the others go on."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.attachments import CLAIMED_FOR, TRIES, Vault
from bot.channels.base import Letter
from bot.documents.caps import Caps
from bot.documents.opening import Contents, read_document
from tests.handlers.story import CLERK
from tests.handlers.test_event_files import FUNDS, HEADER, TALK, Killed, drafts, told
from tests.sending import fetch_all, fetcher, send_file, sheet
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

BAD, GOOD = sheet(HEADER, TALK), sheet(HEADER, FUNDS)
HOUR = timedelta(hours=1)
READS = "bot.documents.reader.read_document"


async def both_sent(play: Stage) -> None:
    await play.say(CLERK, "建活动")
    await send_file(play, CLERK, "坏.xlsx", BAD)
    await send_file(play, CLERK, "好.xlsx", GOOD)


async def through_the_day(play: Stage) -> list[Letter]:
    """Fetch and read for as long as anything is tried again."""
    heard: list[Letter] = []
    for _ in range(TRIES + 2):
        heard += await fetch_all(play)
        play.clock.now += HOUR
    return heard


async def nothing_is_due(play: Stage) -> bool:
    async with play.database.read() as tx:
        return not await tx.attachments.pending(9)


async def test_a_file_that_breaks_its_reader_stops_no_other_and_is_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Vault, name: str) -> bytes:
        data = read(self, name)
        if data == BAD:
            raise RuntimeError
        return data

    read = Vault.read
    async with stage(tmp_path) as play:
        await both_sent(play)
        monkeypatch.setattr(Vault, "read", breaks)
        heard = told(play, await through_the_day(play))
        assert [one.title for one in await drafts(play)] == ["融资对接"]
        assert heard.count("“坏.xlsx”打不开") == 1
        assert await nothing_is_due(play)


async def test_a_file_that_ends_the_process_is_given_up_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(data: bytes, caps: Caps) -> Contents:
        if data == BAD:
            raise Killed
        return read_document(data, caps)

    async with stage(tmp_path) as play:
        await both_sent(play)
        monkeypatch.setattr(READS, dies)
        for _ in range(TRIES):
            with pytest.raises(Killed):
                await fetch_all(play)
            play.clock.now += CLAIMED_FOR
        heard = told(play, await fetch_all(play))
        assert "“坏.xlsx”打不开" in heard
        assert [one.title for one in await drafts(play)] == ["融资对接"]
        assert await nothing_is_due(play)


async def test_an_asking_that_nobody_can_be_told_of_ends_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*told: object) -> None:
        raise RuntimeError

    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "坏.xlsx", BAD)
        monkeypatch.setattr("bot.documents.reader.Reader._commit", breaks)
        await through_the_day(play)
        assert await nothing_is_due(play)


async def test_a_process_that_reads_none_uses_up_no_attempt(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", GOOD)
        reads_none = fetcher(play)
        reads_none._reader = None
        for _ in range(TRIES + 2):
            await reads_none.turn()
            play.clock.now += HOUR
        assert "建了 1 个草稿" in told(play, await fetch_all(play))


async def test_documents_are_read_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = threading.Lock()
    met = []

    def alone(data: bytes, caps: Caps) -> Contents:
        met.append(not at_work.acquire(blocking=False))
        time.sleep(0.2)  # long enough that another would meet it
        at_work.release()
        return read_document(data, caps)

    async with stage(tmp_path) as play:
        await both_sent(play)
        monkeypatch.setattr(READS, alone)
        await fetch_all(play)
        assert met == [False, False]
