"""What the error codes of 公众号 and 企业微信 mean for a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.channels.base import CLOSED
from flows.calendar import OFFICE_ZONE

SECOND = 1.0
MINUTE = 60.0
DAY = 86_400.0
YOUNG = 10 * MINUTE
BUSY_RETRY = 5 * SECOND
FATAL_REST = 5 * MINUTE
MEDIUM_GONE = "40007"
"""Both platforms keep a file for three days."""
GONE_RETRY = 5 * SECOND  # until it is there again


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
    grows: bool = False  # its rest is the least, and longer each time it comes again


NEVER = Rule(None)
MISCONFIGURED = Rule(None, alarm=True)
BUSY = Rule(BUSY_RETRY)
CLOSED_TO_US = Rule(None, code=CLOSED)
MINUTE_USED_UP = Rule(MINUTE, breaks="robot")
USED_UP = Rule(MINUTE, breaks="robot", grows=True)  # for how long, it does not say
DAY_USED_UP = Rule(MINUTE, alarm=True, breaks="robot", till_midnight=True)
CREDENTIALS = Rule(MINUTE, alarm=True, breaks="robot")
FATAL = Rule(FATAL_REST, alarm=True, breaks="robot", fatal=True)
MINUTE_APART = Rule(MINUTE)
PORTAL = Rule(MINUTE, alarm=True, breaks="robot")  # something in the way, not the platform

# The global return codes of the 公众号's documents.
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
    "43101": NEVER,  # who wants none of these notices
    "40037": MISCONFIGURED,  # no such template
    "45028": NEVER,  # the month's mass sends are used up
    "45066": MINUTE_APART,  # the same mass send, too soon after the first try
    "45067": MISCONFIGURED,  # its clientmsgid is too long
    "47003": MISCONFIGURED,  # a field of a template
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
PARTIAL = "json.partial"
"""The platform took what we sent and understood a part of it."""
TOKEN_REJECTED = frozenset({"40001", "40014", "42001"})
_REMEDIES: Mapping[str, str] = {
    "40164": "this machine's address is not on the account's IP list",
    "40125": "the AppSecret is wrong",
    "40013": "the AppID is wrong",
    "40243": "the AppSecret is frozen",
    "50002": "the account is restricted",
}


@dataclass(frozen=True, slots=True)
class Codes:
    """The return codes of one platform, which uses some of the numbers in its own way."""

    rules: Mapping[str, Rule]
    remedies: Mapping[str, str]

    def rule(self, code: str, status: int = 200) -> Rule:
        """Look up what a refusal means; what nobody documented is not tried again."""
        known = self.rules.get(code)
        if known is not None:
            return known
        if status == 429:
            return MINUTE_USED_UP
        if status >= 500:
            return BUSY
        return PORTAL if code.startswith("http.") else NEVER

    def remedy(self, code: str) -> str:
        """Say in English what is wrong with the account, for whoever watches the process."""
        return f"{code}: {self.remedies.get(code, 'the platform refuses the account')}"


ACCOUNT = Codes(RULES, _REMEDIES)

# 全局错误码 and 访问频率限制 of 企业微信 (developer.work.weixin.qq.com, path/90313, path/90454):
# what each number means is said there, but where the line says otherwise.
ORGANISATION = Codes(
    {
        "-1": BUSY,
        "6000": BUSY,  # several changed the same at once
        "40001": FATAL,  # gettoken: the secret is not this app's
        "40013": FATAL,  # no such organisation
        "40056": FATAL,  # the app's AgentID is wrong
        "60020": FATAL,  # this machine's address is not on the list
        "301002": FATAL,  # the secret is another app's
        "50003": FATAL,  # the app is disabled
        "48006": FATAL,  # its rights were taken back, for it was not used for long
        "40014": CREDENTIALS,  # the second time: the token was renewed after the first
        "42001": CREDENTIALS,
        "41001": CREDENTIALS,
        "45009": USED_UP,  # blocked for 60 s, 60 min or the day: which, it does not say
        "45033": BUSY,  # too many calls for one thing at once
        "40003": NEVER,  # no such member
        "60111": NEVER,
        "46004": NEVER,
        "81013": NEVER,  # no recipient is one
        "50002": NEVER,  # outside what the app may reach, as is 60021
        "60021": NEVER,
        "60011": MISCONFIGURED,  # outside the app's visible range
        "48002": MISCONFIGURED,  # the app has no right to this interface
        "40008": MISCONFIGURED,  # no such kind of message
        "40033": MISCONFIGURED,  # \\u escapes
        "40058": MISCONFIGURED,
        "41016": MISCONFIGURED,
        "42045": MISCONFIGURED,
        "42014": NEVER,  # "taskid has existed or empty or exceed max len": see wecom/outbound.py
        "43012": MISCONFIGURED,  # cards with buttons want a callback address
        PARTIAL: MISCONFIGURED,
        "40007": NEVER,  # no such medium
        "40006": NEVER,  # its size
    },
    {
        "40001": "the app's secret is wrong",
        "40013": "the corp id is wrong",
        "40056": "the agent id is wrong",
        "301002": "the agent id and the secret are not of the same app",
        "50003": "the app is disabled (已停用)",
        "48006": "the app was not used for long and has lost its rights: enable it in the console",
        "60020": "this machine's address is not among the app's trusted addresses (企业可信IP)",
    },
)


def rule(code: str, status: int = 200) -> Rule:
    """Look up what a refusal of a 公众号 means."""
    return ACCOUNT.rule(code, status)


def remedy(code: str) -> str:
    """Say in English what is wrong with a 公众号, for whoever watches the process."""
    return ACCOUNT.remedy(code)


def wait(meaning: Rule, now: datetime) -> float | None:
    """Say for how many seconds nothing may be tried again; None = never. `now` is aware.

    What lasts until midnight is said of the day before while a day is young: the platform's clock
    may be behind ours, and its counts may be.
    """
    if not meaning.till_midnight or is_young(now):
        return meaning.retry_after
    return till_midnight(now)


def is_young(now: datetime) -> bool:
    """Say whether a day of the office has just begun. `now` is aware."""
    return DAY - till_midnight(now) < YOUNG


def till_midnight(now: datetime) -> float:
    """Return the seconds until the office's day ends, which is the platform's. `now` is aware."""
    today = now.astimezone(OFFICE_ZONE)
    midnight = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - today).total_seconds()
