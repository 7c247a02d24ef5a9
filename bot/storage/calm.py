"""The disturbance ledger (打扰账): what bothered people and enterprises, and what waits for Friday.

It is no table: it is read out of what was sent, who has a seat and where somebody was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, update

from bot.storage.session import Session
from bot.storage.tables import campaign, delivery, event, outreach, registration, target
from bot.storage.tables import person as people
from flows.calendar import OFFICE_ZONE
from flows.campaigns.audience import Why
from flows.campaigns.campaign import Campaign
from flows.outreach.record import BEEN
from flows.registration.event import Stage
from flows.registration.registration import SEATED, enterprise_key
from handlers.campaigns.calm_records import Pushed
from handlers.ports import PersonId

_GONE_OUT = ("ready", "sending", "asked", "sent", "unknown")
_LONGEST = timedelta(days=14)  # that a message waits between its row and its arrival
_HELD = (Stage.PUBLISHED.value, Stage.PAUSED.value)
_SEATED = tuple(one.value for one in SEATED)
_OWED = (target.c.why == Why.DIGEST.value) & target.c.told_at.is_(None)


class CalmRows:
    """Reads what bothered whom; notes what the Friday digest named."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def pushed(
        self, since: datetime, but: str, persons: Collection[PersonId] | None = None
    ) -> Sequence[Pushed]:
        """Return what people were sent 1:1 since then, by any campaign but one; None = everybody.

        However many parts a message has, and whichever channel took it over, it is one.
        """
        arrived = func.coalesce(delivery.c.sent_at, delivery.c.attempted_at, delivery.c.created_at)
        statement = (
            select(delivery.c.person, delivery.c.campaign, func.max(arrived).label("at"))
            .where(
                delivery.c.campaign.is_not(None),
                delivery.c.campaign != but,
                delivery.c.person.is_not(None),
                delivery.c.updates_card.is_(False),
                delivery.c.state.in_(_GONE_OUT),
                delivery.c.created_at >= since - _LONGEST,
                arrived >= since,
            )
            .group_by(delivery.c.person, delivery.c.campaign)
            .order_by(delivery.c.person, delivery.c.campaign)
        )
        if persons is not None:
            statement = statement.where(delivery.c.person.in_(persons))
        result = await self._session.connection.execute(statement)
        return [Pushed(row.person, row.campaign, row.at) for row in result]

    async def campaigns(self, numbers: Collection[str]) -> Mapping[str, Campaign]:
        """Return campaigns by their numbers, without holding them."""
        if not numbers:
            return {}
        result = await self._session.connection.execute(
            select(campaign.c.number, campaign.c.body).where(campaign.c.number.in_(sorted(numbers)))
        )
        return {
            number: Campaign.model_validate_json(self._session.open(body, "campaign.body", number))
            for number, body in result
        }

    async def meetings(
        self, enterprises: Collection[str], since: date, until: date, but: str
    ) -> Mapping[str, Sequence[datetime]]:
        """Return when enterprises have a seat in an activity on these days, but for one activity.

        However many of an enterprise come to one, it is one.
        """
        names = {self._firm(name): name for name in enterprises}
        result = await self._session.connection.execute(
            select(registration.c.enterprise, event.c.number, event.c.starts_at)
            .join(event, event.c.number == registration.c.event)
            .where(
                event.c.starts_at >= _opens(since),
                event.c.starts_at < _opens(until + timedelta(days=1)),
                event.c.stage.in_(_HELD),
                event.c.number != but,
                registration.c.standing.in_(_SEATED),
                registration.c.enterprise != "",
            )
            .distinct()
            .order_by(event.c.starts_at, event.c.number)
        )
        found: dict[str, list[datetime]] = defaultdict(list)
        for firm, _, starts_at in result:
            if firm in names:
                found[names[firm]].append(starts_at)
        return found

    async def visits(self, since: date, until: date) -> Mapping[str, Sequence[date]]:
        """Return the days on which each enterprise was visited (走访); two of a day are one."""
        result = await self._session.connection.execute(
            select(outreach.c.enterprise, outreach.c.day)
            .where(
                outreach.c.dropped_at.is_(None),
                outreach.c.mode == BEEN,
                outreach.c.day >= since,
                outreach.c.day <= until,
            )
            .distinct()
            .order_by(outreach.c.day)
        )
        found: dict[str, list[date]] = defaultdict(list)
        for enterprise, day in result:
            found[enterprise].append(day)
        return found

    async def owed(self, after: str, most: int) -> Mapping[str, Sequence[str]]:
        """Return what waits for the digest: keys of so many people behind one, and campaigns."""
        keys = (
            select(target.c.key)
            .where(_OWED, target.c.key > after)
            .group_by(target.c.key)
            .order_by(target.c.key)
            .limit(most)
        )
        which = (await self._session.connection.execute(keys)).scalars().all()
        if not which:
            return {}
        result = await self._session.connection.execute(
            select(target.c.key, target.c.campaign)
            .where(_OWED, target.c.key.in_(which))
            .order_by(target.c.campaign)
        )
        found: dict[str, list[str]] = {key: [] for key in which}
        for key, number in result:
            found[key].append(number)
        return found

    async def told(self, named: Mapping[str, Sequence[str]], at: datetime) -> None:
        """Note that the digest named these campaigns to these keys, or never will."""
        by_campaign: dict[str, list[str]] = defaultdict(list)
        for key, numbers in named.items():
            for number in numbers:
                by_campaign[number].append(key)
        for number in sorted(by_campaign):
            await self._session.connection.execute(
                update(target)
                .where(target.c.campaign == number, target.c.key.in_(by_campaign[number]), _OWED)
                .values(told_at=at)
            )

    async def is_target(self, number: str, person: PersonId) -> bool:
        """Say whether somebody was meant by a campaign, be it that the digest names it.

        So they are where it meant an account that is theirs since (关联账号).
        """
        run = self._session.connection.execute
        was = await run(select(people.c.id).where(people.c.merged_into == person))
        result = await run(
            select(target.c.key).where(
                target.c.campaign == number,
                target.c.key.in_([f"p:{one}" for one in (person, *was.scalars())]),
                target.c.why.in_(("", Why.DIGEST.value)),
            )
        )
        return result.first() is not None

    def _firm(self, name: str) -> str:
        """Return under what a list of seats has an enterprise."""
        return self._session.keys.lookup(f"enterprise\x1f{enterprise_key(name)}").hex()


def _opens(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=OFFICE_ZONE)


__all__ = ["CalmRows"]
