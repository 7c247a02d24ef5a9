"""What came from the other is theirs alone again, when its words were erased, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.housekeeping import forgetting
from tests.handlers.linking import MANNERS, WECHAT, WECOM, filed, linked, owner, writes
from tests.handlers.story import OWNER
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
OTHER, PHONE = "沈丽", "13805740001"


async def later(play: Stage) -> None:
    """Link an account that told who somebody is to one that did not, and let two days pass."""
    await filed(play)  # tells a name and a telephone number at 公众号
    await writes(play, OTHER, "菜单", WECOM)
    await linked(play, OTHER, OWNER, known_at=WECOM)
    assert (await owner(play, OTHER, WECOM)).phone == PHONE
    play.clock.now += timedelta(days=2)
    async with play.database.begin() as tx:
        await forgetting(play.reception.office).work(tx, play.clock.now)


async def test_after_a_day_who_stays_has_nothing_that_the_other_told(play: Stage) -> None:
    await later(play)
    await writes(play, OTHER, "解除关联", WECOM)
    one = await owner(play, OTHER, WECOM)
    assert (one.name, one.phone, one.enterprise) == ("", "", "")
    other = await owner(play, OWNER, WECHAT)
    assert (other.name, other.phone) == ("陈建国", PHONE)
    assert other.enterprise.startswith("镇海恒通")


async def test_what_they_told_themselves_since_stays_theirs(play: Stage) -> None:
    await later(play)
    one = await owner(play, OTHER, WECOM)
    async with play.database.begin() as tx:
        await tx.people.save([replace(one, phone="13900000000")])
    await writes(play, OTHER, "解除关联", WECOM)
    assert (await owner(play, OTHER, WECOM)).phone == "13900000000"
    assert (await owner(play, OWNER, WECHAT)).phone == ""
