"""The command `doctor`: each fault is found, and has a remedy."""

import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import load_config
from bot.config.people import Person, RoleGrant, RoleName
from bot.doctor import here, office, platform, records
from bot.doctor.command import examine
from bot.doctor.found import Check, Found, Patient, Sign
from bot.settings import DingTalk, GivenSettings, Http
from bot.simulator.control import Control
from bot.simulator.server import DingTalkSimulator
from bot.simulator.world import User, World
from bot.terminal import Terminal
from tests.engines import SECRET, opened
from tests.servers import valkey

CONFIG = load_config()
WORDS = Terminal(CONFIG.texts)
ID, CLIENT_SECRET, CARD = "ding0doctor", "doctor-tests-secret", "doctor-card.schema"


def now() -> datetime:
    return datetime.now(UTC)


def patient(
    folder: Path, *, environment: Mapping[str, str] = {}, at: datetime | None = None, **given: Any
) -> Patient:
    settings = GivenSettings.model_validate({"data_dir": folder, "secret_key": SECRET, **given})
    return Patient(settings, CONFIG, at or now(), environment)


def told(found: Sequence[Found]) -> dict[str, Sign]:
    """Give signs by key; every line can be worded, and every fault has a remedy."""
    for one in found:
        line = WORDS.word(one.key, **one.blanks)
        f"{one.sign.value} {line}".encode("cp936")
        assert "\n" not in line
        if one.sign is Sign.FAULT:
            assert "处理：" in line, one.key
    return {one.key: one.sign for one in found}


async def keys(check: Check, examined: Patient) -> list[str]:
    return list(told(await check(examined)))


# This machine ----------------------------------------------------------------------------------


async def test_a_key_is_there_and_not_beside_the_data(tmp_path: Path) -> None:
    assert await keys(here.key, patient(tmp_path)) == ["doctor.key.ok"]
    assert await keys(here.key, patient(tmp_path, secret_key=None)) == ["doctor.key.missing"]
    write(tmp_path / "secret.key")
    assert await keys(here.key, patient(tmp_path)) == ["doctor.key.beside"]


def write(path: Path) -> Path:
    path.write_text("x")
    return path


async def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    assert await keys(here.disk, patient(tmp_path / "new" / "data")) == ["doctor.disk.ok"]
    under_a_file = write(tmp_path / "file") / "data"
    assert await keys(here.disk, patient(under_a_file)) == ["doctor.disk.unwritable"]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


async def test_a_port_of_another_program_is_a_fault(tmp_path: Path, taken: int) -> None:
    examined = patient(tmp_path, http=Http(port=taken))
    assert await keys(here.port, examined) == ["doctor.port.taken"]


async def test_a_port_that_is_free_or_left_to_the_system_is_fine(tmp_path: Path) -> None:
    assert await keys(here.port, patient(tmp_path, http=Http(port=0))) == ["doctor.port.any"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        number = other.getsockname()[1]
    assert await keys(here.port, patient(tmp_path, http=Http(port=number))) == ["doctor.port.ok"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["doctor.proxy.none"]),
        ({"HTTPS_PROXY": "http://127.0.0.1:9"}, ["doctor.proxy.unreachable", "doctor.proxy.local"]),
        (
            {"https_proxy": "127.0.0.1:9", "NO_PROXY": "localhost, 127.0.0.1"},
            ["doctor.proxy.unreachable"],
        ),
        ({"HTTPS_PROXY": "http://127.0.0.1:x"}, ["doctor.proxy.malformed"]),
    ],
)
async def test_a_proxy_that_does_not_work_is_a_fault(
    environment: Mapping[str, str], expected: list[str], tmp_path: Path
) -> None:
    assert await keys(here.proxy, patient(tmp_path, environment=environment)) == expected


async def test_a_proxy_that_listens_is_fine(tmp_path: Path, taken: int) -> None:
    environment = {"HTTPS_PROXY": f"http://127.0.0.1:{taken}", "NO_PROXY": "127.0.0.1"}
    assert await keys(here.proxy, patient(tmp_path, environment=environment)) == ["doctor.proxy.ok"]


# The platform ----------------------------------------------------------------------------------


@pytest.fixture
async def dingtalk() -> AsyncIterator[DingTalkSimulator]:
    user = User(
        user_id="u", union_id="n", nick="n", colour="#000000", role="x", mobile="", is_admin=False
    )
    async with DingTalkSimulator(
        World([user], []),
        client_id=ID,
        client_secret=CLIENT_SECRET,
        robot_code=ID,
        card_templates=(CARD,),
    ) as there:
        yield there


async def examined(
    there: DingTalkSimulator, folder: Path, *, at: datetime | None = None, **given: Any
) -> dict[str, Sign]:
    access = {
        "client_id": ID,
        "client_secret": SecretStr(CLIENT_SECRET),
        "card_template_id": CARD,
        "api_base": there.base_url,
        **given,
    }
    return told(await platform.platform(patient(folder, at=at, dingtalk=DingTalk(**access))))


def faults(found: Mapping[str, Sign]) -> set[str]:
    return {key for key, sign in found.items() if sign is Sign.FAULT}


def refused(control: Control, path: str, status: int, code: str) -> None:
    control.fail(path, status, {"code": code, "message": code})


NO_RIGHT = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


async def test_a_platform_that_works_hears_three_calls_and_nobody_a_word(
    dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    found = await examined(dingtalk, tmp_path)
    assert faults(found) == set()
    fine = {key for key, sign in found.items() if sign is Sign.FINE}
    assert fine == {
        "doctor.token.ok",
        "doctor.clock.ok",
        "doctor.send.ok",
        "doctor.robot.ok",
        "doctor.card.ok",
    }
    assert dingtalk.control.sent() == []
    assert dingtalk.control.usage()["api"] <= 2


async def test_without_credentials_nothing_is_asked(tmp_path: Path) -> None:
    assert await keys(platform.platform, patient(tmp_path)) == ["doctor.token.missing"]


async def test_wrong_credentials_are_named(dingtalk: DingTalkSimulator, tmp_path: Path) -> None:
    found = await examined(dingtalk, tmp_path, client_secret=SecretStr("another"))
    assert faults(found) == {"doctor.token.wrong"}


async def test_a_platform_out_of_reach_is_named(
    dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    found = await examined(dingtalk, tmp_path, api_base="http://127.0.0.1:9")
    assert faults(found) == {"doctor.token.unreachable"}


async def test_a_page_in_the_way_is_no_token(dingtalk: DingTalkSimulator, tmp_path: Path) -> None:
    dingtalk.control.fail(platform.TOKEN, 200, "<html>sign in</html>")
    assert faults(await examined(dingtalk, tmp_path)) == {"doctor.token.odd"}


async def test_an_address_that_is_not_allowed_is_named(
    dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    refused(dingtalk.control, platform.TOKEN, 403, platform.NOT_FROM_HERE)
    assert faults(await examined(dingtalk, tmp_path)) == {"doctor.token.address"}


@pytest.mark.parametrize(
    ("refusal", "fault"),
    [
        ((platform.SEND, 403, NO_RIGHT), "doctor.send.permission"),
        ((platform.SEND, 400, "bot.stopped"), "doctor.robot.unknown"),
        ((platform.SEND, 503, "ServiceUnavailable"), "doctor.send.odd"),
        ((platform.CARD, 403, NO_RIGHT), "doctor.card.permission"),
        ((platform.CARD, 400, "param.templateNotExist"), "doctor.card.template"),
        ((platform.CARD, 400, "whatever"), "doctor.card.odd"),
    ],
)
async def test_what_is_missing_for_sending_is_named(
    refusal: tuple[str, int, str], fault: str, dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    refused(dingtalk.control, *refusal)
    assert faults(await examined(dingtalk, tmp_path)) == {fault}


async def test_a_robot_and_a_template_that_the_platform_does_not_know_are_named(
    dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    found = await examined(dingtalk, tmp_path, robot_code="no", card_template_id="no.schema")
    assert faults(found) == {"doctor.robot.unknown", "doctor.card.template"}


async def test_without_a_template_cards_are_not_examined(
    dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    found = await examined(dingtalk, tmp_path, card_template_id=None)
    assert found["doctor.card.none"] is Sign.SKIPPED


async def test_a_month_that_is_used_up_keeps_the_rights_from_being_examined(
    dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    dingtalk.control.run_out_of_quota(messages=False)
    found = await examined(dingtalk, tmp_path)
    assert (faults(found), found["doctor.send.month"]) == (set(), Sign.MIND)


@pytest.mark.parametrize(
    ("off", "key"),
    [
        (timedelta(minutes=-6), "doctor.clock.wrong"),
        (timedelta(minutes=6), "doctor.clock.wrong"),
        (timedelta(hours=2), "doctor.clock.signature"),
    ],
)
async def test_a_clock_that_is_off_is_a_fault(
    off: timedelta, key: str, dingtalk: DingTalkSimulator, tmp_path: Path
) -> None:
    assert faults(await examined(dingtalk, tmp_path, at=now() + off)) == {key}


# What is kept ----------------------------------------------------------------------------------


async def test_no_database_yet_is_no_fault(tmp_path: Path) -> None:
    found = told(await records.database(patient(tmp_path)))
    assert found == {"doctor.database.none": Sign.SKIPPED}


async def test_a_database_is_opened_with_its_key_and_no_other(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    async with opened("sqlite", tmp_path):
        right = await keys(records.database, patient(tmp_path, database_url=url))
        other = patient(tmp_path, database_url=url, secret_key=SECRET[::-1])
        wrong = await keys(records.database, other)
        month = await keys(records.month, patient(tmp_path, database_url=url))
    assert right == ["doctor.database.ok", "doctor.key.opens"]
    assert wrong == ["doctor.database.ok", "doctor.key.other"]
    assert month == ["doctor.month.ok"]


async def test_a_month_that_runs_out_is_named(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    async with opened("sqlite", tmp_path) as there:
        async with there.database.begin() as tx:
            await tx.meters.add("2026-11", {"api": 4600})
        examined = patient(tmp_path, database_url=url, at=there.clock())
        assert await keys(records.month, examined) == ["doctor.month.near"]


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    write(tmp_path / "qinqing.db").write_text("no database" * 500)
    assert await keys(records.database, patient(tmp_path)) == ["doctor.database.damaged"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("nonsense", "doctor.database.address"),
        ("postgresql+asyncpg://somebody@127.0.0.1:9/nothing", "doctor.database.down"),
    ],
)
async def test_a_database_out_of_reach_is_named(url: str, key: str, tmp_path: Path) -> None:
    assert await keys(records.database, patient(tmp_path, database_url=url)) == [key]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (None, "doctor.redis.none"),
        ("redis://127.0.0.1:9/0", "doctor.redis.down"),
    ],
)
async def test_a_redis_out_of_reach_is_named(url: str | None, key: str, tmp_path: Path) -> None:
    assert await keys(records.redis, patient(tmp_path, redis_url=url)) == [key]


async def test_a_redis_that_keeps_is_fine(tmp_path: Path) -> None:
    async with valkey() as server:
        assert await keys(records.redis, patient(tmp_path, redis_url=server.url)) == [
            "doctor.redis.ok"
        ]


# The office ------------------------------------------------------------------------------------


def staffed(examined: Patient, *roles: RoleName, demo: bool = False) -> Patient:
    persons = tuple(Person(dingtalk=role.value, roles=(RoleGrant(role=role),)) for role in roles)
    people = CONFIG.people.model_copy(update={"demo": demo, "person": persons})
    return replace(examined, config=replace(CONFIG, people=people))


async def test_the_demo_s_people_are_a_fault(tmp_path: Path) -> None:
    assert await keys(office.people, staffed(patient(tmp_path), demo=True)) == [
        "doctor.people.demo"
    ]


async def test_somebody_administers_and_somebody_accepts(tmp_path: Path) -> None:
    examined = patient(tmp_path)
    both = staffed(examined, RoleName.ADMIN, RoleName.CLERK)
    assert await keys(office.people, both) == ["doctor.people.ok"]
    assert await keys(office.people, staffed(examined)) == [
        "doctor.people.no_admin",
        "doctor.people.no_clerk",
    ]
    admins = staffed(patient(tmp_path, admins=["x"]), RoleName.CLERK)
    assert await keys(office.people, admins) == ["doctor.people.ok"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 10, 31, 12, tzinfo=UTC), ["doctor.calendar.ok"]),
        (datetime(2026, 11, 24, 12, tzinfo=UTC), ["doctor.calendar.next"]),
        (datetime(2027, 1, 4, 12, tzinfo=UTC), ["doctor.calendar.missing"]),
    ],
)
async def test_a_year_without_official_days_off_is_named(
    at: datetime, expected: list[str], tmp_path: Path
) -> None:
    assert await keys(office.calendar, patient(tmp_path, at=at)) == expected


async def test_a_check_that_breaks_off_does_not_hide_the_others(tmp_path: Path) -> None:
    async def defective(one: Patient) -> Sequence[Found]:
        raise LookupError("13805740001")

    found = await examine(patient(tmp_path), (defective, here.key))
    assert list(told(found)) == ["doctor.config.ok", "doctor.broke_off", "doctor.key.ok"]
    assert "13805740001" not in str(found)
