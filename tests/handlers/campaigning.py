"""What the tests of campaigns have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.channels.base import Letter
from flows.campaigns.campaign import Campaign
from flows.campaigns.tally import Tally
from handlers.campaigns.records import tally_of
from tests.stage import Stage

CLERK, HEAD, OWNER = "王敏", "周岚", "陈建国"
GROUP = "企业群"
NUMBER = "TS-2026-001"
TEXT = "写推送\n年底用工座谈会\n12月1日（周二）下午2点在区工商联三楼开会，请各企业派人参加。"


def texts(play: Stage, letters: Sequence[Letter], who: str) -> list[str]:
    """Return what somebody, or a group, was sent."""
    return [one.message.text for one in letters if play.where(one) == who]


async def written(play: Stage, text: str = TEXT, to: str = "全部企业群") -> list[Letter]:
    """Let the clerk write a campaign to every enterprise group."""
    await play.say(CLERK, text)
    await play.say(CLERK, to)
    return await play.say(CLERK, "确认")


async def approved(play: Stage, **given: str) -> None:
    """Let it be written, submitted, and approved by the head."""
    await written(play, **given)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")


async def sent(play: Stage, seconds: float = 61) -> list[Letter]:
    """Let the minute pass in which it can be taken back, and the clock look a few times."""
    letters = await play.wait(timedelta(seconds=seconds))
    for _ in range(3):
        letters += await play.wait(timedelta(seconds=1))
    return letters


async def stored(play: Stage, number: str = NUMBER) -> Campaign:
    """Return a campaign as it is kept."""
    async with play.database.read() as tx:
        one = await tx.campaigns.seen(number)
    assert one is not None
    return one


async def tally(play: Stage, number: str = NUMBER) -> Tally:
    """Count the targets of a campaign."""
    async with play.database.read() as tx:
        return tally_of(await tx.campaigns.fates(number))
