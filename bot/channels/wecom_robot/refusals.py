"""What a group robot's refusal means for a delivery."""

import logging
from collections.abc import Mapping

from bot.channels.base import SendFault, SendUnknown
from bot.channels.http import Jitter
from bot.channels.tencent.errors import BUSY, MINUTE_USED_UP, MISCONFIGURED, NEVER, PORTAL, Rule
from bot.channels.tencent.exchange import UNSAID, Reply

log = logging.getLogger(__name__)

GONE = "93000"
"""No robot has this key: it was removed from its group, or the group dissolved."""
NO_MEDIUM = "40007"

# "全局错误码" of the platform's documents, as far as a robot meets them (facts §3.7).
_RULES: Mapping[str, Rule] = {
    "-1": BUSY,
    "45009": MINUTE_USED_UP,  # this robot's twenty a minute: the others go on
    "40008": MISCONFIGURED,
    "40033": MISCONFIGURED,
    "40058": MISCONFIGURED,
}


def rule(code: str, status: int) -> Rule:
    """Look up what a refusal means; what nobody documented is not tried again."""
    known = _RULES.get(code)
    if known is not None:
        return known
    if status == 429:
        return MINUTE_USED_UP
    if status >= 500:
        return BUSY
    return PORTAL if code.startswith("http.") else NEVER


def checked(what: str, reply: Reply, jitter: Jitter, *, repeatable: bool = False) -> None:
    """Raise what an answer means: SendFault, or SendUnknown where nobody knows what was done.

    `repeatable`: it shows nobody anything, and may be asked for again.
    """
    doubtful = reply.is_vague and not repeatable
    if not (reply.code or doubtful):
        return
    code, meaning = reply.code or UNSAID, rule(reply.code, reply.status)
    level = logging.ERROR if meaning.alarm else logging.WARNING
    log.log(level, "%s refused: HTTP %s, code %s, rid %s", what, reply.status, code, reply.rid)
    if doubtful:
        raise SendUnknown(code)
    again = jitter(meaning.retry_after) if meaning.retry_after is not None else None
    raise SendFault(code, again, meaning.breaks, gone=code == GONE)
