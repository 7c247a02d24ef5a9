"""Who is turned away by a link, and what they are told to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.pages.answers import HEADERS
from bot.pages.site import LOOKS, PRESSES
from flows.tickets.case import State
from tests.bot.pages.phone import Office, office, token_in, told
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    carry,
    change,
    history,
    people,
    person,
    ticket,
)

pytestmark = pytest.mark.usefixtures("engine")
OFFICE_PHONE = "0574-00000000"
SIGNED = {"handler": "孙工", "phone": "0574-86270011"}


async def assigned(desk: Office) -> str:
    await carry(desk.play, State.ASSIGNED)
    return await desk.link(CLERK)


async def refused(desk: Office) -> list[str]:
    lines = await history(desk.play, f"ticket:{ONE}")
    return [line.public["why"] for line in lines if line.act == "link_refused"]


async def test_a_forwarded_link_is_refused_on_a_second_device_until_the_code_is_told(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        first, second = desk.phone(), desk.phone()
        assert (await first.open(token)).status == 200
        door = await second.get(token)
        assert door.status == 403
        assert "已在另一部手机上打开过" in door.text
        assert OFFICE_PHONE in door.text
        assert "停电" not in door.body
        said = told(desk, await desk.play.say(CLERK, "口令 1"), CLERK)
        code = said.split("口令：")[1].split("\n")[0].strip()
        assert len(code.replace(" ", "")) == 6
        wrong = "000000" if code != "000 000" else "111111"
        page = await second.open(token, wrong)
        assert page.status == 403
        assert "口令不对" in page.text
        page = await second.open(token, code)
        assert page.status == 200
        assert page.offers("sign")
        assert (await first.get(token)).offers("sign"), "the first device stays"
        third = await desk.phone().open(token, code)
        assert third.status == 403, "a code lets one device in"
        assert "code" in await refused(desk)


async def test_five_wrong_codes_make_the_code_void(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        await desk.phone().open(token)
        said = told(desk, await desk.play.say(CLERK, "口令 1"), CLERK)
        code = said.split("口令：")[1].split("\n")[0].replace(" ", "").strip()
        second = desk.phone()
        for n in range(5):
            wrong = f"{(int(code) + 1 + n) % 1_000_000:06d}"
            await second.open(token, wrong)
        assert (await second.open(token, code)).status == 403


async def test_an_expired_link_says_whom_to_call_and_shows_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        form = (await phone.open(token)).form
        desk.play.clock.now += timedelta(hours=72)
        page = await phone.get(token)
        assert page.status == 410
        assert "过了有效期（11月27日" in page.text
        assert OFFICE_PHONE in page.text
        assert "停电" not in page.body
        assert (await phone.act(token, "sign", form, **SIGNED)).status == 410
        assert (await ticket(desk.play)).state is State.ASSIGNED
        assert await refused(desk) == ["expired", "expired"]


async def test_a_revoked_link_is_over_at_once_on_every_device(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        form = (await phone.open(token)).form
        said = told(desk, await desk.play.say(HEAD, "吊销链接 1"), HEAD)
        assert "已吊销国网镇海供电公司的链接" in said
        page = await phone.act(token, "sign", form, **SIGNED)
        assert page.status == 410
        assert "已经收回" in page.text
        assert OFFICE_PHONE in page.text
        assert (await ticket(desk.play)).state is State.ASSIGNED
        again = told(desk, await desk.play.say(HEAD, "吊销链接 1"), HEAD)
        assert "没有还能用的链接" in again


async def test_a_link_can_be_taken_back_when_the_case_is_over(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        await change(desk.play, state=State.CLOSED)
        said = told(desk, await desk.play.say(HEAD, "吊销链接 1"), HEAD)
        assert "已吊销国网镇海供电公司的链接" in said
        assert (await desk.phone().get(token)).status == 410


async def test_a_new_link_ends_the_one_before(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        old = await assigned(desk)
        new = await desk.link(CLERK)
        assert (await desk.phone().get(old)).status == 410
        assert (await desk.phone().open(new)).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        lambda token: token[:-1],
        lambda token: token + "a",
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: ("0" if token[0] != "0" else "1") + token[1:],
        lambda token: "",
        lambda token: "../../etc/passwd",
    ],
    ids=["cut", "longer", "other signature", "other link", "nothing", "a path"],
)
async def test_a_tampered_link_says_to_copy_it_whole(
    tmp_path: Path, changed: Callable[[str], str]
) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        page = await desk.phone().get(changed(token))
        assert page.status == 404
        if page.text.startswith("问千家"):
            assert "整段复制" in page.text
        assert ONE not in page.body


async def test_a_link_whose_row_was_given_to_another_department_no_longer_fits_its_signature(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        async with desk.play.database.begin() as tx:
            (link,) = await tx.links.of(ONE)
            await tx.links.save(replace(link, unit="jxj"))
        assert (await desk.phone().get(token)).status == 404


async def test_a_form_of_another_link_or_device_is_not_taken(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone, other = desk.phone(), desk.phone()
        mine = (await phone.open(token)).form
        said = told(desk, await desk.play.say(CLERK, "口令 1"), CLERK)
        theirs = (await other.open(token, said.split("口令：")[1].split("\n")[0])).form
        for form in (theirs, mine[:-1] + ("0" if mine[-1] != "0" else "1"), ""):
            page = await phone.post(token, "act", {"form": form, "word": "sign"})
            assert page.status == 403
        assert (await ticket(desk.play)).state is State.ASSIGNED


async def test_a_form_posted_from_another_site_is_not_taken(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        form = (await phone.open(token)).form
        fields = {"form": form, "word": "sign", "f.handler": "孙工", "f.phone": "0574-86270011"}
        page = await phone.post(token, "act", fields, **{"Sec-Fetch-Site": "cross-site"})
        assert page.status == 403
        assert (await ticket(desk.play)).state is State.ASSIGNED


async def test_pressing_open_twice_locks_nobody_out(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        form = (await phone.get(token)).form
        for _ in range(2):
            phone.session.cookie_jar.clear()  # the first answer was lost on the way
            page = await phone.post(token, "open", {"form": form})
            assert page.offers("sign")


async def test_too_much_and_too_often_are_refused_in_words(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        form = (await phone.open(token)).form
        page = await phone.act(token, "sign", form, handler="工" * 70_000, phone="1")
        assert page.status == 413
        assert "写短一些" in page.text
        for _ in range(25):
            page = await phone.post(token, "act", {"form": "", "word": "sign"})
        assert page.status == 429
        assert OFFICE_PHONE in page.text


async def test_the_style_comes_however_often_pages_are_opened(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone = desk.phone()  # behind a proxy all phones have one address
        assert {(await phone.get("style.css")).status for _ in range(LOOKS + 5)} == {200}


async def test_an_address_in_other_letters_counts_with_the_same_link(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        for n in range(PRESSES + 1):
            spelt = token if n % 2 else token.upper()
            page = await phone.post(spelt, "act", {"form": "", "word": "sign"})
        assert page.status == 429


async def test_an_address_with_a_strange_end_shows_the_page(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        await phone.open(token)
        assert (await phone.get(token, "?done=%00")).status == 200


async def test_every_answer_carries_the_strict_headers(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        answers = [
            await phone.get(token),
            await phone.open(token),
            await phone.get("style.css"),
            await phone.get("x"),
            await phone.post(token, "act", {}),
        ]
        for answer in answers:
            for name, value in HEADERS.items():
                assert answer.headers[name] == value
            assert "<script" not in answer.body
            assert " style=" not in answer.body


async def test_the_cookie_is_for_this_page_alone_and_no_script_reads_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        token = await assigned(desk)
        phone = desk.phone()
        form = (await phone.get(token)).form
        url = f"{desk.address}/l/{token}/open"
        async with phone.session.post(url, data={"form": form}, allow_redirects=False) as response:
            cookie = response.headers["Set-Cookie"]
        assert f"Path=/l/{token}" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


# The desk ---------------------------------------------------------------------------------------


async def test_only_the_desk_makes_links(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        for word in ("链接 1", "吊销链接 1", "口令 1"):
            said = await desk.play.say(LIAISON, word)
            assert "/l/" not in told(desk, said, LIAISON)
        async with desk.play.database.begin() as tx:
            assert await tx.links.of(ONE) == []


async def test_the_text_to_paste_is_a_message_of_its_own_without_anything_of_the_report(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        said = await desk.play.say(CLERK, "链接 1", group="工作群")
        mine = [letter for letter in said if desk.play.where(letter) == CLERK]
        paste = mine[0].message.text
        assert paste.startswith("【")
        assert "请勿转发" in paste
        assert "跳闸三次" not in paste
        assert "恒通" not in paste
        assert "口令" not in paste
        assert not any("/l/" in x.message.text for x in said if desk.play.where(x) == "工作群")


async def test_a_department_without_a_liaison_gets_its_link_by_itself(tmp_path: Path) -> None:
    body = person("甲", '["clerk"]') + person("乙", '["supervisor"]')
    async with office(tmp_path, people(tmp_path, body)) as desk:
        play = desk.play
        await play.say("企业主", "我们厂昨天下午三点起停电了，跳闸三次，希望供电公司尽快查清原因")
        for text in ("镇海某厂，王五，13805740009", "确认"):
            await play.say("企业主", text)
        await play.say("甲", "受理 1")
        await play.say("甲", "取消")
        await play.say("甲", "交办 1 供电公司")
        said = await play.say("甲", "确认")
        for who in ("甲", "乙"):
            assert "没有联络员" in told(desk, said, who)
        lead = [x for x in said if "供电公司没有联络员" in x.message.text]
        page = await desk.phone().open(token_in(lead))
        assert page.offers("sign")
        made = [e for e in await history(play, f"ticket:{ONE}") if e.act == "link"]
        assert {(e.actor, e.role) for e in made} == {(None, "system")}


async def test_a_ticket_that_no_department_has_gets_no_link(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.SUBMITTED)
        said = told(desk, await desk.play.say(CLERK, "链接 1"), CLERK)
        assert "没有部门在办" in said
