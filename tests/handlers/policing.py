"""What the tests of policies in chat have in common."""

from __future__ import annotations

from collections.abc import Mapping

from flows.policies.conditions import EnterpriseFact, Field
from flows.policies.known import known
from flows.policies.policy import Policy
from handlers.ports import Button, PersonId
from tests.handlers.campaigning import texts
from tests.stage import Stage

CLERK, HEAD, OWNER, STRANGER, GROUP = "王敏", "周岚", "陈建国", "张三", "企业群"
FIRM = "镇海恒通紧固件有限公司"
TITLE = "镇海区制造业设备更新补助"
NUMBER = "ZC-2026-001"
NOTICE = f"""关于组织申报{TITLE}的通知
镇经信〔2026〕15号
一、申报条件
1.在镇海区依法登记注册；
2.上年度营业收入2000万元以上。
二、支持标准
按设备投入的10%给予补助，最高不超过100万元。
三、申报时间
2026年11月1日至2026年12月20日。
四、联系方式
咨询电话：0574-86290001
原文链接：https://example.gov.cn/notice"""


async def entered(play: Stage, notice: str = NOTICE, who: str = CLERK) -> None:
    """Let staff enter a policy, and another one of them check it."""
    await play.say(who, f"录政策\n{notice}")
    await play.say(who, "确认")
    async with play.database.read() as tx:
        (one,) = await tx.policies.latest(1)
    await checked(play, one.number, HEAD if who == CLERK else CLERK)


async def checked(play: Stage, number: str = NUMBER, who: str = HEAD) -> list[str]:
    """Let somebody find a policy right as it stands now; return what they are told."""
    return await press(play, who, f"p:check:{number}:{(await stored(play, number)).version}")


async def stored(play: Stage, number: str = NUMBER) -> Policy:
    """Return a policy as it is kept."""
    async with play.database.read() as tx:
        one = await tx.policies.seen(number)
    assert one is not None
    return one


async def facts(play: Stage, firm: str = FIRM) -> Mapping[Field, EnterpriseFact]:
    """Return what is known of an enterprise."""
    async with play.database.read() as tx:
        return known(await tx.facts.of(firm))


async def number_of(play: Stage, who: str) -> PersonId:
    """Return the number of a person."""
    async with play.database.read() as tx:
        person = await tx.people.find("dingtalk", play.staff_id(who))
    assert person is not None
    return person.id


async def press(play: Stage, who: str, action: str, group: str | None = None) -> list[str]:
    """Press a button that may be on an old card; return what the person is told."""
    letters = await play.say(who, group=group, button=Button(action, "card"))
    return texts(play, letters, who)
