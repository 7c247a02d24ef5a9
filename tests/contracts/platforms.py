"""The platforms against which every channel is tried, each with its channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.base import Channel, Letter, Message
from bot.channels.dingtalk.outbound import TO_PERSON
from bot.simulator.control import Control
from bot.simulator.tencent.calling import Brought
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.api import PUSH
from bot.simulator.wecom.api import SEND
from handlers.ports import Answered, Arrival, Text
from tests import poor, tencent, wechat, wecom
from tests.bot.channels.platform import eventually
from tests.bot.channels.test_dingtalk_simulator import connected
from tests.bot.simulator.client import Hands

WRITER, NOBODY = "ent01", "nobody"


class Platform(Protocol):
    """One platform with its channel, as these tests use both."""

    channel: Channel
    shows_pictures: bool

    async def hear(self, text: str = "", pictures: Sequence[bytes] = ()) -> Arrival:
        """Let somebody write; return what the channel made of it."""

    async def hear_again(self) -> Arrival:
        """Bring the last message once more."""

    def shown(self) -> Sequence[str]:
        """Return what that person was shown."""

    def is_busy(self) -> None:
        """Refuse the next message for now."""

    def loses_its_answer(self) -> None:
        """Take the next message and say nothing."""

    async def outlive(self, arrival: Arrival) -> None:
        """Let the time of an answer pass."""


@dataclass(slots=True)
class DingTalkPlatform:
    """The simulated DingTalk."""

    channel: Channel
    control: Control
    taken: list[Arrival]
    last: str = ""
    shows_pictures: bool = True

    async def hear(self, text: str = "", pictures: Sequence[bytes] = ()) -> Arrival:
        before = len(self.taken)
        if pictures:
            said = await self.control.send_picture(WRITER, pictures[0])
        else:
            said = await self.control.say(WRITER, text)
        self.last = said.msg_id
        await eventually(lambda: len(self.taken) > before)
        return self.taken[-1]

    async def hear_again(self) -> Arrival:
        before = len(self.taken)
        await self.control.redeliver(self.last)
        await eventually(lambda: len(self.taken) > before)
        return self.taken[-1]

    def shown(self) -> Sequence[str]:
        return [str(bubble.content) for bubble in self.control.sent(user=WRITER)]

    def is_busy(self) -> None:
        self.control.throttle(TO_PERSON)

    def loses_its_answer(self) -> None:
        self.control.cut(TO_PERSON, executed=True)

    async def outlive(self, arrival: Arrival) -> None:
        self.control.expire_webhooks()


@dataclass(slots=True)
class PoorOne:
    """The poor platform."""

    channel: Channel
    platform: poor.PoorPlatform
    clock: Hands
    taken: list[Arrival]
    shows_pictures: bool = False

    async def hear(self, text: str = "", pictures: Sequence[bytes] = ()) -> Arrival:
        await self.platform.say(WRITER, text, pictures=pictures)
        return self.taken[-1]

    async def hear_again(self) -> Arrival:
        await self.platform.call(self.platform.calls[self.taken[-1].msg_id].frame)
        return self.taken[-1]

    def shown(self) -> Sequence[str]:
        return [one.text for one in self.platform.shown if one.account == WRITER]

    def is_busy(self) -> None:
        self.platform.faults.append("busy")

    def loses_its_answer(self) -> None:
        self.platform.faults.append("lost")

    async def outlive(self, arrival: Arrival) -> None:
        self.clock.move(seconds=6)


@dataclass(slots=True)
class WeChats:
    """A simulated 公众号 or 企业微信; a message waits for its answer as long as the test takes."""

    channel: Channel
    there: tencent.Line[Any, Any]
    path: str  # of the interface that sends
    brought: Brought | None = None
    shows_pictures: bool = True

    async def hear(self, text: str = "", pictures: Sequence[bytes] = ()) -> Arrival:
        before = len(self.there.taken)
        if pictures:
            self.brought = self.there.platform.send_picture(WRITER, pictures[0])
        else:
            self.brought = self.there.platform.say(WRITER, text)
        await eventually(lambda: len(self.there.taken) > before)
        return self.there.taken[-1]

    async def hear_again(self) -> Arrival:
        assert self.brought is not None
        await self.channel.send(answering(self, self.there.taken[-1]))
        await self.brought.is_over.wait()
        await self.there.platform.again(self.brought).is_over.wait()
        first, again = self.brought.bodies
        assert first == again
        return self.there.taken[-1]

    def shown(self) -> Sequence[str]:
        told: Sequence[str] = self.there.platform.people.told(WRITER)
        return told

    def is_busy(self) -> None:
        self.there.platform.api.script.once[self.path].append(Fault(code=-1))

    def loses_its_answer(self) -> None:
        self.there.platform.api.script.once[self.path].append(Fault(done=True))

    async def outlive(self, arrival: Arrival) -> None:
        await self.there.platform.hang_up()
        await asyncio.sleep(0.05)  # the other end of the same loop hears of it


@asynccontextmanager
async def dingtalk() -> AsyncIterator[Platform]:
    async with connected() as (channel, control, taken):
        yield DingTalkPlatform(channel, control, taken)


@asynccontextmanager
async def poor_one() -> AsyncIterator[Platform]:
    clock = Hands()
    taken: list[Arrival] = []

    async def take(arrival: Arrival) -> Answered:
        taken.append(arrival)
        return Answered(Text("accepted"))

    platform = poor.PoorPlatform(clock)
    channel = poor.Poor(platform, clock)
    run = asyncio.create_task(channel.run(take))
    await eventually(lambda: channel.health().ready)
    yield PoorOne(channel, platform, clock, taken)
    await channel.stop()
    await run


@asynccontextmanager
async def official_account() -> AsyncIterator[Platform]:
    async with wechat.line() as there:
        yield WeChats(there.channel, there, PUSH)


@asynccontextmanager
async def app() -> AsyncIterator[Platform]:
    async with wecom.line() as there:
        yield WeChats(there.channel, there, SEND)


def letter(there: Platform, text: str = "您好", **more: object) -> Letter:
    """Write to who writes to us."""
    message = Message(title="亲清助手", text=text)
    made = Letter(id=1, robot="", door=there.channel.manner.door, to=WRITER, message=message)
    return made.model_copy(update={"key": "k1", **more})


def answering(there: Platform, arrival: Arrival) -> Letter:
    """Answer on the way by which a message came."""
    path = arrival.reply_path
    assert path is not None
    return letter(there, reply_url=path.url, reply_until=path.expires_at)
