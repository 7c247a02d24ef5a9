"""Policies, who asked about one, and what is known of enterprises (一企一档)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.storage.enterprises import EnterpriseRows
from bot.storage.session import Session
from bot.storage.tables import counter, enterprise, enterprise_fact, policy, policy_asker
from flows.policies import docno
from flows.policies.conditions import EnterpriseFact, Field, Source
from flows.policies.policy import Policy
from handlers.ports import PersonId, Stale

_CHANGED = ("doc_no", "stage", "version", "closes_at", "body")
_BREAK = ","  # between the marks of reminders, which hold none
_UNDONE = 8  # tellings of one field that can be undone one after another


class PolicyRows:
    """Keeps policies; who changes one holds its row until the commit."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new policy."""
        result = await self._session.connection.execute(
            self._session.insert(counter)
            .values(prefix="policy", year=year, last=1)
            .on_conflict_do_update(
                index_elements=["prefix", "year"], set_={"last": counter.c.last + 1}
            )
            .returning(counter.c.last)
        )
        last: int = result.scalar_one()
        return last

    async def hold(self, number: str) -> Policy | None:
        """Return a policy, held until the commit."""
        result = await self._session.connection.execute(
            select(policy.c.body).where(policy.c.number == number).with_for_update()
        )
        return self._opened(number, result.scalar_one_or_none())

    async def seen(self, number: str) -> Policy | None:
        """Return a policy without holding it."""
        result = await self._session.connection.execute(
            select(policy.c.body).where(policy.c.number == number)
        )
        return self._opened(number, result.scalar_one_or_none())

    async def by_doc_no(self, typed: str) -> Policy | None:
        """Return the policy of a 文号, however it is typed; None = there is none."""
        kept = docno.normalise(typed)
        if not kept:
            return None
        result = await self._session.connection.execute(
            select(policy.c.number, policy.c.body).where(policy.c.doc_no == kept)
        )
        row = result.one_or_none()
        return None if row is None else self._opened(row.number, row.body)

    async def latest(self, limit: int) -> Sequence[Policy]:
        """Return the policies that were entered last, the newest first."""
        result = await self._session.connection.execute(
            select(policy.c.number, policy.c.body)
            .order_by(policy.c.created_at.desc(), policy.c.number.desc())
            .limit(limit)
        )
        return [one for n, body in result.all() if (one := self._opened(n, body)) is not None]

    async def save(self, one: Policy) -> None:
        """Store a policy as it is now. Raises Stale where another one has its 文号."""
        other = await self._session.connection.execute(
            select(policy.c.number).where(
                policy.c.doc_no == one.docno, policy.c.doc_no != "", policy.c.number != one.number
            )
        )
        if other.first() is not None:
            raise Stale("another policy with the same 文号 was stored first")
        row = {
            "number": one.number,
            "doc_no": one.docno,
            "stage": "replaced" if one.replaced_by else "current",
            "version": one.version,
            "closes_at": one.closes_at,
            "created_by": one.created_by,
            "created_at": one.created_at,
            "reminded": "",
            "body": self._session.seal(one.model_dump_json(), "policy.body", one.number),
        }
        statement = self._session.insert(policy).values(row)
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["number"],
                set_={name: statement.excluded[name] for name in _CHANGED},
            )
        )

    async def ask(self, number: str, person: PersonId, at: datetime) -> None:
        """Note that somebody wanted to know of a policy; a second time changes nothing."""
        await self._session.connection.execute(
            self._session.insert(policy_asker)
            .values(policy=number, person=person, at=at)
            .on_conflict_do_nothing(index_elements=["policy", "person"])
        )

    async def askers(self, number: str) -> Sequence[PersonId]:
        """Return who wanted to know of a policy, in the order of asking."""
        result = await self._session.connection.execute(
            select(policy_asker.c.person)
            .where(policy_asker.c.policy == number)
            .order_by(policy_asker.c.at, policy_asker.c.person)
        )
        return result.scalars().all()

    async def reminded(self, number: str) -> Collection[str]:
        """Return the marks of the reminders that are done."""
        result = await self._session.connection.execute(
            select(policy.c.reminded).where(policy.c.number == number)
        )
        told: str | None = result.scalar_one_or_none()
        return frozenset(told.split(_BREAK)) if told else frozenset()

    async def remind(self, number: str, mark: str) -> None:
        """Note that a reminder is done."""
        done = sorted({*await self.reminded(number), mark})
        await self._session.connection.execute(
            update(policy).where(policy.c.number == number).values(reminded=_BREAK.join(done))
        )

    def _opened(self, number: str, body: bytes | None) -> Policy | None:
        if body is None:
            return None
        return Policy.model_validate_json(self._session.open(body, "policy.body", number))


class FactRows:
    """Keeps what is known of enterprises, sealed: one fact a field and source."""

    def __init__(self, session: Session, enterprises: EnterpriseRows) -> None:
        self._session = session
        self._enterprises = enterprises

    async def of(self, name: str) -> Sequence[EnterpriseFact]:
        """Return all facts of an enterprise, from every source."""
        result = await self._session.connection.execute(
            select(enterprise_fact)
            .join(enterprise, enterprise.c.id == enterprise_fact.c.enterprise)
            .where(enterprise.c.name == name)
            .order_by(enterprise_fact.c.field, enterprise_fact.c.source)
        )
        return [self._opened(row, name) for row in result]

    async def every(self, fields: Collection[Field]) -> Mapping[str, Sequence[EnterpriseFact]]:
        """Return the facts about these fields of every enterprise, by its name.

        There may be tens of thousands, and each was checked when it was stored.
        """
        result = await self._session.connection.execute(
            select(enterprise_fact, enterprise.c.name)
            .join(enterprise, enterprise.c.id == enterprise_fact.c.enterprise)
            .where(enterprise_fact.c.field.in_([field.value for field in fields]))
            .order_by(enterprise_fact.c.enterprise, enterprise_fact.c.field)
        )
        found: dict[str, list[EnterpriseFact]] = {}
        for row in result:
            found.setdefault(row.name, []).append(self._opened(row, row.name))
        return found

    def _opened(self, row: Row[Any], name: str) -> EnterpriseFact:
        value, lacks, *_ = self._told(row)
        return EnterpriseFact.model_construct(
            enterprise=name,
            field=Field(row.field),
            value=tuple(value),
            lacks=tuple(lacks),
            source=Source(row.source),
            on=row.day,
            by=str(row.by),
        )

    def _told(self, row: Row[Any]) -> list[Any]:
        """Return what a row says: what is, what is not, by which telling, what was before."""
        told: list[Any] = self._session.open_json(
            row.value, "enterprise_fact.value", row.enterprise, row.field, row.source
        )
        return told

    async def save(self, facts: Sequence[EnterpriseFact], by: PersonId, mark: str = "") -> int:
        """Store facts of one enterprise, which stand for those told before by the same source.

        By its mark the telling is undone. Returns the number of the enterprise. Raises ValueError
        for none, or those of several.
        """
        names = {one.enterprise for one in facts}
        if len(names) != 1:
            raise ValueError(f"facts of one enterprise are stored at once, not of {len(names)}")
        number = next(iter((await self._enterprises.numbers(names)).values()))
        before = await self._before(number)
        for one in facts:
            last = before.get((one.field.value, one.source.value))
            if last is not None and mark and last[2][2] == mark:  # told twice in one telling
                last = last[2][3]
            told = [one.value, one.lacks, mark, last and _steps(last)]
            await self._put(number, one.field.value, one.source.value, (one.on, by, told))
        return number

    async def undo(self, mark: str, source: Source) -> Mapping[int, tuple[str, Sequence[Field]]]:
        """Take back what was told under a mark and still stands: what was before counts again.

        Returns the name and the fields of each enterprise, by its number.
        """
        result = await self._session.connection.execute(
            select(enterprise_fact, enterprise.c.name)
            .join(enterprise, enterprise.c.id == enterprise_fact.c.enterprise)
            .where(enterprise_fact.c.source == source.value)
            .order_by(enterprise.c.name, enterprise_fact.c.field)
        )
        undone: dict[int, tuple[str, list[Field]]] = {}
        for row in result.all():
            _, _, *more = self._told(row)
            if not mark or not more or more[0] != mark:
                continue
            undone.setdefault(row.enterprise, (row.name, []))[1].append(Field(row.field))
            await self._restore(row, more[1])
        return undone

    async def _restore(self, row: Row[Any], before: list[Any] | None) -> None:
        if before is not None:
            day, by, (value, lacks, mark, *more) = before
            # What was told before it is not known any more: that cannot be undone as well.
            told = [value, lacks, mark, *more] if more else [value, lacks, "", None]
            kept = (date.fromisoformat(day), by, told)
            await self._put(row.enterprise, row.field, row.source, kept)
            return
        await self._session.connection.execute(
            delete(enterprise_fact).where(
                enterprise_fact.c.enterprise == row.enterprise,
                enterprise_fact.c.field == row.field,
                enterprise_fact.c.source == row.source,
            )
        )

    async def _before(self, number: int) -> Mapping[tuple[str, str], list[Any]]:
        """Return what is told of an enterprise now: the day, by whom, and what."""
        result = await self._session.connection.execute(
            select(enterprise_fact).where(enterprise_fact.c.enterprise == number)
        )
        found = {}
        for row in result.all():
            value, lacks, *more = self._told(row)
            told = [value, lacks, *(more or ("", None))]
            found[row.field, row.source] = [row.day.isoformat(), row.by, told]
        return found

    async def _put(
        self, number: int, field: str, source: str, kept: tuple[date, PersonId, list[Any]]
    ) -> None:
        day, by, told = kept
        sealed = self._session.seal_json(told, "enterprise_fact.value", number, field, source)
        statement = self._session.insert(enterprise_fact).values(
            enterprise=number, field=field, source=source, day=day, by=by, value=sealed
        )
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["enterprise", "field", "source"],
                set_={name: statement.excluded[name] for name in ("day", "by", "value")},
            )
        )


def _steps(last: list[Any], most: int = _UNDONE) -> list[Any]:
    """Keep what was told before, and before that: each can be undone after the one above it."""
    day, by, (value, lacks, mark, *more) = last
    if most == 1 or not more:
        return [day, by, [value, lacks, ""]]
    return [day, by, [value, lacks, mark, more[0] and _steps(more[0], most - 1)]]


__all__ = ["FactRows", "PolicyRows"]
