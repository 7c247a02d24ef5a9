"""A WeChat official account (公众号) as a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.channels.base import (
    Confirmed,
    Delivered,
    Letter,
    Manner,
    OpenFile,
    Receipt,
    Take,
    Window,
)
from bot.channels.media import Media
from bot.channels.tencent.account import LEFT, Account, Left, unnoted
from bot.channels.tencent.answering import Answering
from bot.channels.tencent.called import Taking
from bot.channels.tencent.heard import Heard
from bot.channels.tencent.inbound import Inbound
from bot.channels.tencent.seal import Seal
from bot.channels.tencent.wire import Wire
from bot.channels.wechat.access import NAME, WeChatAccess
from bot.channels.wechat.allowance import Allowance
from bot.channels.wechat.client import Client
from bot.channels.wechat.inbound import happened, trigger_of
from bot.channels.wechat.masses import STAYS, Masses, is_mass
from bot.channels.wechat.outbound import LIMIT, Sender, is_picture, media_type
from bot.channels.wechat.reading import Reading
from bot.channels.wechat.reports import Settled, report, unsettled
from flows.office import Door

PREFIX = "/wechat"
MANNER = Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=LIMIT, shows=is_picture)
"""What an official account can show: text and pictures, in 1:1 chats."""


class WeChat(Account):
    """The account: its followers write to it; it answers on the call, pushes, or sends to all."""

    name = NAME
    prefix = PREFIX
    manner = MANNER

    def __init__(
        self,
        access: WeChatAccess,
        wire: Wire,
        *,
        greeting: Callable[[], str],
        open_file: OpenFile,
        left: Left = unnoted,
        settled: Settled = unsettled,
        answers: bool = True,
    ) -> None:
        """`greeting` words what is taken as said by who begins to follow; `settled` hears of what
        became of messages that the platform had taken; `open_file` reads what is to be sent; the
        others are as for every Account. Raises ValueError for an EncodingAESKey that is none.
        """
        client = Client(access, wire)
        seal = Seal(access.token, access.aes_key, access.app_id)
        media = Media(client.api, open_file, media_type)
        reading = Reading(seal, plaintext=access.plaintext)
        super().__init__(client, wire, reading, media, left=left, answers=answers)
        self._settled = settled
        answer = timedelta(seconds=wire.pace.answer)
        self._inbound = Inbound(NAME, answer, lambda said: happened(said, greeting))
        self._allowance = Allowance()
        self._sender = Sender(
            access.app_id,
            client.api,
            wire.clock,
            answering=Answering(self._calls, seal, wire.clock),
            allowance=self._allowance,
            media=media,
        )
        self._masses = Masses(access.app_id, client.api, LIMIT)

    async def run(self, take: Take) -> None:
        """Hear until cancelled or stopped; what nobody hears here is not counted on later."""
        try:
            await super().run(take)
        finally:
            self._allowance.forget()

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        return await (self._masses if is_mass(letter.to) else self._sender).send(letter)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that sending it counts against; None = it is not limited."""
        return (self._masses if is_mass(letter.to) else self._sender).window(letter)

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of mass sends. Raises SendFault."""
        return await self._masses.confirmed(asked)

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take nothing back: the platform cannot."""
        return {one.id: STAYS if is_mass(one.to) else "not possible" for one in sent}

    def _taking(self, said: Heard, name: str, take: Take) -> Taking | None:
        told = report(said)
        if told is not None:
            return Taking(name, lambda: self._settled(NAME, *told), answers=False)
        arrival = self._inbound.arrival(said, self._clock())
        if arrival is None:
            return None
        return Taking(name, lambda: take(arrival), answers=self._answers)

    def _note(self, said: Heard) -> None:
        """Count what somebody may be sent by now."""
        if said.event == LEFT:
            self._allowance.left(said.account)
        elif trigger := trigger_of(said):
            self._allowance.heard(said.account, trigger, self._clock())
