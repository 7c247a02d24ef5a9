"""What people are to a ticket, and what each part may see of it."""

from __future__ import annotations

from collections.abc import Iterable
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
    SYSTEM = "system"  # 系统


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which parts, and for which departments."""

    person: int
    parts: frozenset[Part]
    units: frozenset[str] = frozenset()  # of the case, that the person speaks for
    serves: frozenset[int] = frozenset()  # leaders whose 秘书 the person is
    stands_in: frozenset[str] = frozenset()  # of these, the ones without any 联络员


SYSTEM = Actor(0, frozenset({Part.SYSTEM}))
"""The clock, which acts by the rules alone."""

DESK = frozenset({Part.CLERK, Part.SUPERVISOR})
_HEARS = frozenset({Part.REPORTER, Part.JOINED})
_INSIDE = frozenset(
    {Part.REPORTER, Part.CLERK, Part.SUPERVISOR, Part.LEADER, Part.OFFICIAL, Part.INSPECTOR}
)
_READS = _INSIDE | {Part.LEAD, Part.SUPPORT, Part.ASKED, Part.SECRETARY}
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
    a leader: the unit is that leader's person.
    """
    held = tuple(roles)
    parts = {_ROLES[role] for role, _ in held if role in _ROLES}
    units = {unit for role, unit in held if role == "liaison" and unit}
    if parts & DESK:
        units |= orphaned
    asked = units & ticket.sounded
    units &= ticket.units
    if ticket.leader == person and Part.OFFICIAL in parts:
        parts.add(Part.LEADER)
    if ticket.reporter == person and not ticket.left:
        parts.add(Part.REPORTER)
    if ticket.joined_as(person):
        parts.add(Part.JOINED)
    if ticket.lead_unit in units:
        parts.add(Part.LEAD)
    if units - {ticket.lead_unit}:
        parts.add(Part.SUPPORT)
    if asked:
        parts.add(Part.ASKED)
    serves = frozenset(int(unit) for role, unit in held if role == "secretary" and unit)
    return Actor(
        person, frozenset(parts), frozenset(units | asked), serves, frozenset(units) & orphaned
    )


def may_read(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether the body may be shown.

    An administrator sees the configuration only; a leader what they own, what is 复杂 or worse,
    and what stands on the ladder.
    """
    reading = parts & _READS
    if reading - {Part.OFFICIAL, Part.SECRETARY}:
        return True
    return bool(reading) and is_serious(ticket)


def is_serious(ticket: Ticket) -> bool:
    """Say whether every leader reads it: 复杂 or worse, led, or well up on the ladder."""
    return ticket.tier in _SERIOUS or ticket.rung > 1 or ticket.leader is not None


def sees_reporter(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether enterprise, contact and phone may be shown (对部门隐去企业名)."""
    return bool(parts & _INSIDE) or not ticket.anonymous


def may_see_files(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether attachments may be shown: nobody can take a name out of a picture."""
    return may_read(ticket, parts) and sees_reporter(ticket, parts)


def hears(parts: frozenset[Part]) -> bool:
    """Say whether progress and the answer are for this person."""
    return bool(parts & _HEARS)
