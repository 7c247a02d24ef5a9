"""People: what is known of each person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from bot.storage.accounts import Accounts
from bot.storage.directory import Directory
from bot.storage.enterprises import EnterpriseRows
from bot.storage.groups import Groups
from bot.storage.invites import Invites
from bot.storage.prepared import Prepared
from bot.storage.roles import CHAT, Roles
from bot.storage.session import Session
from bot.storage.tables import enterprise as named
from bot.storage.tables import person
from handlers.ports import Group, Invite, Person, PersonId, Role, Roster, Term

MET = "met"  # the source of a profile: staff met them, and no account is known
SHANGHAI = ZoneInfo("Asia/Shanghai")
_LOADED = Prepared(
    lambda _: select(
        person.c.id,
        person.c.binding,
        person.c.consent,
        person.c.profile,
        person.c.merged_into,
    ).where(person.c.id.in_(bindparam("persons", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Profile:
    """The sealed part of a person."""

    name: str = ""
    phone: str = ""
    enterprise: str = ""
    title: str = ""


class PeopleRows:
    """Loads and stores persons, their roles, groups and invitations."""

    def __init__(
        self,
        session: Session,
        directory: Directory,
        accounts: Accounts,
        roles: Roles,
        groups: Groups,
    ) -> None:
        self._session = session
        self._directory = directory
        self._accounts = accounts
        self._roles = roles
        self._groups = groups
        self._enterprises = EnterpriseRows(session, directory)
        self._invites = Invites(session)

    async def load(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Person]:
        """Return these persons with the roles of today."""
        if not persons:
            return {}
        staff = await self._staff(self._session.clock().astimezone(SHANGHAI).date())
        return await self._load(persons, {p: staff[p].roles for p in persons if p in staff})

    async def roster(self, today: date) -> Roster:
        """Return everybody with a role, and the known groups."""
        return Roster(await self._staff(today), tuple(await self._groups.all()))

    async def find(self, channel: str, staff_id: str) -> Person | None:
        """Return whose staff id this is."""
        owners = await self._accounts.owners_of_staff([(channel, staff_id)])
        for owner in owners.values():
            return (await self.load([owner])).get(owner)
        return None

    async def with_phone(self, phone: str) -> Sequence[PersonId]:
        """Return who told this number."""
        result = await self._session.connection.execute(
            select(person.c.id)
            .where(person.c.phone_key == _phone_key(self._session, phone))
            .order_by(person.c.id)
        )
        return result.scalars().all()

    async def save(self, persons: Sequence[Person]) -> None:
        """Store name, phone, enterprise, binding and consent."""
        ids = [one.id for one in persons]
        profiles = await self.profiles(ids)
        result = await self._session.connection.execute(
            select(person.c.id, person.c.binding).where(person.c.id.in_(ids))
        )
        bindings = {row.id: row.binding for row in result}
        rows = []
        for one in persons:
            known = profiles.get(one.id, Profile())
            told = Profile(one.name, one.phone, one.enterprise, known.title)
            if (told, one.binding) == (known, bindings.get(one.id)):
                await self._consent(one)
            else:
                rows.append((one.id, told, one.binding, one.consent))
        await self.store(rows, CHAT)

    async def _consent(self, one: Person) -> None:
        """Store the consent alone: who somebody is stays what config/people.toml says."""
        await self._session.connection.execute(
            update(person).where(person.c.id == one.id).values(consent=one.consent)
        )
        await self._noticed([one.id])

    async def store(self, rows: Sequence[tuple[PersonId, Profile, str, str]], source: str) -> None:
        """Write profile, binding and consent; only the bound belong to an enterprise."""
        numbers = await self._enterprises.numbers(
            [p.enterprise for _, p, binding, _ in rows if binding == "bound" and p.enterprise]
        )
        for one, profile, binding, consent in rows:
            bound = binding == "bound"
            await self._session.connection.execute(
                update(person)
                .where(person.c.id == one)
                .values(
                    enterprise=numbers.get(profile.enterprise) if bound else None,
                    binding=binding,
                    consent=consent,
                    profile=_sealed(self._session, one, profile),
                    phone_key=_phone_key(self._session, profile.phone),
                    source=source,
                )
            )
        await self._noticed([one for one, *_ in rows])

    async def _noticed(self, persons: Collection[PersonId]) -> None:
        if await self._directory.holders(persons):
            await self._directory.changed()

    async def profiles(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Profile]:
        """Return the sealed part of these persons."""
        result = await self._session.connection.execute(
            select(person.c.id, person.c.profile).where(person.c.id.in_(persons))
        )
        return {one: _opened(self._session, one, blob) for one, blob in result}

    async def grant(
        self,
        person: PersonId,
        role: Role,
        unit: str,
        by: PersonId | None,
        until: date | None = None,
    ) -> None:
        """Give a role from now on, up to a day that is included; None = without an end."""
        await self._roles.grant(person, role, unit, by, until)

    async def terms(self, today: date) -> Sequence[Term]:
        """Return the roles of today with their last days, as they were given."""
        return await self._roles.terms(today)

    async def stood_for(self, person: PersonId) -> Sequence[PersonId]:
        """Return for whom somebody stands or stood in (代理), whether or not it is over."""
        return await self._roles.stood_for(person)

    async def revoke(self, person: PersonId, role: Role, unit: str, by: PersonId | None) -> None:
        """Take a role away."""
        await self._roles.revoke(person, role, unit, by)

    async def set_group(self, group: Group) -> None:
        """Note a group and its kind."""
        await self._groups.put([group], CHAT)

    async def enterprises(self) -> Sequence[str]:
        """Return the names of known enterprises."""
        return await self._enterprises.names()

    async def deregistered(self) -> Sequence[str]:
        """Return the names of enterprises that are no more (注销)."""
        return await self._enterprises.deregistered()

    async def speakers(self, enterprise: str) -> Sequence[Person]:
        """Return who is bound to an enterprise."""
        return (await self.speakers_of([enterprise])).get(enterprise, [])

    async def speakers_of(self, enterprises: Sequence[str]) -> Mapping[str, Sequence[Person]]:
        """Return who is bound to each of these enterprises; nobody = it is left out."""
        if not enterprises:
            return {}
        result = await self._session.connection.execute(
            select(named.c.name, person.c.id)
            .where(
                person.c.enterprise == named.c.id,
                named.c.name.in_(enterprises),
                person.c.binding == "bound",
            )
            .order_by(person.c.id)
        )
        rows = result.all()
        people = await self.load([one for _, one in rows])
        found: dict[str, list[Person]] = {}
        for name, one in rows:
            found.setdefault(name, []).append(people[one])
        return found

    async def meet(self, enterprise: str, name: str, phone: str) -> PersonId:
        """Return whom staff met there and who has no account.

        Known again by the telephone number; by the name, where none was told.
        """
        result = await self._session.connection.execute(
            select(person.c.id)
            .where(person.c.phone_key == _phone_key(self._session, phone), person.c.source == MET)
            .order_by(person.c.id)
        )
        known = await self.profiles(result.scalars().all())
        same = (
            one
            for one, told in known.items()
            if told.enterprise == enterprise and (phone or told.name == name)
        )
        one = next(same, None) or (await self._accounts.create(1, MET))[0]
        await self.store([(one, Profile(name, phone, enterprise), "none", "")], MET)
        return one

    async def invite(self, invite: Invite) -> None:
        """Store an invitation."""
        await self._invites.add(invite)

    async def redeem(self, code: str, person: PersonId, at: datetime) -> Invite | None:
        """Use an invitation up; None when unknown, used or expired."""
        return await self._invites.redeem(code, person, at)

    async def _staff(self, today: date) -> Mapping[PersonId, Person]:
        page = await self._directory.page()
        if page.staff is None or page.staff[0] != today:
            held = await self._roles.held(today)
            page.staff = today, dict(await self._load(list(held), held)) if held else {}
        return page.staff[1]

    async def _load(
        self,
        persons: Sequence[PersonId],
        held: Mapping[PersonId, tuple[tuple[Role, str], ...]],
    ) -> Mapping[PersonId, Person]:
        result = await self._session.run(_LOADED, {"persons": list(persons)})
        rows = result.all()
        nicks, reachable, channels = await self._accounts.seen(persons)
        return {
            row.id: _person(
                row,
                _opened(self._session, row.id, row.profile),
                nick=nicks.get(row.id, ""),
                roles=held.get(row.id, ()),
                reachable=row.id in reachable,
                channels=channels.get(row.id, frozenset()),
            )
            for row in rows
        }


def _phone_key(session: Session, phone: str) -> bytes | None:
    """Give the value under which a number is found."""
    return session.keys.lookup(f"phone:{phone}") if phone else None


def _person(row: Any, profile: Profile, **seen: Any) -> Person:
    return Person(
        id=row.id,
        name=profile.name,
        phone=profile.phone,
        enterprise=profile.enterprise,
        binding=row.binding,
        consent=row.consent,
        merged_into=row.merged_into,
        **seen,
    )


def _sealed(session: Session, one: PersonId, profile: Profile) -> bytes:
    plain = [profile.name, profile.phone, profile.enterprise, profile.title]
    return session.seal_json(plain, "person.profile", one)


def _opened(session: Session, one: PersonId, blob: bytes | None) -> Profile:
    return Profile(*session.open_json(blob, "person.profile", one)) if blob else Profile()
