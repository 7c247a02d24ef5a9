"""Links that nobody can look at: they are named so, and nobody waits for them for ever."""

from __future__ import annotations

import socket

import pytest

from bot.sites.asking import WebSites
from bot.sites.worker import AGAIN, TRIES, LinkChecks
from handlers.campaigns.linking import Seen
from tests.bot.runtime import HandClock
from tests.handlers.campaigning import stored, written
from tests.stage import FakeSites, Stage

LINK = "https://www.zh.gov.cn/sb"


@pytest.mark.parametrize("url", ["https://:[x]@", "https://[", "https://", "https://a..cn:0/"])
async def test_what_is_no_address_is_dead(url: str) -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "")

    seen = await WebSites(HandClock(), resolve=nowhere).look_up(url)
    assert seen == Seen("dead", "no_host")


@pytest.mark.parametrize("zone", ["", "%25", "%25lo", "%25%25", "%"])
@pytest.mark.parametrize("number", ["::1", "::", "::ffff:127.0.0.1", "fd00::1"])
async def test_no_zone_makes_a_number_of_our_own_network_a_name(number: str, zone: str) -> None:
    seen = await WebSites(HandClock()).look_up(f"https://[{number}{zone}]:9/")
    assert seen in {Seen("unclear", "private"), Seen("dead", "no_host")}


async def test_whatever_a_library_raises_says_nothing_of_the_link() -> None:
    async def broken(host: str, port: int) -> list[str]:
        raise RuntimeError

    assert await WebSites(HandClock(), resolve=broken).look_up(LINK) == Seen("unclear", "network")


@pytest.mark.usefixtures("engine")
async def test_a_link_whose_look_up_breaks_off_is_given_up_after_some_tries(play: Stage) -> None:
    class Broken(FakeSites):
        async def look_up(self, url: str) -> Seen:
            raise RuntimeError

    await written(play, f"写推送\n技改补助\n请在{LINK}申报。")
    office = play.reception.office
    checks = LinkChecks(play.database, office, Broken(), play.clock, wake=lambda: None)
    for _ in range(TRIES - 1):
        with pytest.raises(RuntimeError):
            await checks.turn()
        play.clock.now += AGAIN
    assert await checks.turn() == 1
    (one,) = (await stored(play)).looked
    assert (one.url, one.state, one.seen) == (LINK, "unclear", "network")
