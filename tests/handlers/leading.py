"""How tests come to what leaders and the ladder are about."""

from __future__ import annotations

from datetime import date, datetime

from bot.channels.base import Letter
from bot.housekeeping import leaders
from bot.schedules import Schedules
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import State
from flows.tickets.state import Tier
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    carry,
    known,
    person,
    ticket,
)
from tests.stage import Stage

SECRETARY, INSPECTOR = "吴倩", "林峰"
LABOUR = "从上个月起我们厂一直招工难，缺熟练工三十人，希望人社局帮忙对接职校。"
WORDS = "请供电局本周解决，不许再拖到厂里来闹"


async def at(play: Stage, moment: str) -> list[Letter]:
    """Move the clock there and let it strike."""
    then = datetime.fromisoformat(moment).replace(tzinfo=OFFICE_ZONE)
    assert then >= play.clock.now
    return await play.wait(then - play.clock.now)


async def morning(play: Stage) -> list[Letter]:
    """Do what the office does by itself at nine."""
    office = play.reception.office
    await Schedules(play.database, [leaders(office)], play.clock, wake=lambda: None).turn()
    return await play.send()


async def assigned(play: Stage) -> None:
    """Lead an ordinary case to the department: five working days, until the 1st of December."""
    await carry(play, State.ACCEPTED)
    await play.say(CLERK, "交办 1 供电公司 协办无 一般")
    await play.say(CLERK, "确认")
    assert (await ticket(play)).due_on == date(2026, 12, 1)


async def working(play: Stage) -> None:
    """Have the department sign it and call the enterprise."""
    await assigned(play)
    await play.say(LIAISON, "签收 1")
    await play.say(LIAISON, "首联 1 打过电话了")


async def hard(play: Stage) -> None:
    """Lead a 疑难 case to the department, the head of the desk assigning it."""
    await carry(play, State.ACCEPTED)
    await play.say(HEAD, "交办 1 供电公司 协办无 疑难")
    await play.say(HEAD, "确认")
    assert (await ticket(play)).tier is Tier.HARD


async def overdue(play: Stage) -> list[Letter]:
    """Let a case come to its 督办单, which leaves half an hour later."""
    await working(play)
    for moment in ("2026-11-27 09:00", "2026-12-01 09:00", "2026-12-02 09:00"):
        await at(play, moment)
    return await at(play, "2026-12-03 09:00")


TWO = (
    person("周岚", '["clerk", "supervisor", "admin"]')
    + person("李强", '["liaison"]', 'unit = "gdj"')
    + person("郑伟民", '[{ role = "leader", until = 2026-11-30 }]')
    + person("方明", '["leader"]')
    + person("吴倩", '["secretary"]', 'serves = "id-郑伟民"')
)


async def led(play: Stage) -> None:
    """Let 郑伟民 lead a case of the department."""
    await play.say(
        OWNER, "我是宏业铸造厂的陈建国，13805740001。昨天起我们厂又停电了，跳闸三次，希望修好"
    )
    await play.say(OWNER, "确认")
    for text in ("受理 1", "取消", "交办 1 供电公司 协办无", "确认", "领办 1 郑伟民"):
        await play.say(HEAD, text)
    assert (await ticket(play)).leader == (await known(play, LEADER)).id
