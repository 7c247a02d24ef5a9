"""Whose a problem is that somebody raised at an activity: "恒通：…", "恒通陈总：…", "陈建国：…"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.outreach.enterprises import candidates
from flows.outreach.problems import names_enterprise, told
from flows.reading.names import CALLED, FULL_NAME
from flows.registration.people import is_called
from flows.registration.registration import COMING, LIVE, Registration, Standing, enterprise_key
from flows.registration.relay_merging import may_be_one

_HEAD = re.compile(r"^([^：:\n，。；！？,;!?]{2,30})[：:]\s*(.*)$", re.DOTALL)
_PERSON = re.compile(
    rf"^(?P<firm>.{{2,}}?)(?:[ ·的（(]*(?P<called>{CALLED.pattern})"
    rf"|[ ·的（(]+(?P<full>{FULL_NAME.pattern}))[）)]?$"
)
_LABEL = re.compile(
    r"^(?:问题|反映|诉求|建议|困难|时间|地点|原因|答复|备注|说明|情况|另外|补充)\d*$"
)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody on the list of an activity, as far as it tells whose a problem is."""

    name: str
    enterprise: str
    phone: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A problem of an activity as it was understood."""

    body: str
    enterprise: str = ""  # "" = nobody said whose it is, or several may be meant
    contact: str = ""
    attendee: Attendee | None = None  # None = nobody on the list
    doubt: tuple[str, ...] = ()  # enterprises that may be meant


def attendees(registrations: Iterable[Registration]) -> tuple[Attendee, ...]:
    """Return who may have spoken, those who came first; who cancelled was not there."""
    there = [one for one in registrations if one.standing in LIVE | {Standing.ABSENT}]
    order = (Standing.ARRIVED, *(COMING - {Standing.ARRIVED}))
    ranked = sorted(
        there,
        key=lambda one: (order.index(one.standing) if one.standing in order else 9, one.seq),
    )
    return tuple(Attendee(one.name, one.enterprise, one.phone, one.person) for one in ranked)


def cut(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Cut a message into problems: one for each line that says whose it is.

    A line that does not say it goes on with the one before; of numbered ones ("恒通：1. … 2. …")
    each is a problem of its own.
    """
    head = _HEAD.match(text)
    if head is not None:
        numbered = told(head[2])
        if len(numbered) > 1 and not any(_says_whose(one, names) for one in numbered[1:]):
            return tuple(f"{head[1]}：{one}" for one in numbered)
    return tuple(one for part in told(text) for one in _lines(part, names))


def _lines(part: str, names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in (one.strip() for one in part.splitlines()):
        if line and found and not _says_whose(line, names):
            found[-1] = f"{found[-1]}\n{line}"
        elif line:
            found.append(line)
    return found


def _says_whose(line: str, names: Sequence[str]) -> bool:
    """Say whether a line begins with somebody's enterprise."""
    head = _HEAD.match(line)
    if head is None:
        return False
    firm, _ = split(head[1].strip(), names)
    return bool(names_enterprise(line)) or bool(candidates(firm, names))


def split(said: str, names: Sequence[str]) -> tuple[str, str]:
    """Part an enterprise from the person who is named behind it; "" where nobody is."""
    if candidates(said, names):
        return said, ""
    found = _PERSON.match(said)
    if found is None:
        return said, ""
    return found["firm"].strip(), found["called"] or found["full"]


def head_of(text: str) -> str:
    """Return what stands in front of the colon, "" where nobody said whose it is."""
    head = _HEAD.match(text)
    return head[1].strip() if head and not _LABEL.match(head[1].strip()) else ""


def whose(text: str, listed: Sequence[Attendee], known: Sequence[str]) -> Raised:
    """Find out whose a problem is: somebody on the list before any enterprise that is known."""
    head = head_of(text)
    if not head:
        return Raised(text)
    body = text[text.index(head) + len(head) + 1 :].strip()
    alone = [one for one in listed if one.name == head]
    if len(alone) == 1:
        return Raised(body, alone[0].enterprise, head, alone[0])
    there = tuple(dict.fromkeys(one.enterprise for one in listed if one.enterprise))
    ending = next(
        (o.name for o in listed if o.name and head.endswith(o.name) and o.name != head), ""
    )
    if ending and not candidates(head, (*there, *known)):
        firm, contact = head.removesuffix(ending).strip(" ·的（("), ending
    else:
        firm, contact = split(head, (*there, *known))
    found = candidates(firm, there) or candidates(firm, known)
    if len(found) > 1:
        return Raised(body, contact=contact, doubt=found)
    enterprise = found[0] if found else firm
    speaker = _speaker(enterprise, contact, listed)
    return Raised(body, enterprise, speaker.name if speaker else contact, speaker)


def _speaker(enterprise: str, contact: str, listed: Sequence[Attendee]) -> Attendee | None:
    """Return who of the enterprise spoke: whoever is named, else the first of it who came."""
    key = enterprise_key(enterprise)
    ours = [one for one in listed if enterprise_key(one.enterprise) == key]
    if not contact:
        return next(iter(ours), None)
    exact = [one for one in ours if one.name == contact]
    if not exact and is_called(contact):
        exact = [one for one in ours if may_be_one(contact, one.name)]
    return exact[0] if len(exact) == 1 else None


__all__ = ["Attendee", "Raised", "attendees", "cut", "head_of", "split", "whose"]
