"""Running tickets whose reporter has not been told anything yet, as far as is known."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from bot.storage.session import Session
from bot.storage.tables import account, delivery, history, person, ticket
from flows.tickets.state import ENDED

_ARRIVED = ("sent", "recalled")


async def unheard(session: Session, before: datetime) -> Sequence[str]:
    """Return the numbers filed before then of which no first answer (回执) is on record as sent.

    Who has no account is told by telephone and not named here.
    """
    # The line of history may be staff's, who wrote the report down: what they heard is no answer.
    answered = and_(history.c.role == "reporter", delivery.c.arrival == history.c.arrival)
    arrived = (
        delivery.c.state.in_(_ARRIVED),
        or_(delivery.c.ticket == ticket.c.number, answered),
    )
    told = exists().where(delivery.c.person == ticket.c.reporter, *arrived)
    # They may have heard of it at an account that was somebody else's then (关联账号). Two
    # questions, each by its index: one with an OR is asked of every delivery.
    before_linked = exists().where(
        person.c.merged_into == ticket.c.reporter, delivery.c.person == person.c.id, *arrived
    )
    reached = exists().where(account.c.person == ticket.c.reporter, account.c.kind == "staff")
    filed = and_(history.c.subject == "ticket:" + ticket.c.number, history.c.act == "file")
    result = await session.connection.execute(
        select(ticket.c.number)
        .join(history, filed)
        .where(
            ticket.c.state.not_in([state.value for state in ENDED]),
            ticket.c.created_at <= before,
            reached,
            ~told,
            ~before_linked,
        )
        .order_by(ticket.c.serial)
    )
    return result.scalars().all()
