"""What a group robot's refusal means for a delivery."""

import logging

from bot.channels.base import SendFault, SendUnknown
from bot.channels.http import Jitter
from bot.channels.tencent.errors import BUSY, MINUTE_USED_UP, MISCONFIGURED, Codes
from bot.channels.tencent.exchange import UNSAID, Reply

log = logging.getLogger(__name__)

GONE = frozenset({"93000", "93008"})
"""No robot has this key: it was removed from its group, or the group dissolved; or it is in no
group (93008): path/90313."""
NO_MEDIUM = "40007"

# 全局错误码 (path/90313), as far as a robot meets them.
_CODES = Codes(
    rules={
        "-1": BUSY,
        # This robot's twenty a minute (path/91770), the only rate that a robot is said to have: the
        # others go on. It lasts as long as the window that was full (45009 in path/90313).
        "45009": MINUTE_USED_UP,
        "45033": BUSY,
        "40008": MISCONFIGURED,
        "40033": MISCONFIGURED,
        "40058": MISCONFIGURED,
        "93004": MISCONFIGURED,  # an administrator has put it to rest
    },
    remedies={},
)


def checked(what: str, reply: Reply, jitter: Jitter, *, repeatable: bool = False) -> None:
    """Raise what an answer means: SendFault, or SendUnknown where nobody knows what was done.

    `repeatable`: it shows nobody anything, and may be asked for again.
    """
    doubtful = reply.is_vague and not repeatable
    if not (reply.code or doubtful):
        return
    code, meaning = reply.code or UNSAID, _CODES.rule(reply.code, reply.status)
    level = logging.ERROR if meaning.alarm else logging.WARNING
    log.log(level, "%s refused: HTTP %s, code %s, rid %s", what, reply.status, code, reply.rid)
    if doubtful:
        raise SendUnknown(code)
    again = jitter(meaning.retry_after) if meaning.retry_after is not None else None
    raise SendFault(code, again, meaning.breaks, gone=code in GONE)
