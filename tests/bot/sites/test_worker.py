"""The worker that looks links up: nothing is forgotten, whatever fails on the way."""

from __future__ import annotations

import pytest

from bot.sites.worker import AGAIN, LINKS, LinkChecks
from handlers.campaigns.linking import Seen
from tests.handlers.campaigning import CLERK, stored, texts, written
from tests.stage import FakeSites, Stage

pytestmark = pytest.mark.usefixtures("engine")

LINK = "https://www.zh.gov.cn/sb"


class Broken(FakeSites):
    """Sites that cannot be asked: a process that dies half-way leaves as much behind."""

    async def look_up(self, url: str) -> Seen:
        """Fail as nothing of ours does."""
        raise RuntimeError


def checks(play: Stage, sites: FakeSites) -> LinkChecks:
    """Make the worker of another process."""
    office = play.reception.office
    return LinkChecks(play.database, office, sites, play.clock, wake=lambda: None)


async def test_what_a_dead_process_had_taken_is_looked_up_later(play: Stage) -> None:
    await written(play, f"写推送\n技改补助\n请在{LINK}申报。")
    with pytest.raises(RuntimeError):
        await checks(play, Broken()).turn()
    assert await checks(play, play.sites).turn() == 0  # somebody is at it
    play.clock.now += AGAIN
    assert await checks(play, play.sites).turn() == 1
    assert [one.url for one in (await stored(play)).looked] == [LINK]
    assert await checks(play, play.sites).turn() == 0


async def test_many_links_are_looked_up_in_turns_and_told_of_once(play: Stage) -> None:
    links = [f"{LINK}/{n}" for n in range(LINKS + 2)]
    play.sites.seen = {links[0]: Seen("dead", "404"), links[-1]: Seen("dead", "410")}
    await written(play, "写推送\n技改补助\n" + "\n".join(links))
    assert await play.look_up() == []
    heard = texts(play, await play.look_up(), CLERK)
    assert len(heard) == 1
    assert "网站返回 404" in heard[0]
    assert "网站返回 410" in heard[0]
    assert play.sites.asked == links


async def test_one_campaign_that_fails_keeps_no_other_waiting(play: Stage) -> None:
    await written(play, f"写推送\n技改补助\n请在{LINK}申报。")
    await written(play, f"写推送\n用工补助\n请在{LINK}/2申报。")

    class One(FakeSites):
        async def look_up(self, url: str) -> Seen:
            if url == LINK:
                raise RuntimeError
            return Seen("open", "200")

    with pytest.raises(RuntimeError):
        await checks(play, One()).turn()
    assert len((await stored(play, "TS-2026-002")).looked) == 1
