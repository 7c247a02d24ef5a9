"""What may leave through which door, in which words, and to which address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from bot.attachments import enclosure
from bot.channels.base import Message, Option
from bot.papers.enclosing import printed
from bot.storage.rows import Attached, DeliveryRow, Reach
from bot.texts import Texts
from flows.engine.words import Choice, Key
from flows.office import Door, Exposure, Shown
from flows.tickets.papers import Paper
from handlers.ports import (
    ArrivalId,
    Clock,
    Filed,
    Group,
    PersonId,
    Post,
    Text,
    ToArrival,
    ToGroup,
    ToPerson,
)

LOGIN = Text("exposure.login")
TITLE = Text("engine.title")
PENDING = "file.pending"
UNSHOWN = "file.unshown"
WITHHELD = "paper.withheld"
UNPRINTED = "paper.unshown"

_GROUP_DOORS: Mapping[str, Door] = {
    "enterprise": Door.ENTERPRISE_GROUP,
    "staff": Door.STAFF_GROUP,
    "department": Door.DEPARTMENT_GROUP,
    "leader": Door.LEADER_GROUP,
}


class Addresses(Protocol):
    """What the outbox asks the records for."""

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Reach]:
        """Return under which account a person can be written to."""

    async def groups(self) -> Sequence[Group]:
        """Return the known groups."""

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        """Return what is known of attachments."""


@dataclass(frozen=True, slots=True)
class _Target:
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


class Outbox:
    """Turn posts into rows: exposure is checked, the address found and the words rendered here."""

    def __init__(
        self,
        texts: Texts,
        exposure: Exposure,
        clock: Clock,
        *,
        channel: str,
        robot: str,
        cards: bool,
    ) -> None:
        """Take the robot that writes to groups, and whether its channel can show cards."""
        self._texts = texts
        self._exposure = exposure
        self._clock = clock
        self._channel = channel
        self._robot = robot
        self._cards = cards

    async def __call__(
        self, tx: Addresses, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
    ) -> Sequence[DeliveryRow]:
        """Word the posts of one transaction; one that may not be shown at all makes no row."""
        persons = sorted(_sought(posts, arrivals))
        reach = await tx.reach(persons) if persons else {}
        groups = {g.chat: g for g in await tx.groups()} if _in_groups(posts, arrivals) else {}
        files = await tx.attached([post.file for post in posts if post.file])
        rows: list[DeliveryRow] = []
        for post in posts:
            if post.update and not self._cards:
                continue
            filed = arrivals.get(post.arrival) if post.arrival is not None else None
            target = self._target(post, filed, reach, groups)
            if post.paper is not None:
                message = self._printed(post, post.paper, target.door)
            elif post.file:
                message = self._enclosing(post, target.door, files.get(post.file))
            else:
                message = self._message(post, target.door, filed is not None)
            if message is not None:
                rows.append(self._row(post, target, message))
        return rows

    def _target(
        self,
        post: Post,
        filed: Filed | None,
        reach: Mapping[PersonId, Reach],
        groups: Mapping[str, Group],
    ) -> _Target:
        match post.to:
            case ToArrival():
                if filed is None:
                    raise ValueError(f"post {post.dedupe!r} answers an arrival and names none")
                return self._back(filed, reach.get(filed.person), groups)
            case ToGroup(chat):
                url, until = _reply_path(filed) if _written_in(filed, chat) else ("", None)
                return _Target(
                    channel=self._channel,
                    robot=self._robot,
                    door=_group_door(groups.get(chat)),
                    to=chat,
                    lane=f"g:{chat}",
                    reply_url=url,
                    reply_until=until,
                )
            case ToPerson(person):
                return self._private(person, filed, reach.get(person))

    def _back(self, filed: Filed, known: Reach | None, groups: Mapping[str, Group]) -> _Target:
        arrival = filed.arrival
        staff_id = arrival.sender.staff_id or (known.staff_id if known else None) or ""
        private = arrival.place.private
        url, until = _reply_path(filed)
        return _Target(
            channel=arrival.channel,
            robot=arrival.robot,
            door=Door.PRIVATE if private else _group_door(groups.get(arrival.place.chat)),
            to=staff_id if private else arrival.place.chat,
            lane=f"p:{filed.person}",
            person=filed.person,
            mention="" if private else staff_id,
            reply_url=url,
            reply_until=until,
            answers=True,
        )

    def _private(self, person: PersonId, filed: Filed | None, reach: Reach | None) -> _Target:
        # A reply path leads to the place it came from: one from a group never serves a 1:1 post.
        own = filed is not None and filed.person == person and filed.arrival.place.private
        url, until = _reply_path(filed) if own else ("", None)
        return _Target(
            channel=reach.channel if reach else self._channel,
            robot=reach.robot if reach else self._robot,
            door=Door.PRIVATE,
            to=(reach.staff_id if reach else None) or "",
            # An answer overtakes a notice that waits to be tried again.
            lane=f"p:{person}" if filed is not None else f"n:{person}",
            person=person,
            reply_url=url,
            reply_until=until,
            answers=filed is not None and filed.person == person,
        )

    def _message(self, post: Post, door: Door, answers: bool) -> Message | None:
        shown = self._exposure.shown(post.content, door)
        if shown is Shown.TITLE and not post.brief and not answers:
            return None
        if shown is Shown.LOGIN or (shown is Shown.TITLE and not post.brief):
            return Message(title=self._texts.render(TITLE), text=self._texts.render(LOGIN))
        parts = post.parts if shown is Shown.FULL else post.brief
        return Message(
            title=self._texts.render(post.title or TITLE),
            text="\n\n".join(self._texts.render(part) for part in parts),
            options=tuple(self._option(choice) for choice in post.choices),
            spelt=self._spelt(post.choices, door, numbered=answers),
            status=self._texts.render(post.status) if post.status else "",
        )

    def _enclosing(self, post: Post, door: Door, attached: Attached | None) -> Message | None:
        """Make a file ready to go out: to one person only, whatever exposure says of groups."""
        shown = self._exposure.shown(post.content, door)
        if door is not Door.PRIVATE or shown is not Shown.FULL:
            return None
        if attached is None or attached.state == "refused":
            return None
        title = self._texts.render(post.title or TITLE)
        word = self._texts.label(Key(f"file.kind.{attached.kind}"))
        if attached.state == "pending":
            told = Text(PENDING, {"name": attached.name or word})
            return Message(title=title, text=self._texts.render(told))
        file = enclosure(attached, word)
        told = Text(UNSHOWN, {"name": file.name, "size": _readable(file.size)})
        return Message(title=title, text=self._texts.render(told), file=file)

    def _printed(self, post: Post, paper: Paper, door: Door) -> Message | None:
        """Make a paper ready to go out to one person, or say that it may not leave this way."""
        if door is not Door.PRIVATE:
            return None
        title = self._texts.render(post.title or TITLE)
        told = {"paper": paper.name}
        if self._exposure.shown(post.content, door) is not Shown.FULL:
            return Message(title=title, text=self._texts.render(Text(WITHHELD, told)))
        text = self._texts.render(Text(UNPRINTED, told))
        return Message(title=title, text=text, file=printed(paper, self._texts))

    def _option(self, choice: Choice) -> Option:
        label = self._texts.label(choice.label)
        return Option(label=label, action=choice.value, style=choice.style)

    def _spelt(self, choices: Sequence[Choice], door: Door, *, numbered: bool) -> str:
        """Word choices for doors without buttons: numbers in their order, or what to type.

        A notice is read among others, so its acts are typed; what answers somebody in private is
        numbered. In a group the robot hears only what is addressed to it.
        """
        where = "group" if door.is_group else "private"
        lines: list[str] = []
        numbers = 0
        for choice in choices:
            typed = None if numbered and not door.is_group else _typed(choice.value)
            if typed is not None:
                told = {"label": choice.label, "typed": typed}
                lines.append(self._texts.render(Text(f"door.{where}.typed", told)))
                continue
            if not numbers:
                lines.append(self._texts.render(Text(f"door.{where}.numbers")))
            numbers += 1
            lines.append(f"{numbers} {self._texts.label(choice.label)}")
        return "  \n".join(lines)

    def _row(self, post: Post, target: _Target, message: Message) -> DeliveryRow:
        # A card's id promises a delivery that can be repeated, which plain text cannot keep.
        wants_card = self._cards and (post.update or bool(message.options))
        return DeliveryRow(
            dedupe=post.dedupe,
            channel=target.channel,
            robot=target.robot,
            door=target.door,
            to=target.to,
            lane=target.lane,
            message=message,
            mention="" if post.update else target.mention,
            card=card_id(post.card or post.dedupe) if wants_card else "",
            update=post.update,
            reply_url=target.reply_url,
            reply_until=target.reply_until,
            content=post.content,
            person=post.question[0] if post.question else target.person,
            question=post.question[1] if post.question else None,
            arrival=post.arrival,
            ticket=post.ticket,
            answers=target.answers,
        )


def _typed(action: str) -> Text | None:
    """Say what is typed instead of pressing, for acts and tasks; else a number stands for it."""
    kind, _, rest = action.partition(":")
    act, _, about = rest.partition(":")
    family = {"a": "act", "b": "task"}.get(kind)
    return Text(f"{family}.typed.{act}", {"number": about.partition(":")[0]}) if family else None


def card_id(name: str) -> str:
    """Make the platform's idempotency key of a card (DingTalk outTrackId: at most 100 chars)."""
    return "qq-" + sha256(name.encode()).hexdigest()[:40]


def _readable(size: int) -> str:
    megabytes = size / 1024 / 1024
    return f"{megabytes:.1f} MB" if megabytes >= 1 else f"{max(1, size // 1024)} KB"


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
