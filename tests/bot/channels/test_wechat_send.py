"""Letters to the readers of a 公众号: what they see, how often, and when it is no use."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.base import CLOSED, Enclosure, Letter, Message, SendFault, WayClosed
from bot.channels.tencent.wording import shown
from bot.channels.wechat.outbound import LIMIT, PER_SECOND
from bot.simulator.wechat.api import PUSH, UPLOAD, Fault
from handlers.ports import Arrival
from tests.bot.channels.conftest import KEPT
from tests.bot.channels.test_dingtalk_media import PAPER, PICTURE
from tests.wechat import FIRM, answering, line


def message(text: str, spelt: str = "") -> Message:
    return Message(title="亲清助手", text=text, spelt=spelt)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("**政策**  \n第二行", "政策\n第二行"),
        ("> 告知：……", "告知：……"),
        ("5＊3 ＜a＞ 说＊＊好＊＊", "5＊3 ＜a＞ 说＊＊好＊＊"),  # as typed text comes
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("", "亲清助手"),
    ],
)
def test_our_marks_go_and_what_people_typed_stays(text: str, seen: str) -> None:
    assert shown(message(text), LIMIT) == seen


def test_choices_stand_below_in_words() -> None:
    asks = message("满意吗？", "回复数字：  \n1 满意")
    assert shown(asks, LIMIT) == "满意吗？\n\n回复数字：\n1 满意"


def test_a_text_that_is_too_long_all_the_same_ends_with_a_whole_character() -> None:
    cut = shown(message("政😀" * 1000), LIMIT)
    assert LIMIT - 8 < len(cut.encode()) <= LIMIT
    assert cut.endswith(("政…", "😀…"))


async def test_five_messages_are_pushed_and_the_sixth_asks_nobody() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        await there.channel.send(answering("免费", arrival))
        await brought.is_over.wait()
        for n in range(2, 7):
            await there.channel.send(answering(f"第{n}条", arrival, n))
        with pytest.raises(SendFault) as closed:
            await there.channel.send(answering("第7条", arrival, 7))
        assert (closed.value.code, closed.value.retry_after) == (CLOSED, None)
        assert there.platform.api.calls.count(PUSH) == 5
        assert len(there.platform.people.told(FIRM)) == 6


async def test_who_left_is_not_written_to() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        await there.channel.send(answering("好", arrival))
        await brought.is_over.wait()
        left = there.platform.happen(FIRM, "unsubscribe", EventKey="")
        await left.is_over.wait()
        assert left.bodies == [b"success"]
        with pytest.raises(SendFault) as closed:
            await there.channel.send(answering("再见", arrival, 2))
        assert (closed.value.code, closed.value.retry_after) == (CLOSED, None)
        assert PUSH not in there.platform.api.calls


async def test_a_letter_that_arrived_is_not_sent_again() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        first = await there.channel.send(answering("好", arrival))
        await brought.is_over.wait()
        assert await there.channel.send(answering("好", arrival)) == first
        assert there.platform.people.told(FIRM) == ["好"]


async def test_an_answer_whose_call_is_over_leaves_its_breaker_alone() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        answer = answering("好", arrival)
        assert there.channel.window(answer) is None
        await there.platform.hang_up()
        there.platform.api.script.once[PUSH].append(Fault(code=45011))
        await asyncio.sleep(0.05)
        with pytest.raises(WayClosed) as refused:
            await there.channel.send(answer)
        assert refused.value.breaks == ""


async def test_what_is_pushed_has_a_rate_and_what_is_answered_has_none() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        assert there.channel.window(answering("好", arrival)) is None
        pushed = answering("好", arrival).model_copy(update={"reply_url": ""})
        window = there.channel.window(pushed)
        assert window is not None
        assert (window.limit, window.seconds) == (PER_SECOND, 1.0)


async def test_somebody_else_s_call_carries_no_answer() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        other = answering("好", arrival).model_copy(update={"to": "oB-another"})
        with pytest.raises(SendFault) as refused:
            await there.channel.send(other)
        assert refused.value.code == "40003"
        assert there.platform.people.shown == []


def enclosing(file: Enclosure, arrival: Arrival, n: int = 1) -> Letter:
    told = Message(title="附件", text="在这里打不开", file=file)
    return answering("", arrival, n).model_copy(update={"message": told})


async def test_a_picture_is_uploaded_once_and_shown() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        for n in (1, 2):
            found = enclosing(PICTURE, arrival, n)
            assert there.channel.window(found) is not None
            assert (await there.channel.send(found)).via == "api"
        assert there.platform.api.calls.count(UPLOAD) == 1
        pictures = [one.picture for one in there.platform.people.shown]
        assert [there.platform.api.media[name][1] for name in pictures] == [KEPT["aa"]] * 2


async def test_a_picture_that_the_platform_forgot_is_uploaded_anew() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        await there.channel.send(enclosing(PICTURE, arrival))
        there.platform.api.media.clear()
        with pytest.raises(SendFault) as forgotten:
            await there.channel.send(enclosing(PICTURE, arrival, 2))
        assert forgotten.value.retry_after is not None
        await there.channel.send(enclosing(PICTURE, arrival, 2))
        assert len(there.platform.people.shown) == 2


async def test_words_stand_for_what_cannot_be_shown() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        assert (await there.channel.send(enclosing(PAPER, arrival))).via == "webhook"
        await brought.is_over.wait()
        there.platform.api.script.once[UPLOAD].append(Fault(code=48001))
        assert (await there.channel.send(enclosing(PICTURE, arrival, 2))).via == "api"
        assert there.platform.people.told(FIRM) == ["在这里打不开", "在这里打不开"]


async def test_a_message_that_is_brought_again_allows_nothing_more() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        for n in range(1, 7):
            await there.channel.send(answering(f"第{n}条", arrival, n))
        await there.platform.again(brought).is_over.wait()
        with pytest.raises(SendFault) as closed:
            await there.channel.send(answering("第7条", arrival, 7))
        assert closed.value.code == CLOSED
        assert there.platform.api.calls.count(PUSH) == 5
