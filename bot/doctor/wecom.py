"""The check of the app in 企业微信: can the platform call us, and does it let us call."""

from collections.abc import Sequence

from bot.doctor.found import Found, Patient, fault, fine, skipped
from bot.doctor.tencent import NO_WAY, is_callable, refusal
from bot.organisation import access_of, callback_address

WRONG = frozenset({"40001", "40013"})
OTHER_APP = frozenset({"40056", "301002"})
NOT_FROM_HERE = "60020"


async def wecom(patient: Patient) -> Sequence[Found]:
    """Look the app up at the platform, which costs nothing and tells nobody anything."""
    settings = patient.settings
    app = settings.wecom
    if not app.is_set:
        return [skipped("wecom.doctor.none")]
    address = callback_address(settings)
    found = [] if is_callable(address) else [fault("wecom.doctor.address", address=address)]
    code = await _refusal(patient)
    if not code:
        return [*found, fine("wecom.doctor.ok", agent=app.agent_id, address=address)]
    if code == NOT_FROM_HERE:
        return [*found, fault("wecom.doctor.whitelist")]
    if code in WRONG:
        return [*found, fault("wecom.doctor.secret", code=code)]
    if code in OTHER_APP:
        return [*found, fault("wecom.doctor.agent", agent=app.agent_id, code=code)]
    if code in NO_WAY:
        return [*found, fault("wecom.doctor.unreachable", base=app.api_base, code=code)]
    return [*found, fault("wecom.doctor.refused", code=code)]


async def _refusal(patient: Patient) -> str:
    """Say why the app cannot be used; empty = it can."""
    # As in bot/tencent.py: most installations need not load it.
    from bot.channels.wecom.client import Client  # noqa: PLC0415

    access = access_of(patient.settings.wecom)
    return await refusal(lambda wire: Client(access, wire))
