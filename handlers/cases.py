"""What people do with tickets: the acts of the case, by button or by typed command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key, Line, Start
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import ENDED, State, Ticket
from flows.tickets.desk import NO_DATE, Waits, waiting
from flows.tickets.merging import files_for, known_as
from flows.tickets.moves import objection, open_acts
from flows.tickets.parts import Actor, Part, hears
from flows.tickets.policy import Moment
from flows.tickets.rights import may_read, may_see_files
from handlers.acts import AT_ONCE, OFFERED, OPENS
from handlers.acts.after import refuse
from handlers.colleagues import who_may
from handlers.desks import BUTTONS, SHOWN, list_desk
from handlers.explaining import explain_dates
from handlers.following import FOLLOWED, followed, is_strange, members_text
from handlers.links import LINK_WORDS, desk_word
from handlers.notices import file_acts, progress_text, view_text
from handlers.papers import PAPERS, hand_out
from handlers.ports import Text
from handlers.recorded import answerable, ask_which_wrong, said_right
from handlers.reports import relapse, relapse_subject
from handlers.sounding import sound_unspoken
from handlers.talk import Talk
from handlers.visit import Visit, ticket_choices


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
        own = [visit.book.shown(one) for one in visit.book.own(visit.person.id)]
        if word == "object":
            return [t for t in own if t.state is State.REJECTED]
        if word == "join":
            return [t for t in own if any(one.kind == "near" for one in t.relations)]
        if word == "reopen":
            return [t for t in own if t.state is State.CLOSED]
        if word in {"right", "wrong"} and (recorded := answerable(own)):
            return recorded
        fitting = [t for t in own if (t.state in waits_for if waits_for else t.state not in ENDED)]
        if word == "supplement" and not fitting:
            return [t for t in own if t.lapsed]
        return fitting

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
        if ticket and actor and word in FOLLOWED and Part.REPORTER in actor.parts:
            ticket, actor, word = followed(visit, word, ticket, actor)
        if actor and word == "urge" and not hears(actor.parts):
            word = "press"  # staff urge in their own right
        known = ticket and actor and actor.parts and not is_strange(ticket, actor, number)
        if ticket is None or actor is None or not known:
            (visit.private if visit.in_private else visit.public).append(visit.no_such(number))
            visit.card_status = Text("card.not_yours")
        else:
            await self._do(visit, word, ticket, actor, rest)

    async def _do(self, visit: Visit, word: str, ticket: Ticket, actor: Actor, rest: str) -> None:
        if word == "view":
            self._view(visit, ticket, actor)
        elif word == "files":
            await self._files(visit, ticket, actor)
        elif word in PAPERS:
            await hand_out(visit, PAPERS[word], ticket, actor, rest)
        elif word == "progress":
            self._progress(visit, ticket, actor)
        elif word == "explain":
            explain_dates(visit, ticket, actor)
        elif word in {"right", "wrong"}:
            await self._recorded(visit, word, ticket, actor, rest)
        elif word in LINK_WORDS:
            await desk_word(visit, word, ticket, actor, rest)
        elif word in AT_ONCE:
            await self._at_once(visit, word, ticket, actor)
        elif word in OPENS:
            await self._open_form(visit, word, ticket, actor, rest)
        else:
            visit.say("card.unknown")

    async def _recorded(
        self, visit: Visit, word: str, ticket: Ticket, actor: Actor, rest: str
    ) -> None:
        """Take the enterprise's word on what staff wrote down for it."""
        if Part.REPORTER not in actor.parts:
            refuse(visit, ticket, Refusal("ticket.refused.not_yours"))
        elif word == "right":
            said_right(visit, ticket)
        elif not ask_which_wrong(visit, ticket):
            await self._open_form(visit, "supplement", ticket, actor, rest)

    async def _at_once(self, visit: Visit, word: str, ticket: Ticket, actor: Actor) -> None:
        planned = AT_ONCE[word]
        if planned.act is Act.URGE and self._urged_today(visit, ticket):
            visit.say("case.urged_today", number=known_as(ticket, visit.person.id))
            return
        done = planned.do(visit, ticket, actor)
        if done and planned.act is Act.ACCEPT:  # who accepts goes on to say who leads
            await visit.book.recall(ticket.category)
            await self.talk.open(visit, "dispatch", Start(), ticket.number)

    def _urged_today(self, visit: Visit, ticket: Ticket) -> bool:
        """Allow 催办 once a working day: since the last working day began."""
        now = visit.book.now.astimezone(OFFICE_ZONE)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return any(note.kind == "urge" and note.at >= midnight for note in ticket.notes)

    async def _open_form(
        self, visit: Visit, word: str, ticket: Ticket, actor: Actor, rest: str
    ) -> None:
        opened = OPENS[word]
        refusal = opened.objection(visit, ticket)
        if refusal is not None:
            refuse(visit, ticket, refusal)
            if opened.act is Act.REOPEN and refusal.key == "ticket.refused.reopen_late":
                start = relapse(ticket, rest, visit.files)
                await self.talk.open(visit, "report", start, relapse_subject(ticket))
            return
        if opened.act is Act.SOUND_OUT and sound_unspoken(visit, ticket, rest):
            return
        if opened.act in {Act.ASSIGN, Act.RETURN}:
            await visit.book.recall(ticket.category)
        start = opened.start(rest, visit.files)
        subject = known_as(ticket, visit.person.id)  # also the form names no other's number
        await self.talk.open(visit, opened.flow.name, start, subject)

    async def supplement(self, visit: Visit, ticket: Ticket, text: str) -> None:
        """Take plain words for the information a ticket waits for."""
        start = Start(given={"text": text}, files=visit.files)
        await self.talk.open(visit, "supplement", start, ticket.number)

    # Reading -------------------------------------------------------------------------------

    def _view(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        if Part.APART in actor.parts and not may_read(ticket, actor):
            _confidential(visit, ticket)
            return
        if not may_read(ticket, actor):
            self._progress(visit, ticket, actor)
            return
        visit.book.entries.append(
            visit.record(f"ticket:{ticket.number}", "view", _role(actor), after=ticket.state.value)
        )
        book = visit.book
        members = book.members(ticket)
        whole = view_text(ticket, actor, book.office, members)
        merged = members_text(book, ticket, actor)
        visit.private += [whole, *([merged] if merged else [])]
        possible = open_acts(ticket, actor, visit.book.moment)
        words = [OFFERED[act] for act in OFFERED if act in possible]
        if ticket.asked_reject_by is not None and Act.REJECT in possible:
            words.insert(0, "agree_reject")
        offered = tuple(dict.fromkeys(words))
        files = file_acts(ticket, actor, members)
        visit.offer(*ticket_choices(ticket, *offered, *files))
        visit.title = Text("case.title", {"number": ticket.number})

    async def _files(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        """Send the attachments to the person alone, wherever they were asked for."""
        if not may_read(ticket, actor):
            self._progress(visit, ticket, actor)
            return
        if not may_see_files(ticket, actor):
            visit.say("case.files_hidden", number=ticket.number)
            return
        shown = files_for(ticket, actor, visit.book.members(ticket))
        kept = tuple(await visit.book.tx.stored_files(shown))
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
        ticket = ticket.model_copy(update={"number": known_as(ticket, visit.person.id)})
        if not visit.in_private:
            visit.tell(
                "group.progress", number=ticket.number, state=Key(f"seen.{ticket.state.value}")
            )
            return
        self._progress_in_private(visit, ticket, actor)

    def _progress_in_private(self, visit: Visit, ticket: Ticket, actor: Actor) -> None:
        """Answer in 1:1 wherever it was asked, with what the enterprise may do next."""
        self.show_progress(visit, ticket)
        if hears(actor.parts):
            visit.offer(*ticket_choices(ticket, *_reporter_acts(ticket, actor, visit.book.moment)))

    def show_progress(self, visit: Visit, ticket: Ticket) -> None:
        """Say the four lines."""
        visit.private.append(progress_text(ticket, visit.book.office))

    async def list_own(self, visit: Visit) -> None:
        """List all own numbers and nobody else's (进度), or show the one that is named."""
        number = visit.request.number
        if number is not None:
            await self.act(visit, "progress", number, "")
            return
        own = [visit.book.shown(one) for one in visit.book.own(visit.person.id)]
        if not own:
            if visit.person.roles:
                await list_desk(visit)
                return
            visit.say("progress.none")
        elif len(own) == 1:
            self._progress_in_private(visit, own[0], visit.book.actor(own[0], visit.person))
        else:
            own = sorted(own, key=_by_need)
            visit.say("progress.list", count=len(own), lines=_lines(own))
            running = [t for t in own if t.state not in ENDED][:BUTTONS]
            visit.offer(*(_named(ticket, "progress") for ticket in running))


def _confidential(visit: Visit, ticket: Ticket) -> None:
    """Say what somebody of the desk may know of a case that is not theirs, and whom to ask."""
    category = visit.book.office.category(ticket.category)
    visit.say(
        "case.confidential",
        number=ticket.number,
        category=category.name if category else "",
        state=Key(f"state.{ticket.state.value}"),
        others=who_may(visit.book, ticket, frozenset({Part.SUPERVISOR}), visit.person.id),
    )


def _rating_in(text: str) -> str:
    """Read 评价 0001 满意; without a rating the choices are shown with the progress."""
    words = (("不满意", "dissatisfied"), ("基本满意", "mostly"), ("满意", "satisfied"))
    return next((act for word, act in words if word in text), "progress")


def _named(ticket: Ticket, act: str) -> Choice:
    """Make a button that shows the number, where several tickets stand side by side."""
    return Choice(ticket.number, f"a:{act}:{ticket.number}")


def _by_need(ticket: Ticket) -> tuple[bool, bool, datetime]:
    """Order the own tickets: what waits for the enterprise, what runs by its date, what is over."""
    now = waiting(ticket)
    theirs = now is not None and now.waits in {Waits.SUPPLEMENT, Waits.CALLBACK, Waits.RATING}
    return now is None, not theirs, now.due_at if now else NO_DATE


def _lines(tickets: list[Ticket]) -> tuple[Line | Text, ...]:
    """Word a list of own tickets; what does not fit is counted."""
    lines = [Line(t.number, Key(f"seen.{t.state.value}")) for t in tickets[:SHOWN]]
    hidden = len(tickets) - len(lines)
    return (*lines, *([Text("desk.more", {"more": hidden})] if hidden else []))


def _reporter_acts(ticket: Ticket, actor: Actor, now: Moment) -> tuple[str, ...]:
    """Return what the one who reported may do now, as buttons."""
    if ticket.state is State.CALLBACK:
        calls = "calls_too" if ticket.no_calls else "messages_only"
        mine = Part.REPORTER in actor.parts
        return ("satisfied", "mostly", "dissatisfied", *((calls,) if mine else ()))
    if not ticket.ended:
        return ("supplement", "urge", *(("withdraw",) if Part.REPORTER in actor.parts else ()))
    after_the_end = ((Act.OBJECT, "object"), (Act.REVIVE, "supplement"), (Act.REOPEN, "reopen"))
    return tuple(word for act, word in after_the_end if not objection(ticket, act, actor, now))


def _role(actor: Actor) -> str:
    staff = (Part.CLERK, Part.SUPERVISOR, Part.LEAD, Part.SUPPORT)
    above = (Part.LEADER, Part.OFFICIAL, Part.SECRETARY, Part.INSPECTOR)
    order = (Part.REPORTER, Part.JOINED, *staff, *above)
    return next((part.value for part in order if part in actor.parts), "admin")
