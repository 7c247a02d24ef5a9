"""What becomes of a file at each door of both WeChats is what the door says beforehand."""

from __future__ import annotations

import random

import pytest

from bot.channels.base import Enclosure, Hook, Message
from bot.channels.wecom_robot import WeComRobots
from bot.simulator.wecom.appchat import Chat
from bot.simulator.wecom.platform import WeComPlatform
from flows.office import Door
from tests import wecom
from tests.bot.channels.accounts import BOTH
from tests.bot.channels.conftest import open_file
from tests.bot.channels.test_dingtalk_media import PAPER, PICTURE

TINY = PAPER.model_copy(update={"size": 4})
HUGE = PAPER.model_copy(update={"size": 20 * 1024 * 1024 + 1})
LARGE = PICTURE.model_copy(update={"size": 11 * 1024 * 1024})
FILES = {"paper": PAPER, "picture": PICTURE, "tiny": TINY, "huge": HUGE, "large": LARGE}
IN_WORDS = {"wechat": {"paper", "tiny", "huge", "large"}, "wecom": {"tiny", "huge"}}


def carrying(file: Enclosure) -> Message:
    """Make what stands in a campaign's row of a file."""
    return Message(title="附件", text="请向我们要", file=file, instead=False)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", BOTH)
async def test_a_person_is_shown_the_file_or_the_receipt_says_that_words_stood_for_it(
    kind: str, name: str
) -> None:
    file = FILES[name]
    async with BOTH[kind].calling() as (_, channel):
        receipt = await channel.send(BOTH[kind].letter(message=carrying(file)))
        assert receipt.in_words is (name in IN_WORDS[kind])
        assert channel.manner.shows(file) is not receipt.in_words


@pytest.mark.parametrize("kind", BOTH)
async def test_words_without_a_file_stand_for_none(kind: str) -> None:
    async with BOTH[kind].calling() as (_, channel):
        assert (await channel.send(BOTH[kind].letter())).in_words is False


@pytest.mark.parametrize("name", FILES)
async def test_so_it_is_in_a_group_that_the_app_made(name: str) -> None:
    async with WeComPlatform() as platform:
        platform.chats.known["wr1"] = Chat("联络群", "LiSi", ("LiSi", "WangWu"))
        channel = wecom.channel_to(platform)
        group = wecom.letter(to="wr1", door=Door.STAFF_GROUP, message=carrying(FILES[name]))
        receipt = await channel.send(group)
        assert receipt.in_words is (name in IN_WORDS["wecom"])
        assert channel.manner.shows(FILES[name]) is not receipt.in_words
        await channel.stop()


@pytest.mark.parametrize("name", FILES)
async def test_so_it_is_with_a_robot(name: str) -> None:
    async with WeComPlatform() as platform:
        channel = WeComRobots(platform.base_url, open_file, random.Random(7))  # noqa: S311
        hook = Hook(address=platform.robots.add("a"))
        group = wecom.letter(to="webhook:a", hook=hook, message=carrying(FILES[name]))
        receipt = await channel.send(group)
        assert receipt.in_words is (name in IN_WORDS["wecom"])
        assert channel.manner.shows(FILES[name]) is not receipt.in_words
        await channel.stop()
