"""What people are to a ticket, and what each part may see of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from flows.tickets.case import Ticket
from flows.tickets.state import Tier


class Part(StrEnum):
    """What a person is to one ticket."""

    REPORTER = "reporter"  # 反映人
    JOINED = "joined"  # 一同反映的人
    CLERK = "clerk"  # 受理员
    SUPERVISOR = "supervisor"  # 受理负责人
    LEAD = "lead"  # 主办联络员
    SUPPORT = "support"  # 协办联络员
    ASKED = "asked"  # 预交办中的部门
    LEADER = "leader"  # 领办领导
    OFFICIAL = "official"  # 其他领导
    SECRETARY = "secretary"  # 领导秘书
    INSPECTOR = "inspector"  # 督办
    ADMIN = "admin"  # 管理员
    APART = "apart"  # 保密件的其他受理员: knows of it, reads nothing, does nothing
    SYSTEM = "system"  # 系统


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which parts, and for which departments."""

    person: int
    parts: frozenset[Part]
    units: frozenset[str] = frozenset()  # of the case, that the person speaks for
    serves: frozenset[int] = frozenset()  # leaders whose 秘书 the person is
    stands_in: frozenset[str] = frozenset()  # of the units, those the desk acts for (代录)
    barred: frozenset[Part] = frozenset()  # parts that they lose: the case is their own
    behind: int | None = None  # who made the link by which the person came

    @property
    def departments(self) -> frozenset[str]:
        """Return the departments of the case that the person belongs to."""
        return self.units - self.stands_in


SYSTEM = Actor(0, frozenset({Part.SYSTEM}))
"""The clock, which acts by the rules alone."""

DESK = frozenset({Part.CLERK, Part.SUPERVISOR})
_HEARS = frozenset({Part.REPORTER, Part.JOINED})
_INSIDE = frozenset(
    {Part.REPORTER, Part.CLERK, Part.SUPERVISOR, Part.LEADER, Part.OFFICIAL, Part.INSPECTOR}
)
_SERIOUS = frozenset({Tier.COMPLEX, Tier.HARD})
_ROLES = {
    "clerk": Part.CLERK,
    "supervisor": Part.SUPERVISOR,
    "leader": Part.OFFICIAL,
    "secretary": Part.SECRETARY,
    "inspector": Part.INSPECTOR,
    "admin": Part.ADMIN,
}


def actor_of(
    ticket: Ticket, person: int, roles: Iterable[tuple[str, str]], orphaned: frozenset[str]
) -> Actor:
    """Say what a person is to a ticket, from their (role, unit) pairs.

    `orphaned` are departments without any 联络员: the 受理员 act for them (代录). A 秘书 is one of
    a leader: the unit is that leader's person. Whoever has an interest of their own in a case
    meets it for the enterprise alone, whatever else they are.
    """
    held = tuple(roles)
    parts = {_ROLES[role] for role, _ in held if role in _ROLES}
    units = {unit for role, unit in held if role == "liaison" and unit}
    if is_kept_from(ticket, person, parts):
        parts = (parts - DESK) | {Part.APART}
    elif parts & DESK:
        units |= orphaned
    asked = units & ticket.sounded
    units &= ticket.units
    if ticket.leader == person and Part.OFFICIAL in parts:
        parts.add(Part.LEADER)
    if ticket.lead_unit in units:
        parts.add(Part.LEAD)
    if units - {ticket.lead_unit}:
        parts.add(Part.SUPPORT)
    if asked:
        parts.add(Part.ASKED)
    if is_party(ticket, person):
        return Actor(person, _as_party(ticket, person), barred=frozenset(parts))
    serves = frozenset(int(unit) for role, unit in held if role == "secretary" and unit)
    stands_in = units & orphaned if parts & DESK else frozenset[str]()
    return Actor(person, frozenset(parts), frozenset(units | asked), serves, frozenset(stands_in))


def is_kept_from(ticket: Ticket, person: int, parts: Collection[Part]) -> bool:
    """Say whether a case is confidential to somebody of the desk.

    Named are who wrote it down, who took it on, and the head of the desk.
    """
    named = person in {ticket.recorded_by, ticket.clerk} or Part.SUPERVISOR in parts
    return ticket.confidential and Part.CLERK in parts and not named


def is_party(ticket: Ticket, person: int) -> bool:
    """Say whether a case is somebody's own: they reported it, or have the same problem.

    Who left the enterprise since is one still: what they do of it would be in their own cause.
    """
    return ticket.reporter == person or ticket.joined_as(person) is not None


def _as_party(ticket: Ticket, person: int) -> frozenset[Part]:
    reports = {Part.REPORTER} if ticket.reporter == person and not ticket.left else set[Part]()
    return frozenset(reports | ({Part.JOINED} if ticket.joined_as(person) else set()))


def is_serious(ticket: Ticket) -> bool:
    """Say whether every leader reads it: 复杂 or worse, led, or well up on the ladder."""
    return ticket.tier in _SERIOUS or ticket.rung > 1 or ticket.leader is not None


def sees_reporter(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether enterprise, contact and phone may be shown (对部门隐去企业名).

    A department that is only asked whether a case is its own (预交办) need not know whose it is.
    """
    if parts & _INSIDE:
        return True
    return not ticket.anonymous and bool(parts - {Part.ASKED})


def hears(parts: frozenset[Part]) -> bool:
    """Say whether progress and the answer are for this person."""
    return bool(parts & _HEARS)
