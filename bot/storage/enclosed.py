"""Files of a campaign in the ledger: rows of their own, behind the message that they belong to.

A target's message is c:NUMBER:KEY, its further parts are c:NUMBER:KEY/2, /3, …, and its files are
c:NUMBER:KEY/f1, /f2, ….
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, select

from bot.storage.tables import delivery

_SUFFIX = 3  # characters of "/f1"
_FURTHER = tuple(f"/{n}" for n in range(2, 9))  # a message has seldom more parts


def without_message() -> ColumnElement[bool]:
    """Say of a row whether it is a file whose message, or a part of it, was given up for good."""
    message = delivery.alias("message")
    # Of a name that is too short to be a file's PostgreSQL would refuse the negative length.
    length = func.abs(func.length(delivery.c.dedupe) - _SUFFIX)
    name = func.substr(delivery.c.dedupe, 1, length)
    is_file = and_(delivery.c.campaign.is_not(None), delivery.c.dedupe.like("c:%/f_"))
    parts = (name, *(name.concat(part) for part in _FURTHER))
    # Spelt so that no index has it: few rows have these names, and many may have failed.
    failed = message.c.state.concat("") == "failed"
    return exists(select(message.c.id).where(is_file, message.c.dedupe.in_(parts), failed))
