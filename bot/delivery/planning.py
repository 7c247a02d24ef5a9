"""Planning: which of the due letters go out now, alone or together, and which wait until when."""

import logging
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.base import WEBHOOK, Channel, Hook, Window
from bot.delivery.budget import Budget
from bot.delivery.parts import with_firsts
from bot.delivery.resting import CALL, LONG, followers, lets_pass
from bot.delivery.spans import left_of_spans
from bot.keys import Tampered, WrongKey
from bot.storage.breakers import Breaker
from bot.storage.ledger import KINDS, Kind
from bot.storage.meters import RELEASED
from bot.storage.queue import PACED, SAVED
from bot.storage.rows import Claimed, Start
from bot.storage.transaction import Transaction

log = logging.getLogger(__name__)

# A call takes 50 to 500 ms: so many at once keep 300 a second going on one connection pool.
PARALLEL = 64
EXPRESS = 64  # besides: answers that were claimed by the commit that wrote them
KEPT_FOR_REPLIES = 16  # calls that notices leave free
TOGETHER = 20  # recipients of one call (DingTalk oToMessages/batchSend)
PAGE = 128  # rows looked through at a time
PAGES = 8  # then it is written down what was decided, and others have their turn


@dataclass(slots=True)
class Call:
    """Letters that go out in one call; `rests` is what a refusal may stop."""

    letters: list[Claimed]
    rests: str
    token: str = ""  # of a call that can be shared
    begins: float = 0.0  # not before then, by time.monotonic()
    window: Window | None = None  # which they count against

    def has_room_for(self, letter: Claimed) -> bool:
        """Say whether one more can join."""
        return len(self.letters) < TOGETHER and all(x.to != letter.to for x in self.letters)


@dataclass(slots=True)
class Line:
    """The end of the line for a window: who comes now waits behind those that came before.

    A hint that one process keeps from turn to turn: without it the lanes would not take turns.
    """

    at: datetime
    taken: int = 0

    def next(self, window: Window, frees_at: datetime) -> datetime:
        """Stand in line; say when it is one's turn."""
        if self.at < frees_at:
            self.at, self.taken = frees_at, 0
        if self.taken >= (window.spread or window.limit):
            self.at, self.taken = self.at + timedelta(seconds=window.pause), 0
        self.taken += 1
        return self.at


@dataclass(slots=True)
class _Rate:
    """What is left of a window, and when more of it is."""

    window: Window
    places: deque[float]  # when the calls may begin that it has room for
    frees_at: datetime
    again: Line  # of those that stood in line before


@dataclass(slots=True)
class _Page:
    """What was decided about some letters."""

    starts: list[Start] = field(default_factory=list)
    later: defaultdict[tuple[datetime, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    held: list[int] = field(default_factory=list)
    dropped: list[Claimed] = field(default_factory=list)
    passed: list[Claimed] = field(default_factory=list)

    def wait(self, letter: Claimed, until: datetime, code: str) -> None:
        """Let a letter wait; what a person released from the quota stays released."""
        self.later[until, RELEASED if letter.code == RELEASED else code].append(letter.id)


def rests_with(channel: str) -> str:
    """Name everything that goes to one platform, for a breaker."""
    return f"channel:{channel}"


def robot_of(letter: Claimed, window: Window | None) -> str:
    """Name the robot that sends a letter, for a breaker."""
    return (
        f"robot:{window.rests or window.key}"
        if window
        else f"robot:{letter.channel}:{letter.robot}"
    )


class Plan:
    """One claim: letters become calls, as far as rates, breakers, budget and room allow."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        budget: Budget,
        breakers: Mapping[str, Breaker],
        now: datetime,
        lines: dict[str, Line],
    ) -> None:
        """`lines` is kept from claim to claim, by window."""
        self._lines = lines
        self._channels = channels
        self._budget = budget
        self._breakers = breakers
        self._now = now
        self._rates: dict[str, _Rate] = {}
        self._shared: dict[tuple[str, str], Call] = {}
        self._waiting: dict[tuple[str, str], list[datetime]] = {}
        self._kind: Kind = "replies"
        self.calls: list[Call] = []
        self.saved = 0
        self.held = 0
        self.more = False

    async def claim(self, tx: Transaction, room: int, owner: str) -> None:
        """Take what is due, answers first, until `room` calls are filled."""
        for key in [key for key, line in self._lines.items() if line.at <= self._now]:
            del self._lines[key]
        for kind in KINDS:
            self._kind = kind
            limit = room if kind == "replies" else room - KEPT_FOR_REPLIES
            for _ in range(PAGES):
                if len(self.calls) >= limit:
                    self.more = True
                    break
                heads = await tx.queue.heads(kind, PAGE)
                page = await self._page(tx, heads.letters, limit)
                await tx.queue.start(page.starts, owner, self._now)
                for (due_at, code), numbers in page.later.items():
                    await tx.queue.put_off(numbers, due_at, code)
                if page.held:
                    await tx.meters.hold(page.held, self._budget.resumes())
                await tx.queue.cancel(page.dropped, SAVED)
                self.more |= await tx.queue.let_pass(page.passed)
                if not heads.more:
                    break
            else:
                self.more = True

    async def _page(self, tx: Transaction, letters: Sequence[Claimed], limit: int) -> _Page:
        page = _Page()
        ready = await with_firsts(tx, await _with_hooks(tx, letters))
        chosen = [x for letter in ready if (x := self._allowed(letter, page)) is not None]
        windows = {letter.id: self._window(letter) for letter in chosen}
        await self._count(tx, [window for window in windows.values() if window])
        behind = await followers(tx, chosen, windows)
        for letter in chosen:
            window = windows[letter.id]
            if letter.id in behind:
                page.passed.append(letter)
                continue
            if (stop := self._breakers.get(robot_of(letter, window))) is not None:
                page.wait(letter, stop.until, stop.code)
                if lets_pass(letter, window, stop.until - self._now, LONG):
                    page.passed.append(letter)
                continue
            call = self._seat(letter, window, page, limit)
            if call is not None:
                page.starts.append(Start(letter.id, window.key if window else "", call.token))
        return page

    def _allowed(self, letter: Claimed, page: _Page) -> Claimed | None:
        """Ask the budget and the platform's breaker."""
        match self._budget.verdict(letter):
            case "skip":
                page.dropped.append(letter)
                self.saved += 1
                return None
            case "hold":
                page.held.append(letter.id)
                self.held += 1
                return None
        stop = self._breakers.get(rests_with(letter.channel))
        if stop is not None:
            page.wait(letter, stop.until, stop.code)
            return None
        return letter.model_copy(update={"plain": True}) if self._budget.plain() else letter

    def _seat(self, letter: Claimed, window: Window | None, page: _Page, limit: int) -> Call | None:
        """Put a letter into a call that it can share, or into one of its own if there is room."""
        channel = self._channels.get(letter.channel)
        name = channel.batch(letter) if channel else ""
        shared = self._shared.get((letter.channel, name)) if name else None
        if shared is not None and shared.has_room_for(letter):
            shared.letters.append(letter)
            return shared
        if len(self.calls) >= limit:
            self.more = True
            return None
        begins = 0.0
        if window is not None:
            rate = self._rates[window.key]
            if not rate.places or self._must_wait(rate, letter):
                turn = self._turn_of(rate, letter, name)
                page.wait(letter, turn, PACED)
                if lets_pass(letter, window, turn - self._now, CALL):
                    page.passed.append(letter)
                return None
            begins = rate.places.popleft()
        token = secrets.token_hex(8) if name else ""
        call = Call([letter], robot_of(letter, window), token, begins, window)
        self.calls.append(call)
        if name:
            self._shared[letter.channel, name] = call
        return call

    def _must_wait(self, rate: _Rate, letter: Claimed) -> bool:
        """Say whether others stand in line whose turn comes before, although there is room.

        Nobody stands before an answer but other answers, which are due before it.
        """
        stood = letter.code in (PACED, RELEASED) or self._kind == "replies"
        return bool(rate.window.spread) and not stood and self._line_of(rate.window) in self._lines

    def _line_of(self, window: Window) -> str:
        return f"{self._kind} {window.key}"

    def _turn_of(self, rate: _Rate, letter: Claimed, name: str) -> datetime:
        """Say when a letter can go out; those that can share a call wait for the same turn."""
        waiting = self._waiting.setdefault((letter.channel, name), []) if name else []
        if len(waiting) % TOGETHER == 0:
            line = rate.again
            # Where everybody waits for the next moment, one who came too late to theirs would push
            # away those whose moment it is, one after the other.
            if letter.code != PACED or rate.window.spread:
                line = self._lines.setdefault(self._line_of(rate.window), Line(rate.frees_at))
            waiting.append(line.next(rate.window, rate.frees_at))
        else:
            waiting.append(waiting[-1])
        return waiting[-1]

    def _window(self, letter: Claimed) -> Window | None:
        channel = self._channels.get(letter.channel)
        return channel.window(letter) if channel else None

    async def _count(self, tx: Transaction, windows: Sequence[Window]) -> None:
        new = {window.key: window for window in windows if window.key not in self._rates}
        used = await tx.windows.used(new.values()) if new else {}
        left = await left_of_spans(tx, new.values(), self._now)
        counted = time.monotonic()
        for key, window in new.items():
            length = timedelta(seconds=window.seconds)
            calls = used[key].calls if key in used else 0
            frees_at = used[key].frees_at if key in used else self._now + length
            places = [0.0] * (window.limit - calls)
            if window.spread:
                frees_at = self._now + timedelta(seconds=window.pause)
                # The first to leave make room for those that were claimed ahead before.
                taken = max(0, calls - window.limit)
                soon = used[key].soon[taken:] if key in used else ()
                most = round(window.limit * window.ahead / window.seconds)
                places = [*places, *(counted + seconds for seconds in soon)][:most]
            if key in left and left[key].calls < len(places):
                places, frees_at = places[: left[key].calls], left[key].frees_at
            self._rates[key] = _Rate(window, deque(places), frees_at, Line(frees_at))


async def _with_hooks(tx: Transaction, letters: Sequence[Claimed]) -> Sequence[Claimed]:
    """Give letters to outside groups the access of the groups' robots."""
    chats = {letter.to for letter in letters if letter.to.startswith(WEBHOOK)}
    if not chats:
        return letters
    hooks = await _hooks(tx, chats)
    return [letter.model_copy(update={"hook": hooks.get(letter.to)}) for letter in letters]


async def _hooks(tx: Transaction, chats: Collection[str]) -> Mapping[str, Hook]:
    try:
        return await tx.webhooks.hooks(chats)
    except (Tampered, WrongKey, ValueError) as error:
        if len(chats) > 1:  # one that cannot be read costs only itself
            return {k: v for chat in chats for k, v in (await _hooks(tx, [chat])).items()}
        log.error("a webhook cannot be read: %s", type(error).__name__)
        return {}
