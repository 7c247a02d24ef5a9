"""The department's leg on a link page: every act, once, with the rights of the chat."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.bot.pages.phone import office, told
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    SUPPORT,
    carry,
    history,
    texts,
    ticket,
)

pytestmark = pytest.mark.usefixtures("engine")
CONTACT = "今天上午到厂里看了线路，约好明天带备件来"


async def test_a_department_without_dingtalk_signs_passes_on_contacts_and_answers(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await carry(play, State.ASSIGNED)
        await play.say(SUPPORT, "协办意见 1 同意")
        token = await desk.link(CLERK)
        phone = desk.phone()
        page = await phone.open(token)
        assert page.status == 200
        assert ONE in page.text
        assert page.offers("sign")
        page = await phone.act(token, "sign", handler="孙工", phone="0574-86270011")
        assert "已签收" in page.text
        assert "部门已接单" in "\n".join(texts(play, await play.send(), OWNER))
        page = await phone.act(
            token, "pass_on", office="运检部", handler="赵工", phone="0574-86270012"
        )
        assert (await ticket(play)).office == "运检部"
        page = await phone.act(token, "contact", text=CONTACT)
        assert "已记下首联" in page.text
        page = await phone.act(token, "reply", text=ANSWER, outcome="A")
        assert "等审核" in page.text
        found = await ticket(play)
        assert (found.state, found.handler, found.reply and found.reply.text) == (
            State.REPLIED,
            "赵工",
            ANSWER,
        )
        await play.send()
        told_owner = await play.say(HEAD, "审核通过 1")
        assert ANSWER in told(desk, told_owner, OWNER)


async def test_what_was_done_by_a_link_stands_in_the_history_with_link_and_device(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        await phone.act(token, "sign", handler="孙工", phone="0574-86270011")
        lines = [e for e in await history(desk.play, f"ticket:{ONE}") if e.channel == "link"]
        # Looked at again and again, and still one opening.
        assert [e.act for e in lines] == ["link_opened", "view", "sign"]
        assert {e.public["link"] for e in lines} == {token[:16]}
        assert len({e.public["device"] for e in lines}) == 1
        assert [e.role for e in lines[1:]] == ["lead"] * 2
        assert not any("127.0.0.1" in str(e) for e in lines)
        async with desk.play.database.read() as tx:
            assert await tx.history.first_bad(f"ticket:{ONE}") is None


async def test_a_form_pressed_twice_does_it_once_and_shows_the_same(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        form = (await phone.open(token)).form
        first = await phone.act(token, "sign", form, handler="孙工", phone="0574-86270011")
        told_once = await desk.play.send()
        again = await phone.act(token, "sign", form, handler="别人", phone="0574-86270099")
        assert "已签收" in first.text
        assert "已签收" in again.text
        assert told_once
        assert await desk.play.send() == []
        assert (await ticket(desk.play)).handler == "孙工"


async def test_looking_does_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        before = await ticket(desk.play)
        door = await desk.phone().get(token)  # as the preview of a messenger does
        assert "停电" not in door.text
        phone = desk.phone()
        assert (await phone.open(token)).status == 200, "a preview has not taken the first device"
        for more in ("/act", "/open", "?done=0"):
            await phone.get(token, more)
        assert await ticket(desk.play) == before


async def test_a_fault_is_named_at_its_field_and_what_was_typed_stays(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        form = (await phone.open(token)).form
        page = await phone.act(token, "sign", form, handler="孙工", phone="123")
        assert page.status == 422
        assert "不是能打通的号码" in page.text
        assert 'value="孙工"' in page.body
        page = await phone.act(token, "sign", form, handler="孙工", phone="0574-86270011")
        assert "已签收" in page.text


async def test_a_refused_act_says_why_and_leaves_its_line_of_history_alone(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        before = await ticket(desk.play)
        page = await phone.act(token, "reply", text=ANSWER, outcome="A")
        assert page.status == 200
        assert "已提交" not in page.text
        assert await ticket(desk.play) == before
        assert await desk.play.send() == []
        line = (await history(desk.play, f"ticket:{ONE}"))[-1]
        assert (line.act, line.public["act"]) == ("refused", "reply")
        assert line.public["why"].startswith("ticket.refused.")


async def test_what_a_browser_sends_for_an_act_does_not_stand_in_the_history(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        await phone.act(token, "王五 13805740009")
        (line,) = [x for x in await history(desk.play, f"ticket:{ONE}") if x.act == "refused"]
        assert line.public["act"] == ""


@pytest.mark.parametrize("word", ["approve", "accept", "send_back", "urge", "view", "nonsense"])
async def test_a_page_does_nothing_that_is_not_the_departments(tmp_path: Path, word: str) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        before = await ticket(desk.play)
        page = await phone.act(token, word, text="x" * 30)
        assert 'data-testid="said"' in page.body
        assert await ticket(desk.play) == before


async def test_who_answered_by_a_link_is_not_who_audits_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        await desk.play.say(SUPPORT, "协办意见 1 同意")
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        await phone.act(token, "reply", text=ANSWER, outcome="A")
        await desk.play.send()
        found = await ticket(desk.play)
        refused = await desk.play.say(CLERK, "审核通过 1")
        assert "要别人来审" in told(desk, refused, CLERK), "who made the link"
        assert "已通过" in told(desk, await desk.play.say(HEAD, "审核通过 1"), HEAD)
        assert found.reply is not None
        async with desk.play.database.read() as tx:
            author = (await tx.people.load([found.reply.by]))[found.reply.by]
        assert (author.nick, author.reachable) == ("国网镇海供电公司", False)


async def test_the_page_hides_the_enterprise_where_it_asked_for_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await play.say(
            OWNER, "恒通紧固件昨天下午三点起又停电了，跳闸三次，希望供电公司尽快查清原因"
        )
        await play.say(OWNER, "", files=1)
        await play.say(OWNER, "对部门隐去企业名")
        await play.say(OWNER, "确认")
        await play.fetched()
        await play.say(CLERK, "受理 1")
        await play.say(CLERK, "取消")
        await play.say(CLERK, "交办 1 供电公司")
        await play.say(CLERK, "确认")
        token = await desk.link(CLERK)
        phone = desk.phone()
        page = await phone.open(token)
        assert "跳闸三次" in page.text
        assert "恒通" not in page.body
        assert "13805740001" not in page.body
        assert 'data-testid="files"' not in page.body
        file = (await ticket(play)).all_files[0]
        assert (await phone.get(token, f"/file/{file}")).status == 404


async def test_an_attachment_is_given_to_who_may_see_it_and_that_is_noted(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "补充 1 配电箱照片", files=1)
        picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
        kept = desk.vault.keep(picture)
        await play.fetched(kept.sha256, "image/png")
        await carry(play, State.ASSIGNED, State.SUBMITTED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        file = (await ticket(play)).all_files[0]
        url = f"{desk.address}/l/{token}/file/{file}"
        async with phone.session.get(url) as response:
            assert (response.status, await response.read()) == (200, picture)
            assert response.headers["Content-Disposition"].startswith("attachment")
        acts = [e.act for e in await history(play, f"ticket:{ONE}")]
        assert acts[-1] == "view_files"
        assert (await desk.phone().get(token, f"/file/{file}")).status == 404


async def test_the_department_never_sees_the_rating(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.CALLBACK)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        await desk.play.say(OWNER, "基本满意 1")
        page = await phone.get(token)
        assert "已办结" in page.text
        assert "满意" not in page.text


async def test_a_supporting_department_gives_its_opinion_and_nothing_else(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        token = await desk.link(CLERK, "1 经信局")
        phone = desk.phone()
        page = await phone.open(token)
        assert page.offers("opinion")
        assert not page.offers("reply")
        await phone.act(token, "opinion", text="同意供电公司的意见")
        told_lead = await desk.play.send()
        assert "协办意见" in told(desk, told_lead, LIAISON)


async def test_a_department_that_gave_the_case_back_no_longer_sees_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await carry(play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        page = await phone.open(token)
        assert "一个部门只能退一次" in page.text, "what the confirm card warns of in chat"
        page = await phone.act(
            token, "return", basis="线路属于企业自有资产，不在供电公司职责范围", suggested="经信局"
        )
        assert (await ticket(play)).state is State.RETURN_REVIEW, page.text
        await play.say(HEAD, "裁定改派 1 经信局 属于企业自有资产")
        await play.say(HEAD, "确认")
        assert (await ticket(play)).lead_unit == "jxj"
        page = await phone.get(token)
        assert page.status == 410
        assert "已经不由贵单位办理" in page.text


async def test_a_leader_gives_an_instruction_by_a_link_of_their_own(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await carry(play, State.IN_PROGRESS)
        await play.say(HEAD, f"领办 1 {LEADER}")
        await play.say(HEAD, "确认")
        assert (await ticket(play)).leader is not None
        token = await desk.link(CLERK, f"1 {LEADER}")
        phone = desk.phone()
        page = await phone.open(token)
        assert page.offers("instruct")
        assert not page.offers("reply")
        words = "请供电公司本周内彻底解决"
        # One department is picked, another written beside the choices: what was written counts.
        who = {"who": "gdj", "who.other": "经信局"}
        assert 'name="f.who.other"' in page.body
        page = await phone.act(
            token, "instruct", leader=LEADER, text=words, by_when="11月27日", **who
        )
        found = await ticket(play)
        assert [(one.leader, one.text) for one in found.instructions] == [(found.leader, words)]
        assert [one.who for one in found.instructions[0].errands] == ["jxj"]
        assert words not in page.text, "what a leader said leaves through no page"
        line = [e for e in await history(play, f"ticket:{ONE}") if e.act == "instruct"]
        assert [(e.actor, e.public["link"]) for e in line] == [(found.leader, token[:16])]


async def test_another_opening_leaves_a_line_of_its_own(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        for minutes in (29, 2, 29):  # the third is less than half an hour after the second line
            desk.play.clock.now += timedelta(minutes=minutes)
            await phone.get(token)
        said = told(desk, await desk.play.say(CLERK, "口令 1"), CLERK)
        await desk.phone().open(token, said.split("口令：")[1].split("\n")[0])
        lines = [e for e in await history(desk.play, f"ticket:{ONE}") if e.act == "view"]
        devices = [e.public["device"] for e in lines]
        assert (len(lines), len(set(devices))) == (3, 2)


async def test_the_problem_stands_once_on_a_page(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token = await desk.link(CLERK)
        page = await desk.phone().open(token)
        assert page.text.count("跳闸三次") == 1
