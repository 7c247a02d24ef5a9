"""Pairings: codes that link accounts (关联码), and the accounts that went from one to another."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from bot.storage import parting
from bot.storage.directory import Directory
from bot.storage.linkings import forget_linking
from bot.storage.session import Session
from bot.storage.tables import (
    account,
    acknowledgement,
    barred_proxy,
    campaign,
    conversation,
    pairing,
    person,
    policy_asker,
    role,
    target,
    unsubscription,
)
from flows.calendar import OFFICE_ZONE
from handlers.pairing.records import FULL, LINK, Account, Carried
from handlers.ports import ArrivalId, Filed, PersonId

_PATIENCE = (1.0, 2.5)  # seconds that somebody else's conversation is waited for, by chance
_LOOK = 0.05  # seconds between two looks at it


class PairingRows:
    """Keeps a code under its keyed digest, one a person, each good for one use."""

    def __init__(self, session: Session, directory: Directory) -> None:
        self._session = session
        self._directory = directory

    async def offer(self, code: str, person: PersonId, expires_at: datetime) -> bool:
        """Keep a code and void the person's older one; False = somebody else has that code."""
        run = self._session.connection.execute
        await run(delete(pairing).where(pairing.c.person == person))
        await run(
            delete(pairing).where(
                pairing.c.code_key == self._key(code),
                pairing.c.expires_at <= self._session.clock(),
            )
        )
        result = await run(
            self._session.insert(pairing)
            .values(code_key=self._key(code), person=person, expires_at=expires_at)
            .on_conflict_do_nothing(index_elements=["code_key"])
        )
        return bool(result.rowcount)

    async def claim(self, code: str, by: PersonId, at: datetime) -> PersonId | None:
        """Take a code for oneself and return who made it; None = it is good for nothing."""
        run = self._session.connection.execute
        this = pairing.c.code_key == self._key(code)
        result = await run(select(pairing.c.person).where(this, _good(at)))
        maker = result.scalar_one_or_none()
        if maker is None:
            return None
        owner = await self._standing(maker)
        if owner == by:  # their own: it is still to be typed elsewhere
            return owner
        free = pairing.c.used_by.is_(None) | (pairing.c.used_by == by)
        taken = await run(update(pairing).where(this, free, _good(at)).values(used_by=by))
        if not taken.rowcount:
            return None
        # Whoever types a second code means that one.
        await run(
            update(pairing)
            .where(pairing.c.used_by == by, pairing.c.code_key != self._key(code), _good(at))
            .values(used_at=at)
        )
        return owner

    async def claimed(self, by: PersonId, at: datetime) -> PersonId | None:
        """Return who made the code that somebody took and has not used yet."""
        result = await self._session.connection.execute(
            select(pairing.c.person).where(pairing.c.used_by == by, _good(at))
        )
        owner = result.scalars().first()
        return None if owner is None else await self._standing(owner)

    async def spend(self, by: PersonId, at: datetime) -> None:
        """Let what somebody took be used up."""
        await self._session.connection.execute(
            update(pairing).where(pairing.c.used_by == by, _good(at)).values(used_at=at)
        )

    async def void(self, code: str, at: datetime) -> None:
        """Let a code be good for nothing any more, whoever made or took it."""
        await self._session.connection.execute(
            update(pairing)
            .where(pairing.c.code_key == self._key(code), _good(at))
            .values(used_at=at)
        )

    async def accounts(self, person: PersonId) -> Sequence[Account]:
        """Return where somebody is known, the channel last used first."""
        result = await self._session.connection.execute(
            select(account)
            .where(account.c.person == person)
            .order_by(account.c.seen_at.is_(None), account.c.seen_at.desc(), account.c.id.desc())
        )
        found: dict[str, Account] = {}
        for row in result:
            known = found.get(row.channel, Account(row.channel, writable=False))
            found[row.channel] = Account(
                row.channel,
                known.preferred or row.preferred,
                known.writable or row.kind == "staff",
            )
        return tuple(found.values())

    async def prefer(self, person: PersonId, channel: str) -> None:
        """Let notices go through a channel; "" = wherever they were last."""
        await self._session.connection.execute(
            update(account)
            .where(account.c.person == person)
            .values(preferred=account.c.channel == channel)
        )

    async def hold(self, person: PersonId) -> bool:
        """Hold somebody's conversation beside one's own; False = somebody else keeps it.

        Waited for is only a moment, each time another: whoever waits here might be waited for, and
        of two who wait for each other one goes on.
        """
        row = {"person": person, "question": 0, "updated_at": self._session.clock()}
        run = self._session.connection.execute
        await run(
            self._session.insert(conversation)
            .values(row)
            .on_conflict_do_nothing(index_elements=["person"])
        )
        free_one = (
            select(conversation.c.person)
            .where(conversation.c.person == person)
            .with_for_update(skip_locked=True)
        )
        until = monotonic() + random.uniform(*_PATIENCE)  # noqa: S311 - protects nothing
        while (await run(free_one)).scalar_one_or_none() is None:
            if monotonic() >= until:
                return False
            await asyncio.sleep(_LOOK)
        return True

    async def serves(self, person: PersonId) -> bool:
        """Say whether somebody holds an office, or will from a day on."""
        today = self._session.clock().astimezone(OFFICE_ZONE).date()
        result = await self._session.connection.execute(
            select(role.c.role).where(
                role.c.person == person,
                role.c.revoked_at.is_(None),
                or_(role.c.until.is_(None), role.c.until >= today),
            )
        )
        return result.first() is not None

    async def standing(self, persons: Sequence[PersonId]) -> Mapping[PersonId, PersonId]:
        """Return whose accounts these people's are now; until the commit nobody changes that."""
        result = await self._session.connection.execute(
            select(person.c.id, person.c.merged_into)
            .where(person.c.id.in_(persons))
            .order_by(person.c.id)
            .with_for_update(read=True)
        )
        return {row.id: row.merged_into or row.id for row in result}

    async def _hold(self, *persons: PersonId) -> None:
        """Wait for whoever does something for these, and let nobody begin."""
        await self._session.connection.execute(
            select(person.c.id)
            .where(person.c.id.in_(persons))
            .order_by(person.c.id)
            .with_for_update()
        )

    async def unite(self, other: PersonId, stays: PersonId, here: str) -> Carried:
        """Let the accounts of one be another's, with all that is kept by row.

        `here` is the channel at which that is said: the one last used. Both are held from here on.
        """
        await self._hold(other, stays)
        run = self._session.connection.execute
        await run(
            update(account)
            .where(account.c.person == other, account.c.channel == here)
            .values(seen_at=self._session.clock())
        )
        channels = await run(
            update(account)
            .where(account.c.person == other)
            .values(person=stays, preferred=False)
            .returning(account.c.channel)
        )
        followers = await run(
            update(person)
            .where(person.c.merged_into == other)
            .values(merged_into=stays)
            .returning(person.c.id)
        )
        await run(update(person).where(person.c.id == other).values(merged_into=stays))
        await self._bar(other, stays)
        carried = Carried(
            at=self._session.clock(),
            targets=await self._aim(other, stays),
            channels=tuple(sorted(set(channels.scalars()))),
            followers=tuple(sorted(followers.scalars())),
            topics=await self._copied(other, stays),
            campaigns=await self._moved(acknowledgement, "campaign", other, stays),
            policies=await self._moved(policy_asker, "policy", other, stays),
        )
        await self._noticed(stays)
        return carried

    async def part(
        self,
        other: PersonId,
        stays: PersonId,
        carried: Carried,
        *,
        whole: bool,
        tickets: Sequence[str] = (),
    ) -> None:
        """Give accounts back; `whole` = with the rows that came along, `tickets` = theirs again.

        Both are held from here on.
        """
        await self._hold(other, stays)
        run = self._session.connection.execute
        await run(
            update(account)
            .where(account.c.person == stays, account.c.channel.in_(carried.channels))
            .values(person=other, preferred=False)
        )
        if whole:
            await self._aim(stays, other, carried.targets)
        await parting.hear(self._session, stays, other, carried.channels)
        await parting.redirect(self._session, stays, other, carried.channels, tickets)
        back = person.c.merged_into == stays
        await run(
            update(person).where(person.c.id.in_(carried.followers), back).values(merged_into=other)
        )
        await run(update(person).where(person.c.id == other, back).values(merged_into=None))
        if whole:
            since = (unsubscription.c.at <= carried.at,) if carried.at is not None else ()
            await run(  # not what whoever stays left themselves meanwhile
                delete(unsubscription).where(
                    unsubscription.c.person == stays,
                    unsubscription.c.topic.in_(carried.topics),
                    *since,
                )
            )
            for table, name, rows in (
                (acknowledgement, "campaign", carried.campaigns),
                (policy_asker, "policy", carried.policies),
            ):
                await run(
                    update(table)
                    .where(table.c.person == stays, table.c[name].in_(rows))
                    .values(person=other)
                )
        await self._noticed(stays)

    async def whose(self, filed: Sequence[Filed]) -> Mapping[ArrivalId, PersonId]:
        """Return who has the accounts now from which these came, where it is somebody else."""
        return await parting.whose(self._session, filed)

    async def forget(self, stays: PersonId, other: PersonId, *, link: bool) -> None:
        """Erase what was told when two were linked; `link` = by what they are parted as well."""
        await forget_linking(self._session, stays, other, (FULL, LINK) if link else (FULL,))

    async def _copied(self, other: PersonId, stays: PersonId) -> tuple[str, ...]:
        """Let what one left be left by both: the stricter wish holds."""
        run = self._session.connection.execute
        known = select(unsubscription.c.topic).where(unsubscription.c.person == stays)
        result = await run(
            select(unsubscription.c.topic, unsubscription.c.at)
            .where(unsubscription.c.person == other, unsubscription.c.topic.not_in(known))
            .order_by(unsubscription.c.topic)
        )
        rows = [{"person": stays, "topic": one.topic, "at": one.at} for one in result]
        if rows:
            await run(insert(unsubscription), rows)
        return tuple(str(row["topic"]) for row in rows)

    async def _moved(
        self, table: Table, name: str, other: PersonId, stays: PersonId
    ) -> tuple[str, ...]:
        """Give rows of one to the other, where the other has none about the same."""
        known = select(table.c[name]).where(table.c.person == stays)
        result = await self._session.connection.execute(
            update(table)
            .where(table.c.person == other, table.c[name].not_in(known))
            .values(person=stays)
            .returning(table.c[name])
        )
        return tuple(sorted(result.scalars()))

    async def _aim(
        self, old: PersonId, new: PersonId, numbers: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Let what was to be sent to one be sent to the other, unless that one gets it anyway.

        `numbers` are campaigns, None = all. Returns those that are aimed at the other now.
        """
        was, to = f"p:{old}", f"p:{new}"
        run = self._session.connection.execute
        known = select(target.c.campaign).where(target.c.key == to)
        open_ = (target.c.state == "waiting") | (
            (target.c.why == "digest") & target.c.told_at.is_(None)
        )
        which = (target.c.campaign.in_(numbers),) if numbers is not None else ()
        aimed = and_(target.c.key == was, open_, target.c.campaign.not_in(known), *which)
        # Who feeds the ledger holds the campaign: what it took meanwhile is seen, and left alone.
        await run(
            select(campaign.c.number)
            .where(campaign.c.number.in_(select(target.c.campaign).where(aimed)))
            .order_by(campaign.c.number)
            .with_for_update()
        )
        result = await run(
            select(target.c.campaign, target.c.name).where(aimed).order_by(target.c.campaign)
        )
        moved = result.all()
        for number, name in moved:
            plain = self._session.open(name, "target.name", number, was)
            await run(
                update(target)
                .where(target.c.campaign == number, target.c.key == was)
                .values(key=to, name=self._session.seal(plain, "target.name", number, to))
            )
        return tuple(number for number, _ in moved)

    async def _bar(self, other: PersonId, stays: PersonId) -> None:
        """Let whoever was kept from signing one up be kept from it for both (代报)."""
        run = self._session.connection.execute
        mine: ColumnElement[bool] = (barred_proxy.c.owner == other) | (
            barred_proxy.c.assistant == other
        )
        result = await run(select(barred_proxy).where(mine))
        rows: list[Mapping[str, object]] = []
        for row in result:
            owner = stays if row.owner == other else row.owner
            assistant = stays if row.assistant == other else row.assistant
            if owner != assistant:
                rows.append({"owner": owner, "assistant": assistant, "at": row.at})
        if rows:
            statement = self._session.insert(barred_proxy)
            await run(statement.on_conflict_do_nothing(index_elements=["owner", "assistant"]), rows)

    async def _standing(self, one: PersonId) -> PersonId:
        result = await self._session.connection.execute(
            select(person.c.merged_into).where(person.c.id == one)
        )
        return result.scalar_one() or one

    async def _noticed(self, one: PersonId) -> None:
        if await self._directory.holders([one]):
            await self._directory.changed()

    def _key(self, code: str) -> bytes:
        return self._session.keys.lookup(f"pairing:{code}")


def _good(at: datetime) -> ColumnElement[bool]:
    return pairing.c.used_at.is_(None) & (pairing.c.expires_at > at)


__all__ = ["PairingRows"]
