"""Who stands at a door, and what is pressed there: once each, in one transaction."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.pages.records import Correct, Records
from bot.pages.tokens import Tokens
from bot.pages.words import Words
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from flows.registration.event import Door
from flows.registration.registration import Registration
from flows.registration.roll import Roll
from handlers.link import Gate
from handlers.ports import Answered, Text
from handlers.registration.door_page import CHANNEL, AtDoor, DoorPage, Press, Told

_OWN = re.compile(r"[0-9a-f]{32}")  # what the page's script calls a code that it kept


@dataclass(frozen=True, slots=True)
class Brought:
    """What a phone brings: the address of a door, and the secret of its cookie."""

    token: str
    secret: str

    @classmethod
    def of(cls, token: str, cookie: str) -> "Brought":
        """Read a cookie; one of another door opens nothing."""
        held, _, secret = cookie.partition(":")
        return cls(token, secret if held == token else "")

    @classmethod
    def brought(cls, cookie: str) -> "Brought":
        """Read the cookie of whoever scans: it names the door."""
        held, _, secret = cookie.partition(":")
        return cls(held, secret)


@dataclass(frozen=True, slots=True)
class Result:
    """What is said of what was pressed."""

    good: bool
    said: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """What became of a form; no nonce = it is none of ours."""

    met: AtDoor
    nonce: str | None = None
    result: Result | None = None


class Doorkeeper:
    """Checks doors and phones, and does what is pressed."""

    def __init__(self, database: Database, page: DoorPage, tokens: Tokens, words: Words) -> None:
        self._records = Records(database, "a door")
        self._page = page
        self._tokens = tokens
        self._words = words

    async def meet(self, key: Brought) -> AtDoor:
        """Say what a phone meets."""
        return await self._records.read(lambda tx: self._met(tx, key))

    async def look(self, key: Brought, done: str = "") -> tuple[AtDoor, Roll | None, Result | None]:
        """Say what a phone meets, with the list and with what was said to what it pressed last."""

        async def work(tx: Transaction) -> tuple[AtDoor, Roll | None, Result | None]:
            met = await self._met(tx, key)
            if met.gate is not Gate.OPEN or met.event is None or met.door is None:
                return met, None, None
            result = await self._said(tx, met.door, done) if done.isalnum() else None
            return met, await tx.rolls.look(met.event.number), result

        return await self._records.read(work)

    async def scanned(self, key: Brought, ticket: str) -> tuple[AtDoor, Registration | Text | None]:
        """Say whose code was scanned at a door; one of another list is noted there."""
        met = await self.meet(key)
        if met.gate is not Gate.OPEN:
            return met, None
        return met, await self._records.write(lambda tx: self._whose(tx, met, ticket))

    async def enter(self, key: Brought, form: str) -> tuple[AtDoor, str]:
        """Bind the phone that presses first; pressed twice, a form brings the same cookie."""
        met = await self.meet(key)
        ident = met.door.id if met.door else ""
        nonce = self._tokens.nonce(ident, "", form)
        if met.event is None or nonce is None or met.gate not in {Gate.FRESH, Gate.OTHER}:
            return met, ""
        number, secret = met.event.number, self._tokens.device(ident, nonce)
        bound = await self._records.write(
            lambda tx: self._page.bind(tx, number, ident, tx.rolls.device(ident, secret))
        )
        return bound, f"{key.token}:{secret}" if bound.gate is Gate.OPEN else ""

    def form(self, met: AtDoor, secret: str) -> str:
        """Make the token of one form of a door's page."""
        return self._tokens.form(met.door.id if met.door else "", secret)

    async def press(self, key: Brought, act: str, given: Mapping[str, str]) -> Pressed:
        """Do it once: what was pressed before is told again. Raises Correct."""
        met = await self.meet(key)
        if met.gate is not Gate.OPEN:
            return Pressed(met)  # whoever gropes for doors makes nobody wait
        return await self._records.write(lambda tx: self._press(tx, key, act, given))

    async def _press(
        self, tx: Transaction, key: Brought, act: str, given: Mapping[str, str]
    ) -> Pressed:
        met = await self._met(tx, key)
        if met.gate is not Gate.OPEN or met.door is None or met.event is None:
            return Pressed(met)
        door, number = met.door, met.event.number
        nonce = self._tokens.nonce(door.id, key.secret, given.get("form", ""))
        if nonce is None:
            return Pressed(met)
        if _OWN.fullmatch(given.get("nonce", "")):
            nonce = given["nonce"]
        (filed,) = await tx.admit([self._page.arrival(door, nonce, act)])
        if filed is None:
            return Pressed(met, nonce, await self._said(tx, door, nonce))
        done = await self._page.act(tx, Press(number, door, filed), act, given)
        if done.faults is not None:
            raise Correct(done.faults)
        result = self._result(done)
        kept = Text("page.result", {"text": result.said})
        await tx.answer(filed.id, Answered(kept, done.good))
        return Pressed(met, nonce, result)

    def _result(self, done: Told) -> Result:
        return Result(done.good, self._words.render(done.text))

    async def _said(self, tx: Transaction, door: Door, nonce: str) -> Result | None:
        answered = await tx.answered_to(CHANNEL, door.id, nonce)
        if answered is None or answered.card_status is None:
            return None
        return Result(answered.card_over, self._words.render(answered.card_status))

    async def _met(self, tx: Transaction, key: Brought) -> AtDoor:
        told = tx.rolls.read_door(key.token)
        event = await tx.rolls.seen(told[0]) if told else None
        if told is None or event is None:
            return AtDoor(Gate.BROKEN)
        device = tx.rolls.device(told[1], key.secret) if key.secret else ""
        met = self._page.gate(event, told[1], device)
        if met.door is not None and not await self._page.serves(tx, met.door):
            return AtDoor(Gate.REVOKED, event)
        return met

    async def _whose(self, tx: Transaction, met: AtDoor, ticket: str) -> Registration | Text:
        if met.event is None or met.door is None:
            raise ValueError("nobody stands at this door")
        number, told = met.event.number, tx.rolls.read_ticket(ticket)
        here = told is not None and told.number == number
        one = await tx.rolls.place(number, told.seq) if told and here else None
        if one is not None and told is not None and one.handed == told.handed:
            return one
        why = "passed_on" if one else "elsewhere" if told and not here else "forged"
        await self._page.turn_away(tx, number, met.door, why)
        return Text(f"check_in.{why}")
