"""Addresses: through which channel, to which account or group a post goes, and how it replies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels.base import Manner
from bot.storage.rows import REPLIES, Attached, Reach
from flows.office import Content, Door, Exposure, Shown
from handlers.ports import ArrivalId, Filed, Group, PersonId, Post, ToArrival, ToGroup, ToPerson

_GROUP_DOORS: Mapping[str, Door] = {
    "enterprise": Door.ENTERPRISE_GROUP,
    "staff": Door.STAFF_GROUP,
    "department": Door.DEPARTMENT_GROUP,
    "leader": Door.LEADER_GROUP,
}

Accounts = Mapping[PersonId, Sequence[Reach]]
"""Each person's accounts, one a channel, in the order in which they are tried."""


class Addresses(Protocol):
    """What the outbox asks the records for."""

    async def reach(self, persons: Sequence[PersonId]) -> Accounts:
        """Return each person's accounts, the one last used first."""

    async def holders(self, persons: Sequence[PersonId]) -> Collection[PersonId]:
        """Return who of these works for the office or a department."""

    async def groups(self) -> Sequence[Group]:
        """Return the known groups."""

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        """Return what is known of attachments."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where one post goes."""

    channel: str
    robot: str
    door: Door
    to: str
    lane: str
    person: PersonId | None = None
    mention: str = ""
    reply_url: str = ""
    reply_until: datetime | None = None
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up for the posts of one transaction."""

    accounts: Accounts
    groups: Mapping[str, Group]


class Addressing:
    """Find where a post goes: an answer back to where it was asked, a notice to the best account.

    That is one at which all of it may be told; of these, the one that its person asked for; for
    who works here the one at the office's own channel; then the one last used.
    """

    def __init__(
        self,
        exposure: Exposure,
        channel: str,
        robot: str,
        manner: Manner,
        beside: Mapping[str, Manner],
    ) -> None:
        """Take the office's own channel with its robot, and what each channel can show."""
        self._exposure = exposure
        self._channel = channel
        self._robot = robot
        self._manner = manner
        self._beside = beside

    def manner(self, channel: str) -> Manner:
        """Say what a channel can show."""
        return self._beside.get(channel, self._manner)

    def withholds(self, content: Content, channel: str) -> bool:
        """Say whether a content may not be told in full in a channel's 1:1 chats."""
        return self._exposure.shown(content, self.manner(channel).door) is not Shown.FULL

    async def look_up(
        self, tx: Addresses, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
    ) -> Known:
        """Ask the records for what these posts need."""
        persons = sorted(_sought(posts, arrivals))
        accounts = await tx.reach(persons) if persons else {}
        several = [person for person, found in accounts.items() if len(found) > 1]
        serving = await tx.holders(several) if several else ()
        at_work = {
            person: sorted(accounts[person], key=lambda one: one.channel != self._channel)
            for person in serving
        }
        groups = {g.chat: g for g in await tx.groups()} if _in_groups(posts, arrivals) else {}
        return Known({**accounts, **at_work}, groups)

    def target(self, post: Post, filed: Filed | None, known: Known) -> Target:
        """Say where one post goes; `filed` is the arrival that it names."""
        match post.to:
            case ToArrival():
                if filed is None:
                    raise ValueError(f"post {post.dedupe!r} answers an arrival and names none")
                return self._back(filed, known)
            case ToGroup(chat):
                url, until = _reply_path(filed) if _written_in(filed, chat) else ("", None)
                group = known.groups.get(chat)
                channel = group.channel if group else self._channel
                return Target(
                    channel=channel,
                    robot=self._robot if channel == self._channel else "",
                    door=_group_door(group),
                    to=chat,
                    lane=f"g:{chat}",
                    reply_url=url,
                    reply_until=until,
                )
            case ToPerson(person):
                return self._private(post, person, filed, known.accounts.get(person, ()))

    def other(
        self, content: Content, accounts: Sequence[Reach], tried: Collection[str]
    ) -> Reach | None:
        """Choose the next account where the channels tried did not take a message."""
        others = [one for one in accounts if one.staff_id and one.channel not in tried]
        return min(
            others,
            key=lambda one: (self.withholds(content, one.channel), not one.preferred),
            default=None,
        )

    def _back(self, filed: Filed, known: Known) -> Target:
        arrival = filed.arrival
        accounts = known.accounts.get(filed.person, ())
        there = next((one.staff_id for one in accounts if one.channel == arrival.channel), None)
        staff_id = arrival.sender.staff_id or there or ""
        private = arrival.place.private
        own, group = self.manner(arrival.channel).door, known.groups.get(arrival.place.chat)
        url, until = _reply_path(filed)
        return Target(
            channel=arrival.channel,
            robot=arrival.robot,
            door=own if private else _group_door(group),
            to=staff_id if private else arrival.place.chat,
            lane=f"{REPLIES}{filed.person}",
            person=filed.person,
            mention="" if private else staff_id,
            reply_url=url,
            reply_until=until,
            answers=True,
        )

    def _private(
        self, post: Post, person: PersonId, filed: Filed | None, accounts: Sequence[Reach]
    ) -> Target:
        # A reply path leads to the place it came from: one from a group never serves a 1:1 post.
        written = filed.arrival.channel if filed is not None and filed.person == person else ""
        reach = self._chosen(post, accounts, written)
        channel = reach.channel if reach else self._channel
        own = filed is not None and filed.arrival.place.private and channel == written
        url, until = _reply_path(filed) if own else ("", None)
        return Target(
            channel=channel,
            robot=reach.robot if reach else self._robot,
            door=self.manner(channel).door,
            to=(reach.staff_id if reach else None) or "",
            # An answer overtakes a notice that waits to be tried again.
            lane=f"{REPLIES}{person}" if filed is not None else f"n:{person}",
            person=person,
            reply_url=url,
            reply_until=until,
            answers=bool(written),
        )

    def _chosen(self, post: Post, accounts: Sequence[Reach], written: str) -> Reach | None:
        """Choose the account at which a person is written to, who just wrote through a channel."""

        def worse(one: Reach) -> tuple[bool, ...]:
            return (
                post.update and not self.manner(one.channel).cards,
                one.staff_id is None,
                one.channel != written,
                bool(post.through) and one.channel != post.through,
                self.withholds(post.content, one.channel),
                not one.preferred,
            )

        return min(accounts, key=worse, default=None)


def _sought(posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]) -> set[PersonId]:
    """Name whose account is needed: the platform leaves a sender's staff id out at times."""
    written_to = {post.to.person for post in posts if isinstance(post.to, ToPerson)}
    nameless = {f.person for f in arrivals.values() if f.arrival.sender.staff_id is None}
    return written_to | nameless


def _in_groups(posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]) -> bool:
    places = (filed.arrival.place for filed in arrivals.values())
    return any(isinstance(post.to, ToGroup) for post in posts) or any(
        not place.private for place in places
    )


def _group_door(group: Group | None) -> Door:
    # Anybody may sit in a group that nobody told us about: the strictest kind stands for it.
    return _GROUP_DOORS[group.kind] if group else Door.ENTERPRISE_GROUP


def _written_in(filed: Filed | None, chat: str) -> bool:
    return (
        filed is not None and not filed.arrival.place.private and filed.arrival.place.chat == chat
    )


def _reply_path(filed: Filed | None) -> tuple[str, datetime | None]:
    path = filed.arrival.reply_path if filed else None
    return (path.url, path.expires_at) if path else ("", None)
