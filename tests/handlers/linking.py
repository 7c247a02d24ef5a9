"""An office where people write through several channels: DingTalk, 公众号 and 企业微信."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.channels.base import Letter, Manner
from flows.office import Door
from handlers.ports import Arrival, Button, Person, Place, Sender
from tests.engines import address, rows
from tests.handlers.story import ONE, OWNER, REPORT
from tests.stage import Stage

WECHAT, WECOM, DINGTALK = "wechat", "wecom", "dingtalk"
MANNERS = {
    WECHAT: Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=2048),
    WECOM: Manner(door=Door.PRIVATE, cards=False, limit=2048),
}
OTHER_REPORT = (
    "上周起厂门口的路灯全不亮，晚上下班的工人看不清路，昨晚有两个人摔伤，希望尽快派人来修好。"
)


_CALLED = {"公众号": WECHAT, "企业微信": WECOM}
ELSEWHERE = re.compile(r"^(?P<who>[^·@：【（]+)·(?P<channel>[^：]+)：(?P<text>.*)$")
"""A line of a dialogue that is said at another channel; 〔码〕 stands for the code told last."""


async def elsewhere(play: Stage, who: str, channel: str, text: str) -> list[Letter]:
    """Say a line of a dialogue through another channel, or at DingTalk with a code."""
    if "〔码〕" in text:
        told = [letter.message.text for letter in play.seen if "关联 " in letter.message.text]
        text = text.replace("〔码〕", re.findall(r"关联 (\d{4} \d{4})", "\n".join(told))[-1])
    return await play.take([arrival(play, who, text, _CALLED.get(channel, DINGTALK))])


def place(play: Stage, letter: Letter) -> str:
    """Name where a letter goes as dialogues write it: 陈建国·公众号."""
    for word, channel in _CALLED.items():
        if letter.to.startswith(f"{channel}-"):
            return f"{letter.to.removeprefix(f'{channel}-')}·{word}"
    return play.where(letter)


def arrival(
    play: Stage, who: str, text: str = "", channel: str = WECHAT, *, button: str = ""
) -> Arrival:
    """Make what somebody sends through a channel in a 1:1 chat."""
    play.count += 1
    ident = play.staff_id(who) if channel == DINGTALK else f"{channel}-{who}"
    return Arrival(
        channel=channel,
        robot="robot",
        msg_id=f"m{play.count}",
        sender=Sender(ident, None, None, who if channel == DINGTALK else ""),
        place=Place(True, f"c-{ident}"),
        at=play.clock.now,
        kind="button" if button else "text",
        text=text,
        button=Button(button, "card") if button else None,
    )


async def writes(play: Stage, who: str, text: str, channel: str = WECHAT) -> str:
    """Write through a channel, a second later; return what is said to that account."""
    play.clock.now += timedelta(seconds=1)
    return said(await play.take([arrival(play, who, text, channel)]), account(play, who, channel))


def account(play: Stage, who: str, channel: str = WECHAT) -> str:
    """Return under what somebody is written to at a channel."""
    return play.staff_id(who) if channel == DINGTALK else f"{channel}-{who}"


def said(letters: Sequence[Letter], to: str) -> str:
    """Return everything that was said to an account."""
    told = [letter.message for letter in letters if letter.to == to]
    return "\n".join(f"{one.text}\n{one.spelt}" for one in told)


def code_in(text: str) -> str:
    """Read the code in what was said."""
    (found,) = re.findall(r"关联 (\d{4} \d{4})", text)
    return str(found)


async def coded(play: Stage, who: str, channel: str = DINGTALK) -> str:
    """Ask for a code."""
    return code_in(await writes(play, who, "关联账号", channel))


async def linked(
    play: Stage,
    who: str,
    other: str = "",
    *,
    at: str = WECHAT,
    known_at: str = DINGTALK,
) -> list[Letter]:
    """Link an account to the person whom another channel knows; return all that goes out."""
    code = await coded(play, who, known_at)
    play.clock.now += timedelta(seconds=20)
    other = other or who
    assert "是您本人吗" in await writes(play, other, f"关联 {code}", at)
    return await play.take([arrival(play, other, "1", at)])


async def filed(play: Stage) -> None:
    """Report through 公众号, which does not know yet who it is."""
    told = f"我是镇海恒通紧固件有限公司的陈建国，13805740001。{REPORT}"
    await writes(play, OWNER, told)
    assert ONE in await writes(play, OWNER, "确认")


async def owner(play: Stage, who: str, channel: str = DINGTALK) -> Person:
    """Return whose an account is."""
    async with play.database.read() as tx:
        found = await tx.people.find(channel, account(play, who, channel))
        assert found is not None
        return found


async def stored(play: Stage, query: str, *given: object) -> list[tuple[object, ...]]:
    """Return what a query finds."""
    return list(rows(await address(play.folder / "stage.db"), query, *given))
