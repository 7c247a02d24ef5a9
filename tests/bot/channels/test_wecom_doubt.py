"""What is shown once, whatever the platform refuses or never answers."""

from __future__ import annotations

import pytest

from bot.channels.base import Letter, Message, SendFault, SendUnknown, WordsUnknown
from bot.channels.tencent.errors import MEDIUM_GONE
from bot.channels.wecom.outbound import STANDS
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.api import PUSH
from bot.simulator.wecom.api import SEND, UPLOAD
from tests import wechat
from tests.bot.channels.accounts import WECHAT
from tests.bot.channels.test_dingtalk_media import PAPER, PICTURE
from tests.wecom import MEMBER, carded, letter, line

CARD = "工单 1\n用地审批，等人领办"
NO_SUCH = Fault(code=40058)


async def test_a_card_that_is_refused_after_a_busy_platform_is_said_in_words() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND] += [Fault(code=-1), NO_SUCH]
        with pytest.raises(SendFault):
            await there.channel.send(carded())
        await there.channel.send(carded(attempt=2))
        (told,) = there.platform.people.told(MEMBER)
        assert "1 我来领办" in told


async def test_a_card_that_stands_gets_no_words_beside_it() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(done=True))
        with pytest.raises(SendUnknown):
            await there.channel.send(carded())
        # The platform has forgotten the contents, not the task_id.
        there.platform.api.script.once[SEND].append(Fault(code=int(STANDS)))
        await there.channel.send(carded(attempt=2, resends=1))
        assert there.platform.people.told(MEMBER) == [CARD]


@pytest.mark.parametrize("code", [40058, 41016, 43012, 48002])
async def test_a_card_that_was_never_right_hides_no_words_behind_a_doubt(code: int) -> None:
    async with line() as there:
        there.platform.api.script.once[SEND] += [Fault(hangs=True), Fault(code=code)]
        there.platform.api.release()
        with pytest.raises(SendUnknown):
            await there.channel.send(carded())
        await there.channel.send(carded(attempt=2, resends=1))
        (told,) = there.platform.people.told(MEMBER)
        assert "1 我来领办" in told


async def test_a_task_id_that_somebody_else_used_up_hides_no_words() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(code=int(STANDS)))
        await there.channel.send(carded())
        (told,) = there.platform.people.told(MEMBER)
        assert "1 我来领办" in told


@pytest.mark.parametrize("code", [-1, 45009, 50003, 81013, 60021])
async def test_a_refusal_that_is_none_of_the_card_says_nothing_of_it(code: int) -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(code=code))
        with pytest.raises(SendFault, match=str(code)):
            await there.channel.send(carded(attempt=2, resends=1))


async def test_words_that_stood_for_a_card_are_doubtful_by_themselves() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND] += [NO_SUCH, Fault(done=True)]
        with pytest.raises(WordsUnknown):
            await there.channel.send(carded())


async def test_a_doubtful_card_and_a_doubtful_text_are_doubtful_as_ever() -> None:
    async with line() as there:
        for n, one in enumerate((carded(), letter(n=2))):
            there.platform.api.script.once[SEND].append(Fault(done=True))
            with pytest.raises(SendUnknown) as told:
                await there.channel.send(one)
            assert (n, type(told.value)) == (n, SendUnknown)


async def test_a_file_that_is_never_found_is_said_in_words() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND] += [Fault(code=40007)] * 2
        shows = Message(title="附件", text="在这里打不开", file=PAPER)
        with pytest.raises(SendFault, match=MEDIUM_GONE):
            await there.channel.send(letter(message=shows))
        await there.channel.send(letter(message=shows, attempt=2))
        assert there.platform.people.told(MEMBER) == ["在这里打不开"]
        assert there.platform.api.calls.count(UPLOAD) == 2


async def test_a_picture_that_is_never_found_is_said_to_a_follower_in_words() -> None:
    async with WECHAT.calling() as (platform, channel):
        platform.api.script.once[PUSH] += [Fault(code=40007)] * 2

        def shows(attempt: int) -> Letter:
            message = Message(title="附件", text="在这里打不开", file=PICTURE)
            return wechat.letter(message=message, attempt=attempt)

        with pytest.raises(SendFault, match=MEDIUM_GONE):
            await channel.send(shows(1))
        await channel.send(shows(2))
        assert platform.people.told(wechat.FIRM) == ["在这里打不开"]
