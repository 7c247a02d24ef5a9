"""What every channel keeps: each against a platform of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Delivered, FetchFault, Message, Option, SendFault, SendUnknown
from bot.splitting import split
from tests import poor
from tests.bot.channels.platform import eventually
from tests.bot.channels.test_dingtalk_media import PICTURE
from tests.bot.simulator.client import Hands
from tests.contracts.platforms import (
    NOBODY,
    WRITER,
    Platform,
    answering,
    app,
    dingtalk,
    letter,
    official_account,
    poor_one,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
LIMIT = 15_000  # of DingTalk, which shortens by itself
ASKED = Message(
    title="评价",
    text="满意吗？",
    options=(Option(label="满意", action="a:rate"),),
    spelt="回复数字：\n1 满意",
)

Open = Callable[[], AbstractAsyncContextManager[Platform]]


@pytest.fixture(
    params=[dingtalk, official_account, app, poor_one], ids=["dingtalk", "wechat", "wecom", "poor"]
)
async def there(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    """Give each platform, with somebody who has written to us."""
    opened: Open = request.param
    async with opened() as platform:
        yield platform


async def test_a_message_arrives_with_an_id_and_with_who_wrote_it(there: Platform) -> None:
    first, second = await there.hear("我要反映问题"), await there.hear("厂门口的路坏了")
    assert (first.channel, first.place.private) == (there.channel.name, True)
    assert (first.text, second.text) == ("我要反映问题", "厂门口的路坏了")
    assert first.sender.staff_id == second.sender.staff_id == WRITER
    assert first.msg_id != second.msg_id
    assert first.at.tzinfo is not None


async def test_a_message_that_is_brought_again_is_known_by_its_id(there: Platform) -> None:
    first = await there.hear("我要反映问题")
    assert (await there.hear_again()).msg_id == first.msg_id


async def test_a_letter_is_shown_once_and_has_a_receipt(there: Platform) -> None:
    await there.hear("你好")
    receipt = await there.channel.send(letter(there, "已经受理"))
    assert (receipt.via, bool(receipt.key)) == ("api", True)
    assert [text for text in there.shown() if "已经受理" in text] == [*there.shown()]
    assert len(there.shown()) == 1


async def test_an_answer_goes_back_the_way_the_message_came(there: Platform) -> None:
    arrival = await there.hear("你好")
    assert (await there.channel.send(answering(there, arrival))).via == "webhook"
    await eventually(lambda: len(there.shown()) == 1)


async def test_an_answer_that_comes_too_late_takes_another_way(there: Platform) -> None:
    arrival = await there.hear("你好")
    await there.outlive(arrival)
    assert (await there.channel.send(answering(there, arrival))).via == "api"
    assert len(there.shown()) == 1


async def test_choices_are_spelt_out_where_there_is_no_card(there: Platform) -> None:
    await there.hear("你好")
    await there.channel.send(letter(there, message=ASKED))
    (shown,) = there.shown()
    assert "满意吗？" in shown
    assert "1 满意" in shown


async def test_who_is_not_there_is_a_refusal_for_good(there: Platform) -> None:
    await there.hear("你好")
    with pytest.raises(SendFault) as refused:
        await there.channel.send(letter(there, to=NOBODY))
    assert (refused.value.retry_after, refused.value.breaks) == (None, "")
    assert refused.value.code
    assert not there.shown()


async def test_a_busy_platform_is_tried_again_and_shows_it_once(there: Platform) -> None:
    await there.hear("你好")
    there.is_busy()
    with pytest.raises(SendFault) as refused:
        await there.channel.send(letter(there))
    assert refused.value.retry_after is not None
    assert not there.shown()
    await there.channel.send(letter(there, attempt=2))
    assert len(there.shown()) == 1


async def test_where_no_answer_comes_nobody_says_that_it_was_not_delivered(
    there: Platform,
) -> None:
    await there.hear("你好")
    there.loses_its_answer()
    with pytest.raises(SendUnknown):
        await there.channel.send(letter(there))
    assert len(there.shown()) == 1


async def test_what_the_platform_knows_by_a_key_is_shown_once(there: Platform) -> None:
    await there.hear("你好")
    card = "qq-1" if there.channel.manner.cards else ""
    again = letter(there, message=ASKED, card=card)
    for _ in range(2):
        await there.channel.send(again)
    assert len(there.shown()) == 1


async def test_what_is_too_long_for_one_message_arrives_whole_in_parts(there: Platform) -> None:
    await there.hear("你好")
    lines = [f"第{n}件：{'政' * 40}😀" for n in range(30)]
    long = Message(title="清单", text="  \n".join(lines))
    limit = there.channel.manner.limit or LIMIT
    parts = split(long, limit, lambda n, of: f"（{n}/{of}）", "（太长）")
    for n, part in enumerate(parts):
        await there.channel.send(letter(there, message=part, key=f"k{n}"))
    shown = there.shown()
    assert len(shown) == len(parts)
    everything = "".join(shown)
    assert [line for line in lines if line not in everything] == []
    assert "\ufffd" not in everything


async def test_a_picture_is_fetched_up_to_a_size(there: Platform) -> None:
    (picture,) = (await there.hear(pictures=[PNG])).files
    assert picture.kind == "picture"
    assert await there.channel.fetch("", picture.code, len(PNG)) == PNG
    with pytest.raises(FetchFault) as too_large:
        await there.channel.fetch("", picture.code, len(PNG) - 1)
    assert (too_large.value.code, too_large.value.retry_after) == ("too.large", None)


async def test_a_picture_that_is_not_there_is_a_fault(there: Platform) -> None:
    with pytest.raises(FetchFault):
        await there.channel.fetch("", "unknown", 100)


async def test_a_file_goes_out_or_words_stand_for_it(there: Platform) -> None:
    await there.hear("你好")
    enclosing = Message(title="附件", text="在这里打不开", file=PICTURE)
    await there.channel.send(letter(there, message=enclosing))
    (shown,) = there.shown()
    assert ("打不开" in shown) is not there.shows_pictures


async def test_every_message_to_take_back_is_answered_for(there: Platform) -> None:
    await there.hear("你好")
    receipt = await there.channel.send(letter(there))
    sent = Delivered(7, "", there.channel.manner.door, WRITER, receipt.key, receipt.via)
    assert list(await there.channel.recall([sent])) == [7]


async def test_a_channel_hears_until_it_is_stopped(there: Platform) -> None:
    assert there.channel.health().ready
    await there.channel.stop()
    await eventually(lambda: not there.channel.health().ready)


async def test_letters_that_share_a_call_are_named_alike(there: Platform) -> None:
    one, other = letter(there), letter(there, id=2, to=NOBODY)
    assert there.channel.batch(one) == there.channel.batch(other)


def test_the_poor_platform_keeps_its_limits() -> None:
    clock = Hands()
    platform = poor.PoorPlatform(clock)
    platform.wrote[WRITER], platform.pushed[WRITER] = clock(), 0
    with pytest.raises(poor.Refused):
        platform.push(WRITER, "政" * 683, "long")
    platform.push(WRITER, "政" * 682, "fits")
    clock.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC) + timedelta(hours=49)
    with pytest.raises(poor.Refused):
        platform.push(WRITER, "晚了", "late")
