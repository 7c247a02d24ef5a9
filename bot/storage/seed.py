"""Seed: what config/people.toml says, brought into the records at the start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.storage.accounts import Accounts
from bot.storage.people import PeopleRows, Profile
from bot.storage.roles import CHAT, CONFIG, Roles
from bot.storage.rows import SeedPerson, SeedRole
from bot.storage.session import Session
from bot.storage.tables import person
from handlers.ports import PersonId


class Seed:
    """Brings the people of the file in; what was changed in chat later wins."""

    def __init__(
        self, session: Session, accounts: Accounts, people: PeopleRows, roles: Roles
    ) -> None:
        self._session = session
        self._accounts = accounts
        self._people = people
        self._roles = roles

    async def sow(self, persons: Sequence[SeedPerson]) -> None:
        """Create, update and give roles to these persons; take dropped roles away."""
        merged = _merged(persons)
        numbers = await self._numbers(merged)
        await self._profiles(merged, numbers)
        await self._roles.seed(
            [
                (numbers[one.channel, one.staff_id], _serving(role, one.channel, numbers))
                for one in merged
                for role in one.roles
            ]
        )

    async def _numbers(self, persons: Sequence[SeedPerson]) -> Mapping[tuple[str, str], PersonId]:
        wanted = [(one.channel, one.staff_id) for one in persons]
        owners = await self._accounts.owners_of_staff(wanted)
        numbers = {(channel, staff_id): n for (channel, _, staff_id), n in owners.items()}
        missing = [key for key in wanted if key not in numbers]
        created = await self._accounts.create(len(missing), CONFIG)
        added = dict(zip(missing, created, strict=True))
        await self._accounts.add_staff(added)
        return {**numbers, **added}

    async def _profiles(
        self, persons: Sequence[SeedPerson], numbers: Mapping[tuple[str, str], PersonId]
    ) -> None:
        ids = list(numbers.values())
        result = await self._session.connection.execute(
            select(person.c.id, person.c.source, person.c.binding, person.c.consent).where(
                person.c.id.in_(ids)
            )
        )
        known = {row.id: row for row in result}
        stored = await self._people.profiles(ids)
        gone = set(await self._people.deregistered())
        rows = []
        for one in persons:
            number = numbers[one.channel, one.staff_id]
            row = known[number]
            profile = Profile(one.name, one.phone, one.enterprise, one.title)
            binding = "bound" if one.enterprise and one.enterprise not in gone else "none"
            if row.source == CHAT or (stored[number], row.binding) == (profile, binding):
                continue
            rows.append((number, profile, binding, row.consent))
        await self._people.store(rows, CONFIG)


def _serving(role: SeedRole, channel: str, numbers: Mapping[tuple[str, str], PersonId]) -> SeedRole:
    """Name the leader of a 秘书 as the records do: by the number of the person."""
    if not role.serves:
        return role
    return replace(role, unit=str(numbers[channel, role.serves]), serves="")


def _merged(persons: Sequence[SeedPerson]) -> Sequence[SeedPerson]:
    """Put together what is said twice of one account, e.g. in the file and as administrator."""
    found: dict[tuple[str, str], SeedPerson] = {}
    for one in persons:
        first = found.setdefault((one.channel, one.staff_id), one)
        roles = {(role.role, role.unit): role for role in (*one.roles, *first.roles)}
        found[one.channel, one.staff_id] = replace(
            first,
            name=first.name or one.name,
            phone=first.phone or one.phone,
            enterprise=first.enterprise or one.enterprise,
            title=first.title or one.title,
            roles=tuple(roles.values()),
        )
    return list(found.values())
