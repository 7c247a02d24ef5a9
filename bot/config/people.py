"""people.toml: who has which role, and which group is of which kind."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.source import Table, entry, fault, parse
from handlers.person import CUSTOMERS, MASS


class RoleName(StrEnum):
    """A role that people.toml may give."""

    CLERK = "clerk"  # 受理员
    SUPERVISOR = "supervisor"  # 受理负责人
    LIAISON = "liaison"  # 部门联络员
    DEPUTY = "deputy"  # 代理
    LEADER = "leader"  # 领导
    SECRETARY = "secretary"  # 领导秘书
    INSPECTOR = "inspector"  # 督办
    ORGANISER = "organiser"  # 活动专员
    ADMIN = "admin"  # 管理员
    ENTREPRENEUR = "entrepreneur"  # 企业家


class GroupKind(StrEnum):
    """Who sits in a group, which decides what it may be shown."""

    ENTERPRISE = "enterprise"  # 企业群
    STAFF = "staff"  # 工作群
    DEPARTMENT = "department"  # 部门群
    LEADER = "leader"  # 领导群


class RoleGrant(Table):
    """One role, perhaps for a time; both days are included."""

    role: RoleName
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether the role is held on this day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


def _grant(value: object) -> object:
    return {"role": value} if isinstance(value, str) else value


class Person(Table):
    """One person as the staff write them down."""

    name: Annotated[str, Field(max_length=40)] = ""
    dingtalk: Annotated[str, Field(min_length=1, max_length=128)]
    roles: Annotated[tuple[Annotated[RoleGrant, BeforeValidator(_grant)], ...], Field(min_length=1)]
    unit: str | None = None
    serves: str | None = None  # DingTalk id of the leader of a 秘书, of the 联络员 of a 代理
    enterprise: str | None = None
    phone: str | None = None
    title: str | None = None

    def roles_on(self, day: date) -> frozenset[RoleName]:
        """Name the roles held on this day."""
        return frozenset(grant.role for grant in self.roles if grant.holds(day))


class Group(Table):
    """One group the robot sits in."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    name: Annotated[str, Field(max_length=80)] = ""
    kind: GroupKind
    unit: str | None = None
    chamber: Annotated[str, Field(max_length=80)] = ""
    town: Annotated[str, Field(max_length=80)] = ""
    industries: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = ()
    sandbox: bool = False
    channel: Literal["dingtalk", "wecom", "wechat"] = "dingtalk"
    owner: Annotated[str, Field(min_length=1, max_length=64)] | None = None  # userid, 客户群的群主


class People(Table):
    """The whole file."""

    demo: bool = False
    person: tuple[Person, ...] = ()
    group: tuple[Group, ...] = ()


def load_people(path: Path, units: Collection[str]) -> People:
    """Read people.toml; every unit it names must exist."""
    people = parse(People, path)
    # User ids and names stay out of the fault texts; places are enough to find them.
    _once(path, "person", "dingtalk", (person.dingtalk for person in people.person))
    _once(path, "group", "id", (group.id for group in people.group))
    for position, person in enumerate(people.person):
        is_liaison = any(grant.role is RoleName.LIAISON for grant in person.roles)
        _unit(path, entry("person", position), person.unit, units, needed=is_liaison)
        _served(path, entry("person", position), person, people)
        for grant in person.roles:
            if grant.since and grant.until and grant.until < grant.since:
                raise fault(path, entry("person", position), "roles", "a role ends before it began")
    for position, group in enumerate(people.group):
        needed = group.kind is GroupKind.DEPARTMENT
        _subscribers(path, entry("group", position), group)
        _unit(path, entry("group", position), group.unit, units, needed=needed)
        _owned(path, entry("group", position), group)
    return people


def _owned(path: Path, table: str, group: Group) -> None:
    """Check that a customer group says who lets messages go out, and no other does."""
    is_customers = group.id.startswith(CUSTOMERS)
    if is_customers and group.channel != "wecom":
        raise fault(path, table, "channel", 'a customer group has the channel "wecom"')
    if is_customers and group.kind is not GroupKind.ENTERPRISE:
        raise fault(path, table, "kind", "a customer group is of the kind enterprise")
    if is_customers and group.owner is None:
        raise fault(path, table, "owner", "missing key: a customer group has an owner")
    if group.owner is not None and not is_customers:
        said = f'only a group whose id begins with "{CUSTOMERS}" has one'
        raise fault(path, table, "owner", said)


def _subscribers(path: Path, table: str, group: Group) -> None:
    """Check a group that stands for the subscribers of the 公众号, which has no other groups."""
    is_account = group.channel == "wechat"
    if is_account != group.id.startswith(MASS) or (is_account and not _MASSES.fullmatch(group.id)):
        said = 'channel = "wechat" goes with the id "mass:all" or "mass:tag:2", and with no other'
        raise fault(path, table, "id", said)
    if is_account and group.sandbox:
        said = "subscribers are no sandbox: a demonstration would reach all of them"
        raise fault(path, table, "sandbox", said)
    if is_account and group.kind is not GroupKind.ENTERPRISE:
        raise fault(path, table, "kind", "subscribers are of the kind enterprise")


def _served(path: Path, table: str, person: Person, people: People) -> None:
    """Check whom a 秘书 and a 代理 are there for; a 代理 is one until a day."""
    for grant in person.roles:
        served = _SERVED.get(grant.role)
        if served is None:
            continue
        if person.serves is None:
            said = f"missing key: a {grant.role.value} serves a {served.value}"
            raise fault(path, table, "serves", said)
        known = {
            one.dingtalk
            for one in people.person
            if any(held.role is served for held in one.roles) and one is not person
        }
        if person.serves not in known:
            said = f"nobody with this id is a {served.value} in this file"
            raise fault(path, table, "serves", said)
        if grant.role is RoleName.DEPUTY and grant.until is None:
            raise fault(path, table, "roles", "a deputy needs a last day (until)")


_MASSES = re.compile(rf"{MASS}(all|tag:[0-9]{{1,9}})")
_SERVED = {RoleName.SECRETARY: RoleName.LEADER, RoleName.DEPUTY: RoleName.LIAISON}


def _once(path: Path, table: str, key: str, values: Iterable[str]) -> None:
    first: dict[str, int] = {}
    for position, value in enumerate(values):
        earlier = first.setdefault(value, position)
        if earlier != position:
            reason = f"the same value as in {entry(table, earlier)}"
            raise fault(path, entry(table, position), key, reason)


def _unit(path: Path, table: str, unit: str | None, units: Collection[str], needed: bool) -> None:
    if unit is None:
        if needed:
            raise fault(path, table, "unit", "missing key: a department must be named")
    elif unit not in units:
        raise fault(path, table, "unit", f'no department has the id "{unit}"')
