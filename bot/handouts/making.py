"""Making the files that people ask for in chat: to the fetcher of files a source like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from pydantic import ValidationError

from bot.channels.base import FetchFault
from bot.handouts.attendance import AttendanceMaker
from bot.handouts.effect import EffectMaker
from bot.ledger.making import LedgerMaker
from bot.storage.database import Database
from bot.texts import Texts
from flows.registration.handouts import Handout
from flows.registration.issues import Kind
from handlers.policies import files as policy_files
from handlers.ports import Clock, Office
from handlers.registration.documents import TEMPLATE
from handlers.registration.papers import HANDOUT


class Source(Protocol):
    """Who makes a file by its code."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Return the file. Raises FetchFault."""


class Makers:
    """Makes papers of activities; every other order goes on to whoever makes it."""

    def __init__(self, texts: Texts, otherwise: Source) -> None:
        self._texts = texts
        self._otherwise = otherwise

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Make the file of a code. Raises FetchFault."""
        kind, _, day = code.partition(":")
        if draws := _empty_sheets().get(f"{kind}:"):
            return await asyncio.to_thread(draws, self._texts, _day(day))
        if not code.startswith(HANDOUT):
            return await self._otherwise.fetch(robot, code, limit)
        try:
            made = Handout.model_validate_json(code.removeprefix(HANDOUT))
        except ValidationError:
            raise FetchFault("no_handout", None) from None
        return await asyncio.to_thread(drawn, made, self._texts)


def makers(database: Database, texts: Texts, office: Office, clock: Clock) -> Makers:
    """Return who makes whatever people ask for in chat."""
    ledgers = LedgerMaker(database, texts, office, clock)
    counts = AttendanceMaker(database, texts, ledgers)
    return Makers(texts, EffectMaker(database, texts, office.name, clock, counts))


def _empty_sheets() -> Mapping[str, Callable[[Texts, date], bytes]]:
    """Return who draws each kind of empty sheet, by how its order begins."""
    from bot.handouts.plan_sheet import draw_plan  # noqa: PLC0415
    from bot.handouts.policy_sheet import draw_firms, draw_policies  # noqa: PLC0415

    return {
        TEMPLATE: draw_plan,
        policy_files.TEMPLATE: draw_policies,
        policy_files.FACTS_TEMPLATE: draw_firms,
    }


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise FetchFault("no_day", None) from None


def drawn(made: Handout, texts: Texts) -> bytes:
    """Draw a paper of an activity. Blocks for up to some seconds."""
    # Libraries of their own weight: a bot that makes no papers does not load them.
    from bot.handouts.chart import chart  # noqa: PLC0415
    from bot.handouts.table import table  # noqa: PLC0415
    from bot.handouts.wording import Wording  # noqa: PLC0415
    from bot.papers.cards import draw_cards  # noqa: PLC0415
    from bot.papers.drawing import draw  # noqa: PLC0415

    words = Wording(texts)
    match made.kind:
        case Kind.CARDS:
            # A first set needs no sheet that says so.
            head = words.head(made) if made.since else ()
            return draw_cards(words.title(made), head, words.cards(made))
        case Kind.BRIEFING:
            return draw(words.briefing(made))
        case Kind.SEATS:
            return chart(made, words)
        case Kind.SIGN_IN | Kind.PLATES:
            return table(made, words)
