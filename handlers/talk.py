"""Carry a person's open conversation through one input and settle what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.engine import advance
from flows.engine.flow import State
from flows.engine.words import (
    Ask,
    Back,
    Cancel,
    Confirm,
    Edit,
    Event,
    Finish,
    Input,
    Key,
    Picked,
    Refused,
    Resume,
    Say,
    Skip,
    Start,
    Submit,
    Toggle,
)
from handlers.desk import Desk, learns
from handlers.ports import Due, FlowEvent, Frame, PersonId, Text
from handlers.visit import Visit

DEPTH = 3  # open conversations of one person; the oldest is put aside beyond that
REFUSALS = 3  # a desk that refuses its own re-asked form again and again is a defect

_VERBS: Mapping[str, Input] = {
    "confirm": Confirm(),
    "back": Back(),
    "skip": Skip(),
    "finish": Finish(),
    "cancel": Cancel(),
    "edit": Edit(),
    "resume": Resume(),
}


def engine_input(verb: str) -> Input | None:
    """Turn a choice's value (`confirm`, `pick:FIELD:VALUE`, …) into what the engine takes."""
    name, _, rest = verb.partition(":")
    if name == "pick" and ":" in rest:
        field, _, value = rest.partition(":")
        return Picked(field, value)
    if name == "edit" and rest:
        return Edit(rest)
    if name == "toggle" and rest:
        return Toggle(rest)
    return _VERBS.get(verb)


CONVERSATION = "conversation"  # the kind of the timer of an open conversation


def timer(person: PersonId) -> str:
    """Name the timer of a person's open conversation."""
    return f"conv:{person}"


def strike(visit: Visit, at: datetime) -> None:
    """Set the timer of the person's open conversation."""
    key = timer(visit.person.id)
    visit.book.dues[key] = Due(CONVERSATION, str(visit.person.id), at, key)
    visit.conversation = visit.conversation.model_copy(update={"alarm": at.timestamp()})


def about(state: State) -> Mapping[str, str]:
    """Name a conversation: what it is, and the ticket it is about."""
    number = state.subject.rpartition(":")[2] if "-" in state.subject else ""
    return {"title": Key(f"{state.flow}.title"), "number": number}


@dataclass(frozen=True, slots=True)
class Talk:
    """The desks' conversations."""

    desks: Mapping[str, Desk]

    async def open(self, visit: Visit, flow: str, start: Start, subject: str = "") -> None:
        """Open a conversation on top of what is open."""
        conversation = visit.conversation
        frame = Frame(state=State(flow=flow, subject=subject), touched=visit.book.now)
        below = conversation.stack
        if below and (below[-1].state.flow, below[-1].state.subject) == (flow, subject):
            below = below[:-1]  # the same form, opened again
        stack = (*below, frame)
        aside = conversation.aside
        if len(stack) > DEPTH:
            aside, stack = (*aside, stack[0])[-DEPTH:], stack[1:]
        visit.conversation = conversation.model_copy(update={"stack": stack, "aside": aside})
        await self.go_on(visit, start)

    async def go_on(self, visit: Visit, event: Input) -> None:
        """Give an input to the conversation on top."""
        frame = visit.open_frame()
        if frame is None:
            return
        desk = self.desks.get(frame.state.flow)
        if desk is None:  # the flow was taken out of the product meanwhile
            visit.say("engine.flow_gone")
            self._pop(visit, None)
            return
        state = await self._turn(visit, desk, frame.state, event)
        await self._settle(visit, state)

    async def _turn(self, visit: Visit, desk: Desk, state: State, event: Input) -> State:
        visit.turn_began = len(visit.private)
        for _ in range(REFUSALS):
            turn = advance(desk.flow, state, event, desk.facts(visit, state))
            while learns(desk) and await desk.look_up(visit, turn.state):
                turn = advance(desk.flow, state, event, desk.facts(visit, state))
            state = turn.state
            self._funnel(visit, desk, turn.events)
            refused: Refused | None = None
            for effect in turn.effects:
                match effect:
                    case Say(key, params):
                        visit.say(key, **params)
                    case Ask():
                        visit.title = Text(f"{desk.flow.name}.title")
                        visit.ask(effect)
                    case Submit():
                        refused = await desk.file(visit, state, effect)
            if refused is None:
                return state
            event = refused
        raise RuntimeError(f"{desk.flow.name}: refused {REFUSALS} times in one turn")

    def _funnel(self, visit: Visit, desk: Desk, events: tuple[Event, ...]) -> None:
        arrival = None if visit.from_clock else visit.filed.id
        visit.book.events += [
            FlowEvent(desk.flow.name, desk.flow.version, event, arrival, visit.book.now)
            for event in events
        ]

    async def _settle(self, visit: Visit, state: State) -> None:
        if state.phase == "open":
            visit.put_frame(state)
            self._watch(visit)
            return
        # A form without steps (撤回) holds nothing that 继续 could bring back.
        kept = state.phase in {"paused", "cancelled"} and bool(self.desks[state.flow].flow.steps)
        self._pop(visit, state if kept else None)
        self._drop_moot(visit)
        if visit.follow is not None:
            flow, start, subject = visit.follow
            visit.follow = None
            await self.open(visit, flow, start, subject)
            return
        below = visit.open_frame()
        if below is not None and visit.in_private and not visit.asking:
            visit.say("engine.continue", **about(below.state))
            await self.go_on(visit, Resume())

    def _pop(self, visit: Visit, put_aside: State | None) -> None:
        conversation = visit.conversation
        aside = conversation.aside
        if put_aside is not None:
            aside = (*aside, Frame(state=put_aside, touched=visit.book.now))[-DEPTH:]
        stack = conversation.stack[:-1]
        # The question that was open is answered: what still waits to ask it is cancelled.
        visit.conversation = conversation.model_copy(
            update={
                "stack": stack,
                "aside": aside,
                "options": (),
                "question": conversation.question + 1,
            }
        )
        if stack:
            self._watch(visit)

    def _drop_moot(self, visit: Visit) -> None:
        """Forget open forms that can no longer lead anywhere."""
        while (frame := visit.open_frame()) is not None:
            desk = self.desks.get(frame.state.flow)
            if desk is None or not desk.moot(visit, frame.state):
                return
            self._pop(visit, None)

    def _watch(self, visit: Visit) -> None:
        """Remind the person when nothing comes for a while.

        A timer that strikes before that is left as it is, a write less for most messages: who
        hears it looks at when the person last wrote, and sets it anew.
        """
        due_at = visit.book.now + visit.book.office.remind_after
        if not visit.book.now.timestamp() < visit.conversation.alarm <= due_at.timestamp():
            strike(visit, due_at)

    def drop(self, visit: Visit) -> None:
        """Close the conversation on top without a word: what it asked for came another way."""
        self._pop(visit, None)

    def put_aside(self, visit: Visit) -> None:
        """Keep the conversation on top for 继续: another one takes its place."""
        frame = visit.open_frame()
        self._pop(visit, frame.state if frame is not None else None)

    async def bring_back(self, visit: Visit) -> bool:
        """Open the latest conversation that was put aside, if it is still fresh."""
        conversation = visit.conversation
        oldest = visit.book.now - visit.book.office.resumable
        fresh = tuple(f for f in conversation.aside if f.touched >= oldest)
        if not fresh:
            return False
        state = fresh[-1].state.model_copy(update={"phase": "open"})
        frame = Frame(state=state, touched=visit.book.now)
        visit.conversation = conversation.model_copy(
            update={"stack": (*conversation.stack, frame), "aside": fresh[:-1]}
        )
        await self.go_on(visit, Resume())
        return True
