"""Letters: how a delivery is sealed into its row and opened again."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from bot.channels.base import Message
from bot.storage.rows import REPLIES, Claimed, DeliveryRow
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
    until, again = body["reply_until"], body.get("again", 0)
    return Claimed(
        id=row.id,
        robot=row.robot,
        door=row.door,
        to=row.to,
        mention=body["mention"],
        message=_formed(Message.model_validate(body["message"]), again),
        card=row.card,
        update=row.updates_card,
        reply_url=body["reply_url"],
        reply_until=datetime.fromisoformat(until) if until else None,
        attempt=row.attempts + 1,
        key=_key(_named(row.dedupe, again)),
        named_at=_named_at(row, body),
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


def named_anew(session: Session, row: Row[Any]) -> dict[str, object]:
    """Give a letter that failed for certain another name, for who has it sent again by hand.

    Returns the columns that say so; none where the platform knows no names. What may have arrived
    keeps its name: under another one it would arrive twice. Raises what a damaged row makes it
    raise.
    """
    if row.state != "failed":
        return {}
    body = session.open_json(row.body, _BODY, row.dedupe)
    if not row.to.startswith(MASS) and not body["message"].get("form"):
        return {}
    now = session.clock().isoformat()
    renamed = {**body, "again": body.get("again", 0) + 1, "named_at": now}
    # Under its new name it has never been tried.
    return {"body": session.seal_json(renamed, _BODY, row.dedupe), "resends": 0}


def _named(dedupe: str, again: int) -> str:
    """Name a letter: the same for every attempt, until a person has it sent again."""
    return f"{dedupe}:again:{again}" if again else dedupe


def _named_at(row: Row[Any], body: dict[str, Any]) -> datetime:
    named: str | None = body.get("named_at")
    since: datetime = row.created_at
    return datetime.fromisoformat(named) if named else since


def _formed(message: Message, again: int) -> Message:
    """Name the form of a letter that is sent again by hand anew, for all its parts alike."""
    if not again or message.form is None:
        return message
    form = message.form.model_copy(update={"key": _key(_named(message.form.key, again))})
    return message.model_copy(update={"form": form})


def _key(dedupe: str) -> str:
    # Names of posts may tell of whom they are; the platform gets none of that.
    return sha256(dedupe.encode()).hexdigest()[:32]
