"""Departures: who took their last account away (取消关注), until they are forgotten."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update

from bot.keys import Tampered, WrongKey
from bot.storage.directory import Directory
from bot.storage.erasure import erase_words
from bot.storage.history import History
from bot.storage.invites import Invites
from bot.storage.roles import CONFIG
from bot.storage.session import Session
from bot.storage.tables import account, event, person, registration, task, ticket
from handlers.departures import Departure
from handlers.deputies import INVITED as DEPUTY_INVITED
from handlers.members import INVITED
from handlers.pairing.records import LINK
from handlers.ports import PersonId

log = logging.getLogger(__name__)


class DepartureRows:
    """Knows who left, whom a file of the office still needs, and forgets the others."""

    def __init__(self, session: Session, history: History, directory: Directory) -> None:
        self._session = session
        self._directory = directory
        self._history = history
        self._invites = Invites(session)

    async def left(self, one: PersonId, channel: str, at: datetime) -> None:
        """Note when an account was taken away; a word from it makes that undone."""
        await self._session.connection.execute(
            update(account)
            .where(account.c.person == one, account.c.channel == channel)
            .values(left_at=at)
        )

    async def disagree(self, one: PersonId) -> None:
        """Take somebody's consent away, and touch nothing else of them."""
        await self._session.connection.execute(
            update(person).where(person.c.id == one).values(consent="")
        )
        if await self._directory.holders([one]):
            await self._directory.changed()

    async def stays(self, one: PersonId, but: str) -> bool:
        """Say whether somebody has an account at another channel than this, and did not leave."""
        found = await self._session.connection.execute(
            select(account.c.id)
            .where(account.c.person == one, account.c.channel != but, account.c.left_at.is_(None))
            .limit(1)
        )
        return found.first() is not None

    async def hold(self, persons: Collection[PersonId]) -> None:
        """Let nobody's accounts change before the commit: a word of theirs waits for it.

        In the order in which arrivals take them, and before anything else of theirs.
        """
        await self._session.connection.execute(
            select(account.c.id)
            .where(account.c.person.in_(persons))
            .order_by(account.c.channel, account.c.tenant, account.c.kind, account.c.external_id)
            .with_for_update()
        )

    async def due(self, before: datetime, after: PersonId, most: int) -> Sequence[Departure]:
        """Return some who had taken every account away by then, in the order of their numbers.

        Nobody else holds them until the commit, and who was forgotten since is left out.
        """
        while found := await self._due(before, person.c.id > after, most):
            persons = [one.person for one in found]
            await self.hold(persons)
            if still := await self._due(before, person.c.id.in_(persons), most):
                return still
            after = persons[-1]
        return ()

    async def _due(
        self, before: datetime, which: ColumnElement[bool], most: int
    ) -> Sequence[Departure]:
        other = account.alias()
        last = func.max(account.c.left_at)
        result = await self._session.connection.execute(
            select(person.c.id, person.c.binding, last.label("at"))
            .join(account, account.c.person == person.c.id)
            .where(
                which,
                account.c.left_at.is_not(None),
                person.c.source != CONFIG,
                ~exists().where(other.c.person == person.c.id, other.c.left_at.is_(None)),
            )
            .group_by(person.c.id, person.c.binding, person.c.forgotten_at)
            .having(
                last < before, or_(person.c.forgotten_at.is_(None), person.c.forgotten_at < last)
            )
            .order_by(person.c.id)
            .limit(most)
        )
        return [Departure(row.id, row.at, row.binding) for row in result]

    async def held(self, one: PersonId, since: datetime) -> bool:
        """Say whether a case is theirs, something that staff are to do about them, or a place at
        an activity that was not over by then.
        """
        numbers = await self._numbers([one])
        todo = exists().where(task.c.person.in_(numbers), task.c.done_at.is_(None))
        case = exists().where(ticket.c.reporter.in_(numbers))
        place = exists().where(
            or_(registration.c.person.in_(numbers), registration.c.by.in_(numbers)),
            registration.c.event == event.c.number,
            event.c.ends_at >= since,
        )
        found = await self._session.connection.execute(select(or_(case, todo, place)))
        return bool(found.scalar_one())

    async def erase_words(self, persons: Collection[PersonId]) -> int:
        """Empty what these said and were told, and their nicks; return how many messages."""
        await self._session.connection.execute(
            update(account).where(account.c.person.in_(persons)).values(nick=None)
        )
        return await erase_words(self._session, await self._numbers(persons))

    async def forget(self, one: PersonId, at: datetime) -> None:
        """Empty what is known of somebody; that they were here, and what they wanted, stays.

        Their account stays as well: what they unsubscribed from holds when they come back.
        """
        numbers = await self._numbers([one])
        await self._session.connection.execute(
            update(person)
            .where(person.c.id.in_(numbers))
            .values(
                enterprise=None,
                binding="none",
                consent="",
                profile=None,
                phone_key=None,
                source="",
                forgotten_at=at,
            )
        )
        for number in numbers:
            await self._forget_tasks(number)
            await self._forget_invites(number)
        # By what accounts are parted stays: they may come back as two.
        await self._history.erase([f"person:{number}" for number in numbers], but=LINK)

    async def _numbers(self, persons: Collection[PersonId]) -> Sequence[PersonId]:
        """Return these with all who were somebody else before their accounts were linked."""
        result = await self._session.connection.execute(
            select(person.c.id)
            .where(or_(person.c.id.in_(persons), person.c.merged_into.in_(persons)))
            .order_by(person.c.id)
        )
        return result.scalars().all()

    async def _forget_tasks(self, one: PersonId) -> None:
        """Empty what staff were told of them to do something, and did."""
        run = self._session.connection.execute
        result = await run(select(task.c.id, task.c.kind).where(task.c.person == one))
        for row in result.all():
            nothing = self._session.seal_json({}, "task.detail", row.kind, one)
            await run(update(task).where(task.c.id == row.id).values(detail=nothing))

    async def _forget_invites(self, one: PersonId) -> None:
        """Empty the name that staff invited somebody under, there and in the line about it."""
        for used in await self._invites.used(one):
            if used.name:
                subject = f"person:{used.deputy_of or used.by}"
                act = DEPUTY_INVITED if used.deputy_of else INVITED
                await self._untold(subject, act, used.name)
            await self._invites.unname(used.key)

    async def _untold(self, subject: str, act: str, name: str) -> None:
        """Erase a name from the lines of who invited; what is broken keeps nobody's name else."""
        try:
            await self._history.erase_told(subject, act, "name", name)
        except (Tampered, WrongKey) as error:
            log.error("a history cannot be read: %s", type(error).__name__)
