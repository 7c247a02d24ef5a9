"""What DingTalk's error codes mean for a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import SendFault, SendUnknown

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Rule:
    """Seconds until a delivery may be tried again (None: never), and whether staff must act."""

    retry_after: float | None
    alarm: bool = False


NEVER = Rule(None)
BUSY = Rule(5.0)
RATE = Rule(1.0)
PLATFORM_RATE = Rule(2.0)
TOO_FAST = Rule(30.0)
WEBHOOK_RATE = Rule(10 * MINUTE)
BANNED = Rule(5 * MINUTE, alarm=True)
MONTH_USED_UP = Rule(None, alarm=True)
MISCONFIGURED = Rule(None, alarm=True)
CREDENTIALS = Rule(MINUTE, alarm=True)

# The codes of the new API (strings) and of the old one (numbers), as documented.
RULES: Mapping[str, Rule] = {
    # Asked before anything that only begins with "Forbidden": these are no matter of rights.
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi": RATE,
    "90018": RATE,
    "Forbidden.AccessDenied.QpsLimitForApi": PLATFORM_RATE,
    "90002": PLATFORM_RATE,
    "Forbidden.AccessDenied.ApiCountLimitForOrg": MONTH_USED_UP,
    "90020": MONTH_USED_UP,
    "90030": MONTH_USED_UP,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": MISCONFIGURED,
    "60011": MISCONFIGURED,
    "Forbidden.AccessDenied.IpNotInWhiteList": BANNED,
    "invalidClientIdOrSecret": CREDENTIALS,
    "authFailed": CREDENTIALS,
    "40089": CREDENTIALS,
    "send.too.fast": TOO_FAST,
    "send.byToken.tooFast": TOO_FAST,
    "too.many.people": TOO_FAST,
    "too.many.group": TOO_FAST,
    "130101": WEBHOOK_RATE,
    "410100": WEBHOOK_RATE,
    "system.error": BUSY,
    "system.busy": BUSY,
    "-1": BUSY,
    "ServiceUnavailable": BUSY,
    "1111": BANNED,
    "html": BANNED,
    "bot.stopped": MISCONFIGURED,
    "param.templateNotExist": MISCONFIGURED,
    "param.templateUnpublished": MISCONFIGURED,
    "flowControlled": Rule(MINUTE),
    "expired": CREDENTIALS,
}
TOKEN_REJECTED = frozenset({"InvalidAuthentication", "40014", "42001", "88"})
# The person cannot be helped by sending the same words another way.
UNSAFE = ("contain.", "43010", "param.contentUnsafe")
SESSION_GONE = "300001"
CARD_EXISTS = "param.cardAlreadyExist"
CARD_MISSING = "param.cardNotExist"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the platform answered instead of doing it."""

    status: int
    code: str


def rule(refusal: Refusal) -> Rule:
    """Look up what a refusal means; what nobody documented is not tried again."""
    known = RULES.get(refusal.code)
    if known is not None:
        return known
    if refusal.code.startswith("too.many."):
        return TOO_FAST
    if refusal.code in TOKEN_REJECTED:  # twice, or it would have been renewed
        return CREDENTIALS
    if refusal.status == 429:
        return TOO_FAST
    if refusal.status >= 500:
        return BUSY
    if 300 <= refusal.status < 400:
        return Rule(MINUTE, alarm=True)  # a portal in the way, not the platform
    return NEVER


def is_unsafe(code: str) -> bool:
    """Say whether the platform objects to the words themselves."""
    return code.startswith(UNSAFE)


def fault(refusal: Refusal, *, repeatable: bool) -> SendFault | SendUnknown:
    """Say what a refusal means for the delivery; after a 5xx nobody knows what was done."""
    if refusal.status >= 500 and not repeatable:
        return SendUnknown(refusal.code)
    return SendFault(refusal.code, rule(refusal).retry_after)
