"""What the history keeps of linkings (关联账号): it is erased as soon as it serves no more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, delete, literal, select, tuple_

from bot.storage.session import Session
from bot.storage.tables import history, history_value, person
from handlers.pairing.records import FULL, UNITED
from handlers.ports import PersonId


async def forget_linking(
    session: Session, stays: PersonId, other: PersonId, names: Sequence[str]
) -> None:
    """Erase values of these names that were kept when two were linked; the chain stays valid."""
    subject = f"person:{stays}"
    lines = select(history.c.seq).where(
        history.c.subject == subject, history.c.act == UNITED, history.c.after == str(other)
    )
    await session.connection.execute(
        delete(history_value).where(
            history_value.c.subject == subject,
            history_value.c.name.in_(names),
            history_value.c.seq.in_(lines),
        )
    )


async def prune_linkings(session: Session, before: datetime) -> int:
    """Erase all that was told when people were linked before then; say how many values.

    Who is linked is looked at alone: at the end of a linking nothing of it is left.
    """
    subjects = select(literal("person:") + cast(person.c.merged_into, Text)).where(
        person.c.merged_into.is_not(None)
    )
    lines = select(history.c.subject, history.c.seq).where(
        history.c.subject.in_(subjects), history.c.act == UNITED, history.c.at < before
    )
    result = await session.connection.execute(
        delete(history_value).where(
            history_value.c.name == FULL,
            tuple_(history_value.c.subject, history_value.c.seq).in_(lines),
        )
    )
    return result.rowcount


__all__ = ["forget_linking", "prune_linkings"]
