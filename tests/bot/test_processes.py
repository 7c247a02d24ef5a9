"""The parts of the bot as processes of their own: here beside each other in one test."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import App
from bot.config import Config, load_config
from bot.demo import demo_settings
from bot.duties import Duty
from bot.handling import apology
from bot.presence import FOLDER, Presence
from bot.settings import Settings
from bot.simulator.control import Control
from bot.standby import State
from bot.storage.database import DatabaseDown
from bot.storage.leases import PROCESS
from handlers.ports import Stale, ToPerson
from tests import outbox, servers
from tests.bot.runtime import FakeChannel, arrival, until
from tests.bot.test_app import OWNER, answers, simulated
from tests.days import with_known_years
from tests.engines import rows
from tests.wire.chat import actions

GATEWAY, WORKER, WEB = frozenset({Duty.GATEWAY}), frozenset({Duty.WORKER}), frozenset({Duty.WEB})
PROBLEM = (
    "我是镇海宏业铸造厂的王小二，电话13800000000。厂门口的路灯坏了两个月没人修，希望尽快修好。"
)


@dataclass(frozen=True, slots=True)
class Site:
    """One installation: a platform, a database, a folder."""

    config: Config
    settings: Settings
    control: Control

    def part(self, duties: frozenset[Duty], redis: str = "") -> App:
        more = {"redis_url": SecretStr(redis)} if redis else {}
        return App(self.settings.model_copy(update=more), self.config, duties=duties)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    config = load_config()
    async with servers.database() as url, simulated(config) as simulator:
        given = demo_settings(tmp_path, simulator.base_url, 0)
        given = given.model_copy(update={"database_url": SecretStr(url)})
        yield Site(config, given, simulator.control)


@asynccontextmanager
async def running(*apps: App) -> AsyncIterator[None]:
    """Start them all at the same moment."""
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(app.running()) for app in apps))
        yield


def offers(control: Control, label: str) -> list[tuple[str, str]]:
    """List the buttons of this label: card and action."""
    cards = [bubble.out_track_id for bubble in control.sent(user=OWNER)]
    return [
        (card, action["id"])
        for card in cards
        if card
        for action in actions(control.card(card))
        if action["label"] == label
    ]


def heard(control: Control) -> str:
    """Give everything that stands in the chat of the one who reports."""
    return "".join(
        str(control.card(bubble.out_track_id) if bubble.out_track_id else bubble.content)
        for bubble in control.sent(user=OWNER)
    )


async def readyz(app: App) -> tuple[int, dict[str, object]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{app.web.address}/readyz") as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize("with_redis", [False, True], ids=["polling", "redis"])
async def test_a_report_goes_through_a_gateway_and_two_workers(
    with_redis: bool, site: Site
) -> None:
    async with servers.valkey() as valkey:
        redis = valkey.url if with_redis else ""
        gateway, *workers = (site.part(d, redis) for d in (GATEWAY, WORKER, WORKER))
        async with running(gateway, *workers):
            await gateway.connected()
            await site.control.say(OWNER, PROBLEM)
            await until(lambda: bool(offers(site.control, "确认")))
            ((card, action),) = offers(site.control, "确认")
            press = await site.control.press(OWNER, card, action)
            assert press.answered
            assert site.control.card(card)["status"] == "已选"  # as the worker found
            await until(lambda: "已登记" in heard(site.control))
            for worker in workers:
                assert (await readyz(worker))[0] == 200
        assert site.control.breaches == []


async def test_the_second_gateway_says_that_it_stands_by_and_takes_over(site: Site) -> None:
    first, second, worker = site.part(GATEWAY), site.part(GATEWAY), site.part(WORKER)
    async with running(worker), running(second), running(first):
        await until(lambda: State.LISTENING in (first.standby.state, second.standby.state))
        owner, other = (
            (first, second) if first.standby.state is State.LISTENING else (second, first)
        )
        status, said = await readyz(other)
        assert (status, said["gateway"]) == (200, "standby")
        await owner.connected()
        assert (await readyz(owner))[1]["gateway"] == "listening"
        await owner.standby.stop()
        await other.connected()
        await site.control.say(OWNER, "菜单")
        assert await answers(site.control, OWNER)


async def test_what_waits_is_done_before_a_process_that_does_both_listens(site: Site) -> None:
    gateway = site.part(GATEWAY)
    async with running(gateway):
        await gateway.connected()
        said = await site.control.say(OWNER, "菜单")
        await site.control.wait_for_ack(said.msg_id)
    assert site.control.sent(user=OWNER) == []
    both = site.part(GATEWAY | WORKER)
    async with running(both):
        await both.connected()
        async with both.office.database.read() as tx:
            assert (await tx.vitals.signs()).waiting == 0
        assert await answers(site.control, OWNER)


async def test_five_processes_start_at_once_on_an_empty_database(tmp_path: Path) -> None:
    config = load_config()
    async with servers.database(migrated=False) as url:
        given = demo_settings(tmp_path, "http://127.0.0.1:9", 0)
        given = given.model_copy(update={"database_url": SecretStr(url)})
        apps = [
            App(given, config, channel=FakeChannel(name="dingtalk"), duties=duties)
            for duties in (GATEWAY, GATEWAY, WORKER, WORKER, WEB)
        ]
        async with running(*apps):
            assert len(rows(url, "SELECT id FROM person")) == len(config.people.person)
            assert [(await readyz(app))[1]["ready"] for app in apps] == [True] * 5


async def test_another_process_that_was_first_does_not_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(
        demo_settings(tmp_path, "http://127.0.0.1:9", 0),
        load_config(),
        channel=FakeChannel(name="dingtalk"),
    )
    tries, opening = [Stale("a deadlock"), DatabaseDown("it starts")], app.meter.open

    async def unlucky() -> None:
        if tries:
            raise tries.pop()
        await opening()

    monkeypatch.setattr(app.meter, "open", unlucky)
    async with app.running():
        assert (await readyz(app))[1]["ready"]
    assert tries == []


async def test_a_process_that_still_starts_or_already_ends_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, starting = asyncio.Event(), asyncio.Event()

    async def opening() -> None:
        asked.set()
        await starting.wait()

    class Lingering(FakeChannel):
        """Notes what is said while it ends."""

        async def stop(self) -> None:
            said.append(await readyz(app))

    said: list[tuple[int, dict[str, object]]] = []
    settings = demo_settings(tmp_path, "http://127.0.0.1:9", 0)
    config = load_config(overlay=with_known_years(tmp_path / "overlay"))
    app = App(settings, config, channel=Lingering(name="dingtalk"), duties={Duty.WORKER})
    monkeypatch.setattr(app.meter, "open", opening)
    async with AsyncExitStack() as stack:
        entering = asyncio.create_task(stack.enter_async_context(app.running()))
        await asyncio.wait_for(asked.wait(), 5)
        said.append(await readyz(app))
        starting.set()
        await entering
        assert (await readyz(app))[0] == 200
    assert [status for status, _ in said] == [503, 503]
    assert said[0][1]["reasons"] == said[1][1]["reasons"] == ["process: it starts or ends"]


async def test_a_gateway_sees_that_the_one_before_it_was_killed(site: Site) -> None:
    killed = Presence(site.settings.data_dir, "host:1:killed")
    killed.begin()
    os.close(killed._descriptor or 0)  # as the kernel does
    gateway = site.part(GATEWAY)
    async with gateway.office.open(), gateway.office.database.begin() as tx:
        stream = f"stream:dingtalk:{site.settings.dingtalk.robot_code}"
        assert await tx.leases.take(stream, "host:1:killed", timedelta(hours=1))
    async with running(gateway):
        assert not Presence(site.settings.data_dir, "another").has_ended(gateway.office.owner)
        await until(lambda: gateway.standby.state is State.LISTENING)
    assert len(list((site.settings.data_dir / FOLDER).iterdir())) == 1  # its own went with it


async def test_a_worker_sends_at_once_what_a_killed_one_had_in_hand(site: Site) -> None:
    killed = Presence(site.settings.data_dir, "host:1:killed")
    killed.begin()
    worker = site.part(WORKER)
    async with worker.office.open(), worker.office.database.begin() as tx:
        said = arrival("m1", who=worker.office.config.people.person[0].dingtalk)
        robot = site.settings.dingtalk.robot_code or ""
        (filed,) = await tx.admit([replace(said, channel="dingtalk", robot=robot)])
        assert filed is not None
        await tx.post([apology(filed.id, ToPerson(filed.person))], {filed.id: filed})
        await outbox.claim(tx, owner="host:1:killed")
        life = timedelta(hours=1)
        assert await tx.leases.take(f"{PROCESS}host:1:killed", "host:1:killed", life)
    os.close(killed._descriptor or 0)  # as the kernel does
    async with running(worker):
        await until(lambda: worker.delivery.tally.sent == 1)


class Unending(FakeChannel):
    """A channel that cannot end well."""

    async def stop(self) -> None:
        raise ZeroDivisionError


async def test_one_part_that_cannot_end_keeps_no_other_from_ending(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = App(demo_settings(tmp_path, "http://127.0.0.1:9", 0), load_config(), channel=Unending())
    async with app.running():
        pass
    assert "a part did not end well: ZeroDivisionError" in caplog.text
    with pytest.raises(RuntimeError):
        _ = app.web.address  # it has ended as well
