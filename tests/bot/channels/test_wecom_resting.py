"""An app that may push nothing for now: who waits on a call is answered, and what works goes on."""

from __future__ import annotations

import pytest

from bot.channels.base import Enclosure, Letter, Message, NotYet, SendFault
from bot.channels.wecom.groups import SEND as TO_GROUPS
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND, UPLOAD
from bot.simulator.wecom.appchat import Chat
from flows.office import Door
from handlers.person import CUSTOMERS
from handlers.ports import Arrival
from tests.bot.channels.test_dingtalk_media import PAPER
from tests.wecom import MEMBER, Line, answering, carded, letter, line

INSTEAD = "“合同.pdf”打不开"
IN_WORDS = "用地审批，等人领办\n\n回复数字：\n1 我来领办"


def choosing(arrival: Arrival, n: int = 1) -> Letter:
    """Answer with a button, and with the words that stand for it."""
    return answering("", arrival, n, message=carded().message, card=f"qq-{n}")


def filed(arrival: Arrival, n: int = 1, *, instead: bool = True) -> Letter:
    """Answer with a file."""
    message = Message(title="合同", text=INSTEAD, file=PAPER, instead=instead)
    return answering("", arrival, n, message=message)


async def shut(there: Line, code: int = 45009) -> None:
    """Let the platform refuse whatever is pushed to members, and let the app know."""
    there.platform.api.script.always[SEND] = Fault(code=code)
    with pytest.raises(SendFault, match=str(code)):
        await there.channel.send(letter(n=99))


@pytest.mark.parametrize("code", [45009, 60020, 42001])
async def test_who_cannot_be_sent_buttons_is_told_what_to_type_on_the_call(code: int) -> None:
    async with line() as there:
        there.platform.api.script.always[SEND] = Fault(code=code)
        brought, arrival = await there.said("菜单")
        assert (await there.channel.send(choosing(arrival))).via == "webhook"
        await brought.is_over.wait()
        assert there.platform.people.told(MEMBER) == [IN_WORDS]


async def test_who_cannot_be_sent_a_file_is_told_so_on_the_call() -> None:
    async with line() as there:
        there.platform.api.script.always[SEND] = Fault(code=45009)
        brought, arrival = await there.said("合同")
        assert (await there.channel.send(filed(arrival))).in_words
        await brought.is_over.wait()
        assert there.platform.people.told(MEMBER) == [INSTEAD]


async def test_a_file_that_no_words_stand_for_waits() -> None:
    async with line() as there:
        there.platform.api.script.always[SEND] = Fault(code=45009)
        _, arrival = await there.said("合同")
        with pytest.raises(SendFault, match="45009"):
            await there.channel.send(filed(arrival, instead=False))


@pytest.mark.parametrize("code", [45009, 60020])
async def test_while_pushes_rest_buttons_become_words_that_need_no_rate(code: int) -> None:
    async with line() as there:
        await shut(there, code)
        asked = there.platform.api.calls.count(SEND)
        for n in (1, 2):
            brought, arrival = await there.said("菜单")
            answer = choosing(arrival, n)
            assert there.channel.window(answer) is None
            await there.channel.send(answer)
            await brought.is_over.wait()
        assert there.platform.people.told(MEMBER) == [IN_WORDS] * 2
        assert there.platform.api.calls.count(SEND) == asked


async def test_what_nobody_waits_for_keeps_its_buttons_until_it_can_be_pushed() -> None:
    async with line() as there:
        await shut(there)
        assert there.channel.window(carded()) is not None
        del there.platform.api.script.always[SEND]
        await there.channel.send(carded())
        assert there.platform.people.card(MEMBER, "qq-1").buttons


async def test_each_interface_rests_by_itself() -> None:
    async with line() as there:
        letters = (
            letter(),
            carded(n=2, update=True),
            letter(door=Door.STAFF_GROUP, to="wr1"),
            letter(door=Door.ENTERPRISE_GROUP, to=f"{CUSTOMERS}c1"),
        )
        windows = [window for one in letters if (window := there.channel.window(one))]
        assert len({window.rests or window.key for window in windows}) == len(letters)


async def test_groups_that_are_blocked_leave_members_their_buttons() -> None:
    async with line() as there:
        there.platform.chats.known["wr1"] = Chat("联络群", MEMBER, (MEMBER,))
        there.platform.api.script.always[TO_GROUPS] = Fault(code=45009)
        with pytest.raises(SendFault, match="45009"):
            await there.channel.send(letter(door=Door.STAFF_GROUP, to="wr1"))
        _, arrival = await there.said("菜单")
        assert there.channel.window(choosing(arrival)) is not None
        assert (await there.channel.send(choosing(arrival))).via == "api"


def showing(file: Enclosure, n: int) -> Letter:
    return letter(n=n).model_copy(update={"message": Message(title="t", text=INSTEAD, file=file)})


async def test_uploads_that_are_blocked_let_nothing_else_rest_and_are_asked_later() -> None:
    async with line() as there:
        there.platform.api.script.always[UPLOAD] = Fault(code=45009)
        for n in (1, 2):
            with pytest.raises(NotYet) as told:
                await there.channel.send(showing(PAPER, n))
            assert told.value.breaks == ""
            assert told.value.retry_after is not None
            assert 0.0 < told.value.retry_after <= 90.0
        assert there.platform.api.calls.count(UPLOAD) == 1
        await there.channel.send(letter("好", n=3))
        assert there.platform.people.told(MEMBER) == ["好"]


async def test_who_waits_on_a_call_for_a_file_is_told_that_it_cannot_be_uploaded() -> None:
    async with line() as there:
        there.platform.api.script.always[UPLOAD] = Fault(code=45009)
        _, arrival = await there.said("合同")
        assert (await there.channel.send(filed(arrival))).in_words
