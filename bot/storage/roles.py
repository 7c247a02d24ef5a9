"""Roles: who may do what, and who said so."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select, update

from bot.storage.directory import Directory
from bot.storage.history import History
from bot.storage.rows import SeedRole
from bot.storage.session import Session
from bot.storage.tables import role
from handlers.person import with_deputies
from handlers.ports import Entry, PersonId, Role, Term

Held = tuple[PersonId, str, str]
"""Person, role and unit."""

CONFIG = "config"
CHAT = "chat"


class Roles:
    """Grants and revokes; whatever was said in chat is not undone by the file."""

    def __init__(self, session: Session, directory: Directory, history: History) -> None:
        self._session = session
        self._directory = directory
        self._history = history

    async def held(self, today: date) -> Mapping[PersonId, tuple[tuple[Role, str], ...]]:
        """Return the roles of today."""
        result = await self._session.connection.execute(
            select(role.c.person, role.c.role, role.c.unit)
            .where(*_held_on(today))
            .order_by(role.c.person, role.c.role, role.c.unit)
        )
        found: dict[PersonId, list[tuple[Role, str]]] = defaultdict(list)
        for one, name, unit in result:
            found[one].append((Role(name), unit))
        return with_deputies({one: tuple(names) for one, names in found.items()})

    async def terms(self, today: date) -> Sequence[Term]:
        """Return the roles of today with their last days, as they were given."""
        result = await self._session.connection.execute(
            select(role.c.person, role.c.role, role.c.unit, role.c.until)
            .where(*_held_on(today))
            .order_by(role.c.person, role.c.role, role.c.unit)
        )
        return [Term(one, Role(name), unit, until) for one, name, unit, until in result]

    async def stood_for(self, person: PersonId) -> Sequence[PersonId]:
        """Return for whom somebody stands or stood in (代理), whether or not it is over."""
        result = await self._session.connection.execute(
            select(role.c.unit)
            .where(role.c.person == person, role.c.role == Role.DEPUTY.value)
            .order_by(role.c.unit)
        )
        return [int(unit) for unit in result.scalars() if unit]

    async def grant(
        self,
        person: PersonId,
        name: Role,
        unit: str,
        by: PersonId | None,
        until: date | None = None,
    ) -> None:
        """Give a role from now on, up to a day that is included; None = without an end."""
        result = await self._session.connection.execute(
            select(role.c.source, role.c.revoked_at, role.c.since, role.c.until).where(
                role.c.person == person, role.c.role == name.value, role.c.unit == unit
            )
        )
        known = result.one_or_none()
        if known is not None and tuple(known) == (CHAT, None, None, until):
            return
        await self._put([(person, SeedRole(name, unit, None, until))], CHAT)
        await self._note([((person, name.value, unit), "role.granted")], by, CHAT, until)

    async def revoke(self, person: PersonId, name: Role, unit: str, by: PersonId | None) -> None:
        """Take a role away."""
        result = await self._session.connection.execute(
            update(role)
            .where(
                role.c.person == person,
                role.c.role == name.value,
                role.c.unit == unit,
                role.c.revoked_at.is_(None),
            )
            .values(source=CHAT, revoked_at=self._session.clock())
        )
        if result.rowcount:
            await self._directory.changed()
            await self._note([((person, name.value, unit), "role.revoked")], by, CHAT)

    async def seed(self, wanted: Sequence[tuple[PersonId, SeedRole]]) -> None:
        """Make the roles of the file true, except where somebody decided otherwise in chat."""
        result = await self._session.connection.execute(select(role).with_for_update())
        known = {(row.person, row.role, row.unit): row for row in result}
        changed: list[tuple[PersonId, SeedRole]] = []
        for person, one in wanted:
            row = known.get((person, one.role.value, one.unit))
            if row is None or (
                row.source == CONFIG
                and (row.since, row.until, row.revoked_at) != (one.since, one.until, None)
            ):
                changed.append((person, one))
        asked = {(person, one.role.value, one.unit) for person, one in wanted}
        dropped = [
            key
            for key, row in known.items()
            if row.source == CONFIG and row.revoked_at is None and key not in asked
        ]
        await self._put(changed, CONFIG)
        await self._drop(dropped)
        await self._note(
            [((person, one.role.value, one.unit), "role.granted") for person, one in changed]
            + [(key, "role.revoked") for key in dropped],
            None,
            CONFIG,
        )

    async def _put(self, roles: Sequence[tuple[PersonId, SeedRole]], source: str) -> None:
        if not roles:
            return
        statement = self._session.insert(role)
        columns = ("since", "until", "source", "revoked_at")
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["person", "role", "unit"],
                set_={name: statement.excluded[name] for name in columns},
            ),
            [
                {
                    "person": person,
                    "role": one.role.value,
                    "unit": one.unit,
                    "since": one.since,
                    "until": one.until,
                    "source": source,
                    "revoked_at": None,
                }
                for person, one in roles
            ],
        )
        await self._directory.changed()

    async def _drop(self, held: Sequence[Held]) -> None:
        if not held:
            return
        now = self._session.clock()
        for person, name, unit in held:
            await self._session.connection.execute(
                update(role)
                .where(role.c.person == person, role.c.role == name, role.c.unit == unit)
                .values(revoked_at=now)
            )
        await self._directory.changed()

    async def _note(
        self,
        acts: Sequence[tuple[Held, str]],
        by: PersonId | None,
        source: str,
        until: date | None = None,
    ) -> None:
        now = self._session.clock()
        ends = {"until": until.isoformat()} if until else {}
        await self._history.record(
            [
                Entry(
                    subject=f"person:{person}",
                    act=act,
                    actor=by,
                    role="",
                    channel=source,
                    at=now,
                    public={"role": name, "unit": unit, **ends},
                )
                for (person, name, unit), act in acts
            ]
        )


def _held_on(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        role.c.revoked_at.is_(None),
        or_(role.c.since.is_(None), role.c.since <= today),
        or_(role.c.until.is_(None), role.c.until >= today),
    )
