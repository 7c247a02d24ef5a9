"""From a rule to those who are meant (圈人): who gets a campaign, who does not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from flows.campaigns.blanks import blanks
from flows.campaigns.calm import Judged
from flows.campaigns.campaign import Audience, Draft, Kind

EVERY = "*"
ENTERPRISE_GROUP = "enterprise"


class Why(StrEnum):
    """Why somebody who is meant does not get it."""

    DEMO = "demo"  # demo content, and no group marked 沙箱
    NO_ROBOT = "no_robot"  # nothing can be sent into the group
    UNREACHABLE = "unreachable"  # a person without an account
    UNSUBSCRIBED = "unsubscribed"  # 退订
    DIGEST = "digest"  # had enough this week: Friday's digest
    DISTURBED = "disturbed"  # 不宜打扰
    BLANK = "blank"  # something the text says of everybody is not known of this one
    TWICE = "twice"  # had the same 文号 within the window
    GONE = "gone"  # left, or dissolved, since it was approved


class Lack(StrEnum):
    """What is not known of an enterprise, so that it is not meant by a rule that asks for it."""

    CHAMBER = "chamber"
    TOWN = "town"
    INDUSTRY = "industry"
    SIZE = "size"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Chat:
    """A group, and what the office noted about it."""

    chat: str
    name: str
    kind: str = ENTERPRISE_GROUP
    chamber: str = ""
    town: str = ""
    industries: tuple[str, ...] = ()
    sandbox: bool = False  # 沙箱
    robot: bool = True  # whether a robot can write there
    named: bool = False  # meant only where somebody names it, never among all the groups

    @property
    def key(self) -> str:
        """Return under what it is a target."""
        return f"g:{self.chat}"


@dataclass(frozen=True, slots=True)
class Firm:
    """What is known of an enterprise; an empty field is not known."""

    name: str
    chamber: str = ""
    town: str = ""
    industry: str = ""
    size: str = ""
    tags: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()  # tags of which it is known that it has them not
    wider: frozenset[str] = frozenset()  # industries that its own is a part of
    narrower: frozenset[str] = frozenset()  # of which its own may be one, as far as is known

    @property
    def chambers(self) -> frozenset[str]:
        """Return its chambers; a tag may name one as well."""
        return self.tags | {self.chamber}

    @property
    def industries(self) -> frozenset[str]:
        """Return every industry that it is surely in."""
        return self.wider | {self.industry}


@dataclass(frozen=True, slots=True)
class Reader:
    """A person of an enterprise."""

    person: int
    name: str
    firm: Firm
    reachable: bool = True
    left_topics: frozenset[str] = frozenset()  # 退订: topics, or EVERY
    calm: Why | None = None  # what the 打扰账 has against another message now
    judged: Judged | None = None  # the entries of the 打扰账 that say so
    lacks: tuple[str, ...] = ()  # blanks of the text that nothing fills
    sandbox: bool = False

    @property
    def key(self) -> str:
        """Return under what they are a target."""
        return f"p:{self.person}"


@dataclass(frozen=True, slots=True)
class World:
    """Everybody who could be meant."""

    chats: Sequence[Chat] = ()
    readers: Sequence[Reader] = ()
    had: Collection[str] = frozenset()  # keys that had the same 文号 within the window


@dataclass(frozen=True, slots=True)
class Target:
    """A group or a person that is meant; `why` = it does not get it."""

    key: str
    name: str
    why: Why | None = None
    told: tuple[str, ...] = ()  # what `why` names: the blanks that lack
    firm: str = ""  # the enterprise of a person
    judged: Judged | None = None  # what the 打扰账 says, where that is why


@dataclass(frozen=True, slots=True)
class Meant:
    """Those whom a rule means, in a fixed order."""

    targets: tuple[Target, ...] = ()
    unsaid: Mapping[Lack, int] = field(default_factory=dict)  # enterprises of whom it is not known

    @property
    def reached(self) -> tuple[Target, ...]:
        """Return who gets it."""
        return tuple(one for one in self.targets if one.why is None)

    @property
    def hears(self) -> int:
        """Count who hears of it: now, or on Friday in the digest."""
        return sum(one.why in {None, Why.DIGEST} for one in self.targets)

    @property
    def left_out(self) -> Mapping[Why, tuple[Target, ...]]:
        """Return who does not, by the reason."""
        found: dict[Why, list[Target]] = {}
        for one in self.targets:
            if one.why is not None:
                found.setdefault(one.why, []).append(one)
        return {why: tuple(found[why]) for why in Why if why in found}


@dataclass(frozen=True, slots=True)
class Difference:
    """How those who get it differ from those who got the one before."""

    added: tuple[str, ...] = field(default=())
    gone: tuple[str, ...] = field(default=())


def meant(draft: Draft, world: World, passed: Collection[Why] = ()) -> Meant:
    """Return who is meant by a draft; what staff let pass by name is no reason any more.

    Whoever is not meant at all is not here. A person whose enterprise is not known in what the rule
    asks for is not meant: nobody is sent a message on a guess.
    """
    audience = draft.audience
    chats = [_chat(one, draft, world) for one in world.chats if _means_chat(audience, one)]
    readers = [_reader(one, draft, world) for one in world.readers if _means_firm(audience, one)]
    found = (*chats, *readers)
    targets = tuple(_let_pass(one, passed) for one in found)
    return Meant(targets, unsaid(audience, [one.firm for one in world.readers]))


def unsaid(audience: Audience, firms: Iterable[Firm]) -> Mapping[Lack, int]:
    """Count the enterprises that are not meant only because something is not known of them.

    Whichever of the things is known speaks for it, or it is not counted.
    """
    if not (audience.people and audience.narrows):
        return {}
    named = frozenset(audience.enterprises)
    counts = Counter(
        lack
        for firm in {one.name: one for one in firms if one.name not in named}.values()
        for lack in _lacking(audience, firm)
    )
    return {lack: counts[lack] for lack in Lack if counts[lack]}


def _lacking(audience: Audience, firm: Firm) -> list[Lack]:
    """Return what is not known; nothing where something that is known speaks against it."""
    asked = (
        (Lack.CHAMBER, audience.chambers, firm.chambers, not firm.chamber),
        (Lack.TOWN, audience.towns, (firm.town,), not firm.town),
        (
            Lack.INDUSTRY,
            audience.industries,
            firm.industries,
            not firm.industry or bool(firm.narrower.intersection(audience.industries)),
        ),
        (Lack.SIZE, audience.sizes, (firm.size,), not firm.size),
        (Lack.TAG, audience.tags, firm.tags, not firm.lacks.issuperset(audience.tags)),
    )
    found: list[Lack] = []
    for lack, wanted, has, open_yet in asked:
        if _within(wanted, has):
            continue
        if not open_yet:
            return []
        found.append(lack)
    return found


def leaves(draft: Draft, left: Collection[str]) -> bool:
    """Say whether somebody who left these topics wants no such message."""
    return EVERY in left or bool(draft.topic and draft.topic in left)


def insists(draft: Draft) -> bool:
    """Say whether it goes to who unsubscribed, too: 必达, and what puts an earlier one right."""
    return draft.mandatory or draft.kind is Kind.CORRECTION


def difference(now: Iterable[Target], before: Iterable[Target]) -> Difference:
    """Compare with the last push: names that are new, and names that are not there any more."""
    here = {one.key: one.name for one in now}
    then = {one.key: one.name for one in before}
    return Difference(
        tuple(name for key, name in here.items() if key not in then),
        tuple(name for key, name in then.items() if key not in here),
    )


_PASSABLE = frozenset({Why.DISTURBED, Why.DIGEST, Why.TWICE})
_CALM = frozenset({Why.DISTURBED, Why.DIGEST})


def _let_pass(one: Target, passed: Collection[Why]) -> Target:
    passes = one.why in _PASSABLE and one.why in passed
    return Target(one.key, one.name, firm=one.firm) if passes else one


def _means_chat(audience: Audience, one: Chat) -> bool:
    if one.chat in audience.chats:
        return True
    if one.kind != ENTERPRISE_GROUP:
        return False
    if EVERY not in audience.chats or one.named:
        return False
    return (
        _within(audience.chambers, (one.chamber,))
        and _within(audience.towns, (one.town,))
        and _within(audience.industries, one.industries)
    )


def _means_firm(audience: Audience, one: Reader) -> bool:
    firm = one.firm
    if not audience.people:
        return False
    if firm.name in audience.enterprises:
        return True
    if audience.enterprises and not audience.narrows:
        return False
    return (
        _within(audience.chambers, firm.chambers)
        and _within(audience.towns, (firm.town,))
        and _within(audience.industries, firm.industries)
        and _within(audience.sizes, (firm.size,))
        and _within(audience.tags, firm.tags)
    )


def _within(wanted: Collection[str], has: Iterable[str]) -> bool:
    """Say whether one of several is wanted; nothing wanted = everything is."""
    return not wanted or any(one in wanted for one in has if one)


def _chat(one: Chat, draft: Draft, world: World) -> Target:
    if draft.demo and not one.sandbox:
        return Target(one.key, one.name, Why.DEMO)
    if not one.robot:
        return Target(one.key, one.name, Why.NO_ROBOT)
    if holes := blanks(draft.body):  # of a group nothing is known that could fill them
        return Target(one.key, one.name, Why.BLANK, holes)
    if one.key in world.had:
        return Target(one.key, one.name, Why.TWICE)
    return Target(one.key, one.name)


def _reader(one: Reader, draft: Draft, world: World) -> Target:
    reasons = (
        (draft.demo and not one.sandbox, Why.DEMO),
        (not one.reachable, Why.UNREACHABLE),
        (leaves(draft, one.left_topics) and not insists(draft), Why.UNSUBSCRIBED),
        (bool(one.lacks), Why.BLANK),
        (one.key in world.had, Why.TWICE),
    )
    why = next((reason for holds, reason in reasons if holds), None)
    if why is None and not draft.mandatory:
        why = one.calm
    blanks = one.lacks if why is Why.BLANK else ()
    judged = one.judged if why in _CALM else None
    return Target(one.key, one.name, why, blanks, one.firm.name, judged)


__all__ = [
    "ENTERPRISE_GROUP",
    "EVERY",
    "Chat",
    "Difference",
    "Firm",
    "Lack",
    "Meant",
    "Reader",
    "Target",
    "Why",
    "World",
    "difference",
    "insists",
    "leaves",
    "meant",
    "unsaid",
]
