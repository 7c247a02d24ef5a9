"""Looking up links: what is dead, what cannot be found out, and where nobody is asked at all."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.sites import asking
from bot.sites.asking import WebSites, is_public
from handlers.campaigns.linking import WORDED, Seen
from tests.bot.runtime import HandClock
from tests.bot.sites.server import HOST, Site, site


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Site]:
    """Serve a web site."""
    async with site(tmp_path) as made:
        yield made


@pytest.fixture
def clock() -> HandClock:
    """Stand still until moved."""
    return HandClock()


def asks(place: Site, clock: HandClock) -> WebSites:
    """Ask as the program does, but that the test says where hosts are."""
    public = "127.0.0.1".__eq__
    return WebSites(clock, resolve=place.resolve, public=public, tls=place.context)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/200", Seen("open", "200")),
        ("/404", Seen("dead", "404")),
        ("/410", Seen("dead", "410")),
        ("/500", Seen("dead", "500")),
        ("/403", Seen("unclear", "403")),
        ("/429", Seen("unclear", "429")),
        ("/no-head", Seen("open", "200")),
        ("/endless", Seen("open", "200")),
    ],
)
async def test_u16_what_a_site_answers_says_whether_a_link_is_dead(
    path: str, seen: Seen, place: Site, clock: HandClock
) -> None:
    assert await asks(place, clock).look_up(place.url(path)) == seen


async def test_the_head_is_enough_where_it_is_given(place: Site, clock: HandClock) -> None:
    await asks(place, clock).look_up(place.url("/200"))
    assert place.asked == ["HEAD /200"]


async def test_a_site_that_never_answers_is_dead(
    place: Site, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WITHIN", aiohttp.ClientTimeout(total=0.3))
    assert await asks(place, clock).look_up(place.url("/hang")) == Seen("dead", "no_answer")


async def test_nobody_listens_there(place: Site, clock: HandClock) -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"https://{HOST}:{taken.getsockname()[1]}/"
        assert await asks(place, clock).look_up(url) == Seen("dead", "no_answer")


async def test_redirects_are_followed_a_few_times(place: Site, clock: HandClock) -> None:
    url = place.url("/1?to=/2%3Fto%3D/404")
    assert await asks(place, clock).look_up(url) == Seen("dead", "404")
    assert place.asked[:3] == ["HEAD /1", "HEAD /2", "HEAD /404"]


async def test_a_redirect_in_a_circle_ends(place: Site, clock: HandClock) -> None:
    seen = await asks(place, clock).look_up(place.url("/round"))
    assert seen == Seen("unclear", "redirects")
    assert len(place.asked) == asking.HOPS + 1


# Machines of our own ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::"),
        *("2002:7f00:1::1", "255.255.255.255", "64:ff9b::7f00:1"),
    ],
)
def test_an_address_that_is_not_public_is_none(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "202.101.172.35", "2001:4860:4860::8888"])
def test_an_address_of_the_public_network_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "0x7f.1", "localhost"])
async def test_no_machine_of_our_own_is_called(host: str, place: Site, clock: HandClock) -> None:
    asker = WebSites(clock, tls=place.context)
    assert await asker.look_up(f"https://{host}:{place.port}/200") == Seen("unclear", "private")
    assert place.asked == []


async def test_a_host_written_as_one_number_is_no_host(place: Site, clock: HandClock) -> None:
    asker = WebSites(clock, tls=place.context)
    assert (await asker.look_up(f"https://2130706433:{place.port}/200")).state != "open"
    assert place.asked == []


async def test_a_host_with_one_private_address_is_not_called(place: Site, clock: HandClock) -> None:
    place.at[HOST] = ["127.0.0.1", "10.0.0.1"]
    assert await asks(place, clock).look_up(place.url("/200")) == Seen("unclear", "private")
    assert place.asked == []


async def test_a_redirect_to_a_private_address_is_not_followed(
    place: Site, clock: HandClock
) -> None:
    place.at["inside.example.gov.cn"] = ["10.0.0.1"]
    to = place.url("/200", "inside.example.gov.cn")
    assert await asks(place, clock).look_up(place.url(f"/x?to={to}")) == Seen("unclear", "private")
    assert place.asked == ["HEAD /x"]


async def test_what_was_looked_up_is_what_is_called(place: Site, clock: HandClock) -> None:
    await asks(place, clock).look_up(place.url("/200"))
    assert place.resolved == [
        HOST
    ]  # once: a name that answers otherwise the next time is not asked


async def test_a_redirect_off_https_is_not_followed(place: Site, clock: HandClock) -> None:
    url = place.url(f"/x?to=http://{HOST}/200")
    assert await asks(place, clock).look_up(url) == Seen("unclear", "not_https")


# Ours or theirs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "seen"),
    [
        (socket.EAI_NONAME, Seen("dead", "no_host")),
        (socket.EAI_AGAIN, Seen("unclear", "network")),
    ],
)
async def test_a_name_that_nobody_knows_is_dead_and_a_broken_network_is_ours(
    number: int, seen: Seen, place: Site, clock: HandClock
) -> None:
    async def fails(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(number, "no")

    asker = WebSites(clock, resolve=fails, tls=place.context)
    assert await asker.look_up(place.url("/200")) == seen


async def test_a_certificate_that_nobody_believes_is_unclear(place: Site, clock: HandClock) -> None:
    stranger = ssl.create_default_context()
    asker = WebSites(clock, resolve=place.resolve, public="127.0.0.1".__eq__, tls=stranger)
    assert await asker.look_up(place.url("/200")) == Seen("unclear", "certificate")


@pytest.mark.parametrize("url", ["https://", "https://[/x", "https://x:99999/", "https:///x"])
async def test_what_is_no_address_is_dead(url: str, place: Site, clock: HandClock) -> None:
    assert await asks(place, clock).look_up(url) == Seen("dead", "no_host")


# Remembered --------------------------------------------------------------------------------------


async def test_what_was_seen_is_remembered_for_an_hour(place: Site, clock: HandClock) -> None:
    asker = asks(place, clock)
    for _ in range(2):
        await asker.look_up(place.url("/200"))
    assert place.asked == ["HEAD /200"]
    clock.now += timedelta(hours=1)
    await asker.look_up(place.url("/200"))
    assert place.asked == ["HEAD /200"] * 2


async def test_every_word_that_is_not_a_status_is_worded(place: Site, clock: HandClock) -> None:
    said = {"no_answer", "no_host", "private", "redirects", "not_https", "certificate", "network"}
    assert said == WORDED
