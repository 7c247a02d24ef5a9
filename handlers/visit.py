"""One arrival on its way through the desks: who, where, and what is said back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.engine.flow import State
from flows.engine.words import Ask, Choice, Key, Start
from flows.office import Content
from flows.registration.receipt import received
from flows.tickets.case import Ticket
from flows.tickets.papers import Paper
from handlers.book import Book
from handlers.ports import (
    Conversation,
    Entry,
    Filed,
    Frame,
    Person,
    Post,
    Text,
    ToArrival,
    ToGroup,
    ToPerson,
)
from handlers.understand import Request


@dataclass(slots=True)
class Visit:
    """What one arrival sees and says; `public` may stand in a group, `private` may not."""

    book: Book
    filed: Filed
    request: Request
    public: list[Text] = field(default_factory=list)
    private: list[Text] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()
    title: Text | None = None
    asking: bool = False
    turn_began: int = 0  # how much had been said before the conversation's turn
    card_status: Text | None = None
    card_over: bool = False  # the pressed card's buttons go
    quiet: bool = False  # the pressed card says it all
    enclosed: tuple[str, ...] = ()  # attachments that go to the person alone, after the words
    follow: tuple[str, Start, str] | None = None  # the form that the finished one opens
    printed: Paper | None = None  # goes to the person alone, too
    receipt_of: str | None = None  # the ticket whose first answer (回执) this is

    @property
    def person(self) -> Person:
        """The one who wrote or pressed."""
        return self.book.persons[self.filed.person]

    @property
    def conversation(self) -> Conversation:
        """What the person is in the middle of."""
        return self.book.conversations[self.filed.person]

    @conversation.setter
    def conversation(self, value: Conversation) -> None:
        self.book.conversations[self.filed.person] = value

    @property
    def in_private(self) -> bool:
        """Say whether this is a 1:1 chat."""
        return self.filed.arrival.place.private

    @property
    def from_clock(self) -> bool:
        """Say whether no arrival but a timer brought this up."""
        return self.filed.id == 0

    @property
    def received_at(self) -> datetime:
        """Return the moment by which it is judged whether this came in time."""
        now, office = self.book.now, self.book.office
        return received(self.filed.arrival.at, now, office.events.receipt)

    @property
    def files(self) -> tuple[str, ...]:
        """Attachments that came along."""
        return self.filed.files

    @property
    def new_status(self) -> Text | None:
        """What the pressed card says from now on; a refusal is not for everybody in a group."""
        refused = self.card_status is not None and self.card_status.key in _REFUSALS
        return None if refused and not self.in_private else self.card_status

    def say(self, key: str, **params: Any) -> None:
        """Say something to the person alone."""
        self.private.append(Text(key, params))

    def tell(self, key: str, **params: Any) -> None:
        """Say something that may be read where the arrival came from."""
        self.public.append(Text(key, params))

    def no_such(self, number: str) -> Text:
        """Word that there is no such ticket for this person, or that it cannot be read now."""
        if self.book.broken(number, self.person):
            return Text("case.unreadable", {"number": number})
        return Text("case.not_found", {"number": number})

    def warn(self, *words: Text) -> None:
        """Say something in a message of its own, before anything else."""
        if words:
            self.book.posts.append(
                Post(
                    to=ToArrival(),
                    content=Content.PROGRESS,
                    parts=words,
                    dedupe=f"a:{self.filed.id}:0",
                    arrival=self.filed.id,
                )
            )

    def offer(self, *choices: Choice) -> None:
        """Put choices under what is said."""
        self.choices = (*self.choices, *choices)

    def ask(self, question: Ask) -> None:
        """Ask the open question of the person's conversation."""
        said = Text(question.key, question.params)
        if question.key.endswith(".review"):  # its first line says who will see it
            self.private.insert(self.turn_began, said)
        else:
            self.private.append(said)
        self.choices = question.choices
        self.asking = True

    def open_frame(self) -> Frame | None:
        """Return the conversation on top, if any."""
        return self.conversation.stack[-1] if self.conversation.stack else None

    def record(self, subject: str, act: str, role: str, **details: Any) -> Entry:
        """Make a line of history of what the person did."""
        arrival = self.filed.arrival
        return Entry(
            subject=subject,
            act=act,
            actor=self.person.id,
            role=role,
            channel=arrival.channel,
            at=self.book.now,
            arrival=self.filed.id,
            **details,
        )

    def put_frame(self, state: State) -> None:
        """Replace the conversation on top."""
        frame = Frame(state=state, touched=self.book.now)
        stack = (*self.conversation.stack[:-1], frame)
        self.conversation = self.conversation.model_copy(update={"stack": stack})

    def leave(self) -> None:
        """Turn what was said into posts: one message a place."""
        if self.in_private:
            self._leave_private()
        else:
            self._leave_group()
        if self.in_private or self.person.reachable:
            self.book.posts.extend(self._file(name, n) for n, name in enumerate(self.enclosed, 1))
            if self.printed is not None:
                self.book.posts.append(self._paper(self.printed))

    def _file(self, name: str, n: int) -> Post:
        return Post(
            to=ToPerson(self.person.id),
            content=Content.BODY,
            parts=(),
            dedupe=f"a:{self.filed.id}:file{n}",
            title=self.title,
            arrival=self.filed.id,
            file=name,
        )

    def _paper(self, paper: Paper) -> Post:
        return Post(
            to=ToPerson(self.person.id),
            content=paper.content,
            parts=(),
            dedupe=f"a:{self.filed.id}:paper",
            title=self.title,
            arrival=self.filed.id,
            paper=paper,
        )

    def _leave_private(self) -> None:
        parts = (*self.public, *self.private)
        if parts:
            to = ToPerson(self.person.id) if self.from_clock else ToArrival()
            self.book.posts.append(self._post(to, Content.BODY, parts, "1"))

    def _leave_group(self) -> None:
        asking = bool(self.private)
        if asking and not self.person.reachable:
            self.public.append(Text("group.unreachable"))
            asking = False
        if asking:
            self.book.posts.append(
                self._post(ToPerson(self.person.id), Content.BODY, tuple(self.private), "2")
            )
            if not self.public and self.filed.arrival.button is None:
                self.public.append(Text("group.see_private"))
        if self.public:
            self.book.posts.append(
                Post(
                    to=ToArrival(),
                    content=Content.PROGRESS,
                    parts=tuple(self.public),
                    dedupe=f"a:{self.filed.id}:1",
                    arrival=self.filed.id,
                )
            )

    def _post(
        self, to: ToArrival | ToPerson | ToGroup, content: Content, parts: tuple[Text, ...], n: str
    ) -> Post:
        choices = self._number()
        question = (self.person.id, self.conversation.question) if self.asking else None
        dedupe = f"a:{self.filed.id}:{n}"
        if self.from_clock:
            dedupe = (
                f"t:{self.person.id}:{self.conversation.question}:{self.book.now.timestamp():.0f}"
            )
        return Post(
            to=to,
            content=content,
            parts=parts,
            dedupe=dedupe,
            choices=choices,
            title=self.title,
            question=question,
            card=f"q:{dedupe}" if choices else None,
            arrival=None if self.from_clock else self.filed.id,
            ticket=self.receipt_of,
        )

    def _number(self) -> tuple[Choice, ...]:
        """Give the choices their action ids and remember which number means which."""
        asked = self.conversation.question + (1 if self.asking else 0)
        choices = tuple(Choice(c.label, _action(c.value, asked), c.style) for c in self.choices)
        # What answers somebody in private is numbered, whatever it does (bot/outbox.py).
        acts = {"a:", "b:"} if self.from_clock else set()
        numbered = [c for c in choices if c.value[:2] not in acts]
        self.conversation = self.conversation.model_copy(
            update={
                "question": asked,
                "options": tuple(c.value for c in numbered),
                "labels": tuple((isinstance(c.label, Key), str(c.label)) for c in numbered),
                "shown_at": self.book.now.timestamp(),
            }
        )
        return choices


_REFUSALS = frozenset({"card.not_yours", "card.refused"})
_CARRY_THEMSELVES = frozenset({"a:", "w:", "b:", "c:", "d:", "e:", "k:", "n:", "p:"})


def _action(value: str, question: int) -> str:
    """Name a button: acts and menu words carry themselves, answers the question they answer."""
    return value if value[:2] in _CARRY_THEMSELVES else f"f:{question}:{value}"


def ticket_choices(ticket: Ticket, *acts: str) -> tuple[Choice, ...]:
    """Make the buttons of acts on a ticket: `accept`, `assign:gdj`, …"""
    made = []
    for index, act in enumerate(acts):
        name, _, arg = act.partition(":")
        value = f"a:{name}:{ticket.number}" + (f":{arg}" if arg else "")
        made.append(Choice(Key(f"act.{name}"), value, "primary" if index == 0 else "plain"))
    return tuple(made)
