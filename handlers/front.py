"""The front desk: send an arrival to the open conversation, to a command, or to a new report."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from flows.engine.words import Edit, Resume, Said
from flows.tickets.case import State
from handlers.acts import OPENS
from handlers.campaigns.pressing import campaign_commands, press_campaign
from handlers.cases import Cases
from handlers.contacts import contact_commands
from handlers.deputies import DEPUTY_COMMANDS, deputise_one
from handlers.deregistering import deregister_commands, press_enterprise
from handlers.desks import list_desk
from handlers.leading import Leading
from handlers.ledger import send_ledger
from handlers.members import Members
from handlers.menu import MENU, STAFF_MENU
from handlers.outreaching import Outreaching, outreach_commands
from handlers.pairing.answers import answer
from handlers.pairing.linking import pairing_commands, press_pairing
from handlers.paragraphs import is_report
from handlers.plain import PlainWords
from handlers.policies.pressing import policy_commands, press_policy
from handlers.ports import Frame, Text
from handlers.rating_asked import RATINGS, rateable, rating_asked
from handlers.ratings import Ratings
from handlers.recorded import answerable
from handlers.recorded_asked import recorded_asked
from handlers.registration.attending import event_command, press_event
from handlers.registration.raising import Raising
from handlers.saying import OF_STAFF, says
from handlers.search import search
from handlers.several import open_several
from handlers.talk import Talk, about, engine_input
from handlers.twice import filed_already
from handlers.visit import Visit, ticket_choices
from handlers.whoami import show_rights
from handlers.words import ENGINE_WORDS

Command = Callable[[Visit], Awaitable[None]]
_PRESSES = {
    **{"e": press_event, "c": press_campaign, "p": press_policy, "n": press_enterprise},
    "k": press_pairing,
}


@dataclass(frozen=True, slots=True)
class Front:
    """Where every arrival is first looked at."""

    talk: Talk
    cases: Cases
    members: Members
    leading: Leading = field(default_factory=Leading)
    ratings: Ratings = field(default_factory=Ratings)

    @property
    def _words(self) -> PlainWords:
        return PlainWords(self.talk, self.cases)

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
        elif button := answer(visit):
            await self._pressed(visit, button)
        elif visit.request.word in ENGINE_WORDS:
            await self._form_word(visit)
        elif visit.request.word:
            await self._commanded(visit, visit.request.word)
        else:
            await self._words.take(visit)
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
        elif kind in _PRESSES and rest.count(":") >= 1:
            await _PRESSES[kind](visit, self.talk, rest)
        elif kind == "d":
            await deputise_one(visit, rest)
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
            visit.card_status = filed_already(visit, verb) or Text("card.over")
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
        rated = rating_asked(visit)
        options = visit.conversation.options
        if rated is not None and 1 <= picked <= len(RATINGS) and options and visit.open_frame():
            visit.say("front.which_number", number=rated.number)
            visit.offer(*ticket_choices(rated, *RATINGS))
        elif rated is not None and 1 <= picked <= len(RATINGS):
            await self.cases.act(visit, RATINGS[picked - 1], rated.number, "")
        elif (answer := recorded_asked(visit, picked)) is not None:
            await self.cases.act(visit, *answer, "")
        elif 1 <= picked <= len(visit.conversation.options):
            await self._pressed(visit, visit.conversation.options[picked - 1])
        elif visit.open_frame() is None and 1 <= picked <= len(RATINGS) and rateable(visit):
            await self.cases.typed(visit, RATINGS[picked - 1])
        else:
            await self._words.take(visit)

    # Words ---------------------------------------------------------------------------------

    async def _form_word(self, visit: Visit) -> None:
        """Move inside the open form, or say that none is open."""
        word, rest = visit.request.word, visit.request.rest
        frame = visit.open_frame()
        if frame is None and word == "edit" and is_report(visit.request.text):
            await self._words.take(visit)  # "修改后的规划把门口堵了…"
            return
        if frame is None:
            if word == "resume" and await self.talk.bring_back(visit):
                return
            visit.private.append(filed_already(visit, word) or Text("front.nothing_open"))
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
        if before is not None and says(visit, before, word):
            await self._words.go_on(visit, visit.request.text)
            return
        if word in {"yes", "right"} and before is not None and visit.request.number is None:
            await self._verb(visit, "confirm")
            return
        if before is not None and self._answers(visit, before, word):
            await self._words.go_on(visit, visit.request.rest)
            return
        if word in OF_STAFF and not (visit.person.roles or visit.request.number):
            await self._words.take(visit)
            return
        command = self._commands().get(word) or event_command(self.talk, word)
        if command is None or word in {"bind", "callback", "outreach", "raised"}:
            self._words.recall(visit, visit.request.rest)
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

    def _commands(self) -> Mapping[str, Command]:
        return {
            **outreach_commands(self.talk),
            **deregister_commands(self.talk),
            **contact_commands(),
            **DEPUTY_COMMANDS,
            **campaign_commands(self.talk),
            **policy_commands(self.talk),
            **pairing_commands(self.talk),
            "menu": self._menu,
            "yes": self._welcome,
            "thanks": self._welcome,
            "report": self._words.report,
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
            "whoami": show_rights,
            "wrong": self._wrong,
            "outreach": self._outreach,
            "raised": self._outreach,
        }

    async def _several(self, visit: Visit) -> None:
        """Do one act on several tickets; who has no office only begins a sentence so."""
        if visit.person.roles:
            await open_several(visit, self.talk)
        else:
            await self._words.take(visit)

    async def _outreach(self, visit: Visit) -> None:
        """Write a 走访 or 会上问题 down; who is no staff only begins a sentence so."""
        if visit.person.roles or not is_report(visit.request.text):
            raised = visit.request.word == "raised"
            await (Raising(self.talk) if raised else Outreaching(self.talk)).begin(visit)
        else:
            await self._words.take(visit)

    async def _wrong(self, visit: Visit) -> None:
        """Take 不对 for what staff wrote down for the person; else it only begins a sentence."""
        if visit.request.number or answerable(visit.book.own(visit.person.id)):
            await self.cases.typed(visit, "wrong")
        else:
            await self._words.take(visit)

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

    async def _again(self, visit: Visit) -> None:
        """Take 又出现了 for an own case that was closed; without any it is a new report."""
        own = visit.book.own(visit.person.id)
        if visit.request.number or any(one.state is State.CLOSED for one in own):
            await self.cases.typed(visit, "reopen")
        else:
            await self._words.take(visit)
