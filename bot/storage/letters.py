"""Letters: how a delivery is sealed into its row and opened again."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from bot.channels.base import Message
from bot.storage.rows import RELEASED, REPLIES, Claimed, DeliveryRow
from bot.storage.session import Session
from flows.office import Content
from handlers.person import MASS

_BODY = "delivery.body"


def sealed(session: Session, row: DeliveryRow) -> dict[str, object]:
    """Make the columns of a new row, which waits for its turn unless it was refused at once."""
    until = row.reply_until
    body = {
        "message": row.message.model_dump(mode="json"),
        "mention": row.mention,
        "reply_url": row.reply_url,
        "reply_until": until.isoformat() if until else None,
    }
    return {
        "dedupe": row.dedupe,
        "channel": row.channel,
        "robot": row.robot,
        "door": row.door,
        "to": row.to,
        "lane": row.lane,
        "card": row.card,
        "updates_card": row.update,
        "content": row.content.value,
        "person": row.person,
        "question": row.question,
        "arrival": row.arrival,
        "ticket": row.ticket,
        "campaign": row.campaign,
        "body": session.seal_json(body, _BODY, row.dedupe),
        "state": row.state,
        "code": row.code,
        "attempts": 0,
        "resends": 0,
        "created_at": session.clock(),
        "due_at": session.steady() if row.state == "ready" else None,
        "attempted_at": None,
        "owner": "",
    }


def letter_of(row: DeliveryRow) -> Claimed:
    """Make the letter of a row that has no number yet."""
    return Claimed(
        id=0,
        robot=row.robot,
        door=row.door,
        to=row.to,
        mention=row.mention,
        message=row.message,
        card=row.card,
        update=row.update,
        reply_url=row.reply_url,
        reply_until=row.reply_until,
        key=_key(row.dedupe),
        urgent=row.lane.startswith(REPLIES),
        channel=row.channel,
        lane=row.lane,
        content=row.content,
        person=row.person,
        question=row.question,
        ticket=row.ticket,
        campaign=row.campaign,
        arrival=row.arrival,
        dedupe=row.dedupe,
    )


def opened(session: Session, row: Row[Any]) -> Claimed:
    """Open a row for its next attempt. Raises what a damaged row makes it raise."""
    body = session.open_json(row.body, _BODY, row.dedupe)
    until = body["reply_until"]
    return Claimed(
        id=row.id,
        robot=row.robot,
        door=row.door,
        to=row.to,
        mention=body["mention"],
        message=Message.model_validate(body["message"]),
        card=row.card,
        update=row.updates_card,
        reply_url=body["reply_url"],
        reply_until=datetime.fromisoformat(until) if until else None,
        attempt=row.attempts + 1,
        key=_key(_named(session, row)),
        urgent=row.lane.startswith(REPLIES),
        channel=row.channel,
        lane=row.lane,
        content=Content(row.content),
        resends=row.resends + (row.state == "unknown"),
        person=row.person,
        question=row.question,
        ticket=row.ticket,
        campaign=row.campaign,
        arrival=row.arrival,
        dedupe=row.dedupe,
        code=row.code,
    )


def _named(session: Session, row: Row[Any]) -> str:
    """Name a letter: the same for every attempt, until a person has it sent again.

    A mass send that failed is known there for good under its name: another day it is another one.
    """
    again = row.code == RELEASED and row.to.startswith(MASS)
    return f"{row.dedupe}:{session.clock().date()}" if again else str(row.dedupe)


def _key(dedupe: str) -> str:
    # Names of posts may tell of whom they are; the platform gets none of that.
    return sha256(dedupe.encode()).hexdigest()[:32]
