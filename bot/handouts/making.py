"""Making the files that people ask for in chat: to the fetcher of files a source like any other."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Protocol

from pydantic import ValidationError

from bot.channels.base import FetchFault
from bot.texts import Texts
from flows.registration.handouts import Handout
from flows.registration.issues import Kind
from handlers.registration.documents import TEMPLATE
from handlers.registration.papers import HANDOUT


class Source(Protocol):
    """Who makes a file by its code."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Return the file. Raises FetchFault."""


class Makers:
    """Gives every order to whoever makes such a file: papers of activities, else the ledger."""

    def __init__(self, texts: Texts, ledgers: Source) -> None:
        self._texts = texts
        self._ledgers = ledgers

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Make the file of a code. Raises FetchFault."""
        if code.startswith(TEMPLATE):
            from bot.handouts.plan_sheet import draw_plan  # noqa: PLC0415

            return await asyncio.to_thread(draw_plan, self._texts, _day(code))
        if not code.startswith(HANDOUT):
            return await self._ledgers.fetch(robot, code, limit)
        try:
            made = Handout.model_validate_json(code.removeprefix(HANDOUT))
        except ValidationError:
            raise FetchFault("no_handout", None) from None
        return await asyncio.to_thread(drawn, made, self._texts)


def _day(code: str) -> date:
    try:
        return date.fromisoformat(code.removeprefix(TEMPLATE))
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
