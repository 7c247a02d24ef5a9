"""What codes of the platforms mean that were looked up after they were believed."""

from __future__ import annotations

import pytest

from bot.channels.base import SendFault
from bot.channels.tencent.errors import ACCOUNT, ORGANISATION
from bot.channels.wecom_robot import WeComRobots
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.wecom.robots import SEND as BY_ROBOT
from tests.bot.channels.test_wecom_robot import channel as channel  # noqa: PLC0414 - a fixture
from tests.bot.channels.test_wecom_robot import letter as into_group
from tests.bot.channels.test_wecom_robot import platform as platform  # noqa: PLC0414
from tests.wecom import letter, line


@pytest.mark.parametrize(("code", "gone"), [(93008, True), (93004, False)])
async def test_a_robot_in_no_group_is_gone_and_one_at_rest_is_not(
    platform: WeComPlatform, channel: WeComRobots, code: int, gone: bool
) -> None:
    address = platform.robots.add("联络群")
    platform.api.script.once[BY_ROBOT].append(Fault(code=code))
    with pytest.raises(SendFault, match=str(code)) as told:
        await channel.send(into_group(address))
    assert (told.value.gone, told.value.retry_after) == (gone, None)


async def test_an_app_that_lost_its_rights_rests_and_says_why() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(code=48006))
        with pytest.raises(SendFault, match="48006") as told:
            await there.channel.send(letter())
        assert told.value.breaks == "robot"
        assert "enable it" in there.channel.trouble


@pytest.mark.parametrize("code", ["6000", "45033"])
def test_what_several_did_at_once_is_tried_again(code: str) -> None:
    meaning = ORGANISATION.rule(code)
    assert (meaning.retry_after, meaning.breaks) == (5.0, "")


@pytest.mark.parametrize("code", ["46004", "50002", "60021", "81013"])
def test_who_cannot_be_written_to_is_nobodys_fault(code: str) -> None:
    meaning = ORGANISATION.rule(code)
    assert (meaning.retry_after, meaning.alarm, meaning.fatal) == (None, False, False)


def test_a_number_means_what_its_own_platform_says() -> None:
    assert ACCOUNT.rule("50002").fatal  # the account is restricted
    assert not ORGANISATION.rule("50002").fatal  # a member is out of reach
    assert ACCOUNT.rule("45067").alarm
