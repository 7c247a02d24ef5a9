"""Rights are checked on every act, whatever the button or the typed command says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Button
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    carry,
    heard,
    known,
    people,
    person,
    ticket,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

STRANGER = "路人乙"
SECRETS = ("恒通", "陈建国", "13805740001", "跳闸三次", "支线开关")
ACTS = (
    *("view", "progress", "right", "accept", "ask_info", "reject", "assign", "assign:gdj"),
    *("sign", "contact", "reply", "opinion", "approve", "send_back", "supplement", "urge"),
    *("satisfied", "mostly", "dissatisfied", "withdraw"),
)


def action(act: str) -> Button:
    name, _, arg = act.partition(":")
    return Button(f"a:{name}:{ONE}" + (f":{arg}" if arg else ""), "card")


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_PROGRESS, State.CALLBACK])
async def test_a_strangers_button_is_refused_and_reveals_nothing(
    tmp_path: Path, state: State
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, state)
        before = await ticket(play)
        for act in ACTS:
            for group in (None, "工作群", "企业群"):
                letters = await play.say(STRANGER, button=action(act), group=group)
                told = "\n".join(letter.message.text for letter in letters)
                assert f"没有找到您可以查看的 {ONE}" in told, act
                assert not any(secret in told for secret in SECRETS)
        assert await ticket(play) == before


TYPED = (
    *("查看 1", "进度 1", "受理 1", "请补充 1 什么路", "不予受理 1 不归我们", "交办 1 供电公司"),
    *("签收 1", "首联 1 打过", "答复 1 好的", "协办意见 1 同意", "审核通过 1", "退回 1 重写"),
    *("补充 1 还有", "催办 1", "撤回 1", "满意 1", "不满意 1", "对 1", "评价 1 满意"),
)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.REPLIED])
async def test_a_strangers_command_is_refused_and_reveals_nothing(
    tmp_path: Path, state: State
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, state)
        before = await ticket(play)
        for text in TYPED:
            told = heard(play, await play.say(STRANGER, text), STRANGER)
            assert f"没有找到您可以查看的 {ONE}" in told, text
            assert not any(secret in told for secret in SECRETS)
        assert await ticket(play) == before


async def test_a_number_that_does_not_exist_is_refused_in_the_same_words(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        there = heard(play, await play.say(STRANGER, "查看 1"), STRANGER)
        nowhere = heard(play, await play.say(STRANGER, "查看 2"), STRANGER)
        assert there.replace("0001", "") == nowhere.replace("0002", "")


@pytest.mark.parametrize(
    ("state", "who", "text"),
    [
        (State.SUBMITTED, LIAISON, "受理 1"),
        (State.SUBMITTED, OWNER, "受理 1"),
        (State.SUBMITTED, "郑伟民", "受理 1"),
        (State.SUBMITTED, CLERK, "撤回 1"),
        (State.ASSIGNED, "孙海波", "签收 1"),
        (State.IN_PROGRESS, "沈丽君", "答复 1 这是另一个部门写的一句很长很长很长的答复"),
        (State.REPLIED, LIAISON, "审核通过 1"),
        (State.REPLIED, OWNER, "审核通过 1"),
        (State.CALLBACK, LIAISON, "满意 1"),
        (State.CALLBACK, CLERK, "满意 1"),
    ],
)
async def test_staff_do_only_what_is_theirs(
    tmp_path: Path, state: State, who: str, text: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, state)  # in which somebody else may do it
        before = await ticket(play)
        told = heard(play, await play.say(who, text), who)
        assert any(word in told for word in ("不归您办", "没有找到您可以查看的")), told
        assert (await ticket(play)).state is before.state


async def test_a_liaison_of_another_department_reads_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        told = heard(play, await play.say("孙海波", "查看 1"), "孙海波")
        assert told == f"没有找到您可以查看的 {ONE}。"


async def test_a_role_that_ended_gives_no_right(tmp_path: Path) -> None:
    roles = '[{ role = "clerk", since = 2026-01-01, until = 2026-11-24 }]'
    overlay = people(tmp_path, person("王", roles))
    async with stage(tmp_path, overlay) as play:
        await play.say(OWNER, f"我是宏业铸造厂的陈建国，13805740001。{REPORT}")
        await play.say(OWNER, "确认")
        assert "宏业" in heard(play, await play.say("王", "查看 1"), "王")
        play.clock.now += timedelta(days=1)
        assert "没有找到" in heard(play, await play.say("王", "查看 1"), "王")
        assert "没有找到" in heard(play, await play.say("王", "受理 1"), "王")
        assert "给工作人员的" in heard(play, await play.say("王", "清单"), "王")
        assert (await ticket(play)).state is State.SUBMITTED


async def test_a_role_that_has_not_begun_gives_no_right(tmp_path: Path) -> None:
    overlay = people(tmp_path, person("王", '[{ role = "clerk", since = 2026-12-01 }]'))
    async with stage(tmp_path, overlay) as play:
        assert "给工作人员的" in heard(play, await play.say("王", "清单"), "王")


async def test_a_right_that_was_taken_away_is_gone_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(HEAD, f"收回授权 {play.staff_id(CLERK)} 受理员")
        assert "没有找到" in heard(play, await play.say(CLERK, "受理 1"), CLERK)


async def test_a_form_that_was_open_when_the_right_ended_is_not_filed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司")
        await play.say(HEAD, f"收回授权 {play.staff_id(CLERK)} 受理员")
        told = heard(play, await play.say(CLERK, "确认"), CLERK)
        assert told
        assert "恒通" not in told
        assert (await ticket(play)).state is State.ACCEPTED


@pytest.mark.parametrize(
    "text",
    [
        "授权 id 受理员",
        "收回授权 id 受理员",
        "发邀请码 某某厂",
        "核验 1",
        "核验不通过 1",
        "代录 1",
        "已回电 1",
        "任务 1",
        "清单",
    ],
)
async def test_the_desks_commands_are_refused_to_others(tmp_path: Path, text: str) -> None:
    async with stage(tmp_path) as play:
        await play.say("沈新", "请给我回电话 13957401111")
        for who in (STRANGER, OWNER, LIAISON, "郑伟民"):
            if text == "清单" and who in {LIAISON, "郑伟民"}:
                continue
            told = heard(play, await play.say(who, text), who)
            refusal = "清单是给工作人员的" if text == "清单" else "受理员来办"
            assert refusal in told, (who, told)
            assert "13957401111" not in told


async def test_the_kind_of_a_group_is_the_administrators_to_say(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for who in (STRANGER, OWNER, CLERK, LIAISON):
            told = await play.say(who, "本群设为 工作群", group="某个群")
            assert "要管理员" in told[0].message.text
        async with play.database.read() as tx:
            assert all(group.chat != "某个群" for group in await tx.groups())


async def test_somebody_else_does_not_answer_the_question_of_a_card(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        letters = await play.say(OWNER, REPORT)
        option = next(o for s in letters for o in s.message.options if o.label == "确认")
        told = await play.say(STRANGER, button=Button(option.action, "card"))
        assert "已经失效" in heard(play, told, STRANGER)
        assert not any(secret in heard(play, told, STRANGER) for secret in SECRETS)


async def test_a_name_from_the_platform_gives_no_right(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        # The same nick and no staff id: another person than the clerk.
        told = await play.say(CLERK + " ", "受理 1", staff=False)
        assert "没有找到" in told[0].message.text
        assert (await known(play, CLERK)).roles
        assert (await ticket(play)).state is State.SUBMITTED
