"""Allowances: what campaigns cost the month, and what the month's meters leave them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from bot.channels.base import API, MESSAGES, WEBHOOK
from bot.storage.accounts import Accounts
from bot.storage.meters import IS_HELD, UNMETERED, Meters, month_of
from bot.storage.session import Session
from bot.storage.tables import campaign, chat_group, delivery, target
from flows.campaigns.campaign import Stage
from handlers.campaigns.allowance import Allowed, Mailing

_LOCK = 0x71696E69  # any number that nothing else in this database locks
_METERED = "dingtalk"  # the channel whose month is counted; its custom robots are, too
_TOGETHER = 20  # people of one call (oToMessages/batchSend), where all are sent the same words
_RUNNING = (Stage.APPROVED.value, Stage.SENDING.value, Stage.PAUSED.value)


class AllowanceRows:
    """Reads meters and rows, one approval at a time; writes nothing."""

    def __init__(self, session: Session, accounts: Accounts, meters: Meters) -> None:
        self._session = session
        self._accounts = accounts
        self._meters = meters

    async def lock(self) -> None:
        """Keep others from approving until this transaction is over.

        Of two at once each would count the month without the other. SQLite lets one transaction
        write at a time anyway.
        """
        if self._session.connection.dialect.name == "postgresql":
            await self._session.connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    async def allowed(self, at: datetime) -> Sequence[Allowed]:
        """Return the quotas of the month of a moment."""
        monthly = self._session.monthly
        limits = {name: limit for name, limit in monthly.limits.items() if limit}
        used = await self._meters.used(month_of(at)) if limits else {}
        return [
            Allowed(
                name,
                limit,
                used.get(name, 0),
                _share(limit, monthly.groups_until),
                _share(limit, monthly.people_until if name == API else None),
            )
            for name, limit in limits.items()
        ]

    async def needs(self, mailing: Mailing) -> Mapping[str, int]:
        """Return how many calls sending it takes at the most, by the quota's name."""
        chats = await self._metered(mailing.of("g"))
        hooked = sum(chat.startswith(WEBHOOK) for chat in chats)
        persons = sorted(map(int, mailing.of("p")))
        accounts = await self._accounts.reach(persons) if persons else {}
        paying = sum(
            any(one.channel == _METERED and one.staff_id for one in accounts.get(person, ()))
            for person in persons
        )
        alone = not mailing.same or (mailing.card and self._session.monthly.cards)
        calls = paying if alone else -(-paying // _TOGETHER)
        # A file goes to each place by itself, and is uploaded before; no custom robot takes one.
        places = len(chats) - hooked + paying
        carried = mailing.files * (places + 1) if places else 0
        return {API: len(chats) - hooked + calls + carried, MESSAGES: hooked}

    async def _metered(self, chats: Sequence[str]) -> Sequence[str]:
        """Return the groups that are written to through a channel whose month is counted."""
        if not chats:
            return chats
        result = await self._session.connection.execute(
            select(chat_group.c.chat).where(chat_group.c.channel.in_(UNMETERED))
        )
        free = set(result.scalars())
        return [chat for chat in chats if chat not in free]

    async def unsent(self) -> Mapping[str, Sequence[str]]:
        """Return the targets that approved campaigns have still to be sent to, by campaign."""
        name = "c:" + target.c.campaign + ":" + target.c.key
        result = await self._session.connection.execute(
            select(target.c.campaign, target.c.key)
            .join(campaign, campaign.c.number == target.c.campaign)
            .outerjoin(delivery, and_(target.c.state == "owed", delivery.c.dedupe == name))
            .where(
                campaign.c.stage.in_(_RUNNING),
                or_(target.c.state == "waiting", delivery.c.state.in_(("ready", "sending"))),
            )
            .order_by(target.c.campaign, target.c.seq)
        )
        found: dict[str, list[str]] = defaultdict(list)
        for row in result:
            found[row.campaign].append(row.key)
        return found

    async def held(self, number: str) -> int:
        """Count what the quota holds of a campaign."""
        result = await self._session.connection.execute(
            select(func.count()).select_from(delivery).where(delivery.c.campaign == number, IS_HELD)
        )
        count: int = result.scalar_one()
        return count

    async def first_held(self, number: str) -> int:
        """Return the number of the first message of a campaign that the quota holds; 0 = none."""
        result = await self._session.connection.execute(
            select(func.min(delivery.c.id)).where(delivery.c.campaign == number, IS_HELD)
        )
        return result.scalar_one() or 0


def _share(limit: int, percent: int | None) -> int | None:
    """Return how many calls so many percent are, the last of them included."""
    return None if percent is None else -(-limit * percent // 100)
