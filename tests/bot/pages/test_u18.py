"""U18: a department without DingTalk works on a phone behind a link, and the link stays its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.bot.pages.phone import Office, Phone, office, told
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    ONE,
    OWNER,
    REPORT,
    SUPPORT,
    carry,
    history,
    ticket,
)

pytestmark = pytest.mark.usefixtures("engine")

TWO = "ZH-2026-0002"
VALID = timedelta(hours=72)
SIGNED = {"handler": "孙工", "phone": "0574-86270011"}
BASIS = "线路属于企业自有资产，不在供电公司职责范围"


async def two_cases(desk: Office) -> None:
    """Give the department two cases: the second has no supporting department."""
    await carry(desk.play, State.ASSIGNED)
    await desk.play.say(SUPPORT, "协办意见 1 同意")
    for who, line in (
        (OWNER, REPORT),
        (OWNER, "确认"),
        (CLERK, "受理 2"),
        (CLERK, "取消"),
        (CLERK, "交办 2 供电公司 协办无"),
        (CLERK, "确认"),
    ):
        await desk.play.say(who, line)
    assert (await ticket(desk.play, TWO)).state is State.ASSIGNED


async def opened(desk: Office, number: str = "1") -> tuple[Phone, str]:
    """Make a link and open it on a phone."""
    token, phone = await desk.link(CLERK, number), desk.phone()
    assert (await phone.open(token)).status == 200
    return phone, token


async def test_u18_on_a_phone_it_signs_passes_on_answers_and_gives_back(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await two_cases(desk)
        phone, token = await opened(desk)
        await phone.act(token, "sign", **SIGNED)
        await phone.act(token, "pass_on", office="运检部", handler="赵工", phone="0574-86270012")
        await phone.act(token, "contact", text="今天上午到厂里看了线路")
        await phone.act(token, "reply", text=ANSWER, outcome="A")
        case = await ticket(desk.play)
        assert (case.state, case.office, case.handler) == (State.REPLIED, "运检部", "赵工")
        other, second = await opened(desk, "2")
        await other.act(second, "return", basis=BASIS, suggested="jxj")
        assert (await ticket(desk.play, TWO)).state is State.RETURN_REVIEW
        await desk.play.send()
        assert ANSWER in told(desk, await desk.play.say(HEAD, "审核通过 1"), OWNER)


async def test_u18_a_link_is_for_one_case_and_for_72_hours(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await two_cases(desk)
        phone, token = await opened(desk)
        page = await phone.get(token)
        assert ONE in page.text
        assert TWO not in page.body
        desk.play.clock.now += VALID - timedelta(minutes=1)
        assert (await phone.act(token, "sign", **SIGNED)).status == 200
        assert (await ticket(desk.play)).state is State.IN_PROGRESS
        assert (await ticket(desk.play, TWO)).state is State.ASSIGNED
        form = (await phone.get(token)).form
        desk.play.clock.now += timedelta(minutes=1)
        page = await phone.act(token, "contact", form, text="今天上午到厂里看了线路")
        assert page.status == 410
        assert "过了有效期" in page.text


async def test_u18_a_link_is_taken_back_at_once(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await two_cases(desk)
        phone, token = await opened(desk)
        form = (await phone.get(token)).form
        await desk.play.say(HEAD, "吊销链接 1")
        page = await phone.act(token, "sign", form, **SIGNED)
        assert page.status == 410
        assert "已经收回" in page.text
        assert (await ticket(desk.play)).state is State.ASSIGNED


async def test_u18_a_forwarded_link_needs_a_code_on_the_second_device(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await two_cases(desk)
        _, token = await opened(desk)
        second = desk.phone()
        page = await second.get(token)
        assert page.status == 403
        assert "停电" not in page.body
        said = told(desk, await desk.play.say(CLERK, "口令 1"), CLERK)
        code = said.split("口令：")[1].split("\n")[0].strip()
        assert (await second.open(token, code)).offers("sign")


async def test_u18_every_step_stands_in_the_history_with_link_and_device(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await two_cases(desk)
        phone, token = await opened(desk)
        assert (await desk.phone().get(token)).status == 403
        await phone.act(token, "sign", **SIGNED)
        await phone.act(token, "pass_on", office="运检部", handler="赵工", phone="0574-86270012")
        await desk.play.say(HEAD, "吊销链接 1")
        await phone.get(token)
        entries = await history(desk.play, f"ticket:{ONE}")
        acts = [entry.act for entry in entries]
        for act in ("link", "link_opened", "view", "sign", "pass_on", "revoke_link"):
            assert act in acts, acts
        assert acts.count("link_refused") == 2
        done = [entry for entry in entries if entry.act in ("sign", "pass_on")]
        assert {entry.public["link"] for entry in done} == {token[:16]}
        assert len({entry.public["device"] for entry in done}) == 1
        async with desk.play.database.read() as tx:
            assert await tx.history.first_bad(f"ticket:{ONE}") is None
