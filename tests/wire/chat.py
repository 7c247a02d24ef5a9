"""People in front of the bot: what they write, press, and have heard since they last looked."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import Config, load_config
from bot.demo import world_of
from bot.simulator.chat import Bubble
from bot.simulator.control import Control
from bot.simulator.server import DingTalkSimulator
from bot.simulator.world import User, World
from flows.tickets.case import Ticket
from tests.wire.bot import Bot, platform, until

OWNER, CLERK, CHIEF = "demo-owner-chen", "demo-clerk-wang", "demo-supervisor-zhou"
LIAISON, SUPPORTS = "demo-liaison-li", ("demo-liaison-shen", "demo-liaison-xu")
STAFF_GROUP, ENTERPRISE_GROUP = "cidDemoStaff==", "cidDemoEnterprise=="
STRANGER = "wire-stranger"
TYPED = "回复「"
HEAR_WITHIN = 10.0


@dataclass(slots=True)
class Wire:
    """The platform with its members, and the bot in front of it."""

    simulator: DingTalkSimulator
    bot: Bot
    _heard: dict[str, int] = field(default_factory=dict)

    @property
    def control(self) -> Control:
        """The hands on the platform."""
        return self.simulator.control

    async def say(self, user: str, text: str, *, group: str | None = None) -> Bubble:
        """Write something and wait for its acknowledgement."""
        said = await self.control.say(user, text, group=group)
        await self.control.wait_for_ack(said.msg_id)
        return said

    async def hears(
        self, user: str, words: str, *, group: str | None = None, within: float = HEAR_WITHIN
    ) -> str:
        """Wait for a message with these words that the person has not looked at before."""
        place = group or self.control.place_of(user)

        def found() -> Bubble | None:
            seen = self._heard.get(f"{user}@{place}", 0)
            fresh = [b for b in self.control.sent(user=user, place=place) if b.seq > seen]
            return next((b for b in fresh if words in self.words(b)), None)

        bubble: Bubble = await until(found, within=within, what=f"{user} hears {words!r}")
        self._heard[f"{user}@{place}"] = bubble.seq
        return self.words(bubble)

    async def choose(self, user: str, label: str, *, group: str | None = None) -> None:
        """Press the newest button of this label, or type what stands for it where no card is."""
        place = group or self.control.place_of(user)
        what = f"{user} is offered {label!r}"
        card, answer = await until(
            lambda: self._offered(user, place, label), within=HEAR_WITHIN, what=what
        )
        if card is None:
            await self.say(user, answer, group=group)
            return
        press = await self.control.press(user, card, answer)
        assert press.answered

    def _offered(self, user: str, place: str, label: str) -> tuple[str | None, str] | None:
        """Find a choice: its card with the action, or what is typed for it."""
        for bubble in reversed(self.control.sent(user=user, place=place)):
            if bubble.out_track_id is not None:
                card = self.control.card(bubble.out_track_id)
                action = next((a["id"] for a in actions(card) if a["label"] == label), None)
                if action is not None:
                    return bubble.out_track_id, action
            elif (typed := typed_for(self.words(bubble), label)) is not None:
                return None, typed
        return None

    def words(self, bubble: Bubble) -> str:
        """Give what stands in a bubble."""
        if bubble.out_track_id is not None:
            card = self.control.card(bubble.out_track_id)
            return "\n".join(card.get(name, "") for name in ("title", "body", "status"))
        return str(bubble.content.get("text", ""))

    def told(self, user: str) -> list[str]:
        """List everything the robot said to somebody in 1:1, oldest first."""
        place = self.control.place_of(user)
        return [self.words(b) for b in self.control.sent(user=user, place=place)]

    async def quiet(self, within: float = 20.0) -> None:
        """Wait until everything that is owed was sent."""
        await until(self._idle, within=within, what="every delivery is out")

    def _idle(self) -> bool:
        return not self.bot.count("delivery", "state IN ('ready', 'sending')")

    async def tickets(self) -> Sequence[Ticket]:
        """Read every ticket."""
        numbers = [row[0] for row in self.bot.rows("SELECT number FROM ticket")]
        async with self.bot.records() as database, database.read() as tx:
            return await tx.tickets.load(numbers, ())

    def states(self) -> dict[str, int]:
        """Count the deliveries of each state."""
        return dict(self.bot.rows("SELECT state, count(*) FROM delivery GROUP BY state"))


def actions(card: dict[str, str]) -> list[dict[str, str]]:
    """List the buttons of a card."""
    found: list[dict[str, str]] = json.loads(card.get("actions") or "[]")
    return found


def typed_for(text: str, label: str) -> str | None:
    """Find what a person types for a choice that stands under a text."""
    words = re.search(rf"^{re.escape(label)}：(?:＠我)?回复「([^」]+)」", text, re.MULTILINE)
    if words:
        return words.group(1)
    number = re.search(rf"^(\d+) {re.escape(label)}\s*$", text, re.MULTILINE)
    return number.group(1) if number else None


def crowd(count: int) -> list[User]:
    """Invent people whom nobody knows yet."""
    return [
        User(f"crowd-{n:04}", f"union-crowd-{n:04}", f"群众{n:04}", pane=False)
        for n in range(count)
    ]


def world(config: Config, others: Sequence[User] = ()) -> World:
    """Put the people of people.toml, a stranger and others into one organisation."""
    known = world_of(config)
    stranger = User(STRANGER, "union-stranger", "路人乙", pane=False)
    return World([*known.users, stranger, *others], known.groups)


@asynccontextmanager
async def wired(
    folder: Path,
    *,
    cards: bool = True,
    people: str | None = None,
    others: Sequence[User] = (),
    start: bool = True,
    extra: dict[str, str] | None = None,
    **options: Any,
) -> AsyncIterator[Wire]:
    """Start a platform and the bot; `people` is a people.toml of one's own."""
    overlay = None
    more = dict(extra or {})
    if people is not None:
        overlay = folder / "config"
        overlay.mkdir(parents=True)
        (overlay / "people.toml").write_text(people, encoding="utf-8")
        more["QINQING_CONFIG_DIR"] = str(overlay)
    everybody = world(load_config(overlay=overlay), others)
    async with platform(everybody, **options) as simulator:
        bot = Bot(folder, simulator.base_url, cards=cards, extra=more)
        try:
            if start:
                await bot.start()
            yield Wire(simulator, bot)
        finally:
            await asyncio.shield(bot.close())
