"""What members see: the bubbles of every place, in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.simulator.identifiers import Identifiers
from bot.simulator.observations import Clock
from bot.simulator.trace import TraceQuery
from bot.simulator.world import Place, World

ROBOT = "robot"
CUSTOM_ROBOT = "custom-robot"
KEPT = 50_000


@dataclass(slots=True, kw_only=True)
class Bubble:
    """One message as it stands in one place."""

    key: str
    seq: int
    place: str
    sender: str
    kind: str
    content: Mapping[str, Any]
    sent_at: datetime
    via: str
    msg_id: str
    query_key: str | None = None
    out_track_id: str | None = None
    trace: TraceQuery | None = None
    # A group message for some members only (a card's `recipients`); None for everybody.
    only_for: frozenset[str] | None = None
    mentions: tuple[str, ...] = ()
    to_robot: bool = False
    quoted: str | None = None
    recalled: bool = False
    readers: set[str] = field(default_factory=set)


Watcher = Callable[[Bubble], None]


class Chat:
    """Every bubble, and who is told about a new or changed one."""

    def __init__(self, world: World, clock: Clock, ids: Identifiers) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._bubbles: dict[str, Bubble] = {}
        self._by_message: dict[str, str] = {}
        self._by_track: dict[str, list[Bubble]] = {}
        self._by_query: dict[str, list[Bubble]] = {}
        self._watchers: list[Watcher] = []
        self._seq = 0

    def add(
        self,
        place: Place,
        sender: str,
        kind: str,
        content: Mapping[str, Any],
        *,
        via: str,
        msg_id: str | None = None,
        query_key: str | None = None,
        out_track_id: str | None = None,
        trace: TraceQuery | None = None,
        only_for: frozenset[str] | None = None,
        mentions: tuple[str, ...] = (),
        to_robot: bool = False,
        quoted: str | None = None,
    ) -> Bubble:
        """Put a message into a place."""
        self._seq += 1
        bubble = Bubble(
            key=f"b{self._seq}",
            seq=self._seq,
            place=place.place_id,
            sender=sender,
            kind=kind,
            content=content,
            sent_at=self._clock(),
            via=via,
            msg_id=msg_id or self._ids.message(),
            query_key=query_key,
            out_track_id=out_track_id,
            trace=trace,
            only_for=only_for,
            mentions=mentions,
            to_robot=to_robot,
            quoted=quoted,
        )
        self._bubbles[bubble.key] = bubble
        self._by_message[bubble.msg_id] = bubble.key
        if out_track_id is not None:
            self._by_track.setdefault(out_track_id, []).append(bubble)
        if query_key is not None:
            self._by_query.setdefault(query_key, []).append(bubble)
        if len(self._bubbles) > KEPT:
            oldest = self._bubbles.pop(next(iter(self._bubbles)))
            self._by_message.pop(oldest.msg_id, None)
            self._by_query.pop(oldest.query_key or "", None)
        self.tell(bubble)
        return bubble

    def tell(self, bubble: Bubble) -> None:
        """Tell the watchers that a bubble is new or changed."""
        for watcher in tuple(self._watchers):
            watcher(bubble)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Be told of every change, until the returned function is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def find(self, key: str) -> Bubble | None:
        """Look up a bubble by its key."""
        return self._bubbles.get(key)

    def find_message(self, msg_id: str) -> Bubble | None:
        """Look up a bubble by its msgId."""
        return self._bubbles.get(self._by_message.get(msg_id, ""))

    def all(self) -> list[Bubble]:
        """List every bubble, oldest first."""
        return list(self._bubbles.values())

    def visible(self, bubble: Bubble, user_id: str) -> bool:
        """Tell whether a member sees a bubble."""
        if user_id not in self._world.place(bubble.place).members:
            return False
        return bubble.only_for is None or user_id in bubble.only_for

    def seen_by(self, user_id: str, place_id: str | None = None) -> list[Bubble]:
        """List what a member sees, oldest first, in one place or everywhere."""
        return [
            bubble
            for bubble in self._bubbles.values()
            if self.visible(bubble, user_id) and (place_id is None or bubble.place == place_id)
        ]

    def showing(self, out_track_id: str) -> list[Bubble]:
        """List the bubbles that show a card."""
        return self._by_track.get(out_track_id, [])

    def sent_as(self, query_key: str) -> list[Bubble]:
        """List the bubbles that one OpenAPI call made."""
        return self._by_query.get(query_key, [])

    def mark_read(self, user_id: str, place_id: str) -> list[Bubble]:
        """Note that a member has seen everything in a place; give what was new to them."""
        new = [
            bubble
            for bubble in self.seen_by(user_id, place_id)
            if bubble.sender != user_id and user_id not in bubble.readers
        ]
        for bubble in new:
            bubble.readers.add(user_id)
        return new
