"""What the gateway has pushed, frame by frame, and what was acknowledged."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulator.wire import Ack, FrameType

KEPT = 20_000


@dataclass(slots=True)
class Push:
    """One frame on one socket."""

    message_id: str
    connection_id: str
    sent_at: datetime
    ack: Ack | None = None


@dataclass(slots=True)
class Delivery:
    """One message for the client, pushed once or more."""

    kind: FrameType
    topic: str
    data: str
    business_id: str
    extra: dict[str, str] = field(default_factory=dict)
    pushes: list[Push] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acks(self) -> list[Ack]:
        """List the acknowledgements of all pushes."""
        return [push.ack for push in self.pushes if push.ack is not None]

    @property
    def acknowledged(self) -> bool:
        """Tell whether the client has taken the message over."""
        return any(_taken(self.kind, ack) for ack in self.acks)


def _taken(kind: FrameType, ack: Ack) -> bool:
    if not ack.ok:
        return False
    later = isinstance(ack.data, dict) and ack.data.get("status") == "LATER"
    return not (kind is FrameType.EVENT and later)


class Deliveries:
    """The ledger of pushes; old entries fall out."""

    def __init__(self) -> None:
        self._by_frame: OrderedDict[str, tuple[Delivery, Push]] = OrderedDict()
        self._by_business: OrderedDict[str, Delivery] = OrderedDict()
        self.acks: deque[Ack] = deque(maxlen=KEPT)

    def add(self, delivery: Delivery) -> None:
        """Open the entry of a new message."""
        self._by_business[delivery.business_id] = delivery
        if len(self._by_business) > KEPT:
            self._by_business.popitem(last=False)

    def pushed(self, delivery: Delivery, push: Push) -> None:
        """Note one frame."""
        delivery.pushes.append(push)
        self._by_frame[push.message_id] = (delivery, push)
        if len(self._by_frame) > KEPT:
            self._by_frame.popitem(last=False)

    def find(self, business_id: str) -> Delivery | None:
        """Look up a message by its msgId (or eventId)."""
        return self._by_business.get(business_id)

    def acknowledge(self, ack: Ack) -> tuple[Delivery, Push] | None:
        """Match an acknowledgement with its frame."""
        self.acks.append(ack)
        found = self._by_frame.get(ack.message_id)
        if found is None:
            return None
        delivery, push = found
        push.ack = ack
        if delivery.acknowledged:
            delivery.settled.set()
        return delivery, push
