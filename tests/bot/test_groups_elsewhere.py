"""Groups of a platform that is not here: left out, and never a reason to stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.wecom_robot import NAME
from bot.config import load_config
from bot.config.people import People, load_people
from bot.config.source import ConfigFault
from bot.people import seed_groups
from bot.storage.database import Database
from handlers.ports import Group, ToGroup
from tests.bot.test_delivery import bench
from tests.engines import NOON, address, dispatch, rows
from tests.stage import KEYS

pytestmark = pytest.mark.usefixtures("engine")


async def robots(folder: Path, *channels: str) -> dict[str, bool]:
    """Store a group of each platform, where just these are; say which can be written to."""
    url = await address(folder / "groups.db")
    database = Database(url, KEYS, lambda: NOON, dispatch, channels=channels or None)
    await database.open()
    try:
        async with database.begin() as tx:
            named = ("dingtalk", "wecom", "wechat")
            await tx.seed([], [Group(f"c-{x}", x, "enterprise", channel=x) for x in named])
            return {one.name: one.robot for one in await tx.groups()}
    finally:
        await database.close()


async def test_only_groups_of_platforms_that_are_here_can_be_written_to(tmp_path: Path) -> None:
    found = await robots(tmp_path, "dingtalk", NAME)
    assert found == {"dingtalk": True, "wecom": False, "wechat": False}


async def test_who_names_no_channels_has_all(tmp_path: Path) -> None:
    assert all((await robots(tmp_path)).values())


async def test_a_letter_to_a_platform_that_is_not_here_fails_and_others_go_on(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.set_group(Group("elsewhere", "群", "enterprise", channel="wecom"))
            await tx.people.set_group(Group("here", "群", "enterprise", channel="fake"))
        b.delivery.start()
        await b.owe("a", ToGroup("elsewhere"))
        await b.owe("b", ToGroup("here"))
        await b.calm(failed=1, sent=1)
        url = await address(tmp_path / "test.db")
        ended = rows(url, "SELECT channel, state, code FROM delivery ORDER BY id")
    assert ended == [("wecom", "failed", "no_channel"), ("fake", "sent", "")]


def test_the_file_names_the_platform_of_a_group() -> None:
    config = load_config()
    group = {"id": "wr1", "name": "甲", "kind": "staff", "channel": "wecom"}
    config = replace(config, people=People.model_validate({"group": [group]}))
    assert [(one.chat, one.channel) for one in seed_groups(config)] == [("wr1", "wecom")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('id = "customer:wr1"\nchannel = "wecom"', "owner"),
        ('id = "customer:wr1"\nowner = "LiSi"', "channel"),
        ('id = "wr1"\nchannel = "wecom"\nowner = "LiSi"', "owner"),
        ('id = "customer:wr1"\nchannel = "wecom"\nowner = "LiSi"', ""),
    ],
)
def test_a_customer_group_names_its_owner_and_no_other_does(
    tmp_path: Path, given: str, said: str
) -> None:
    path = tmp_path / "people.toml"
    path.write_text(f'[[group]]\nname = "群"\nkind = "enterprise"\n{given}\n', encoding="utf-8")
    if not said:
        assert load_people(path, ()).group[0].owner == "LiSi"
        return
    with pytest.raises(ConfigFault, match=said):
        load_people(path, ())
