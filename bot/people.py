"""people.toml and the first administrators, as the records take them in."""

from collections.abc import Sequence
from datetime import date

from bot.config import Config
from bot.config.people import Person, RoleName
from bot.storage.rows import SeedPerson, SeedRole
from handlers.ports import Group, Role


def seed_persons(config: Config, admins: Sequence[str], channel: str) -> tuple[SeedPerson, ...]:
    """Turn the file's people into rows; QINQING_ADMINS adds its right to whoever it names."""
    named = set(admins)
    listed = tuple(
        _seed(person, channel, admin=person.dingtalk in named) for person in config.people.person
    )
    known = {person.staff_id for person in listed}
    # The demo's 受理员 are nobody in a real organisation: its administrators take reports on.
    roles = (SeedRole(Role.ADMIN), *((SeedRole(Role.CLERK),) if config.people.demo else ()))
    added = (
        SeedPerson(name="", channel=channel, staff_id=staff_id, roles=roles)
        for staff_id in dict.fromkeys(admins)
        if staff_id not in known
    )
    return (*listed, *added)


def seed_groups(config: Config) -> tuple[Group, ...]:
    """Turn the file's groups into rows."""
    return tuple(
        Group(
            group.id,
            group.name,
            group.kind.value,
            group.unit or "",
            group.chamber,
            group.town,
            group.industries,
            group.sandbox,
            channel=group.channel,
        )
        for group in config.people.group
    )


def _seed(person: Person, channel: str, *, admin: bool) -> SeedPerson:
    roles = [
        _role(grant.role, person, grant.since, grant.until)
        for grant in person.roles
        if grant.role is not RoleName.ENTREPRENEUR
    ]
    if admin and not any(role.role is Role.ADMIN for role in roles):
        roles.append(SeedRole(Role.ADMIN))
    return SeedPerson(
        name=person.name,
        channel=channel,
        staff_id=person.dingtalk,
        phone=person.phone or "",
        enterprise=person.enterprise or "",
        title=person.title or "",
        roles=tuple(roles),
    )


def _role(name: RoleName, person: Person, since: date | None, until: date | None) -> SeedRole:
    unit = (person.unit or "") if name is RoleName.LIAISON else ""
    served = name in {RoleName.SECRETARY, RoleName.DEPUTY}
    serves = (person.serves or "") if served else ""
    return SeedRole(Role(name.value), unit, since, until, serves=serves)
