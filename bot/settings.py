"""Settings: what the environment or .env says about this installation."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

PREFIX = "QINQING_"
KEY_FILE = "secret.key"
MIN_KEY_LENGTH = 32
DEFAULT_PORT = 8700


class UnusableSettings(Exception):
    """The start stops here; each fault is a sentence that names the variable."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _stripped(value: object) -> object:
    # Spaces and invisible characters copied along with a credential end in a 401 nobody explains.
    if not isinstance(value, str):
        return value
    stripped = value.strip().strip("\u200b\ufeff").strip()
    if not stripped:
        raise ValueError("is blank")
    return stripped


def _long(value: SecretStr) -> SecretStr:
    if len(value) < MIN_KEY_LENGTH:
        raise ValueError(f"must have at least {MIN_KEY_LENGTH} characters, and has {len(value)}")
    return value


def _names(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('must be a JSON list, for example ["user-id-1", "user-id-2"]') from None


def _base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must begin with http:// or https:// and name a host")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be an address without user name, query or fragment")
    return value.rstrip("/")


def _redis(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme == "unix" and parts.path.strip("/"):
        return value
    try:
        usable = parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(
            "must be redis://host:port/0, rediss://host:port/0 or unix:///path/to/socket"
        )
    return value


def _aes_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
        raise ValueError("must have 43 letters and digits, as the console shows it")
    return value


Credential = Annotated[str, BeforeValidator(_stripped)]
SecretCredential = Annotated[SecretStr, BeforeValidator(_stripped)]
SecretKey = Annotated[SecretCredential, AfterValidator(_long)]
AesKey = Annotated[SecretCredential, AfterValidator(_aes_key)]
RedisAddress = Annotated[SecretCredential, AfterValidator(_redis)]
BaseAddress = Annotated[str, BeforeValidator(_stripped), AfterValidator(_base)]


class Section(BaseModel):
    """A group of settings that share the middle of their names."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _own_address(section: dict[str, Any]) -> str:
    return f"http://127.0.0.1:{section.get('port', DEFAULT_PORT)}"


def _client_id(section: dict[str, Any]) -> str | None:
    return section.get("client_id")


class Http(Section):
    """Where the bot listens, and how people reach it."""

    host: Credential = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = DEFAULT_PORT
    public_url: BaseAddress = Field(default_factory=_own_address)
    metrics: Literal["loopback", "everywhere", "off"] = "loopback"  # who may read /metrics


class DingTalk(Section):
    """The robot application in the organisation's DingTalk."""

    client_id: Credential | None = None
    client_secret: SecretCredential | None = None
    robot_code: Credential | None = Field(default_factory=_client_id)
    card_template_id: Credential | None = None
    # What the standard edition allows in a month; 0 is no limit.
    monthly_api_calls: Annotated[int, Field(ge=0)] = 5000
    monthly_messages: Annotated[int, Field(ge=0)] = 3000
    # A gateway without a connection for so long leaves the stream to one that stands by; 0: never.
    hand_over_seconds: Annotated[int, Field(ge=0)] = 60
    api_base: BaseAddress = "https://api.dingtalk.com"
    oapi_base: BaseAddress = "https://oapi.dingtalk.com"


class WeChat(Section):
    """The official account (公众号); without it the bot has DingTalk alone."""

    app_id: Credential | None = None
    app_secret: SecretCredential | None = None
    token: SecretCredential | None = None
    aes_key: AesKey | None = None
    api_base: BaseAddress = "https://api.weixin.qq.com"
    plaintext: bool = False  # take calls whose content nobody signed: for development alone

    @property
    def is_set(self) -> bool:
        """Whether there is an account."""
        return self.app_id is not None

    def secret_of(self, name: Literal["app_secret", "token", "aes_key"]) -> str:
        """Return a secret as it is; empty = it is not set."""
        found: SecretStr | None = getattr(self, name)
        return found.get_secret_value() if found else ""

    @model_validator(mode="after")
    def _whole(self) -> "WeChat":
        names = ("app_id", "app_secret", "token", "aes_key")
        missing = [name.upper() for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            raise ValueError(f"all four or none are needed, and missing: {', '.join(missing)}")
        return self


class WeCom(Section):
    """The app in the organisation's 企业微信; without it the bot has no door there but webhooks."""

    corp_id: Credential | None = None
    agent_id: Annotated[int, Field(gt=0)] | None = None
    secret: SecretCredential | None = None
    token: SecretCredential | None = None
    aes_key: AesKey | None = None
    api_base: BaseAddress = "https://qyapi.weixin.qq.com"
    # Its people read in WeChat (微信插件), which shows text alone: no buttons, no markdown.
    plugin: bool = False

    @property
    def is_set(self) -> bool:
        """Whether there is an app."""
        return self.corp_id is not None

    def secret_of(self, name: Literal["secret", "token", "aes_key"]) -> str:
        """Return a secret as it is; empty = it is not set."""
        found: SecretStr | None = getattr(self, name)
        return found.get_secret_value() if found else ""

    @model_validator(mode="after")
    def _whole(self) -> "WeCom":
        names = ("corp_id", "agent_id", "secret", "token", "aes_key")
        missing = [name.upper() for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            raise ValueError(f"all five or none are needed, and missing: {', '.join(missing)}")
        return self


class Settings(BaseSettings):
    """Everything an installation decides outside `config/`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8-sig",  # as Notepad writes it, or plain UTF-8
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Path("data/run")
    config_dir: Path | None = None
    admins: Annotated[tuple[Credential, ...], NoDecode, BeforeValidator(_names)] = ()
    secret_key: SecretKey | None = None
    database_url: SecretCredential | None = None
    redis_url: RedisAddress | None = None
    http: Http = Field(default_factory=Http)
    dingtalk: DingTalk = Field(default_factory=DingTalk)
    wechat: WeChat = Field(default_factory=WeChat)
    wecom: WeCom = Field(default_factory=WeCom)

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment and .env, or say what is wrong with them."""
        try:
            return cls()
        except ValidationError as error:
            raise UnusableSettings(sentences(error)) from None
        except SettingsError as error:
            # Its cause quotes the value, which may be a secret.
            raise UnusableSettings((f"{PREFIX}*: {error}.",)) from None

    @property
    def database(self) -> str:
        """Give the address of the database, by default a file in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data_dir.absolute() / 'qinqing.db').as_posix()}"

    @property
    def on_sqlite(self) -> bool:
        """Whether the records lie in a file, which one process at a time works on."""
        return self.database.startswith("sqlite")

    def missing_for_run(self) -> tuple[str, ...]:
        """Say, a sentence each, what keeps the bot from running with real data."""
        needed = {
            "DINGTALK__CLIENT_ID": self.dingtalk.client_id,
            "DINGTALK__CLIENT_SECRET": self.dingtalk.client_secret,
            "SECRET_KEY": self.secret_key,
        }
        faults = [f"{PREFIX}{name} is not set." for name, value in needed.items() if value is None]
        key_file = self.data_dir / KEY_FILE
        if key_file.exists():
            faults.append(
                f"{key_file} lies beside the data it protects: move its text to "
                f"{PREFIX}SECRET_KEY and remove the file."
            )
        return tuple(faults)


class GivenSettings(Settings):
    """Settings from arguments alone: neither the environment nor .env is looked at."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keep the arguments and drop every other source."""
        return (init_settings,)


def sentences(error: ValidationError) -> tuple[str, ...]:
    """Turn the faults into one sentence each, naming the variable and never its value."""
    faults = error.errors(include_url=False, include_input=False)
    # A default that hangs on a faulty value is no second fault.
    return tuple(_sentence(f) for f in faults if f["type"] != "default_factory_not_called")


def _sentence(fault: ErrorDetails) -> str:
    names = [part for part in fault["loc"] if isinstance(part, str)]
    entries = [f", entry {part + 1}" for part in fault["loc"] if isinstance(part, int)]
    variable = PREFIX + "__".join(names).upper() + "".join(entries)
    if fault["type"] == "extra_forbidden":
        section = Settings.model_fields[names[0]].annotation
        known = ", ".join(name.upper() for name in getattr(section, "model_fields", {}))
        return f"{variable} is not a setting; after {PREFIX}{names[0].upper()}__ may come: {known}."
    return f"{variable}: {fault['msg'].removeprefix('Value error, ')}."


def unread_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables that carry our prefix and that no setting reads: misspelt, or too new."""
    known = set(Settings.model_fields)
    ours = [name for name in environ if name.upper().startswith(PREFIX)]
    first_words = {name: name[len(PREFIX) :].lower().split("__")[0] for name in ours}
    return tuple(sorted(name for name, word in first_words.items() if word not in known))


def demo_secret_key(data_dir: Path) -> SecretStr:
    """Read the demo's key, made at its first start; real data needs a key kept elsewhere."""
    path = data_dir / KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Written whole under another name first: nobody ever reads half a key, and when two
        # start at once, the first link wins and both read the same one.
        draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < MIN_KEY_LENGTH:
        raise UnusableSettings((f"{path} does not hold a key; remove it to start a new demo.",))
    return SecretStr(key)
