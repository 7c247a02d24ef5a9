"""The app of 企业微信 as a channel: called by the platform, it answers on the call or pushes."""

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
from bot.channels.tencent.account import Account, Left, unnoted
from bot.channels.tencent.answering import Answering
from bot.channels.tencent.called import Taking
from bot.channels.tencent.heard import Heard, field
from bot.channels.tencent.inbound import Inbound
from bot.channels.tencent.seal import Seal
from bot.channels.tencent.wire import Wire
from bot.channels.wecom.access import NAME, WeComAccess
from bot.channels.wecom.client import Client
from bot.channels.wecom.codes import Codes, HeldCodes
from bot.channels.wecom.groups import Groups
from bot.channels.wecom.inbound import happened
from bot.channels.wecom.outbound import Sender
from bot.channels.wecom.payloads import LIMIT, TEXT, button_reply, carries, media_type, shows
from bot.channels.wecom.reading import Reading
from flows.office import Door
from handlers.ports import Answered, Arrival, Text

PREFIX = "/wecom"
CHOOSE = Text("door.choose")
"""What a card says whose text stands elsewhere."""


def manner_of(*, plugin: bool) -> Manner:
    """Say what the app can show; who reads in WeChat (`plugin`) sees text alone."""
    return Manner(
        door=Door.PRIVATE,
        cards=not plugin,
        limit=LIMIT,
        group_cards=False,
        carries=carries,
        card_text=TEXT,
        hears_groups=False,
        shows=shows,
    )


class WeCom(Account):
    """The app: members of the organisation write to it, press its cards and read it.

    No letters share a call: who is written to with others gets what nobody can take back alone.
    """

    name = NAME
    prefix = PREFIX

    def __init__(
        self,
        access: WeComAccess,
        wire: Wire,
        *,
        say: Callable[[Text], str],
        open_file: OpenFile,
        left: Left = unnoted,
        codes: Codes | None = None,
        owners: Mapping[str, str] = {},
        answers: bool = True,
    ) -> None:
        """`say` words what a pressed card says; `open_file` reads what is to be sent; `codes` keeps
        what lets cards be changed; `owners` says who owns which customer group; the others are as
        for every Account. Raises ValueError for an EncodingAESKey that is none.
        """
        client = Client(access, wire)
        seal = Seal(access.token, access.aes_key, access.corp_id)
        media = Media(client.api, open_file, media_type, name=lambda file: file.name)
        reading = Reading(seal, access.agent_id)
        super().__init__(client, wire, reading, media, left=left, answers=answers)
        self.manner = manner_of(plugin=access.plugin)
        self._say = say
        self._codes = codes or HeldCodes()
        self._inbound = Inbound(NAME, timedelta(seconds=wire.pace.answer), happened)
        self._answering = Answering(self._calls, seal, wire.clock)
        self._sender = Sender(
            access,
            client.api,
            answering=self._answering,
            calls=self._calls,
            media=media,
            codes=self._codes,
            choose=lambda: say(CHOOSE),
        )
        self._groups = Groups(
            client.api,
            media,
            app=f"wecom:{access.agent_id}",
            rates=access.rates,
            owners=owners,
            plugin=access.plugin,
        )

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        return await (self._groups if letter.door.is_group else self._sender).send(letter)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that sending it counts against; None = it is not limited."""
        return (self._groups if letter.door.is_group else self._sender).window(letter)

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of tasks that wait for the owners of customer groups. Raises SendFault.

        Who waits still is left out.
        """
        return await self._groups.confirmed(asked)

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take messages back; by id, empty = it is gone, else why not."""
        tasks = [one for one in sent if one.via == "task"]
        others = [one for one in sent if one.via != "task"]
        return {**await self._groups.cancel(tasks), **await self._sender.recall(others)}

    def _taking(self, said: Heard, name: str, take: Take) -> Taking | None:
        arrival = self._inbound.arrival(said, self._clock())
        if arrival is None:
            return None
        if arrival.button is None:
            return Taking(name, lambda: take(arrival), answers=self._answers)
        card = arrival.button.card
        return Taking(name, lambda: self._pressed(take, arrival, card, said))

    async def _pressed(self, take: Take, arrival: Arrival, card: str, said: Heard) -> None:
        """Take a press, and let its call say what becomes of the card."""
        answered = await take(arrival)
        status, code = self._status(answered), field(said.fields, "ResponseCode")
        now = self._clock().timestamp()
        reply = button_reply(said.account, said.to, status, now) if status else ""
        call, written = self._calls.find(arrival.msg_id), False
        if call is not None and call.is_open:
            written = await self._answering.reply(call, arrival.msg_id, reply)
        if (
            code
            and status
            and not written
            and await self._sender.settle(said.account, code, status)
        ):
            return  # the code is used up
        if code:
            await self._codes.put(card, code)

    def _status(self, answered: Answered) -> str:
        """Word what stands instead of the buttons; a card that can still be pressed keeps them."""
        over = answered.card_status is not None and answered.card_over
        return self._say(answered.card_status) if over and answered.card_status else ""
