"""Stories of activities: set one up, sign people up, look at the list."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.base import Letter
from flows.registration.registration import Registration
from flows.registration.roll import Roll
from handlers.ports import Button
from tests.handlers.story import CLERK
from tests.stage import Stage

EVENT = "HD-2026-001"
ANNOUNCED = (
    "政商面对面：新材料专场\n系列：座谈会\n"
    "时间：12月1日14:00-16:30\n地点：区行政中心3号楼\n每人可带：4\n"
)


async def publish(play: Stage, more: str = "名额2人") -> list[Letter]:
    """Set an activity up and publish it; `more` are lines of its announcement."""
    await play.say(CLERK, f"建活动 {ANNOUNCED}{more}")
    await play.press(CLERK, "确认")
    return await play.press(CLERK, "发布")


async def press(play: Stage, who: str, act: str, seq: int = 0) -> list[Letter]:
    """Press a button of the activity, whether or not the person sees it."""
    place = f":{seq}" if seq else ""
    return await play.say(who, button=Button(f"e:{act}:{EVENT}{place}", "card"))


async def sign_up(play: Stage, who: str, told: str = "") -> list[Letter]:
    """Sign somebody up who says who they are; whatever else is asked is left as proposed."""
    letters = await press(play, who, "sign_up")
    if told:
        letters = await play.say(who, told)
    for _ in range(3):
        if "候补" in labels(play, letters, who):
            letters = await play.press(who, "候补")
        elif "跳过" in labels(play, letters, who):
            letters = await play.say(who, "跳过")
    return await play.press(who, "确认")


def stranger(n: int) -> tuple[str, str]:
    """Make somebody we do not know, and how they say who they are."""
    return f"来宾{n}", f"宁波第{n}机械厂 {_NAMES[n % len(_NAMES)]}{n % 10} 1390574{n:04d}"


_NAMES = ("沈", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋")


def labels(play: Stage, letters: Sequence[Letter], who: str) -> list[str]:
    """Return the buttons that somebody sees."""
    to = play.staff_id(who)
    return [o.label for letter in letters if letter.to == to for o in letter.message.options]


async def roll(play: Stage, number: str = EVENT) -> Roll:
    """Return the list as it stands in the records."""
    async with play.database.begin() as tx:
        return (await tx.rolls.hold([number]))[number]


async def place(play: Stage, seq: int) -> Registration:
    """Return one place on the list."""
    return (await roll(play)).registrations[seq]
