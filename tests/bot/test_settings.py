"""Settings from the environment and .env: read, refused with a sentence, never shown."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.duties import ALL, Duty, duties
from bot.settings import (
    KEY_FILE,
    PREFIX,
    GivenSettings,
    Settings,
    UnusableSettings,
    demo_secret_key,
    unread_variables,
)

SECRET = "geheim-" * 6
REDIS = "must be redis://host:port/0, rediss://host:port/0 or unix:///path/to/socket."


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from an empty environment, in a folder without .env."""
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def loaded(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(PREFIX + name, value)
    return Settings.load()


def faults(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    with pytest.raises(UnusableSettings) as refused:
        loaded(monkeypatch, **variables)
    assert refused.value.__cause__ is None
    return str(refused.value).splitlines()


def test_without_any_variable_the_defaults_are_those_of_the_handbook() -> None:
    settings = Settings.load()
    assert settings.data_dir == Path("data/run")
    assert settings.config_dir is None
    assert settings.admins == ()
    assert settings.http.public_url == "http://127.0.0.1:8700"
    assert settings.dingtalk.api_base == "https://api.dingtalk.com"
    assert settings.dingtalk.oapi_base == "https://oapi.dingtalk.com"
    assert (settings.dingtalk.monthly_api_calls, settings.dingtalk.monthly_messages) == (5000, 3000)


def test_every_variable_of_the_handbook_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch,
        DATA_DIR="/srv/亲清 data",
        CONFIG_DIR="/etc/qinqing",
        ADMINS='["manager01", "0144"]',
        SECRET_KEY=SECRET,
        DATABASE_URL="sqlite+aiosqlite:///x.db",
        HTTP__HOST="0.0.0.0",
        HTTP__PORT="80",
        HTTP__PUBLIC_URL="https://qinqing.example/",
        HTTP__METRICS="off",
        DINGTALK__CLIENT_ID="ding1",
        DINGTALK__CLIENT_SECRET="s",
        DINGTALK__ROBOT_CODE="robot",
        DINGTALK__CARD_TEMPLATE_ID="card.schema",
        DINGTALK__MONTHLY_API_CALLS="0",
        DINGTALK__MONTHLY_MESSAGES="9",
        DINGTALK__HAND_OVER_SECONDS="90",
        DINGTALK__API_BASE="http://127.0.0.1:1/api/",
        DINGTALK__OAPI_BASE="http://127.0.0.1:2",
    )
    assert settings.data_dir == Path("/srv/亲清 data")
    assert settings.config_dir == Path("/etc/qinqing")
    assert settings.admins == ("manager01", "0144")
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == SECRET
    assert settings.database == "sqlite+aiosqlite:///x.db"
    assert settings.http.model_dump() == {
        "host": "0.0.0.0",
        "port": 80,
        "public_url": "https://qinqing.example",
        "metrics": "off",
    }
    assert settings.dingtalk.model_dump(exclude={"client_secret"}) == {
        "client_id": "ding1",
        "robot_code": "robot",
        "card_template_id": "card.schema",
        "monthly_api_calls": 0,
        "monthly_messages": 9,
        "hand_over_seconds": 90,
        "api_base": "http://127.0.0.1:1/api",
        "oapi_base": "http://127.0.0.1:2",
    }


def test_a_dotenv_file_is_read_even_as_notepad_saves_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f"{PREFIX}DINGTALK__CLIENT_ID=ding1\nOTHER=1\n", encoding="utf-8-sig"
    )
    assert Settings.load().dingtalk.client_id == "ding1"


def test_the_robot_code_is_the_client_id_unless_it_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert loaded(monkeypatch, DINGTALK__CLIENT_ID="ding1").dingtalk.robot_code == "ding1"


def test_the_public_address_follows_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, HTTP__PORT="9000").http.public_url == "http://127.0.0.1:9000"


def test_spaces_around_credentials_are_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    dingtalk = loaded(
        monkeypatch, DINGTALK__CLIENT_ID="\ufeff ding1\u3000", DINGTALK__CLIENT_SECRET="\ts\u200b\n"
    ).dingtalk
    assert dingtalk.client_secret is not None
    assert (dingtalk.client_id, dingtalk.client_secret.get_secret_value()) == ("ding1", "s")


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, SECRET_KEY="", DATABASE_URL="", HTTP__HOST="")
    assert settings.secret_key is None
    assert settings.http.host == "127.0.0.1"


def test_the_database_is_a_file_in_the_data_folder_unless_said_otherwise(tmp_path: Path) -> None:
    settings = GivenSettings(data_dir=Path("数 据"))
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path.as_posix()}/数 据/qinqing.db"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTP__PORT", "70000", "Input should be less than or equal to 65535."),
        ("ADMINS", SECRET, 'must be a JSON list, for example ["user-id-1", "user-id-2"].'),
        ("SECRET_KEY", "geheim", "must have at least 32 characters, and has 6."),
        ("DINGTALK__CLIENT_SECRET", "  ", "is blank."),
        (
            "DINGTALK__API_BASE",
            "geheim.example",
            "must begin with http:// or https:// and name a host.",
        ),
        (
            "DINGTALK__OAPI_BASE",
            "https://geheim@example",
            "must be an address without user name, query or fragment.",
        ),
        *(
            ("REDIS_URL", address, REDIS)
            for address in ("geheim:6379", "http://geheim/0", "redis://:geheim@host:x/0", "unix://")
        ),
    ],
)
def test_a_faulty_value_is_named_by_its_variable_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    assert faults(monkeypatch, **{name: value}) == [f"{PREFIX}{name}: {sentence}"]


@pytest.mark.parametrize(
    "address",
    ["redis://127.0.0.1:6379/0", "rediss://:word@redis.example/1", "unix:///run/redis.sock"],
)
def test_every_way_to_a_redis_is_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    url = loaded(monkeypatch, REDIS_URL=f" {address} ").redis_url
    assert url is not None
    assert url.get_secret_value() == address
    assert "word" not in repr(url)


@pytest.mark.parametrize("given", [["gateway"], ["worker", "web"]])
def test_a_part_alone_needs_a_database_that_is_shared(given: list[str]) -> None:
    with pytest.raises(UnusableSettings, match="QINQING_DATABASE_URL"):
        duties(given, GivenSettings())
    shared = GivenSettings.model_validate({"database_url": "postgresql://bot@db/qinqing"})
    assert duties(given, shared) == frozenset(map(Duty, given))


@pytest.mark.parametrize("given", [[], ["web", "gateway", "worker"]])
def test_everything_in_one_process_is_the_default(given: list[str]) -> None:
    assert duties(given, GivenSettings()) == ALL


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = faults(monkeypatch, HTTP__PORT="x", ADMINS='["a", 5]', DINGTALK__MONTHLY_MESSAGES="-1")
    assert [sentence.split(":")[0] for sentence in told] == [
        "QINQING_ADMINS, entry 2",
        "QINQING_HTTP__PORT",
        "QINQING_DINGTALK__MONTHLY_MESSAGES",
    ]


def test_a_misspelt_name_in_a_section_is_refused_with_the_right_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (told,) = faults(monkeypatch, DINGTALK__CLIENTSECRET=SECRET)
    assert told.startswith("QINQING_DINGTALK__CLIENTSECRET is not a setting;")
    assert "CLIENT_SECRET, ROBOT_CODE" in told


def test_a_section_that_cannot_be_read_is_named_without_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (told,) = faults(monkeypatch, DINGTALK="{" + SECRET)
    assert "dingtalk" in told
    assert SECRET not in told


def test_variables_that_nothing_reads_are_named() -> None:
    environ = {"QINQING_DATA_DRI": "x", "QINQING_HTTP__PORT": "1", "PATH": "/bin"}
    assert unread_variables(environ) == ("QINQING_DATA_DRI",)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"postgresql+asyncpg://bot:{SECRET}@db/qinqing"
    settings = loaded(
        monkeypatch, SECRET_KEY=SECRET, DINGTALK__CLIENT_SECRET=SECRET, DATABASE_URL=address
    )
    assert settings.database == address
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "geheim" not in shown


def test_given_settings_look_at_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINQING_DINGTALK__CLIENT_ID", "real")
    assert GivenSettings().dingtalk.client_id is None


def test_running_needs_credentials_and_a_key() -> None:
    assert GivenSettings().missing_for_run() == (
        "QINQING_DINGTALK__CLIENT_ID is not set.",
        "QINQING_DINGTALK__CLIENT_SECRET is not set.",
        "QINQING_SECRET_KEY is not set.",
    )


def test_running_refuses_a_key_that_lies_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = loaded(
        monkeypatch,
        DATA_DIR=str(tmp_path),
        SECRET_KEY=SECRET,
        DINGTALK__CLIENT_ID="ding1",
        DINGTALK__CLIENT_SECRET="s",
    )
    assert settings.missing_for_run() == ()
    demo_secret_key(tmp_path)
    (told,) = settings.missing_for_run()
    assert "move its text to QINQING_SECRET_KEY" in told


def test_the_key_of_the_demo_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    with ThreadPoolExecutor(8) as pool:
        keys = {key.get_secret_value() for key in pool.map(demo_secret_key, [folder] * 8)}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600


def test_a_damaged_key_of_the_demo_is_not_used(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("short")
    with pytest.raises(UnusableSettings, match="does not hold a key"):
        demo_secret_key(tmp_path)
