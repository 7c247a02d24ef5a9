"""The check of the official account: can the platform call us, and does it let us call."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.channels.base import SendFault
from bot.channels.http import open_session
from bot.doctor.found import Found, Patient, fault, fine, skipped
from bot.tencent import access_of, callback_address

WRONG = frozenset({"40013", "40125"})
NOT_FROM_HERE = "40164"
NO_WAY = frozenset({"connect", "no.answer"})
PORTS = frozenset({None, 80, 443})  # the platform calls no others
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


async def wechat(patient: Patient) -> Sequence[Found]:
    """Ask for a token, which costs nothing and tells nobody anything."""
    settings = patient.settings
    if not settings.wechat.is_set:
        return [skipped("wechat.doctor.none")]
    address = callback_address(settings)
    found: list[Found] = []
    if settings.wechat.plaintext:
        found.append(fault("wechat.doctor.plain"))
    if not is_callable(address):
        found.append(fault("wechat.doctor.address", address=address))
    code = await _refusal(patient)
    if not code:
        return [*found, fine("wechat.doctor.ok", address=address)]
    if code == NOT_FROM_HERE:
        return [*found, fault("wechat.doctor.whitelist")]
    if code in WRONG:
        return [*found, fault("wechat.doctor.secret", code=code)]
    if code in NO_WAY:
        base = settings.wechat.api_base
        return [*found, fault("wechat.doctor.unreachable", base=base, code=code)]
    return [*found, fault("wechat.doctor.refused", code=code)]


def is_callable(address: str) -> bool:
    """Say whether a platform of WeChat would call an address."""
    parts = urlsplit(address)
    return parts.hostname not in _HERE and parts.port in PORTS


async def _refusal(patient: Patient) -> str:
    """Say why there is no token; empty = there is one."""
    # As in bot/tencent.py: most installations need not load it.
    from bot.channels.wechat.client import Client  # noqa: PLC0415

    access = access_of(patient.settings.wechat)
    async with open_session() as session:
        client = Client(access, lambda: session, _now, random.Random())  # noqa: S311
        try:
            await client.tokens.valid()
        except SendFault as told:
            return told.code
        finally:
            await client.close()
    return ""


def _now() -> datetime:
    return datetime.now(UTC)
