"""Campaigns: what is sent to many, its frozen targets, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)

from bot.storage.calm import CalmRows
from bot.storage.doubts import Doubts
from bot.storage.fates import answered, fates, keys_of, places, worst_of_each
from bot.storage.history import History
from bot.storage.holding import bring_back, draw_back, flying, give_up, move, put_off
from bot.storage.left_behind import leave_behind
from bot.storage.presses import presses
from bot.storage.queue import Queue
from bot.storage.session import Session
from bot.storage.tables import (
    acknowledgement,
    campaign,
    counter,
    delivery,
    target,
)
from bot.storage.tables import enterprise as firm
from bot.storage.tables import person as people
from bot.storage.unanswered import unanswered
from flows.campaigns.again import Again
from flows.campaigns.audience import Target, Why
from flows.campaigns.campaign import Button, Campaign, Stage
from handlers.campaigns.calm_records import Calms
from handlers.campaigns.records import FILE_LEFT, MESSAGE_FAILED, Answered, Fate
from handlers.person import MASS
from handlers.ports import PersonId

_CHANGED = ("stage", "version", "doc_no", "begins_at", "ended_at", "body")
_OPEN = ("ready", "sending")
_COUNTED = ("asked", "sent", "unknown", "recalled")
_ENDED = ("sent", "asked", "failed", "unknown")
_ROWS = 17  # that are looked at for a place: a message has seldom more than 8 parts, and 9 files


class CampaignRows:
    """Keeps campaigns; who changes one holds its row until the commit."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.calm: Calms = CalmRows(session)

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new campaign."""
        result = await self._session.connection.execute(
            self._session.insert(counter)
            .values(prefix="campaign", year=year, last=1)
            .on_conflict_do_update(
                index_elements=["prefix", "year"], set_={"last": counter.c.last + 1}
            )
            .returning(counter.c.last)
        )
        last: int = result.scalar_one()
        return last

    async def hold(self, number: str) -> Campaign | None:
        """Return a campaign, held until the commit."""
        result = await self._session.connection.execute(
            select(campaign.c.body).where(campaign.c.number == number).with_for_update()
        )
        return self._opened(number, result.scalar_one_or_none())

    async def seen(self, number: str) -> Campaign | None:
        """Return a campaign as it was committed last, without holding it."""
        result = await self._session.connection.execute(
            select(campaign.c.body).where(campaign.c.number == number)
        )
        return self._opened(number, result.scalar_one_or_none())

    async def by_code(self, code: str) -> Campaign | None:
        """Return the campaign with this 验真码."""
        result = await self._session.connection.execute(
            select(campaign.c.number, campaign.c.body).where(campaign.c.code == code)
        )
        row = result.one_or_none()
        return None if row is None else self._opened(row.number, row.body)

    async def recent(
        self, limit: int, stages: Collection[Stage] = tuple(Stage)
    ) -> Sequence[Campaign]:
        """Return campaigns in these stages, the newest first."""
        result = await self._session.connection.execute(
            select(campaign.c.number, campaign.c.body)
            .where(campaign.c.stage.in_([stage.value for stage in stages]))
            .order_by(campaign.c.created_at.desc(), campaign.c.number.desc())
            .limit(limit)
        )
        return [one for n, body in result.all() if (one := self._opened(n, body)) is not None]

    async def save(self, one: Campaign) -> None:
        """Store a campaign as it is now."""
        row = {
            "number": one.number,
            "stage": one.stage.value,
            "version": one.version,
            "code": one.code,
            "doc_no": one.draft.doc_no,
            "created_by": one.created_by,
            "created_at": one.created_at,
            "begins_at": one.begins_at,
            "ended_at": one.ended_at,
            "body": self._session.seal(one.model_dump_json(), "campaign.body", one.number),
        }
        statement = self._session.insert(campaign).values(row)
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["number"],
                set_={name: statement.excluded[name] for name in _CHANGED},
            )
        )

    async def freeze(self, number: str, targets: Sequence[Target]) -> None:
        """Fix who gets it, and who is left out with which reason; what was fixed before is gone."""
        await self._session.connection.execute(delete(target).where(target.c.campaign == number))
        rows = [
            {
                "campaign": number,
                "key": one.key,
                "seq": seq,
                "name": self._session.seal(one.name, "target.name", number, one.key),
                "state": "waiting" if one.why is None else "skipped",
                "why": one.why.value if one.why else "",
            }
            for seq, one in enumerate(targets, 1)
        ]
        if rows:
            await self._session.connection.execute(insert(target), rows)

    async def waiting(self, number: str, limit: int) -> Sequence[Target]:
        """Return the next targets that the ledger does not have yet, in their order."""
        result = await self._session.connection.execute(
            select(target.c.key, target.c.name)
            .where(target.c.campaign == number, target.c.state == "waiting")
            .order_by(target.c.seq)
            .limit(limit)
        )
        return [Target(row.key, self._name(number, row.key, row.name)) for row in result]

    async def owe(self, number: str, keys: Sequence[str]) -> None:
        """Note that the ledger has these now."""
        if keys:
            await move(self._session, number, "owed", target.c.key.in_(keys))

    async def skip(self, number: str, why: Mapping[str, Why]) -> None:
        """Leave targets out that cannot get it any more."""
        for key, reason in why.items():
            await move(self._session, number, "skipped", target.c.key == key, why=reason.value)

    async def draw_back(self, number: str) -> int:
        """Take back what is in the ledger and was never tried; say how many wait again.

        What was tried stays where it is: nobody knows that it did not arrive. So does what is to
        follow it, and what a person has let go.
        """
        return await draw_back(self._session, number)

    async def put_off(self, number: str, until: datetime | None) -> bool:
        """Let what waits for another try wait longer, None = till it is brought back.

        Says whether some of it is on its way, of which nobody knows yet whether it is tried again.
        """
        return await put_off(self._session, number, until)

    async def leave_behind(self, number: str, files: Collection[int]) -> None:
        """Let nothing more of these files leave, by the number of each in the draft.

        What is on its way is not tried again; once it has landed, the same settles it.
        """
        await leave_behind(self._session, number, files)

    async def bring_back(self, number: str, at: datetime | None) -> None:
        """Let what was put off till then be tried again at a moment, None = now."""
        await bring_back(self._session, number, at)

    async def decide(
        self, number: str, what: Again, deliveries: Sequence[int]
    ) -> Mapping[int, str]:
        """Send messages of the ledger again or note that they arrived; "done" where it was.

        The other parts of such a message that ended as it did go with it; a file goes by itself.
        """
        await Queue(self._session).lock()
        found = await places(self._session, number, await keys_of(self._session, number))
        lacking = {place.text.id: place.lacking for place in found.values()}
        chosen = {part for one in deliveries for part in lacking.get(one, (one,))}
        doubts = Doubts(self._session, History(self._session))
        return await doubts.decide(what.value, sorted(chosen), number)

    async def cancel(self, number: str) -> int:
        """Give up everything that has not left; say how many targets that are.

        What was tried and waits for another try is given up as well; where it may have arrived,
        it stays unknown. What is on its way just now is not tried again when it lands.
        """
        return await give_up(self._session, number)

    async def flying(self, number: str) -> bool:
        """Say whether something of it is on its way just now."""
        return await flying(self._session, number)

    async def under_way(self, number: str) -> int:
        """Count what the ledger has of it that is not over, what is tried again in doubt too."""
        result = await self._session.connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(
                delivery.c.campaign == number,
                or_(
                    delivery.c.state.in_(_OPEN),
                    and_(delivery.c.state == "unknown", delivery.c.due_at.is_not(None)),
                ),
            )
        )
        count: int = result.scalar_one()
        return count

    async def outcomes(
        self, number: str, limit: int, since: datetime | None
    ) -> Sequence[tuple[str, str]]:
        """Return how the latest places ended, newest first: (state, code); none from before.

        A message of several parts and its files are one, which ended as the worst of them did. A
        file that was held back, or left behind, says nothing more than its message does.
        """
        result = await self._session.connection.execute(
            select(delivery.c.dedupe, delivery.c.state, delivery.c.code)
            .where(
                delivery.c.campaign == number,
                delivery.c.state.in_(_ENDED),
                or_(delivery.c.state != "unknown", delivery.c.due_at.is_(None)),
                func.coalesce(delivery.c.code, "").not_in((MESSAGE_FAILED, FILE_LEFT)),
                *((delivery.c.attempted_at >= since,) if since else ()),
            )
            .order_by(delivery.c.attempted_at.desc(), delivery.c.id.desc())
            .limit(limit * _ROWS)
        )
        latest = await worst_of_each(self._session, number, result.all())
        return [(row.state, row.code) for row in latest[:limit]]

    async def had(self, doc_no: str, since: datetime, but: str) -> Collection[str]:
        """Return the targets that were sent the same 文号 since then, by another campaign."""
        if not doc_no:
            return ()
        same = (
            select(campaign.c.number)
            .where(campaign.c.doc_no == doc_no, campaign.c.number != but)
            .scalar_subquery()
        )
        name = literal("c:") + target.c.campaign + literal(":") + target.c.key
        result = await self._session.connection.execute(
            select(target.c.key)
            .join(delivery, delivery.c.dedupe == name)
            .where(
                target.c.campaign.in_(same),
                delivery.c.state.in_(("sent", "asked", "unknown")),
                delivery.c.created_at >= since,
                delivery.c.recalled_at.is_(None),
            )
            .distinct()
        )
        return frozenset(result.scalars())

    async def masses(self, since: datetime) -> int:
        """Count the mass sends (群发) since then that left and reached the subscribers, or may."""
        result = await self._session.connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(
                delivery.c.to.startswith(MASS, autoescape=True),
                delivery.c.state.in_(_COUNTED),
                func.coalesce(delivery.c.attempted_at, delivery.c.created_at) >= since,
            )
        )
        count: int = result.scalar_one()
        return count

    async def acknowledge(
        self, number: str, person: PersonId, enterprise: str, at: datetime
    ) -> bool:
        """Note that somebody confirmed it (收到); False when they had already."""
        result = await self._session.connection.execute(
            self._session.insert(acknowledgement)
            .values(campaign=number, person=person, enterprise=self._firm(enterprise), at=at)
            .on_conflict_do_nothing(index_elements=["campaign", "person"])
        )
        return bool(result.rowcount)

    async def unanswered(self, person: PersonId, since: datetime) -> Sequence[Campaign]:
        """Return what somebody was sent 1:1 since then and did not confirm, the latest first."""
        found = await unanswered(self._session, person, since)
        return [one for n, body in found if (one := self._opened(n, body)) is not None]

    async def presses(self, number: str) -> Mapping[Button, int]:
        """Return how many people pressed which button, each once; a button nobody pressed lacks."""
        return await presses(self._session, number)

    async def unconfirmed(self, number: str, same: Collection[str] = ()) -> Sequence[PersonId]:
        """Return who was sent it 1:1 and did not confirm, nor anybody of their enterprise.

        Whoever confirmed one of the `same` text has confirmed it; it counts for who they are since
        (关联账号), whichever account it was.
        """
        result = await self._session.connection.execute(
            select(acknowledgement.c.person, acknowledgement.c.enterprise).where(
                acknowledgement.c.campaign.in_((number, *same))
            )
        )
        confirmed = result.all()
        done = {row.person for row in confirmed}
        firms = {row.enterprise for row in confirmed if row.enterprise}
        sent_to = people.alias("sent_to")
        standing = func.coalesce(sent_to.c.merged_into, sent_to.c.id)
        result = await self._session.connection.execute(
            select(people.c.id.label("person"), firm.c.name)
            .select_from(delivery)
            .join(sent_to, sent_to.c.id == delivery.c.person)
            .join(people, people.c.id == standing)
            .outerjoin(firm, firm.c.id == people.c.enterprise)
            .where(delivery.c.campaign == number, delivery.c.state == "sent")
            .distinct()
            .order_by(people.c.id)
        )
        return [
            row.person
            for row in result
            if row.person not in done and self._firm(row.name or "") not in firms
        ]

    def _firm(self, name: str) -> str:
        """Return under what an enterprise is counted; nothing that can be read."""
        return self._session.keys.lookup(f"enterprise\x1f{name}").hex() if name else ""

    async def fates(self, number: str) -> Sequence[Fate]:
        """Return what became of every target, in their order."""
        return await fates(self._session, number)

    async def answered(self, number: str, topic: str, since: datetime | None) -> Answered:
        """Return what those did who got it; `since` = when it began, for who left its topic."""
        return await answered(self._session, number, topic, since)

    def _name(self, number: str, key: str, sealed: bytes) -> str:
        return self._session.open(sealed, "target.name", number, key).decode()

    def _opened(self, number: str, body: bytes | None) -> Campaign | None:
        if body is None:
            return None
        return Campaign.model_validate_json(self._session.open(body, "campaign.body", number))
