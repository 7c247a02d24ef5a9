"""The front desk: send an arrival to the open conversation, to a command, or to a new report."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from flows import reading
from flows.engine.words import Choice, Edit, Key, Resume, Said, Start
from flows.tickets.case import State, Ticket
from handlers.acts import OPENS
from handlers.cases import Cases
from handlers.contacts import Contacts
from handlers.desks import list_desk
from handlers.leading import Leading
from handlers.ledger import send_ledger
from handlers.members import Members
from handlers.ports import Frame, PersonId, Text
from handlers.ratings import Ratings
from handlers.reports import opening_words
from handlers.search import search
from handlers.several import open_several
from handlers.talk import Talk, about, engine_input
from handlers.understand import ENGINE_WORDS
from handlers.visit import Visit, ticket_choices

MENU = (
    Choice(Key("menu.report"), "w:report", "primary"),
    Choice(Key("menu.progress"), "w:progress"),
    Choice(Key("menu.callback"), "w:callback"),
    Choice(Key("menu.human"), "w:human"),
)
STAFF_MENU = (Choice(Key("menu.desk"), "w:desk"),)

# Words of trouble: a paragraph with one of them is taken for a report, which can be cancelled.
_TROUBLE = re.compile(
    r"问题|反映|投诉|困难|难题|没人管|怎么办|解决|协调|坏|停[电水气产工]|漏|堵|拖欠|不给|无法|没法|"
    r"不能|不了|不到|不让|太慢|太贵|涨价|影响|损失|罚|被|缺|招工|跳闸|积水|帮忙|帮我们|希望|请求|恳请"
)
PARAGRAPH = 12  # characters from which plain words may be a report

Command = Callable[[Visit], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Front:
    """Where every arrival is first looked at."""

    talk: Talk
    cases: Cases
    members: Members
    contacts: Contacts = field(default_factory=Contacts)
    leading: Leading = field(default_factory=Leading)
    ratings: Ratings = field(default_factory=Ratings)

    async def serve(self, visit: Visit) -> None:
        """Answer one arrival; something is always said."""
        arrival = visit.filed.arrival
        if arrival.kind == "over_quota":
            self.members.over_quota(visit)
        elif arrival.kind == "unsupported":
            visit.say("front.unsupported")
        elif visit.request.action:
            await self._pressed(visit, visit.request.action)
        elif visit.request.picked is not None:
            await self._picked(visit, visit.request.picked)
        elif visit.request.word in ENGINE_WORDS:
            await self._form_word(visit)
        elif visit.request.word:
            await self._commanded(visit, visit.request.word)
        else:
            await self._plain(visit)
        self._never_silent(visit)

    def _never_silent(self, visit: Visit) -> None:
        if not visit.private and not visit.public and not visit.quiet:
            visit.say("front.help")
            visit.offer(*MENU)

    # Buttons and numbers -------------------------------------------------------------------

    async def _pressed(self, visit: Visit, action: str) -> None:
        kind, _, rest = action.partition(":")
        if kind == "f":
            await self._answered(visit, rest)
        elif kind == "a" and rest.count(":") >= 1:
            act, number, *arg = rest.split(":", 2)
            await self.cases.act(visit, act, number, arg[0] if arg else "")
        elif kind == "w":
            await self._commanded(visit, rest)
        elif kind == "b" and rest.partition(":")[2].isdigit():
            verb, _, task = rest.partition(":")
            await self.members.settle(visit, verb, int(task))
        else:
            visit.say("card.unknown")

    async def _answered(self, visit: Visit, rest: str) -> None:
        """Take a button of a question; an old card shows where things stand now."""
        question, _, verb = rest.partition(":")
        asked = visit.conversation.question
        current = question == str(asked)
        if not question.isdecimal() or int(question) > asked:  # nothing this person was asked
            visit.say("card.unknown")
            return
        if visit.open_frame() is None:
            visit.card_status = Text("card.over")
            visit.card_over = True  # the card itself says so: a second tap shows nothing twice
            visit.quiet = True
            return
        if not current:
            visit.card_status = Text("card.old")
            visit.card_over = True
            visit.say("card.old")
            await self.talk.go_on(visit, Resume())
            return
        visit.card_status = Text("card.answered")
        visit.card_over = True
        await self._verb(visit, verb)

    async def _verb(self, visit: Visit, verb: str) -> None:
        event = engine_input(verb)
        if event is not None:
            await self.talk.go_on(visit, event)
        elif verb == "human":
            await self._commanded(visit, "callback")
        else:
            visit.say("card.unknown")

    async def _picked(self, visit: Visit, picked: int) -> None:
        """Take a bare number: the choices shown last, else the rating that is waited for."""
        rated = self._rating_asked(visit)
        options = visit.conversation.options
        if rated is not None and 1 <= picked <= len(RATINGS) and options and visit.open_frame():
            visit.say("front.which_number", number=rated.number)
            visit.offer(*ticket_choices(rated, *RATINGS))
        elif rated is not None and 1 <= picked <= len(RATINGS):
            await self.cases.act(visit, RATINGS[picked - 1], rated.number, "")
        elif 1 <= picked <= len(visit.conversation.options):
            await self._pressed(visit, visit.conversation.options[picked - 1])
        elif visit.open_frame() is None and 1 <= picked <= len(RATINGS) and self._rateable(visit):
            await self.cases.typed(visit, RATINGS[picked - 1])
        else:
            await self._plain(visit)

    def _rateable(self, visit: Visit) -> list[Ticket]:
        """Return the own tickets that wait for the person's rating, also where one follows."""
        me = visit.person.id
        found = [visit.book.shown(one) for one in visit.book.own(me)]
        return [one for one in found if one.state is State.CALLBACK and not _rated(one, me)]

    def _rating_asked(self, visit: Visit) -> Ticket | None:
        """Return the ticket whose rating was asked for after anything else was shown."""
        shown = visit.conversation.shown_at
        waiting = [
            t for t in self._rateable(visit) if t.audited_at and t.audited_at.timestamp() >= shown
        ]
        return waiting[0] if len(waiting) == 1 else None

    # Words ---------------------------------------------------------------------------------

    async def _form_word(self, visit: Visit) -> None:
        """Move inside the open form, or say that none is open."""
        word, rest = visit.request.word, visit.request.rest
        frame = visit.open_frame()
        if frame is None and word == "edit" and _is_report(visit.request.text):
            await self._plain(visit)  # "修改后的规划把门口堵了…"
            return
        if frame is None:
            if word == "resume" and await self.talk.bring_back(visit):
                return
            visit.say("front.nothing_open")
            visit.offer(*MENU)
            return
        if word == "edit" and rest:
            await self._edit(visit, rest)
            return
        await self._verb(visit, word)

    async def _edit(self, visit: Visit, rest: str) -> None:
        """Understand 修改电话 and 修改电话为 139…"""
        frame = visit.open_frame()
        desk = self.talk.desks.get(frame.state.flow) if frame else None
        for step in desk.flow.steps if desk else ():
            for word in sorted(step.words, key=len, reverse=True):
                if rest.startswith(word):
                    value = re.sub(r"^[\s:：为成是改到]+", "", rest[len(word) :])
                    event = Said(f"{word}：{value}") if value else Edit(step.field)
                    await self.talk.go_on(visit, event)
                    return
        await self.talk.go_on(visit, Edit())

    async def _commanded(self, visit: Visit, word: str) -> None:
        """Do what a command says; an open form is shown again afterwards."""
        before = visit.open_frame()
        if word in {"yes", "right"} and before is not None and visit.request.number is None:
            await self._verb(visit, "confirm")
            return
        if before is not None and self._answers(visit, before, word):
            await self._go_on(visit, visit.request.rest)
            return
        if before is not None and _is_told_rating(visit, before, word):
            await self._go_on(visit, visit.request.text)
            return
        command = self._commands().get(word)
        if command is None or word in {"bind", "callback"}:
            self._recall(visit, visit.request.rest)
        if command is not None:
            await command(visit)
        else:
            await self.cases.typed(visit, word)
        after = visit.open_frame()
        if before is not None and after is before and visit.in_private and not visit.choices:
            visit.say("engine.back_to", **about(after.state))
            await self.talk.go_on(visit, Resume())

    def _answers(self, visit: Visit, frame: Frame, word: str) -> bool:
        """Say whether a command only names what the open form asks for: 答复：已检修完毕…"""
        if visit.request.number is not None or not visit.request.rest:
            return False
        opened = OPENS.get(word)
        flow = frame.state.flow
        named = opened is not None and opened.flow.name == flow
        return named or (word == "supplement" and flow == "report")

    def _recall(self, visit: Visit, text: str) -> None:
        """Ask somebody who wrote details into a group to take them back."""
        if not visit.in_private and _tells_much(text):
            visit.tell("group.recall")
            visit.tell("group.see_private")

    def _commands(self) -> Mapping[str, Command]:
        return {
            "menu": self._menu,
            "yes": self._welcome,
            "thanks": self._welcome,
            "report": self._report,
            "reopen": self._again,
            "rates": self.ratings.show,
            "progress": self.cases.list_own,
            "desk": list_desk,
            "search": search,
            "ledger": send_ledger,
            "several": self._several,
            "human": self.members.human,
            "callback": self.members.callback,
            "bind": self.members.bind,
            "redeem": self.members.redeem,
            "invite": self.members.invite,
            "verify": self.members.verify,
            "unverify": self.members.verify,
            "record": self.members.record,
            "called": self.members.verify,
            "show": self.members.verify,
            "grant": self.members.grant,
            "revoke": self.members.grant,
            "group": self.members.set_group,
            "led_list": self.leading.show,
            "instructions": self.leading.instructions,
            "calm": self.leading.calm,
            "uncalm": self.leading.uncalm,
            "unbind": self.contacts.unbind,
            "replace": self.contacts.replace,
        }

    async def _several(self, visit: Visit) -> None:
        """Do one act on several tickets; who has no office only begins a sentence so."""
        if visit.person.roles:
            await open_several(visit, self.talk)
        else:
            await self._plain(visit)

    async def _welcome(self, visit: Visit) -> None:
        (visit.say if visit.in_private else visit.tell)("front.welcome")

    async def _menu(self, visit: Visit) -> None:
        staff = bool(visit.person.roles)
        menu = "front.staff_menu" if staff else "front.menu"
        if visit.in_private:
            visit.say(menu, office=visit.book.office.name)
            visit.offer(*(STAFF_MENU if staff else ()), *MENU)
        else:
            visit.tell("group.menu")

    async def _report(self, visit: Visit) -> None:
        arrival = visit.filed.arrival
        text = visit.request.rest or arrival.quoted
        if arrival.forwarded and not text:
            text = _forwarded(visit)
        await self._start_report(visit, text)

    async def _again(self, visit: Visit) -> None:
        """Take 又出现了 for an own case that was closed; without any it is a new report."""
        own = visit.book.own(visit.person.id)
        if visit.request.number or any(one.state is State.CLOSED for one in own):
            await self.cases.typed(visit, "reopen")
        else:
            await self._plain(visit)

    async def _start_report(self, visit: Visit, text: str) -> None:
        """Open a report with what is there; urgent numbers come before any question."""
        text = reading.normalise(text)
        visit.warn(*opening_words(visit.book.office, text))
        self._recall(visit, text)
        body = reading.onward(text, visit.book.office.onward)
        if body is not None:  # nothing of it is kept among the reports
            visit.say("front.onward", told=body.text)
            visit.offer(*MENU[:1])
            return
        room = visit.book.office.max_files
        if len(visit.files) > room:
            visit.say("file.too_many", limit=room)
        await self.talk.open(visit, "report", Start(text=text, files=visit.files[:room]))

    # Plain words ---------------------------------------------------------------------------

    async def _plain(self, visit: Visit) -> None:
        text = visit.request.text
        if visit.open_frame() is not None:
            await self._go_on(visit, text)
        elif visit.filed.arrival.forwarded:
            await self._start_report(visit, _forwarded(visit))
        elif (asked := self._info_asked(visit)) and (text or visit.files):
            self._recall(visit, text)
            await self.cases.supplement(visit, asked, text)
        elif self._reports(visit, text):
            await self._start_report(visit, text)
        elif visit.request.number:
            await self.cases.list_own(visit)
        else:
            self._help(visit, text)

    def _reports(self, visit: Visit, text: str) -> bool:
        """Take pictures alone, a paragraph of trouble or an emergency for a report."""
        if _is_report(text) or (visit.files and not text):
            return True
        return not visit.person.roles and bool(opening_words(visit.book.office, text))

    async def _go_on(self, visit: Visit, text: str) -> None:
        frame = visit.open_frame()
        arrival = visit.filed.arrival
        if arrival.forwarded:
            text = _forwarded(visit)
        if not text and not visit.files:
            visit.say("front.empty")
            await self.talk.go_on(visit, Resume())
            return
        if frame is not None and frame.state.flow == "report":
            visit.warn(*opening_words(visit.book.office, text))
        room = visit.book.office.max_files - (len(frame.state.files) if frame else 0)
        if len(visit.files) > room:
            visit.say("file.too_many", limit=visit.book.office.max_files)
            if not text and room <= 0:
                await self.talk.go_on(visit, Resume())
                return
        self._recall(visit, text)
        await self.talk.go_on(visit, Said(text, visit.files[: max(room, 0)]))

    def _info_asked(self, visit: Visit) -> Ticket | None:
        """Return the own ticket that waits for more information."""
        own = visit.book.own(visit.person.id)
        return next((t for t in own if t.state is State.NEED_INFO), None)

    def _help(self, visit: Visit, text: str) -> None:
        if not visit.in_private:
            visit.tell("group.menu")
            return
        visit.say("front.help" if text else "front.empty")
        visit.offer(*MENU)


RATINGS = ("satisfied", "mostly", "dissatisfied")


def _is_told_rating(visit: Visit, frame: Frame, word: str) -> bool:
    """Say whether staff write down how somebody else rates, and rate nothing themselves (代评)."""
    return word in RATINGS and frame.state.flow == "rate_for" and visit.request.number is None


def _rated(ticket: Ticket, person: PersonId) -> bool:
    joined = ticket.joined_as(person)
    return joined is not None and joined.satisfaction is not None


def _tells_much(text: str) -> bool:
    """Say whether a text in a group gives away more than a command."""
    return len(text) >= PARAGRAPH or reading.mask_numbers(text) != text


def _is_report(text: str) -> bool:
    return len(text) >= PARAGRAPH and bool(_TROUBLE.search(text))


def _forwarded(visit: Visit) -> str:
    """Write a forwarded chat record down as it was said, speakers kept (转发即登记)."""
    lines = visit.filed.arrival.forwarded
    said = (f"{line.who}：{line.text}" if line.who else line.text for line in lines)
    return reading.normalise("\n".join(said))
