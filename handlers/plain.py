"""Plain words: what somebody writes that is neither a button, nor a number, nor a command."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows import reading
from flows.engine.words import Resume, Said, Start
from flows.tickets.case import State, Ticket
from handlers.cases import Cases
from handlers.menu import MENU
from handlers.offered_again import offer_again
from handlers.pairing.answers import is_code, is_number
from handlers.pairing.linking import redeem
from handlers.paragraphs import forwarded, is_report, opening_words, tells_much, tells_problem
from handlers.registration.attending import Attending
from handlers.registration.taking import took
from handlers.talk import Talk
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Where a sentence goes: into the open form, to the ticket that asks, or into a new report."""

    talk: Talk
    cases: Cases

    async def take(self, visit: Visit) -> None:
        """Take what is written for what it most likely is; something is always said."""
        text = visit.request.text
        if await took(visit, self.talk):
            pass  # the list of a group, a file of whoever runs activities
        elif visit.open_frame() is not None:
            await self.go_on(visit, text)
        elif visit.filed.arrival.forwarded:
            await self._start_report(visit, forwarded(visit))
        elif (asked := self._info_asked(visit)) and (text or visit.files):
            self.recall(visit, text)
            await self.cases.supplement(visit, asked, text)
        elif await Attending(self.talk).plain(visit):
            pass  # signed up by a sentence
        elif self._reports(visit, text):
            await self._start_report(visit, text)
        elif is_code(visit.request.text):
            await redeem(visit)
        elif visit.request.number and not is_number(text):
            await self.cases.list_own(visit)
        else:
            self._help(visit, text)

    async def go_on(self, visit: Visit, text: str) -> None:
        """Answer the open form with a text, and with as many of its files as there is room for."""
        frame = visit.open_frame()
        arrival = visit.filed.arrival
        if arrival.forwarded:
            text = forwarded(visit)
        if not text and not visit.files:
            visit.say("front.empty")
            await self.talk.go_on(visit, Resume())
            return
        if frame is not None and tells_problem(frame.state, text):
            visit.warn(*opening_words(visit.book.office, text))
        room = visit.book.office.max_files - (len(frame.state.files) if frame else 0)
        if len(visit.files) > room:
            visit.say("file.too_many", limit=visit.book.office.max_files)
            if not text and room <= 0:
                await self.talk.go_on(visit, Resume())
                return
        self.recall(visit, text)
        await self.talk.go_on(visit, Said(text, visit.files[: max(room, 0)]))

    async def report(self, visit: Visit) -> None:
        """Open a report with what stands behind the command, was quoted or was forwarded."""
        arrival = visit.filed.arrival
        text = visit.request.rest or arrival.quoted
        if arrival.forwarded and not text:
            text = forwarded(visit)
        await self._start_report(visit, text)

    def recall(self, visit: Visit, text: str) -> None:
        """Ask somebody who wrote details into a group to take them back."""
        if not visit.in_private and tells_much(text):
            visit.tell("group.recall")
            visit.tell("group.see_private")

    async def _start_report(self, visit: Visit, text: str) -> None:
        """Open a report with what is there; urgent numbers come before any question."""
        text = reading.normalise(text)
        visit.warn(*opening_words(visit.book.office, text))
        self.recall(visit, text)
        body = reading.onward(text, visit.book.office.onward)
        if body is not None:  # nothing of it is kept among the reports
            visit.say("front.onward", told=body.text)
            visit.offer(*MENU[:1])
            return
        room = visit.book.office.max_files
        if len(visit.files) > room:
            visit.say("file.too_many", limit=room)
        await self.talk.open(visit, "report", Start(text=text, files=visit.files[:room]))

    def _reports(self, visit: Visit, text: str) -> bool:
        """Take pictures alone, a paragraph of trouble or an emergency for a report."""
        if is_report(text) or (visit.files and not text):
            return True
        return not visit.person.roles and bool(opening_words(visit.book.office, text))

    def _info_asked(self, visit: Visit) -> Ticket | None:
        """Return the own ticket that waits for more information."""
        own = visit.book.own(visit.person.id)
        return next((t for t in own if t.state is State.NEED_INFO), None)

    def _help(self, visit: Visit, text: str) -> None:
        if not visit.in_private:
            visit.tell("group.menu")
            return
        if visit.request.picked is not None and offer_again(visit):
            return
        visit.say(_not_understood(text))
        visit.offer(*MENU)


def _not_understood(text: str) -> str:
    """Name what is said to a text that means nothing: whoever sends a number meant a choice."""
    if not text:
        return "front.empty"
    if is_number(text):
        return "front.long_number"
    return "front.no_number" if re.fullmatch(r"\d{1,2}", text) else "front.help"
