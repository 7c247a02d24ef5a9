"""What may leave through which door, in which words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from bot.addressing import Addresses, Addressing, Target
from bot.attachments import enclosure
from bot.channels.base import WEBHOOK, Manner, Message, Option
from bot.forms import Forms, of_part
from bot.markup import laid_out, plain
from bot.papers.enclosing import printed
from bot.splitting import split
from bot.storage.enclosed import AFTER
from bot.storage.rows import Attached, Claimed, DeliveryRow, Reach
from bot.texts import Texts
from flows.engine.words import Choice, Key
from flows.office import Content, Door, Exposure, Shown
from flows.sizes import readable
from flows.tickets.papers import Paper
from handlers.campaigns.ways import Way
from handlers.person import CUSTOMERS, MASS
from handlers.ports import (
    ArrivalId,
    Clock,
    Filed,
    Post,
    Text,
)
from handlers.post import HERE_ALONE

LOGIN = Text("exposure.login")
TITLE = Text("engine.title")
PENDING = "file.pending"
UNSHOWN = "file.unshown"
WITHHELD = "paper.withheld"
UNPRINTED = "paper.unshown"
PART = "door.part"
PRIVATE, GROUP, DEAF, THEIRS = "private", "group", "deaf", "customers"
SHORTENED = Text("door.shortened")
CHOOSE = Text("door.choose")


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
        beside: Mapping[str, Manner] | None = None,
        forms: Forms | None = None,
        phone: str = "",
    ) -> None:
        """Take the robot that writes to groups, and whether its channel can show cards.

        That is the channel of the staff, too; `beside` says what the others can show, and `forms`
        which notices have a form at the platform. `phone` is
        the office's, for those who can answer nowhere.
        """
        self._phone = phone
        self._forms = forms
        self._texts = texts
        self._exposure = exposure
        self._clock = clock
        self._addressing = Addressing(
            exposure, channel, robot, Manner(cards=cards), dict(beside or {})
        )

    async def __call__(
        self, tx: Addresses, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
    ) -> Sequence[DeliveryRow]:
        """Word the posts of one transaction; one that may not be shown at all makes no row."""
        known = await self._addressing.look_up(tx, posts, arrivals)
        files = await tx.attached([post.file for post in posts if post.file])
        rows: list[DeliveryRow] = []
        for post in posts:
            filed = arrivals.get(post.arrival) if post.arrival is not None else None
            target = self._addressing.target(post, filed, known)
            if post.update and not self._manner(target.channel).shows_cards(target.door):
                continue
            if target.to.startswith((MASS, CUSTOMERS)) and not post.campaign:
                continue  # those outside the office hear what was approved, and nothing else
            if post.paper is not None:
                message = self._printed(post, post.paper, target.door)
            elif post.file:
                message = self._enclosing(post, target.door, files.get(post.file))
            else:
                message = self._message(post, target, filed is not None)
                if message is not None and self._forms is not None:
                    message = self._forms.on(post, message)
            if message is not None:
                rows += self._rows(post, target, message)
        return rows

    async def foresee(
        self, tx: Addresses, posts: Sequence[Post], files: Sequence[str]
    ) -> Mapping[str, Way]:
        """Say where posts would go now, and what would stand there, without wording them."""
        if not files and not any(self._hides(Content.NOTICE, door) for door in Door):
            return {}
        known, found = await self._addressing.look_up(tx, posts, {}), await tx.attached(files)
        kept = {name: enclosure(x, "") for name, x in found.items() if x.state == "stored"}
        ways: dict[str, Way] = {}
        for post in posts:
            target = self._addressing.target(post, None, known)
            shows = self._manner(target.channel).shows
            shown = frozenset(name for name, file in kept.items() if shows(file))
            hint = self._hides(post.content, target.door, brief=bool(post.brief))
            ways[post.dedupe] = Way(target.channel, hint, shown)
        return ways

    def _hides(self, content: Content, door: Door, *, brief: bool = True) -> bool:
        """Say whether no more than a hint to log in may stand behind a door."""
        shown = self._exposure.shown(content, door)
        return shown is Shown.LOGIN or (shown is Shown.TITLE and not brief)

    async def elsewhere(
        self, tx: Addresses, refused: Sequence[Claimed]
    ) -> Mapping[int, Sequence[DeliveryRow]]:
        """Word again, for another account of their readers, what one channel refused for good.

        By the number of the delivery; who has no other account is left out.
        """
        accounts = await tx.reach(sorted({x.person for x in refused if x.person is not None}))
        found: dict[int, Sequence[DeliveryRow]] = {}
        for letter in refused:
            own = accounts.get(letter.person, ()) if letter.person is not None else ()
            before = (one.partition("/")[0] for one in letter.dedupe.split(AFTER)[1:])  # no part
            tried = {letter.channel, *before}
            other = self._addressing.other(letter.content, own, tried)
            if other is not None and not self._keeps_back(letter, other):
                found[letter.id] = self._moved(letter, other)
        return found

    def _keeps_back(self, letter: Claimed, account: Reach) -> bool:
        """Say whether it was for one account alone, or is a file that may not be shown there."""
        if letter.dedupe.partition("/")[0].endswith(HERE_ALONE):
            return True
        is_file = letter.campaign is not None and letter.message.file is not None
        return is_file and self._addressing.withholds(letter.content, account.channel)

    def _moved(self, letter: Claimed, account: Reach) -> Sequence[DeliveryRow]:
        door = self._manner(account.channel).door
        message = letter.message.model_copy(update={"text": laid_out(letter.message.text)})
        if self._addressing.withholds(letter.content, account.channel):
            message = self._hint()
        row = DeliveryRow(
            dedupe=f"{letter.dedupe}{AFTER}{letter.channel}",
            channel=account.channel,
            robot=account.robot,
            door=door,
            to=account.staff_id or "",
            lane=letter.lane,
            message=message,
            content=letter.content,
            person=letter.person,
            question=letter.question,
            arrival=letter.arrival,
            ticket=letter.ticket,
            campaign=letter.campaign,
        )
        return self._split(row)

    def _message(self, post: Post, target: Target, answers: bool) -> Message | None:
        door = target.door
        shown = self._exposure.shown(post.content, door)
        if shown is Shown.TITLE and not post.brief and not answers:
            return None
        if self._hides(post.content, door, brief=bool(post.brief)):
            return self._hint()
        parts = post.parts if shown is Shown.FULL else post.brief
        return Message(
            title=self._texts.render(post.title or TITLE),
            text="\n\n".join(self._texts.render(part) for part in parts),
            options=tuple(self._option(choice) for choice in post.choices),
            spelt=self._spelt(post.choices, self._where(target), numbered=answers),
            status=self._texts.render(post.status) if post.status else "",
        )

    def _hint(self) -> Message:
        return Message(title=self._texts.render(TITLE), text=self._texts.render(LOGIN), hint=True)

    def _enclosing(self, post: Post, door: Door, attached: Attached | None) -> Message | None:
        """Make a file ready to go out: into a group only what was approved for it by campaign."""
        shown = self._exposure.shown(post.content, door)
        full = shown is Shown.FULL or (shown is Shown.TITLE and bool(post.brief))
        if not full or not (door.is_one or post.campaign):
            return None
        if attached is None or attached.state == "refused":
            return None
        title = self._texts.render(post.title or TITLE)
        word = self._texts.label(Key(f"file.kind.{attached.kind}"))
        if attached.state == "pending":
            told = Text(PENDING, {"name": attached.name or word})
            return Message(title=title, text=self._texts.render(told))
        file = enclosure(attached, word)
        told = Text(UNSHOWN, {"name": file.name, "size": readable(file.size)})
        text = self._texts.render(*post.parts[:1] or (told,))
        return Message(title=title, text=text, file=file, instead=not post.campaign)

    def _printed(self, post: Post, paper: Paper, door: Door) -> Message | None:
        """Make a paper ready to go out to one person, or say that it may not leave this way."""
        if not door.is_one:
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

    def _where(self, target: Target) -> str:
        """Name the texts for choices in words: by what must be written where."""
        if not target.door.is_group or target.to.startswith(MASS):
            return PRIVATE
        if target.to.startswith(CUSTOMERS):
            return THEIRS
        hears = self._manner(target.channel).hears_groups and not target.to.startswith(WEBHOOK)
        return GROUP if hears else DEAF

    def _spelt(self, choices: Sequence[Choice], where: str, *, numbered: bool) -> str:
        """Word choices for doors without buttons: numbers in their order, or what to type.

        A notice is read among others, so its acts are typed; what answers somebody in private is
        numbered. In a group the robot hears only what is addressed to it, and one that hears
        nothing offers nothing there: it says where to write instead.
        """
        lines: list[str] = []
        numbers, about = 0, {"phone": self._phone}
        for choice in choices:
            typed = None if numbered and where == PRIVATE else _typed(choice.value)
            if typed is not None:
                # What is typed ends with a version or with nothing.
                told = {"label": choice.label, "typed": self._texts.render(typed).strip()}
                if where in (DEAF, THEIRS) and not lines:
                    lines.append(self._texts.render(Text(f"door.{where}.head", about)))
                lines.append(self._texts.render(Text(f"door.{where}.typed", told)))
                continue
            if not numbers:
                lines.append(self._texts.render(Text(f"door.{where}.numbers", about)))
            numbers += 1
            if where in (DEAF, THEIRS):
                continue
            lines.append(f"{numbers} {self._texts.label(choice.label)}")
        return "  \n".join(lines)

    def _rows(self, post: Post, target: Target, message: Message) -> Sequence[DeliveryRow]:
        # A card's id promises a delivery that can be repeated, which plain text cannot keep.
        manner = self._manner(target.channel)
        has_buttons = bool(message.options) and manner.carries(message)
        wants_card = manner.shows_cards(target.door) and (post.update or has_buttons)
        row = DeliveryRow(
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
            campaign=post.campaign,
            answers=target.answers,
        )
        return self._split(row)

    def _split(self, row: DeliveryRow) -> Sequence[DeliveryRow]:
        """Cut what is too long for its channel: a row for each part, in the same lane.

        What a card does not show whole goes ahead of it, and the buttons follow on a card that
        says no more than that they are there.
        """
        manner = self._manner(row.channel)
        # Each part would be a task of its own before an owner who may do one a day.
        if not manner.limit or row.update or row.to.startswith((MASS, CUSTOMERS)):
            return (row,)
        told, last = row.message, []
        if row.card and manner.card_text and len(plain(told.text)) > manner.card_text:
            last = [told.model_copy(update={"text": self._texts.render(CHOOSE)})]
            told = told.model_copy(update={"options": (), "spelt": ""})
        parts = split(told, manner.limit, self._part, self._texts.render(SHORTENED))
        return [
            replace(
                row,
                message=of_part(part, n),
                dedupe=row.dedupe if n == 1 else f"{row.dedupe}/{n}",
                # A card's id promises that a repetition is known: a text has none.
                card=row.card if part.options else "",
            )
            for n, part in enumerate([*parts, *last], start=1)
        ]

    def _manner(self, channel: str) -> Manner:
        return self._addressing.manner(channel)

    def _part(self, n: int, of: int) -> str:
        return self._texts.render(Text(PART, {"n": n, "of": of}))


def _typed(action: str) -> Text | None:
    """Say what is typed instead of pressing, for acts, tasks and campaigns; else a number is."""
    kind, _, rest = action.partition(":")
    act, _, about = rest.partition(":")
    if kind == "c":
        number, _, version = about.partition(":")
        label = Key(f"campaign.button.{act}")
        told = {"label": label, "number": number, "version": version}
        return Text("campaign.typed", told) if version.isdecimal() or not version else None
    family = {"a": "act", "b": "task"}.get(kind)
    return Text(f"{family}.typed.{act}", {"number": about.partition(":")[0]}) if family else None


def card_id(name: str) -> str:
    """Make the platform's idempotency key of a card (DingTalk outTrackId: at most 100 chars)."""
    return "qq-" + sha256(name.encode()).hexdigest()[:40]
