"""The check of the official account: can the platform call us, and does it let us call."""

from collections.abc import Sequence

from bot.doctor.found import Found, Patient, fault, fine, skipped
from bot.doctor.tencent import NO_WAY, is_callable, refusal
from bot.tencent import access_of, callback_address

WRONG = frozenset({"40013", "40125"})
NOT_FROM_HERE = "40164"


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


async def _refusal(patient: Patient) -> str:
    """Say why there is no token; empty = there is one."""
    # As in bot/tencent.py: most installations need not load it.
    from bot.channels.wechat.client import Client  # noqa: PLC0415

    access = access_of(patient.settings.wechat)
    return await refusal(lambda wire: Client(access, wire))
