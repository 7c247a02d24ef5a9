"""The members who see the app, what they were shown in its order, and what was kept from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.simulator.wecom.cards import Card, Codes, Face

RATES = ((30, timedelta(minutes=1)), (1000, timedelta(hours=1)))  # for each member (path/90454)
RECALL = timedelta(hours=24)
Way = Literal["answer", "push"]


@dataclass(slots=True)
class Shown:
    """A message that one member sees."""

    userid: str
    kind: str  # text, markdown, template_card, image, file, voice, video
    text: str
    way: Way
    at: datetime
    msgid: str = ""
    answers: str = ""  # what it answers on the call, as it was brought
    media: str = ""  # its media id
    card: Card | None = None
    recalled: bool = False


@dataclass(slots=True)
class People:
    """Everybody who may see the app."""

    clock: Callable[[], datetime]
    members: dict[str, deque[datetime]] = field(default_factory=dict)  # what they got lately
    shown: list[Shown] = field(default_factory=list)
    dropped: list[Shown] = field(default_factory=list)  # beyond the rates: nobody is told
    codes: Codes = field(default_factory=Codes)
    watchers: list[Callable[[Shown], None]] = field(default_factory=list)

    def join(self, *userids: str) -> None:
        """Let members see the app."""
        for userid in userids:
            self.members.setdefault(userid, deque())

    def leave(self, userid: str) -> None:
        """Let somebody see the app no more."""
        self.members.pop(userid, None)

    def push(self, shown: Shown) -> None:
        """Show a message of the app, unless the member has had too many."""
        lately = self.members[shown.userid]
        if any(sum(shown.at - at < span for at in lately) >= most for most, span in RATES):
            self.dropped.append(shown)
            return
        lately.append(shown.at)
        while shown.at - lately[0] > RATES[-1][1]:
            lately.popleft()
        self.show(shown)

    def show(self, shown: Shown) -> None:
        """Let somebody see a message."""
        self.shown.append(shown)
        self._tell(shown)

    def _tell(self, shown: Shown) -> None:
        for watcher in self.watchers:
            watcher(shown)

    def recall(self, msgid: str) -> bool:
        """Take a message back; False = there is none that young."""
        now = self.clock()
        found = [one for one in self.shown if one.msgid == msgid and now - one.at <= RECALL]
        for one in found:
            one.recalled = True
            self._tell(one)
        return bool(found)

    def replace(self, userids: Iterable[str], task_id: str, words: str, face: Face | None) -> None:
        """Change a card where members see it: grey words for its buttons, or another face."""
        wanted = set(userids)
        for one in self.shown:
            if one.userid in wanted and one.card is not None and one.card.task_id == task_id:
                one.card.replaced = words
                if face is not None:
                    one.card.face = face
                    one.card.replaced = str(face.get("replace_text", ""))
                one.text = one.card.text()
                self._tell(one)

    def holders(self, task_id: str) -> list[str]:
        """Return who has a card."""
        return [o.userid for o in self.shown if o.card is not None and o.card.task_id == task_id]

    def seen(self, userid: str) -> list[Shown]:
        """Return what a member sees, in its order."""
        return [one for one in self.shown if one.userid == userid and not one.recalled]

    def told(self, userid: str) -> list[str]:
        """Return what a member reads, in its order."""
        return [one.text for one in self.seen(userid)]

    def cards(self, userid: str) -> list[Card]:
        """Return a member's cards, in their order."""
        return [one.card for one in self.seen(userid) if one.card is not None]

    def card(self, userid: str, task_id: str) -> Card:
        """Return a member's card. Raises LookupError."""
        found = [card for card in self.cards(userid) if card.task_id == task_id]
        if not found:
            raise LookupError("the member has no such card")
        return found[-1]
