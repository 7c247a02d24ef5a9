"""Answering a letter on the call that it answers, and knowing what arrived."""

from __future__ import annotations

from collections import OrderedDict

from bot.channels.base import Letter, Receipt
from bot.channels.tencent.passive import Call, Calls
from bot.channels.tencent.reply import text_reply
from bot.channels.tencent.seal import Seal
from handlers.ports import Clock

REMEMBERED = 10_000


class Answering:
    """Puts a letter on a call that waits for it."""

    def __init__(self, calls: Calls, seal: Seal, clock: Clock) -> None:
        self._calls = calls
        self._seal = seal
        self._clock = clock

    def open(self, letter: Letter) -> Call | None:
        """Return the call that waits for this letter."""
        call = self._calls.find(letter.reply_url) if letter.reply_url else None
        if call is None or not call.is_open or letter.to not in ("", call.account):
            return None
        return call

    async def answered(self, call: Call, letter: Letter, text: str) -> bool:
        """Answer with a text; True once that was written to a connection that stood."""
        xml = text_reply(call.account, call.to, text, self._clock().timestamp())
        return await self.reply(call, letter.reply_url, xml)

    async def reply(self, call: Call, name: str, xml: str) -> bool:
        """Answer a message of this name with XML, sealed where it was; with nothing unsealed."""
        sealed = call.sealed and xml
        answer = self._seal.close(xml, self._clock().timestamp()) if sealed else xml
        return await self._calls.answered(name, answer.encode())


class Planned:
    """Letters that leave without a rate, for a call waits for them as they are planned.

    Where it waits no more they must be planned anew (WayClosed): pushed, they would count against
    no rate, and what the platform says of pushes would let answers rest.
    """

    def __init__(self) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()

    def note(self, letter: Letter, *, free: bool) -> bool:
        """Remember whether a letter is to leave without a rate, and say so; the oldest are
        forgotten.
        """
        self._keys.pop(letter.key, None)
        if free and letter.key:
            self._keys[letter.key] = None
            if len(self._keys) > REMEMBERED:
                self._keys.popitem(last=False)
        return free

    def taken(self, letter: Letter) -> bool:
        """Say whether a letter was to leave so, and remember it no longer."""
        was = letter.key in self._keys
        self._keys.pop(letter.key, None)
        return was


class Arrived:
    """What this process knows to have arrived: the platforms know no repetition of a text."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, Receipt] = OrderedDict()

    def find(self, letter: Letter) -> Receipt | None:
        """Return how a letter was delivered before."""
        return self._sent.get(letter.key)

    def note(self, letter: Letter, receipt: Receipt) -> Receipt:
        """Remember it, and return the receipt; the oldest are forgotten."""
        if letter.key:
            self._sent[letter.key] = receipt
            if len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)
        return receipt
