"""The channels of WeChat, as far as the settings name them."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bot import organisation
from bot.settings import Settings
from bot.settings import WeChat as Account
from bot.terminal import Terminal
from handlers.ports import Text

# The commands ask about the account: the office stays unloaded until it is opened.
if TYPE_CHECKING:
    from aiohttp import web

    from bot.channels.base import Channel
    from bot.channels.tencent.wire import Wire
    from bot.channels.wechat import WeChatAccess
    from bot.hub import Hub
    from bot.premises import Office
    from bot.readiness import Asked

GREETING = Text("wechat.subscribed")
CALLBACK = "/wechat/callback"


def callback_address(settings: Settings) -> str:
    """Return the address that is written into the platform's console."""
    return f"{settings.http.public_url}{CALLBACK}"


@runtime_checkable
class Called(Protocol):
    """A channel whose platform calls us."""

    def pages(self) -> "Mapping[str, Callable[[], web.Application]]":
        """Return what the platform calls, by the path below which it is served."""


@runtime_checkable
class Troubled(Protocol):
    """A channel that knows what keeps it from sending; empty = nothing."""

    name: str

    @property
    def trouble(self) -> str: ...


def access_of(settings: Account) -> "WeChatAccess":
    """Say who the account is."""
    from bot.channels.wechat import WeChatAccess  # noqa: PLC0415

    return WeChatAccess(
        app_id=settings.app_id or "",
        app_secret=settings.secret_of("app_secret"),
        token=settings.secret_of("token"),
        aes_key=settings.secret_of("aes_key"),
        api_base=settings.api_base,
        plaintext=settings.plaintext,
    )


def channels(office: "Office", hub: "Hub", *, answers: bool) -> "Sequence[Channel]":
    """Build the channels; `answers`: what is answered comes from this process."""
    given = office.settings
    named: list[Channel] = []
    if given.wechat.is_set:
        named.append(account(office, wire(office, hub), answers=answers))
    if given.wecom.is_set:
        named.append(organisation.app(office, wire(office, hub), answers=answers))
    return named


def wire(office: "Office", hub: "Hub") -> "Wire":
    """Open the way to a platform: one for each, for its channel closes it."""
    from bot.channels.tencent.wire import Wire  # noqa: PLC0415

    return Wire(
        office.clock,
        random.Random(),  # noqa: S311 - spreads retries, guards nothing
        steady=office.database.steady,
        hub=hub,
        keys=office.keys,
    )


def account(office: "Office", wire: "Wire", *, answers: bool) -> "Channel":
    """Build the channel of the 公众号, as `channels` does."""
    # wechatpy brings an HTTP client of its own, which most installations need not load.
    from bot.channels.wechat import WeChat  # noqa: PLC0415
    from bot.enclosures import opening  # noqa: PLC0415
    from bot.leavers import Leavers  # noqa: PLC0415
    from bot.settled import Settlements  # noqa: PLC0415

    return WeChat(
        access_of(office.settings.wechat),
        wire,
        greeting=lambda: office.texts.render(GREETING),
        open_file=opening(office),
        left=Leavers(office.database).left,
        settled=Settlements.of(office).settled,
        answers=answers,
    )


def callbacks(
    channels: "Iterable[Channel]",
) -> "Mapping[str, Callable[[], web.Application]]":
    """Return what platforms call, by the path below which it is served."""
    called = [one for one in channels if isinstance(one, Called)]
    return {prefix: build for one in called for prefix, build in one.pages().items()}


def sending(channels: "Iterable[Channel]") -> "Sequence[Asked]":
    """Ask channels that are not heard here whether the platform lets them send."""
    from bot.channels.base import Health  # noqa: PLC0415
    from bot.readiness import Asked  # noqa: PLC0415

    def asked(one: Troubled) -> Asked:
        return Asked(one.name, lambda: Health(not one.trouble, one.trouble), needed=True)

    return [asked(one) for one in channels if isinstance(one, Troubled)]


def told(settings: Settings, texts: Mapping[str, str]) -> Sequence[str]:
    """Sum up, a sentence each, what the settings say; nothing where there is no account."""
    words, lines = Terminal(texts), []
    if settings.wechat.is_set:
        address = callback_address(settings)
        lines.append(words.word("wechat.check.on", app=settings.wechat.app_id, address=address))
    if settings.wechat.is_set and settings.wechat.plaintext:
        lines.append(words.word("wechat.check.plain"))
    return (*lines, *organisation.told(settings, texts))
