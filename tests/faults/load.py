"""People who hold a report conversation, each message pushed once to three times."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulator.chat import Bubble
from bot.simulator.control import Control
from bot.simulator.deliveries import Delivery
from tests.wire.chat import crowd

LISTEN = 0.03
ANSWER_WITHIN = 60.0
THOUGHT = 1.0  # seconds that somebody thinks at most before they write
SPREAD = 1.0  # seconds within which a message is pushed again
MESSAGES_EACH = 7
PROBLEM = "我是镇海第{n}铸造厂的王小二，电话{phone}。厂门口的路灯坏了两个月没人修，希望尽快修好。"
PAIR = ("第一句话是{n}。", "第二句话是{n}。")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of one person."""

    user: str
    text: str
    msg_id: str
    at: datetime


@dataclass(slots=True)
class Ear:
    """What stands in every 1:1, looked up for all who listen at once."""

    control: Control
    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _seen: int = 0

    def look(self) -> None:
        """Take in what is new."""
        bubbles = self.control.sent()
        for bubble in bubbles[self._seen :]:
            self.heard[bubble.place].append(words(self.control, bubble))
        self._seen = len(bubbles)


@dataclass(slots=True)
class Load:
    """Everybody who writes, and everything they wrote."""

    control: Control
    chance: random.Random
    people: int
    pushes: int = 3  # at most, of one message
    without_webhooks: bool = False  # so that every answer is a call of the OpenAPI
    thought: float = THOUGHT
    patience: float = ANSWER_WITHIN  # seconds after which somebody who hears nothing leaves
    hooked: Mapping[str, str] = field(default_factory=dict)  # the groups of the custom robots
    said: list[Said] = field(default_factory=list)
    silences: list[str] = field(default_factory=list)  # who left so, waiting for what
    persons: list["Person"] = field(default_factory=list)
    _again: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, busy: Callable[[], bool], *, parallel: int, messages: int) -> None:
        """Let people report until there were enough messages and nothing is `busy` any more."""
        ear = Ear(self.control)
        users = iter(crowd(self.people))
        self.persons = []

        async def one_after_another() -> None:
            while busy() or len(self.said) < messages:
                user = next(users, None)
                if user is None:
                    return
                if self.without_webhooks:
                    self.control.forget_webhook(user.user_id)
                person = Person(self, ear, user.user_id, len(self.persons))
                self.persons.append(person)
                await person.report()

        listening = asyncio.create_task(_listen(ear))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(parallel):
                    group.create_task(one_after_another())
        finally:
            listening.cancel()
        await asyncio.gather(*self._again)

    async def say(self, user: str, text: str) -> None:
        """Write something; the platform pushes it once or more often, at moments of chance."""
        bubble = await self.control.say(user, text)
        self.said.append(Said(user, text, bubble.msg_id, bubble.sent_at))
        for _ in range(self.chance.randrange(self.pushes)):
            pause = self.chance.uniform(0, SPREAD)
            task = asyncio.create_task(self._push_again(bubble.msg_id, pause))
            self._again.add(task)
            task.add_done_callback(self._again.discard)

    async def _push_again(self, msg_id: str, pause: float) -> None:
        await asyncio.sleep(pause)
        await self.control.redeliver(msg_id)

    def push(self, said: Said) -> Delivery:
        """Give what became of a message on the stream."""
        return self.control.delivery(said.msg_id)


@dataclass(slots=True)
class Person:
    """Somebody who asks twice at once, reports, adds two sentences at once, and confirms."""

    load: Load
    ear: Ear
    user: str
    number: int
    _from: int = 0

    @property
    def phone(self) -> str:
        """Give the telephone number that is theirs alone."""
        return f"138{self.number:08}"

    @property
    def pair(self) -> Sequence[str]:
        """Give the two sentences that they send at once."""
        return [text.format(n=self.number) for text in PAIR]

    async def report(self) -> None:
        """Hold the conversation, from the first look to the number."""
        try:
            await self._converse()
        except TimeoutError as left:
            self.load.silences.append(f"{self.user} hears nothing of {left}")

    async def _converse(self) -> None:
        await self._say("进度", "菜单")
        await self._hears("亲清助手")
        await self._say(PROBLEM.format(n=self.number, phone=self.phone))
        await self._hears("谁能看到")
        await self._say(*self.pair)
        await self._hears(*self.pair)
        await self._say("确认")
        await self._hears("已登记")
        await self._say("进度")
        await self._hears("在谁手里")

    async def _say(self, *texts: str) -> None:
        """Think, then write all of it at once."""
        await asyncio.sleep(self.load.chance.uniform(0, self.load.thought))
        for text in texts:
            await self.load.say(self.user, text)

    async def _hears(self, *wanted: str) -> None:
        """Wait for a message with all these words behind the last one that was waited for."""
        place = self.load.control.place_of(self.user)
        until = time.monotonic() + self.load.patience
        while time.monotonic() < until:
            told = self.ear.heard[place]
            for position in range(self._from, len(told)):
                if all(word in told[position] for word in wanted):
                    self._from = position + 1
                    return
            await asyncio.sleep(LISTEN)
        raise TimeoutError("".join(wanted)[:20])


def words(control: Control, bubble: Bubble) -> str:
    """Give what stands in a bubble."""
    if bubble.out_track_id is not None:
        card = control.card(bubble.out_track_id)
        return "\n".join(card.get(name, "") for name in ("title", "body", "status"))
    return str(bubble.content.get("text", ""))


async def _listen(ear: Ear) -> None:
    while True:
        ear.look()
        await asyncio.sleep(LISTEN)
