"""收到 and 退订: each counts once, reminds once, and can be taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from handlers.ports import Group
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, GROUP, HEAD, NUMBER, OWNER, sent, texts, written
from tests.handlers.test_campaigns import press
from tests.stage import Stage

COLLEAGUE, OTHER = "小周", "另一个企业群"
FIRM = "镇海恒通紧固件有限公司"
TEXT = "写推送\n年底用工座谈会\n请各企业派人参加。"
TO_OWNERS = "全部企业的负责人"


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with two groups of enterprises."""
    async with play.database.begin() as tx:
        await tx.people.set_group(Group(OTHER, OTHER, "enterprise"))
    return play


async def colleague(play: Stage) -> None:
    """Bind somebody else to the owner's enterprise."""
    told = "\n".join(texts(play, await play.say(CLERK, f"发邀请码 {FIRM} {COLLEAGUE}"), CLERK))
    (code, *_) = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)
    await play.say(COLLEAGUE, f"邀请码 {code}")


async def leaves(
    play: Stage,
    number: str = NUMBER,
    to: str = "全部企业群",
    *,
    more: str = "",
    reminds: bool = False,
) -> None:
    """Let one leave that asks for 收到; `more` is what else its writer says of it."""
    await written(play, TEXT, to)
    await press(play, CLERK, f"c:edit:{number}")
    await play.say(CLERK, "按钮：收到")
    if more:
        await play.say(CLERK, more)
    if reminds:
        await play.press(CLERK, "催一次没回“收到”的")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")


async def confirms(play: Stage, who: str, number: str = NUMBER, group: str | None = None) -> str:
    """Let somebody say 收到, and return what they are told."""
    said = await play.say(who, f"收到 {number}", group=group)
    return "\n".join(one.message.text for one in said)


async def test_b15_in_two_groups_and_by_two_people_it_counts_once_for_the_enterprise(
    play: Stage,
) -> None:
    await colleague(play)
    await leaves(play)
    await sent(play)
    for group in (GROUP, OTHER, OTHER):
        await confirms(play, OWNER, group=group)
    told = await play.say(CLERK, f"效果 {NUMBER}")
    assert "收到：1 人、1 家企业" in texts(play, told, CLERK)[0]
    await confirms(play, COLLEAGUE, group=OTHER)
    told = await play.say(CLERK, f"效果 {NUMBER}")
    assert "收到：2 人、1 家企业" in texts(play, told, CLERK)[0]


@pytest.mark.parametrize("confirmed", [True, False])
async def test_b15_nobody_of_an_enterprise_is_reminded_of_which_one_confirmed(
    confirmed: bool, play: Stage
) -> None:
    await colleague(play)
    await leaves(play, NUMBER, TO_OWNERS, reminds=True)
    await sent(play)
    if confirmed:
        await confirms(play, OWNER)
    letters = await play.wait(timedelta(hours=25))
    reminded = {play.where(x) for x in letters if "还等您回一声" in x.message.text}
    assert reminded == (set() if confirmed else {OWNER, COLLEAGUE})


async def test_b15_pressed_after_it_was_taken_back_it_says_so_and_counts_nothing(
    play: Stage,
) -> None:
    await leaves(play)
    await sent(play)
    await play.press(CLERK, "撤回")
    (told,) = texts(play, await press(play, OWNER, f"c:received:{NUMBER}"), OWNER)
    assert "已经撤回" in told
    url = await address(play.folder / "stage.db")
    assert rows(url, "SELECT count(*) FROM acknowledgement") == [(0,)]


async def test_b19_who_left_is_skipped_until_they_come_back(play: Stage) -> None:
    await colleague(play)
    await play.say(OWNER, "退订政策推送")
    await leaves(play, NUMBER, TO_OWNERS, more="主题：政策")
    assert texts(play, await sent(play), OWNER) == []
    await play.say(OWNER, "订阅政策推送")
    await play.wait(timedelta(days=8))
    await leaves(play, "TS-2026-002", TO_OWNERS, more="主题：政策")
    assert len(texts(play, await sent(play), OWNER)) == 1


async def test_b19_what_is_mandatory_goes_to_who_left_as_well(play: Stage) -> None:
    await play.say(OWNER, "退订全部推送")
    await written(play, TEXT, TO_OWNERS)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.press(CLERK, "退订的也发")
    await play.say(CLERK, "确认")
    await press(play, CLERK, f"c:submit:{NUMBER}")
    await play.press(HEAD, "通过")
    (message,) = texts(play, await sent(play), OWNER)
    assert "请各企业派人参加" in message
