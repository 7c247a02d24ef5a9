"""The whole bot: started, talked to through the simulated platform, stopped, started again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import App, Office, utc_now
from bot.channels.base import Health, Take
from bot.config import Config, load_config
from bot.demo import CARD, CLIENT_ID, CLIENT_SECRET, demo_settings, world_of
from bot.demo_traces import Traces
from bot.keys import WrongKey
from bot.lock import AlreadyRunning, Lock
from bot.people import seed_groups, seed_persons
from bot.replay import replay
from bot.settings import GivenSettings, Settings
from bot.simulator.chat import Bubble
from bot.simulator.control import Control
from bot.simulator.server import DingTalkSimulator
from bot.simulator.trace import InboundTrace
from bot.standby import State
from bot.web import PortTaken
from handlers.ports import Role
from tests.bot.runtime import FakeChannel, arrival, until
from tests.engines import on_engine, rows

KEY = "a secret text for the tests of the whole program"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)
OWNER, CLERK = "demo-owner-chen", "demo-clerk-wang"


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config()


@asynccontextmanager
async def simulated(config: Config) -> AsyncIterator[DingTalkSimulator]:
    simulator = DingTalkSimulator(
        world_of(config),
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        robot_code=CLIENT_ID,
        card_templates=(CARD,),
    )
    async with simulator:
        yield simulator


@asynccontextmanager
async def started(config: Config, simulator: DingTalkSimulator, folder: Path) -> AsyncIterator[App]:
    app = App(await on_engine(demo_settings(folder, simulator.base_url, 0)), config)
    async with app.running():
        await app.connected()
        yield app


async def answers(control: Control, user: str, count: int = 1) -> Sequence[Bubble]:
    async with asyncio.timeout(30):
        while len(control.sent(user=user)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return control.sent(user=user)


def settings(folder: Path, key: str = KEY) -> Settings:
    return GivenSettings.model_validate({"data_dir": folder, "secret_key": key})


@pytest.mark.usefixtures("engine")
async def test_a_message_is_answered_and_its_rows_can_be_seen(
    config: Config, tmp_path: Path
) -> None:
    async with simulated(config) as simulator, started(config, simulator, tmp_path) as app:
        said = await simulator.control.say(OWNER, "菜单")
        await simulator.control.wait_for_ack(said.msg_id)
        traces = Traces()
        traces.database = app.office.database
        async with asyncio.timeout(30):
            while app.delivery.tally.sent < 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        # A machine under load may have said first that the system is busy.
        *_, answer = simulator.control.sent(user=OWNER)
        found = await traces(InboundTrace(said.msg_id))
        assert found is not None
        assert "已处理" in str(found["来信"])
        assert "已送达" in str(found["投递 1"])
        assert answer.trace is not None
        assert await traces(answer.trace) == found
        assert await traces(InboundTrace("another")) is None


@pytest.mark.usefixtures("engine")
async def test_a_message_delivered_three_times_is_answered_once(
    config: Config, tmp_path: Path
) -> None:
    async with simulated(config) as simulator, started(config, simulator, tmp_path):
        said = await simulator.control.say(OWNER, "菜单")
        await simulator.control.redeliver(said.msg_id, 2)
        await answers(simulator.control, OWNER)
        await simulator.control.say(OWNER, "进度")
        assert len(await answers(simulator.control, OWNER, 2)) == 2
        async with asyncio.timeout(30):
            while len([ack for ack in simulator.control.delivery(said.msg_id).acks if ack.ok]) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.mark.usefixtures("engine")
async def test_what_was_attached_is_fetched_kept_and_shown_to_who_handles_the_case(
    config: Config, tmp_path: Path
) -> None:
    async with simulated(config) as simulator, started(config, simulator, tmp_path) as app:
        control = simulator.control
        await control.say(OWNER, "我们厂从10月起电压一直不稳，希望供电公司来查一查")
        await answers(control, OWNER, 2)
        await control.send_picture(OWNER, PNG)
        await answers(control, OWNER, 3)
        await control.send_file(OWNER, "停电记录.pdf", PDF)
        await answers(control, OWNER, 4)
        await control.say(OWNER, "确认")
        await answers(control, OWNER, 5)
        async with asyncio.timeout(30):
            while await pending(app):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        for looks in (1, 2):
            await control.say(CLERK, "看附件 0001")
            told = control.place_of(CLERK)
            async with asyncio.timeout(30):
                while len(control.sent(place=told)) < 3 * looks:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            _, picture, paper = control.sent(place=told)[-3:]
            assert control.media(picture.content["photo"]) == PNG
            assert control.media(paper.content["media"]) == PDF
            assert paper.content["name"] == "停电记录.pdf"
        assert control.calls()["/media/upload"] == 2
        assert control.breaches == []


async def pending(app: App) -> bool:
    async with app.office.database.read() as tx:
        return bool(await tx.attachments.pending(1))


@pytest.mark.usefixtures("engine")
async def test_the_records_survive_a_restart(config: Config, tmp_path: Path) -> None:
    async with simulated(config) as simulator:
        async with started(config, simulator, tmp_path):
            await simulator.control.say(OWNER, "菜单")
            await answers(simulator.control, OWNER)
        async with started(config, simulator, tmp_path):
            await simulator.control.say(CLERK, "菜单")
            await answers(simulator.control, CLERK)
        assert len(simulator.control.sent(user=OWNER)) == 1


@pytest.mark.usefixtures("engine")
async def test_a_person_hears_when_the_database_is_away(config: Config, tmp_path: Path) -> None:
    async with simulated(config) as simulator, started(config, simulator, tmp_path) as app:
        everybody = rows(app.office.settings.database, "SELECT id FROM person")
        async with app.office.database.begin() as tx:
            await tx.conversations.lock([number for (number,) in everybody])
            await simulator.control.say(OWNER, "菜单")
            (busy,) = await answers(simulator.control, OWNER)
            assert app.office.config.texts["engine.busy"] in str(busy.content)
        assert len(await answers(simulator.control, OWNER, 2)) == 2


class Unconnected(FakeChannel):
    """A channel that never gets through to its platform."""

    def health(self) -> Health:
        return Health(False, "no connection yet")


@pytest.mark.usefixtures("engine")
async def test_a_bot_that_is_not_connected_is_alive_and_not_ready(
    config: Config, tmp_path: Path
) -> None:
    given = await on_engine(demo_settings(tmp_path, "http://127.0.0.1:9", 0))
    app = App(given, config, channel=Unconnected(name="dingtalk"))
    async with app.running(), aiohttp.ClientSession() as session:
        async with session.get(f"{app.web.address}/healthz") as healthz:
            assert healthz.status == 200
        await until(lambda: app.standby.state is State.LISTENING)
        async with session.get(f"{app.web.address}/readyz") as readyz:
            assert readyz.status == 503
            assert "dingtalk: no connection yet" in (await readyz.json())["reasons"]


@pytest.mark.usefixtures("engine")
async def test_a_damaged_database_is_a_reason_and_not_an_error(
    config: Config, tmp_path: Path
) -> None:
    given = await on_engine(demo_settings(tmp_path, "http://127.0.0.1:9", 0))
    app = App(given, config, channel=FakeChannel(name="dingtalk"))
    async with app.running(), aiohttp.ClientSession() as session:
        rows(given.database, "ALTER TABLE meta RENAME TO lost")
        async with session.get(f"{app.web.address}/readyz") as readyz:
            assert readyz.status == 503
            reasons = (await readyz.json())["reasons"]
        assert [reason for reason in reasons if reason.startswith("database: ")]


class Ended(FakeChannel):
    """A channel that ends by a defect of its own."""

    async def run(self, take: Take) -> None:
        raise ZeroDivisionError


@pytest.mark.usefixtures("engine")
async def test_a_channel_that_ends_ends_the_bot_with_a_failure(
    config: Config, tmp_path: Path
) -> None:
    app = App(
        await on_engine(demo_settings(tmp_path, "http://127.0.0.1:9", 0)), config, channel=Ended()
    )
    assert await app.serve(asyncio.Event()) == 1


@pytest.mark.usefixtures("engine")
async def test_a_bot_that_is_told_to_stop_ends_well(config: Config, tmp_path: Path) -> None:
    app = App(
        await on_engine(demo_settings(tmp_path, "http://127.0.0.1:9", 0)),
        config,
        channel=FakeChannel(),
    )
    stop = asyncio.Event()
    stop.set()
    assert await app.serve(stop) == 0


async def test_two_processes_never_share_a_database_in_a_file(
    config: Config, tmp_path: Path
) -> None:
    lock = Lock(tmp_path)
    lock.take()
    office = Office(settings(tmp_path), config, utc_now)
    with pytest.raises(AlreadyRunning, match="QINQING_DATA_DIR"):
        async with office.open():
            pass
    lock.release()
    async with office.open():
        pass


@pytest.mark.usefixtures("engine")
async def test_a_taken_port_leaves_the_data_folder_free(config: Config, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    app = App(
        await on_engine(demo_settings(first, "http://127.0.0.1:9", 0)),
        config,
        channel=FakeChannel(),
    )
    async with app.running():
        port = int(app.web.address.rsplit(":", 1)[1])
        other = App(
            await on_engine(demo_settings(second, "http://127.0.0.1:9", port)),
            config,
            channel=FakeChannel(),
        )
        with pytest.raises(PortTaken):
            await other.serve(asyncio.Event())
    Lock(second).take()


@pytest.mark.usefixtures("engine")
async def test_another_secret_key_is_refused(config: Config, tmp_path: Path) -> None:
    async with Office(await on_engine(settings(tmp_path)), config, utc_now).open():
        pass
    with pytest.raises(WrongKey):
        async with Office(await on_engine(settings(tmp_path, KEY[::-1])), config, utc_now).open():
            pass


@pytest.mark.usefixtures("engine")
async def test_a_failed_arrival_can_be_replayed(config: Config, tmp_path: Path) -> None:
    office = Office(await on_engine(settings(tmp_path)), config, utc_now)
    async with office.open():
        async with office.database.begin() as tx:
            (filed,) = await tx.admit([arrival("m1", "菜单")])
            assert filed is not None
            await tx.fail(filed.id, "Traceback: a defect")
        assert await replay(office) == (1, 0)
        assert await replay(office) == (0, 0)
        async with office.database.read() as tx:
            assert (await tx.ledger.counts())["ready"] == 1


def test_the_people_of_the_file_are_sown_with_their_rights(config: Config) -> None:
    people = {p.staff_id: p for p in seed_persons(config, ["demo-clerk-wang", "boss"], "dingtalk")}
    assert {role.role for role in people["demo-clerk-wang"].roles} == {Role.CLERK, Role.ADMIN}
    # The demo's file knows no real 受理员: who administrates takes reports on.
    assert {role.role for role in people["boss"].roles} == {Role.ADMIN, Role.CLERK}
    assert [(r.role, r.unit) for r in people["demo-liaison-li"].roles] == [(Role.LIAISON, "gdj")]
    assert people["demo-owner-chen"].roles == ()
    assert people["demo-owner-chen"].enterprise
    assert [group.kind for group in seed_groups(config)] == ["enterprise", "staff"]
