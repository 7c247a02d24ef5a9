"""Making the files that people ask for in chat: to the fetcher of files a source like any other."""

from __future__ import annotations

import asyncio
from typing import Protocol

from pydantic import ValidationError

from bot.channels.base import FetchFault
from bot.handouts.chart import chart
from bot.handouts.table import table
from bot.handouts.wording import Wording
from bot.papers.cards import draw_cards
from bot.papers.drawing import draw
from bot.texts import Texts
from flows.registration.handouts import Handout
from flows.registration.issues import Kind
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
        if not code.startswith(HANDOUT):
            return await self._ledgers.fetch(robot, code, limit)
        try:
            made = Handout.model_validate_json(code.removeprefix(HANDOUT))
        except ValidationError:
            raise FetchFault("no_handout", None) from None
        return await asyncio.to_thread(drawn, made, self._texts)


def drawn(made: Handout, texts: Texts) -> bytes:
    """Draw a paper of an activity. Blocks for up to some seconds."""
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
