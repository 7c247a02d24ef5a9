"""保密: of the desk only who handles a case reads it; the others know of it, and whom to ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Button
from tests.handlers.planted import SHIPPED
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    buttons,
    carry,
    change,
    heard,
    people,
    person,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

ANOTHER = "钱多多"
SECRETS = ("恒通", "陈建国", "13805740001", "跳闸三次")


def with_another_clerk(folder: Path, *, groups: bool = True) -> Path:
    """Write an overlay with one more 受理员, and no groups where none are wanted."""
    shipped = SHIPPED.read_text("utf-8").replace("\ndemo = true", "", 1)
    head, rest = shipped.split("\n[[group]]", 1)
    more = f"\n[[group]]{rest}" if groups else ""
    return people(folder, head + person(ANOTHER, '["clerk"]') + more)


async def kept(play: Stage, state: State = State.IN_PROGRESS) -> None:
    await carry(play, state)
    await play.say(HEAD, "设为保密 1")
    assert (await ticket(play)).confidential


async def test_another_clerk_learns_number_class_and_state_and_whom_to_ask(tmp_path: Path) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await kept(play)
        told = heard(play, await play.say(ANOTHER, "查看 1"), ANOTHER)
        for word in (ONE, "停电跳闸", "办理中", "保密", HEAD):
            assert word in told
        assert not [secret for secret in SECRETS if secret in told]


DOORS = (
    "查看 1",
    "进度 1",
    "附件 1",
    "期限 1",
    "交办单 1",
    "链接 1",
    "看批示 1",
    "查 跳闸",
    "清单",
)


@pytest.mark.parametrize("group", [None, "工作群"])
async def test_no_door_shows_another_clerk_the_body(tmp_path: Path, group: str | None) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await kept(play)
        await change(play, files=("aa",))
        for line in DOORS:
            sent = await play.say(ANOTHER, line, group=group)
            told = "\n".join(one.message.text for one in sent)
            assert not [secret for secret in SECRETS if secret in told], line
            assert not [one for one in sent if one.message.file], line


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (State.SUBMITTED, "受理 1"),
        (State.ACCEPTED, "交办 1 供电公司"),
        (State.REPLIED, "审核通过 1"),
        (State.CALLBACK, "回访 1 没接通"),
        (State.IN_PROGRESS, "解除保密 1"),
    ],
)
async def test_another_clerk_does_nothing_on_it_and_so_does_not_come_to_read_it(
    tmp_path: Path, state: State, line: str
) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await kept(play, state)
        before = await ticket(play)
        told = heard(play, await play.say(ANOTHER, line), ANOTHER)
        assert "保密" in told
        assert HEAD in told
        act = {"受理": "accept", "审核": "approve"}.get(line[:2], "view")
        await play.say(ANOTHER, button=Button(f"a:{act}:{ONE}", "card"))
        assert await ticket(play) == before


@pytest.mark.parametrize("who", [CLERK, HEAD, LIAISON, OWNER, "林峰"])
async def test_who_handles_it_reads_it(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await kept(play)  # 王敏 took it on
        assert "跳闸三次" in heard(play, await play.say(who, "查看 1"), who)


async def test_a_leader_who_does_not_own_it_reads_nothing_of_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await kept(play)
        await play.say(HEAD, "改难易 1 复杂")
        await play.say(HEAD, "确认")
        assert "跳闸三次" not in heard(play, await play.say(LEADER, "查看 1"), LEADER)
        await play.say(HEAD, "领办 1 郑伟民")
        assert "跳闸三次" in heard(play, await play.say(LEADER, "查看 1"), LEADER)


async def test_without_a_staff_group_another_clerk_is_sent_no_body_either(tmp_path: Path) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path, groups=False)) as play:
        await kept(play, State.SUBMITTED)
        sent = await play.say(OWNER, "补充 1 跳闸三次之外又停了一次")
        assert "跳闸三次" in heard(play, sent, HEAD)
        assert "跳闸三次" not in heard(play, sent, ANOTHER)


async def test_a_link_that_makes_itself_goes_to_those_alone_who_may_read(tmp_path: Path) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await play.say(HEAD, f"收回授权 {play.staff_id(LIAISON)} 联络员 供电公司")
        await kept(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办无")
        sent = await play.say(CLERK, "确认")
        assert "/l/" in heard(play, sent, HEAD)
        assert "/l/" not in heard(play, sent, ANOTHER)


async def test_what_was_merged_in_and_is_confidential_is_not_written_out(tmp_path: Path) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await kept(play, State.SUBMITTED)
        await play.say("沈老板", f"我是宏业铸造厂的沈立群，13957401234。{REPORT}")
        await play.say("沈老板", "确认")
        await play.say(HEAD, "并案 1 到 2")
        assert (await ticket(play)).state is State.MERGED
        told = heard(play, await play.say(ANOTHER, "查看 2"), ANOTHER)
        assert "（保密）" in told
        assert "恒通" not in told


async def test_it_can_be_opened_again_by_the_head_alone(tmp_path: Path) -> None:
    async with stage(tmp_path, with_another_clerk(tmp_path)) as play:
        await kept(play)
        assert "不归您办" in heard(play, await play.say(CLERK, "解除保密 1"), CLERK)
        assert "已经是保密件" in heard(play, await play.say(HEAD, "设为保密 1"), HEAD)
        assert "解除保密" in buttons(play, await play.say(HEAD, "查看 1"), HEAD)
        await play.say(HEAD, "解除保密 1")
        assert "跳闸三次" in heard(play, await play.say(ANOTHER, "查看 1"), ANOTHER)
