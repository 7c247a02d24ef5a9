"""What a leader does by a link of their own: everything that they do in chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from flows.tickets.state import Tier
from handlers.acts import AT_ONCE, OPENS
from handlers.pages import PAGE_WORDS
from tests.bot.pages.phone import Answer, Office, Phone, office, told
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    carry,
    change,
    known,
    ticket,
)

pytestmark = pytest.mark.usefixtures("engine")


async def led(desk: Office, state: State, *lines: tuple[str, str]) -> tuple[Phone, str, Answer]:
    """Lead the case up to a state, give it a leader, and open the leader's page."""
    await carry(desk.play, state)
    for who, text in ((HEAD, f"领办 1 {LEADER}"), (HEAD, "确认"), *lines):
        await desk.play.say(who, text)
    token = await desk.link(CLERK, f"1 {LEADER}")
    phone = desk.phone()
    return phone, token, await phone.open(token)


def test_every_word_of_a_page_is_one_of_the_chat() -> None:
    assert set(PAGE_WORDS) <= {*OPENS, *AT_ONCE}


async def test_a_leader_rules_on_a_dispute(tmp_path: Path) -> None:
    lines = ((LIAISON, "退单 1 线路属于企业自有资产，建议经信局"), (LIAISON, "确认"))
    async with office(tmp_path) as desk:
        phone, token, page = await led(desk, State.ASSIGNED, *lines)
        assert page.offers("rule_kept")
        assert page.offers("rule_moved")
        await phone.act(token, "rule_kept", text="按三定规定仍由供电公司办")
        found = await ticket(desk.play)
        assert (found.state, found.returns[0].ruling) == (
            State.ASSIGNED,
            "按三定规定仍由供电公司办",
        )
        leader = await known(desk.play, LEADER)
        assert found.returns[0].ruler == leader.id
        assert "按三定规定" in told(desk, await desk.play.send(), LIAISON)


async def test_a_leader_lets_a_case_rest(tmp_path: Path) -> None:
    lines = ((LIAISON, "申请挂起 1 到12月20日 上级政策还没下来"), (LIAISON, "确认"))
    async with office(tmp_path) as desk:
        phone, token, page = await led(desk, State.IN_PROGRESS, *lines)
        assert page.offers("rest"), page.text
        await phone.act(token, "rest")
        assert (await ticket(desk.play)).state is State.SUSPENDED
        await phone.act(token, "resume_work")
        assert (await ticket(desk.play)).state is State.IN_PROGRESS


async def test_a_leader_grants_more_days(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        await change(desk.play, tier=Tier.COMPLEX, urgent=False)
        lines = ((LIAISON, "申请延期 1 3天 等备件到货"), (LIAISON, "确认"))
        for who, text in ((HEAD, f"领办 1 {LEADER}"), (HEAD, "确认"), *lines):
            await desk.play.say(who, text)
        token = await desk.link(CLERK, f"1 {LEADER}")
        phone = desk.phone()
        page = await phone.open(token)
        assert page.offers("longer"), page.text
        await phone.act(token, "longer")
        assert [one.granted for one in (await ticket(desk.play)).extensions] == [True]


async def test_a_leader_records_what_was_said(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token, _ = await led(desk, State.IN_PROGRESS)
        await phone.act(token, "talk", text="今天下午在厂里当面谈过，企业同意等备件")
        await phone.act(token, "meeting", text="供电公司、经信局都到会，周五前换开关")
        kinds = [one.kind for one in (await ticket(desk.play)).meetings]
        assert kinds == ["talk", "meeting"]


async def test_a_leader_audits_an_answer(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token, page = await led(desk, State.REPLIED)
        assert page.offers("send_back")
        await phone.act(token, "approve")
        assert (await ticket(desk.play)).state is State.CALLBACK
        assert "请评价" in told(desk, await desk.play.send(), OWNER)


async def test_what_one_answer_is_to_is_not_asked(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        _, _, page = await led(desk, State.IN_PROGRESS)
        leader = await known(desk.play, LEADER)
        assert f'<input type="hidden" name="f.leader" value="{leader.id}">' in page.body
