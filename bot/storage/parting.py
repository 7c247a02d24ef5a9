"""What is on its way when accounts are parted (解除关联): each goes to whose it is by then."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from bot.storage.accounts import TENANT
from bot.storage.ledger import CALLED_OFF, free
from bot.storage.queue import NO_ANSWER, Queue
from bot.storage.session import Session
from bot.storage.tables import account, arrival, attachment, delivery
from handlers.ports import ArrivalId, Filed, PersonId

PARTED = "parted"
"""The code of what was given up because the account is somebody else's now."""


async def hear(session: Session, stays: PersonId, other: PersonId, channels: Sequence[str]) -> None:
    """Let what was filed as one's and waits be said by whoever has the account now."""
    await session.connection.execute(
        update(arrival)
        .where(
            arrival.c.person == stays,
            arrival.c.channel.in_(channels),
            arrival.c.state == "waiting",
        )
        .values(person=other)
    )


async def whose(session: Session, filed: Sequence[Filed]) -> Mapping[ArrivalId, PersonId]:
    """Return who has the accounts now from which these came, where it is somebody else.

    It is written down: whoever is answered later is asked for by that.
    """
    named = {
        one.id: [(one.arrival.channel, *name) for name in one.arrival.sender.names] for one in filed
    }
    names = [name for each in named.values() for name in each]
    result = await session.connection.execute(
        select(account.c.channel, account.c.kind, account.c.external_id, account.c.person).where(
            account.c.tenant == TENANT,
            account.c.channel.in_({name[0] for name in names}),
            account.c.external_id.in_({name[2] for name in names}),
        )
    )
    owners = {(row.channel, row.kind, row.external_id): row.person for row in result}
    found: dict[ArrivalId, PersonId] = {}
    for one in filed:
        owner = next((owners[name] for name in named[one.id] if name in owners), one.person)
        if owner != one.person:
            found[one.id] = owner
    for number, owner in found.items():
        await session.connection.execute(
            update(arrival).where(arrival.c.id == number).values(person=owner)
        )
        await session.connection.execute(
            update(attachment).where(attachment.c.arrival == number).values(person=owner)
        )
    return found


_WAITS = and_(delivery.c.state.in_(("ready", "unknown")), delivery.c.due_at.is_not(None))
_FLIES = delivery.c.state == "sending"
_OVER = and_(delivery.c.state.in_(("failed", "unknown")), delivery.c.due_at.is_(None))
_NOTICE = and_(delivery.c.arrival.is_(None), delivery.c.updates_card.is_(False))


async def redirect(
    session: Session,
    stays: PersonId,
    other: PersonId,
    channels: Sequence[str],
    tickets: Sequence[str],
) -> None:
    """Let nothing of whoever stays reach an account that is somebody else's now, nor otherwise.

    Notices of `tickets`, which go back with it, are the other's. Every other notice to it is
    refused when its turn comes, for it has no address: so it goes to another account of its reader,
    or the desk hears of it; one that failed, too, should staff send it again. Answers, and what may
    have arrived, are given up.
    """
    await Queue(session).lock()
    run = session.connection.execute
    await _hand_over(session, stays, other, channels, tickets)
    there = and_(delivery.c.person == stays, delivery.c.channel.in_(channels))
    is_doubtful: ColumnElement[bool] = delivery.c.state == "unknown"
    result = await run(
        update(delivery)
        .where(there, _WAITS, or_(~_NOTICE, is_doubtful))
        .values(
            state=case((is_doubtful, "unknown"), else_="cancelled"),
            code=case((is_doubtful, NO_ANSWER), else_=PARTED),
            due_at=None,
        )
        .returning(delivery.c.lane)
    )
    await run(update(delivery).where(there, or_(_WAITS, _OVER)).values(to=""))
    # What is under way was theirs when it left; it is not tried again.
    await run(update(delivery).where(there, _FLIES).values(code=CALLED_OFF))
    await free(session, set(result.scalars()))


async def _hand_over(
    session: Session,
    stays: PersonId,
    other: PersonId,
    channels: Sequence[str],
    tickets: Sequence[str],
) -> None:
    """Let news of these tickets be the other's; what was to go to who stays has no address."""
    run = session.connection.execute
    theirs, there = delivery.c.person == stays, delivery.c.channel.in_(channels)
    news = and_(theirs, _NOTICE, delivery.c.ticket.in_(tickets))
    elsewhere = and_(news, ~there, or_(_WAITS, _OVER))
    await run(update(delivery).where(elsewhere).values(person=other, to=""))
    await run(update(delivery).where(news, there, or_(_WAITS, _FLIES, _OVER)).values(person=other))


__all__ = ["PARTED", "hear", "redirect", "whose"]
