"""The app in the organisation's 企业微信, as far as the settings name it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.settings import Settings, WeCom
from bot.terminal import Terminal

# The commands ask about the app: the office stays unloaded until it is opened.
if TYPE_CHECKING:
    from bot.channels.base import Channel
    from bot.channels.tencent.wire import Wire
    from bot.channels.wecom import WeComAccess
    from bot.premises import Office

CALLBACK = "/wecom/callback"


def callback_address(settings: Settings) -> str:
    """Return the address that is written into the platform's console."""
    return f"{settings.http.public_url}{CALLBACK}"


def access_of(settings: WeCom) -> "WeComAccess":
    """Say who the app is."""
    from bot.channels.wecom import WeComAccess  # noqa: PLC0415

    return WeComAccess(
        corp_id=settings.corp_id or "",
        agent_id=settings.agent_id or 0,
        secret=settings.secret_of("secret"),
        token=settings.secret_of("token"),
        aes_key=settings.secret_of("aes_key"),
        api_base=settings.api_base,
        plugin=settings.plugin,
    )


def app(office: "Office", wire: "Wire", *, answers: bool) -> "Channel":
    """Build the channel; `answers`: what is answered comes from this process."""
    # As in bot/tencent.py: most installations need not load it.
    from bot.card_codes import RecordedCodes  # noqa: PLC0415
    from bot.channels.wecom import NAME, WeCom  # noqa: PLC0415
    from bot.channels.wecom.rates import Rates  # noqa: PLC0415
    from bot.enclosures import opening  # noqa: PLC0415
    from bot.leavers import Leavers  # noqa: PLC0415

    member, groups = office.config.wecom.member, office.config.wecom.groups
    rates = Rates(member.a_minute, member.an_hour, groups.a_minute, groups.an_hour, groups.a_day)
    return WeCom(
        replace(access_of(office.settings.wecom), rates=rates),
        wire,
        say=office.texts.render,
        open_file=opening(office),
        left=Leavers(office.database).left,
        codes=RecordedCodes(office.database, NAME),
        owners={one.id: one.owner for one in office.config.people.group if one.owner},
        answers=answers,
    )


def told(settings: Settings, texts: Mapping[str, str]) -> Sequence[str]:
    """Sum up, a sentence each, what the settings say; nothing where there is no app."""
    given = settings.wecom
    if not given.is_set:
        return ()
    words = Terminal(texts)
    address = callback_address(settings)
    line = words.word("wecom.check.on", corp=given.corp_id, agent=given.agent_id, address=address)
    return [line, words.word("wecom.check.plugin")] if given.plugin else [line]
