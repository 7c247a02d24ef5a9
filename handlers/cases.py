"""What people do with tickets: the acts of the case, by button or by typed command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key, Line, Start
from flows.tickets.case import ENDED, Satisfaction, State, Ticket
from flows.tickets.moves import (
    Act,
    Actor,
    Part,
    Refusal,
    may_read,
    may_see_files,
    move,
    objection,
    open_acts,
    urged_recently,
)
from handlers.acted import after, refuse
from handlers.actforms import OPENS, note
from handlers.notices import file_acts, progress_text, view_text
from handlers.people import agreed
from handlers.ports import Role, Text
from handlers.talk import Talk
from handlers.visit import Visit, ticket_choices

SHOWN = 12  # tickets in a list; the rest is counted
BUTTONS = 3  # tickets of a list that get a button

# Commands and buttons that are done at once → the act; the others open a short form.
AT_ONCE: Mapping[str, Act] = {
    "accept": Act.ACCEPT,
    "approve": Act.APPROVE,
    "satisfied": Act.RATE,
    "mostly": Act.RATE,
    "urge": Act.URGE,
}
# What staff are offered under the whole case, by the act that is open to them.
OFFERED: Mapping[Act, str] = {
    Act.ACCEPT: "accept",
    Act.ASK_INFO: "ask_info",
    Act.REJECT: "reject",
    Act.ASSIGN: "assign",
    Act.SIGN: "sign",
    Act.CONTACT: "contact",
    Act.REPLY: "reply",
    Act.OPINION: "opinion",
    Act.APPROVE: "approve",
    Act.SEND_BACK: "send_back",
}


@dataclass(frozen=True, slots=True)
class Cases:
    """Tickets as people meet them in chat."""

    talk: Talk

    async def typed(self, visit: Visit, word: str) -> None:
        """Do a typed command; without a number the only ticket it can mean is taken."""
        number = visit.request.number
        if word == "rate":
            word = _rating_in(visit.request.rest)
        if number is None:
            fitting = self._fitting(visit, word)
            if len(fitting) != 1:
                self._which(visit, word, fitting)
                return
            number = fitting[0].number
        await self.act(visit, word, number, visit.request.rest)

    def _fitting(self, visit: Visit, word: str) -> list[Ticket]:
        """Return the own tickets a command without a number may mean."""
        waits_for = {State.CALLBACK} if word in {"satisfied", "mostly", "dissatisfied"} else None
        return [
            t
            for t in visit.book.own(visit.person.id)
            if (t.state in waits_for if waits_for else t.state not in ENDED)
        ]

    def _which(self, visit: Visit, word: str, fitting: list[Ticket]) -> None:
        say = visit.say if visit.in_private else visit.tell
        if not fitting:
            say("case.which_none" if visit.person.roles else "case.none_open")
            return
        visit.say("case.which", word=Key(f"act.{word}"))
        visit.offer(*(_named(ticket, word) for ticket in fitting[:BUTTONS]))

    # One act -------------------------------------------------------------------------------

    async def act(self, visit: Visit, word: str, number: str, rest: str) -> None:
        """Do one act on one ticket, whatever the button or the command says, if it is right."""
        ticket = visit.book.tickets.get(number)
        actor = visit.book.actor(ticket, visit.person) if ticket else None
        if ticket is None or actor is None or not actor.parts:
            (visit.say if visit.in_private else visit.tell)("case.not_found", number=number)
            visit.card_status = Text("card.not_yours")
        elif word == "view":
            self._view(visit, ticket, actor)
        elif word == "files":
            await self._files(visit, ticket, actor)
        elif word == "progress":
            self._progress(visit, ticket, actor)
        elif word == "right":
            self._right(visit, ticket, actor)
        elif word in AT_ONCE:
            await self._at_once(visit, word, ticket, actor)
        elif word in OPENS:
            await self._open_form(visit, word, ticket, actor, rest)
        else:
            visit.say("card.unknown")

    async def _at_once(self, visit: Visit, word: str, ticket: Ticket, actor: Actor) -> None:
        act, now = AT_ONCE[word], visit.book.now
        if act is Act.URGE and self._urged_today(visit, ticket):
            visit.say("case.urged_today", number=ticket.number)
            return
        possible: dict[Act, dict[str, Any]] = {
            Act.ACCEPT: {"accepted_at": now, "clerk": visit.person.id},
            Act.APPROVE: {"audited_at": now},
            Act.RATE: {"closed_at": now, "satisfaction": _RATED.get(word)},
            Act.URGE: {"notes": (*ticket.notes, note(visit, "urge", ""))},
        }
        moved = move(ticket, act, actor, possible[act])
        if isinstance(moved, Refusal):
            refuse(visit, ticket, moved)
            return
        after(visit, act, ticket, moved, actor)
        if act is Act.ACCEPT:  # who accepts goes on to say who leads
            await self.talk.open(visit, "dispatch", Start(), ticket.number)

    def _urged_today(self, visit: Visit, ticket: Ticket) -> bool:
        """Allow 催办 once a working day: since the last working day began."""
        now = visit.book.now.astimezone(OFFICE_ZONE)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return urged_recently(ticket, midnight)

    async def _open_form(
        self, visit: Visit, word: str, ticket: Ticket, actor: Actor, rest: str
    ) -> None:
        opened = OPENS[word]
        refusal = objection(ticket, opened.act_for(ticket), actor)
        if refusal is not None:
            refuse(visit, ticket, refusal)
            return
        start = opened.start(rest, visit.files)
        await self.talk.open(visit, opened.flow.name, start, ticket.number)

    async def supplement(self, visit: Visit, ticket: Ticket, text: str) -> None:
        """Take plain words for the information a ticket waits for."""
        start = Start(given={"text": text}, files=visit.files)
        await self.talk.open(visit, "supplement", start, ticket.number)

    # Reading -------------------------------------------------------------------------------

    def _view(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        if not may_read(ticket, actor.parts):
            self._progress(visit, ticket, actor)
            return
        visit.book.entries.append(
            visit.record(f"ticket:{ticket.number}", "view", _role(actor), after=ticket.state.value)
        )
        visit.private.append(view_text(ticket, actor.parts, visit.book.office))
        possible = open_acts(ticket, actor)
        offered = [name for act, name in OFFERED.items() if act in possible]
        visit.offer(*ticket_choices(ticket, *offered, *file_acts(ticket, actor.parts)))
        visit.title = Text("case.title", {"number": ticket.number})

    async def _files(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        """Send the attachments to the person alone, wherever they were asked for."""
        if not may_read(ticket, actor.parts):
            self._progress(visit, ticket, actor)
            return
        if not may_see_files(ticket, actor.parts):
            visit.say("case.files_hidden", number=ticket.number)
            return
        kept = tuple(await visit.book.tx.stored_files(ticket.all_files))
        if not kept:
            visit.say("case.no_files", number=ticket.number)
            return
        visit.book.entries.append(
            visit.record(
                f"ticket:{ticket.number}",
                "view_files",
                _role(actor),
                after=ticket.state.value,
                public={"files": str(len(kept))},
            )
        )
        visit.say("case.files", number=ticket.number, count=len(kept))
        visit.enclosed = kept
        visit.title = Text("case.title", {"number": ticket.number})

    def _progress(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        if not visit.in_private:
            visit.tell(
                "group.progress", number=ticket.number, state=Key(f"seen.{ticket.state.value}")
            )
            return
        self.show_progress(visit, ticket)
        if Part.REPORTER in actor.parts and ticket.state not in ENDED:
            visit.offer(*ticket_choices(ticket, *_reporter_acts(ticket)))

    def show_progress(self, visit: Visit, ticket: Ticket) -> None:
        """Say the four lines."""
        visit.private.append(progress_text(ticket, visit.book.office))

    def _right(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        """Keep that the caller found right what staff wrote down for them."""
        if Part.REPORTER not in actor.parts:
            refuse(visit, ticket, Refusal("ticket.refused.not_yours"))
            return
        visit.book.entries.append(
            visit.record(f"ticket:{ticket.number}", "right", "reporter", after=ticket.state.value)
        )
        visit.book.put_person(agreed(visit, visit.person))  # the notice stood on the message
        visit.card_status = Text("card.right")
        visit.card_over = True
        visit.say("case.right", number=ticket.number)

    async def list_own(self, visit: Visit) -> None:
        """List all own numbers and nobody else's (进度), or show the one that is named."""
        number = visit.request.number
        if number is not None:
            await self.act(visit, "progress", number, "")
            return
        own = visit.book.own(visit.person.id)
        if not own:
            if visit.person.roles:
                await self.list_desk(visit)
                return
            visit.say("progress.none")
        elif len(own) == 1:
            self._progress_in_private(visit, own[0])
        else:
            visit.say("progress.list", count=len(own), lines=_lines(own))
            running = [t for t in own if t.state not in ENDED][:BUTTONS]
            visit.offer(*(_named(ticket, "progress") for ticket in running))

    def _progress_in_private(self, visit: Visit, ticket: Ticket) -> None:
        visit.private.append(progress_text(ticket, visit.book.office))
        visit.offer(*ticket_choices(ticket, *_reporter_acts(ticket)))

    async def list_desk(self, visit: Visit) -> None:
        """List what waits for a member of staff (清单)."""
        if not visit.person.roles:
            visit.say("desk.not_staff")
            return
        running = await visit.book.tx.tickets.load((), (), running=True)
        for ticket in running:  # what this batch changed already is newer
            visit.book.stored = {ticket.number: ticket.version, **visit.book.stored}
            visit.book.tickets.setdefault(ticket.number, ticket)
        waiting = [
            (ticket, act)
            for ticket in sorted(visit.book.tickets.values(), key=lambda t: t.created_at)
            for act in _MAIN
            if objection(ticket, act, visit.book.actor(ticket, visit.person)) is None
        ]
        takes = visit.person.has(Role.CLERK, Role.SUPERVISOR)
        tasks = await visit.book.tx.tasks.open() if takes else ()
        if not waiting and not tasks:
            visit.say("desk.empty")
            return
        lines = (
            *(Line(ticket.number, Key(f"desk.{act.value}")) for ticket, act in waiting),
            *(Text(f"desk.{task.kind}", {"task": task.id}) for task in tasks),
        )
        visit.say("desk.list", count=len(lines), lines=lines[:SHOWN])
        visit.offer(*(_named(ticket, "view") for ticket, _ in waiting[:BUTTONS]))


_MAIN = (Act.ACCEPT, Act.ASSIGN, Act.SIGN, Act.REPLY, Act.APPROVE)
_RATED = {"satisfied": Satisfaction.SATISFIED, "mostly": Satisfaction.MOSTLY}


def _rating_in(text: str) -> str:
    """Read 评价 0001 满意; without a rating the choices are shown with the progress."""
    words = (("不满意", "dissatisfied"), ("基本满意", "mostly"), ("满意", "satisfied"))
    return next((act for word, act in words if word in text), "progress")


def _named(ticket: Ticket, act: str) -> Choice:
    """Make a button that shows the number, where several tickets stand side by side."""
    return Choice(ticket.number, f"a:{act}:{ticket.number}")


def _lines(tickets: list[Ticket]) -> tuple[Line, ...]:
    return tuple(Line(t.number, Key(f"seen.{t.state.value}")) for t in tickets)


def _reporter_acts(ticket: Ticket) -> tuple[str, ...]:
    if ticket.state in ENDED:
        return ()
    if ticket.state is State.CALLBACK:
        return ("satisfied", "mostly", "dissatisfied")
    return ("supplement", "urge", "withdraw")


def _role(actor: Actor) -> str:
    order = (Part.REPORTER, Part.CLERK, Part.SUPERVISOR, Part.LEAD, Part.SUPPORT, Part.LEADER)
    return next((part.value for part in order if part in actor.parts), "admin")
