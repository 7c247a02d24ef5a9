"""Letters to members: texts, files, how often, and when it is no use."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.channels.base import Delivered, Enclosure, Message, SendFault, SendUnknown
from bot.channels.wecom.outbound import INVALID, UNLICENSED
from bot.channels.wecom.payloads import LIMIT
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import RECALL, SEND, UPLOAD
from flows.office import Door
from tests.bot.channels.conftest import KEPT
from tests.bot.channels.test_dingtalk_media import PAPER, PICTURE
from tests.wecom import MEMBER, Line, answering, carded, letter, line


def sent(there: Line) -> list[dict[str, object]]:
    return [json.loads(body) for body in there.platform.api.bodies]


async def test_a_text_goes_to_one_member_without_our_marks() -> None:
    async with line() as there:
        receipt = await there.channel.send(letter("**政策**  \n第二行"))
        (body,) = sent(there)
        assert (body["touser"], body["agentid"]) == (MEMBER, there.platform.agent_id)
        assert there.platform.people.told(MEMBER) == ["政策\n第二行"]
        assert (receipt.via, bool(receipt.key)) == ("api", True)


async def test_the_same_words_twice_are_two_messages() -> None:
    async with line() as there:
        for n in (1, 2):
            await there.channel.send(letter("已受理", n))
        assert there.platform.people.told(MEMBER) == ["已受理", "已受理"]


async def test_a_text_never_has_more_than_the_platform_shows() -> None:
    async with line() as there:
        await there.channel.send(letter("政😀" * 1000))
        brought, arrival = await there.said("菜单")
        await there.channel.send(answering("政😀" * 1000, arrival, 2))
        await brought.is_over.wait()
        shown = there.platform.people.told(MEMBER)
        assert len(shown) == 2
        assert all(LIMIT - 8 < len(text.encode()) <= LIMIT for text in shown)
        assert all(text.endswith(("政…", "😀…")) for text in shown)


async def test_who_is_on_a_list_of_the_missed_was_not_reached() -> None:
    async with line() as there:
        for name, code in (("invaliduser", INVALID), ("unlicenseduser", UNLICENSED)):
            there.platform.api.script.once[SEND].append(Fault(says={name: MEMBER.lower()}))
            with pytest.raises(SendFault) as refused:
                await there.channel.send(letter())
            assert (refused.value.code, refused.value.retry_after) == (code, None)


@pytest.mark.parametrize("card", [True, False])
async def test_who_is_not_there_is_a_refusal_for_good(card: bool) -> None:
    async with line() as there:
        gone = carded(to="nobody") if card else letter(to="nobody")
        with pytest.raises(SendFault) as refused:
            await there.channel.send(gone)
        assert (refused.value.code, refused.value.retry_after) == ("81013", None)
        assert there.platform.api.calls.count(SEND) == 1


async def test_every_member_has_a_rate_of_their_own() -> None:
    async with line() as there:
        own, other = (there.channel.window(letter(to=to)) for to in (MEMBER, "lisi"))
        assert own is not None
        assert other is not None
        assert own.key != other.key
        assert own.rests == other.rests  # what is refused is refused for all of them
        assert there.channel.window(letter(to=MEMBER.lower())) == own


async def test_what_goes_back_on_the_call_has_no_rate() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        assert there.channel.window(answering("有这些", arrival)) is None
        card = carded()
        asks = answering("", arrival, message=card.message, card=card.card)
        assert there.channel.window(asks) is not None


@pytest.mark.parametrize(("file", "kind"), [(PICTURE, "image"), (PAPER, "file")])
async def test_a_file_is_uploaded_once_and_shown_under_its_name(file: Enclosure, kind: str) -> None:
    async with line() as there:
        shows = Message(title="附件", text="在这里打不开", file=file)
        for n in (1, 2):
            await there.channel.send(letter(n=n, message=shows))
        seen = there.platform.people.seen(MEMBER)
        assert [(one.kind, one.text) for one in seen] == [(kind, file.name)] * 2
        assert there.platform.api.calls.count(UPLOAD) == 1
        assert there.platform.api.media[seen[0].media].content == KEPT[file.sha256]


async def test_two_names_of_one_file_are_two_files_to_their_readers() -> None:
    async with line() as there:
        for n, name in enumerate(("答复.pdf", "情况说明.pdf"), start=1):
            shows = Message(title="附件", text="", file=PAPER.model_copy(update={"name": name}))
            await there.channel.send(letter(n=n, message=shows))
        assert there.platform.people.told(MEMBER) == ["答复.pdf", "情况说明.pdf"]


async def test_words_stand_for_a_file_that_is_refused_unless_they_may_not() -> None:
    async with line() as there:
        there.platform.api.script.always[UPLOAD] = Fault(code=40006)
        shows = Message(title="附件", text="在这里打不开", file=PAPER)
        await there.channel.send(letter(message=shows))
        assert there.platform.people.told(MEMBER) == ["在这里打不开"]
        with pytest.raises(SendFault):
            await there.channel.send(
                letter(n=2, message=shows.model_copy(update={"instead": False}))
            )


async def test_a_file_that_the_platform_has_forgotten_is_uploaded_again() -> None:
    async with line() as there:
        shows = letter(message=Message(title="附件", text="", file=PAPER))
        there.platform.api.script.once[SEND].append(Fault(code=40007))
        with pytest.raises(SendFault) as gone:
            await there.channel.send(shows)
        assert gone.value.retry_after is not None
        await there.channel.send(shows)
        assert there.platform.api.calls.count(UPLOAD) == 2


async def test_what_was_sent_is_taken_back_and_an_answer_on_the_call_stands() -> None:
    async with line() as there:
        receipt = await there.channel.send(letter("作废"))
        found = [
            Delivered(1, "", Door.PRIVATE, MEMBER, receipt.key, receipt.via),
            Delivered(2, "", Door.PRIVATE, MEMBER, "1", "webhook"),
            Delivered(3, "", Door.PRIVATE, MEMBER, "unknown", "api"),
        ]
        assert await there.channel.recall(found) == {1: "", 2: "no.key", 3: "40058"}
        assert there.platform.people.told(MEMBER) == []
        assert there.platform.api.calls.count(RECALL) == 2


async def test_without_an_answer_nobody_knows_and_the_next_try_says_it_again() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(done=True))
        with pytest.raises(SendUnknown):
            await there.channel.send(letter())
        await asyncio.sleep(0)
        assert there.platform.people.told(MEMBER) == ["您好"]


async def test_a_letter_to_a_group_is_not_the_apps() -> None:
    async with line() as there:
        with pytest.raises(SendFault) as refused:
            await there.channel.send(letter(door=Door.STAFF_GROUP, to="chat"))
        assert refused.value.retry_after is None
