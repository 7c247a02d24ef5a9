"""The persons and groups of config/people.toml as the records take them in at the start."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config.people import People, RoleName
from bot.storage.rows import SeedPerson, SeedRole
from handlers.ports import Group, Role

CHANNEL = "dingtalk"


def seed_persons(people: People, admins: Sequence[str]) -> tuple[SeedPerson, ...]:
    """Return everybody of the file, and the first administrators of QINQING_ADMINS."""
    listed = [
        SeedPerson(
            name=person.name,
            channel=CHANNEL,
            staff_id=person.dingtalk,
            phone=person.phone or "",
            enterprise=person.enterprise or "",
            title=person.title or "",
            roles=tuple(
                SeedRole(
                    role=Role(grant.role.value),
                    unit=(person.unit or "") if grant.role is RoleName.LIAISON else "",
                    since=grant.since,
                    until=grant.until,
                )
                for grant in person.roles
                if grant.role is not RoleName.ENTREPRENEUR
            )
            + _admin(person.dingtalk, admins),
        )
        for person in people.person
    ]
    known = {person.staff_id for person in listed}
    added = [
        SeedPerson(name="", channel=CHANNEL, staff_id=ident, roles=(SeedRole(Role.ADMIN),))
        for ident in dict.fromkeys(admins)
        if ident not in known
    ]
    return (*listed, *added)


def _admin(ident: str, admins: Sequence[str]) -> tuple[SeedRole, ...]:
    return (SeedRole(Role.ADMIN),) if ident in admins else ()


def seed_groups(people: People) -> tuple[Group, ...]:
    """Return the groups of the file."""
    return tuple(
        Group(group.id, group.name, group.kind.value, group.unit or "") for group in people.group
    )
