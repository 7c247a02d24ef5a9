"""What the error codes of 公众号 and 企业微信 mean for a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.channels.base import CLOSED
from flows.calendar import OFFICE_ZONE

SECOND = 1.0
MINUTE = 60.0
BUSY_RETRY = 5 * SECOND
FATAL_REST = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Rule:
    """What a refusal means.

    Seconds until a delivery may be tried again (None: never), whether staff must act, whether
    everything that is pushed rests meanwhile, whether the account itself cannot be used until
    somebody repairs it, and whether all this lasts until midnight.
    """

    retry_after: float | None
    alarm: bool = False
    breaks: Literal["", "robot"] = ""
    fatal: bool = False
    till_midnight: bool = False
    code: str = ""  # how it is named where it has a name among all channels


NEVER = Rule(None)
MISCONFIGURED = Rule(None, alarm=True)
BUSY = Rule(BUSY_RETRY)
CLOSED_TO_US = Rule(None, code=CLOSED)
MINUTE_USED_UP = Rule(MINUTE, breaks="robot")
DAY_USED_UP = Rule(MINUTE, alarm=True, breaks="robot", till_midnight=True)
CREDENTIALS = Rule(MINUTE, alarm=True, breaks="robot")
FATAL = Rule(FATAL_REST, alarm=True, breaks="robot", fatal=True)
PORTAL = Rule(MINUTE, alarm=True, breaks="robot")  # something in the way, not the platform

# The global return codes of the platform's documents.
RULES: Mapping[str, Rule] = {
    "-1": BUSY,
    "40001": CREDENTIALS,  # the second time: the token was renewed after the first
    "40014": CREDENTIALS,
    "42001": CREDENTIALS,
    "41001": CREDENTIALS,
    "40013": FATAL,  # no such account
    "40125": FATAL,  # its secret is wrong
    "40164": FATAL,  # this machine's address is not on the list
    "40243": FATAL,  # its secret is frozen
    "50002": FATAL,  # the account is restricted
    "40003": NEVER,  # no such reader
    "43004": NEVER,  # who does not follow
    "43019": NEVER,  # who is on the black list
    "48002": NEVER,  # who wants no messages
    "40007": NEVER,  # no such medium
    "45001": NEVER,
    "45002": NEVER,  # too long
    "45008": NEVER,
    "40033": MISCONFIGURED,  # \\u escapes
    "48001": MISCONFIGURED,  # the account has no right to this interface
    "45009": DAY_USED_UP,
    "45011": MINUTE_USED_UP,
    "45015": CLOSED_TO_US,
    "45047": CLOSED_TO_US,
}
TOKEN_REJECTED = frozenset({"40001", "40014", "42001"})
_REMEDIES: Mapping[str, str] = {
    "40164": "this machine's address is not on the account's IP list",
    "40125": "the AppSecret is wrong",
    "40013": "the AppID is wrong",
    "40243": "the AppSecret is frozen",
    "50002": "the account is restricted",
}


def rule(code: str, status: int = 200) -> Rule:
    """Look up what a refusal means; what nobody documented is not tried again."""
    known = RULES.get(code)
    if known is not None:
        return known
    if status == 429:
        return MINUTE_USED_UP
    if status >= 500:
        return BUSY
    return PORTAL if code.startswith("http.") else NEVER


def remedy(code: str) -> str:
    """Say in English what is wrong with the account, for whoever watches the process."""
    return f"{code}: {_REMEDIES.get(code, 'the platform refuses the account')}"


def wait(meaning: Rule, now: datetime) -> float | None:
    """Say for how many seconds nothing may be tried again; None = never. `now` is aware."""
    if not meaning.till_midnight:
        return meaning.retry_after
    today = now.astimezone(OFFICE_ZONE)
    midnight = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - today).total_seconds()
