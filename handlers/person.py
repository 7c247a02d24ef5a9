"""People, their roles and the groups they sit in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol

from handlers.arrival import PersonId

DINGTALK = "dingtalk"
"""The office's own channel, where a group is of which nothing else is said."""
CUSTOMERS = "customer:"
"""How the chat id of a customer group (客户群) begins, whose owner lets messages go out."""
MASS = "mass:"
"""How the chat of a group begins that stands for the subscribers of a 公众号."""


class Role(StrEnum):
    """What a person may be, besides the reporter of their own tickets."""

    CLERK = "clerk"  # 受理员
    SUPERVISOR = "supervisor"  # 受理负责人
    LIAISON = "liaison"  # 部门联络员
    DEPUTY = "deputy"  # 代理: stands in for a 联络员 who is away; the unit is that person
    LEADER = "leader"  # 领导
    SECRETARY = "secretary"  # 领导秘书
    INSPECTOR = "inspector"  # 督办
    ORGANISER = "organiser"  # 活动专员
    ADMIN = "admin"  # 管理员


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who talks to us; `binding` says how far we know who they are."""

    id: PersonId
    name: str = ""  # as told or bound; empty = only the nick is known
    nick: str = ""
    phone: str = ""
    enterprise: str = ""
    binding: Literal["none", "pending", "bound"] = "none"
    consent: str = ""  # version of the notice they agreed to
    roles: tuple[tuple[Role, str], ...] = ()  # (role, unit); unit "" = whole office
    reachable: bool = True  # can be written to 1:1 (has a staff id)
    merged_into: PersonId | None = None  # who they are since their accounts were linked
    channels: frozenset[str] = field(default=frozenset(), compare=False)  # they have accounts of

    def has(self, *roles: Role) -> bool:
        """Say whether the person holds one of the roles today."""
        return any(role in roles for role, _ in self.roles)

    def units(self) -> tuple[str, ...]:
        """Return the departments the person is 联络员 of."""
        return tuple(unit for role, unit in self.roles if role is Role.LIAISON and unit)

    def stands_for(self) -> tuple[PersonId, ...]:
        """Return the 联络员 whom the person stands in for."""
        return tuple(int(unit) for role, unit in self.roles if role is Role.DEPUTY and unit)


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat the office knows, and its kind."""

    chat: str
    name: str
    kind: Literal["enterprise", "staff", "department", "leader"]
    unit: str = ""
    chamber: str = ""  # 商会
    town: str = ""  # 镇（街道）
    industries: tuple[str, ...] = ()
    sandbox: bool = False  # 沙箱: demo content may go there
    robot: bool = True  # whether something of ours can write there
    files: bool = True  # whether files can go there, too
    channel: str = DINGTALK  # it is written to through
    hears: bool = True  # whether what is written there reaches us


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody with a role, and the known groups."""

    staff: Mapping[PersonId, Person]
    groups: tuple[Group, ...]

    def holders(self, role: Role, unit: str = "") -> tuple[Person, ...]:
        """Return who holds a role (of a department)."""
        return tuple(p for p in self.staff.values() if (role, unit) in p.roles)

    @property
    def away(self) -> frozenset[PersonId]:
        """Return the 联络员 for whom somebody stands in today."""
        return frozenset(one for person in self.staff.values() for one in person.stands_for())

    def group(self, chat: str) -> Group | None:
        """Return a known group by its chat id."""
        return next((g for g in self.groups if g.chat == chat), None)


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation code (邀请码) to join an enterprise; only a keyed digest is stored.

    With `deputy_of` it makes its user the 代理 of that 联络员 until a day, and joins no enterprise.
    """

    code: str
    enterprise: str
    name: str
    by: PersonId
    expires_at: datetime
    deputy_of: PersonId | None = None
    until: date | None = None


Held = tuple[tuple[Role, str], ...]
"""The roles of one person: (role, unit)."""


def with_deputies(held: Mapping[PersonId, Held]) -> Mapping[PersonId, Held]:
    """Give each 代理 the departments of the 联络员 they stand in for, as those hold them today.

    Who stands in passes nothing on: a 代理 of theirs gets what they hold themselves.
    """
    found: dict[PersonId, Held] = {}
    for person, roles in held.items():
        absent = (int(unit) for role, unit in roles if role is Role.DEPUTY and unit)
        lent = (one for who in absent for one in held.get(who, ()) if one[0] is Role.LIAISON)
        found[person] = tuple(dict.fromkeys((*roles, *lent)))
    return found


@dataclass(frozen=True, slots=True)
class Term:
    """One role of a person with its last day (任职); None = without an end."""

    person: PersonId
    role: Role
    unit: str
    until: date | None = None


class Enterprises(Protocol):
    """The enterprises that are no more (注销)."""

    async def deregistered(self) -> Sequence[str]:
        """Return the names of those that are no more."""

    async def stands(self, name: str) -> bool:
        """Say whether somebody may be bound to it, held until the commit."""

    async def deregister(self, name: str, at: datetime) -> int:
        """Let nobody be bound to it from here on, whoever is bound now; return its number."""

    async def reinstate(self, name: str) -> int:
        """Let people be bound to it again; return its number."""
