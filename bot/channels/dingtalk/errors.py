"""What DingTalk's error codes mean for a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.channels.base import API, MESSAGES, SendDoubt, SendFault, SendUnknown, used_up

SECOND = 1.0
MINUTE = 60.0
HOUR = 60 * MINUTE

Breaks = Literal["", "robot", "channel"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a refusal means.

    Seconds until a delivery may be tried again (None: never), whether staff must act, what must
    rest meanwhile, which monthly quota is used up, whether the call counted against it, and
    whether nothing can be written into that group any more.
    """

    retry_after: float | None
    alarm: bool = False
    breaks: Breaks = ""
    quota: Literal["", "api", "messages"] = ""
    counts: bool = True
    gone: bool = False


NEVER = Rule(None)
UNSAFE = Rule(None)  # the words themselves: another way would carry the same ones
MISCONFIGURED = Rule(None, alarm=True)
DISSOLVED = Rule(None, gone=True)
NO_ROBOT = Rule(None, alarm=True, gone=True)
BUSY = Rule(5 * SECOND)
RATE = Rule(SECOND, counts=False)
PLATFORM_RATE = Rule(2 * SECOND, counts=False)
TOO_FAST = Rule(30 * SECOND)
PERSON_RATE = Rule(MINUTE)
ROBOT_RATE = Rule(10 * MINUTE, breaks="robot")
BANNED = Rule(5 * MINUTE, alarm=True, breaks="channel", counts=False)
CREDENTIALS = Rule(MINUTE, alarm=True, counts=False)
PORTAL = Rule(MINUTE, alarm=True, counts=False)  # something in the way, not the platform
CALLS_USED_UP = Rule(HOUR, alarm=True, quota=API, counts=False)
MESSAGES_USED_UP = Rule(HOUR, alarm=True, quota=MESSAGES, counts=False)

# The codes of the new API (strings) and of the old one (numbers), as documented.
RULES: Mapping[str, Rule] = {
    # Rates. Asked before anything that only begins with "Forbidden": these are no matter of rights.
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi": RATE,
    "90018": RATE,
    "Forbidden.AccessDenied.QpsLimitForApi": PLATFORM_RATE,
    "90002": PLATFORM_RATE,
    "send.too.fast": TOO_FAST,
    "send.byToken.tooFast": TOO_FAST,
    "too.many.people": TOO_FAST,
    "too.many.group": TOO_FAST,
    "130101": ROBOT_RATE,
    "410100": ROBOT_RATE,
    "flowControlled": PERSON_RATE,
    "html": BANNED,
    "1111": BANNED,
    # The month.
    "Forbidden.AccessDenied.ApiCountLimitForOrg": CALLS_USED_UP,
    "90020": CALLS_USED_UP,
    "90030": MESSAGES_USED_UP,
    # Who we are, and from where.
    "Forbidden.AccessDenied.IpNotInWhiteList": BANNED,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": MISCONFIGURED,
    "60011": MISCONFIGURED,
    "invalidClientIdOrSecret": CREDENTIALS,
    "authFailed": CREDENTIALS,
    "40089": CREDENTIALS,
    "InvalidAuthentication": CREDENTIALS,  # twice, or the token would have been renewed
    "40014": CREDENTIALS,
    "42001": CREDENTIALS,
    "88": CREDENTIALS,
    "expired": CREDENTIALS,
    # The platform itself.
    "system.error": BUSY,
    "system.busy": BUSY,
    "ServiceUnavailable": BUSY,
    "-1": BUSY,
    # The robot, as the developer console knows it.
    "robot.oto.notExist": MISCONFIGURED,
    "chatbotId.notAllow.sendOTO": MISCONFIGURED,
    "bot.stopped": MISCONFIGURED,
    "bot.forbidden.sendMessage": MISCONFIGURED,
    "template.stopped": MISCONFIGURED,
    "param.templateNotExist": MISCONFIGURED,
    "param.templateUnpublished": MISCONFIGURED,
    # A custom robot and its group.
    "310000": MISCONFIGURED,  # keyword, clock, signature or address
    "400101": NO_ROBOT,  # its token is gone
    "400102": MISCONFIGURED,  # stopped
    "400013": DISSOLVED,
    "400105": NEVER,
    "460101": NEVER,  # too long
    "300001": NEVER,  # the session of a reply
    # Whoever is to read it.
    "staffId.notExisted": NEVER,
    "group.disbanded": DISSOLVED,
    "invalid.openConversationId": DISSOLVED,
    "resource.not.found": NO_ROBOT,  # the robot is not in the group
    "conversation.org.notMatch": DISSOLVED,
    "only.groupAdmin.canAtAll": NEVER,
    "param.userIdNotExist": NEVER,
    "invalidParameter.msgParam.tooLong": NEVER,
    # Content safety.
    "contain.unsafe.url": UNSAFE,
    "contain.notAllowed.text": UNSAFE,
    "contain.notAllowed.picture": UNSAFE,
    "contain.notAllowed.content": UNSAFE,
    "param.contentUnsafe": UNSAFE,
    **{f"43010{digit}": UNSAFE for digit in range(10)},
}
TOKEN_REJECTED = frozenset({"InvalidAuthentication", "40014", "42001", "88"})
_UNSAFE = ("contain.", "43010", "param.contentUnsafe")
_TOO_MANY = "too.many."
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
    if refusal.code.startswith(_TOO_MANY) or refusal.status == 429:
        return TOO_FAST
    if refusal.status >= 500:
        return BUSY
    if 300 <= refusal.status < 400:
        return PORTAL
    return NEVER


def is_unsafe(code: str) -> bool:
    """Say whether the platform objects to the words themselves."""
    return code.startswith(_UNSAFE)


def fault(refusal: Refusal, *, repeatable: bool) -> SendFault | SendUnknown:
    """Say what a refusal means for the delivery; after a 5xx nobody knows what was done."""
    if refusal.status >= 500 and not repeatable:
        return SendUnknown(refusal.code)
    found = rule(refusal)
    if refusal.status >= 500 and not found.breaks:
        return SendDoubt(refusal.code, found.retry_after)
    code = used_up(found.quota) if found.quota else refusal.code
    return SendFault(code, found.retry_after, found.breaks, gone=found.gone)
