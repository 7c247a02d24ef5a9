"""From a message to a closed ticket on the wire, with only the listed settings."""

from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State
from tests.days import first_number
from tests.engines import everything
from tests.wire.chat import CHIEF, CLERK, ENTERPRISE_GROUP, OWNER, STAFF_GROUP, Wire, wired
from tests.wire.story import CONTACT, REPLY, REPORT, Cast, report, whole

pytestmark = pytest.mark.usefixtures("engine")

OWN_PEOPLE = """
[[person]]
name = "钱一鸣"
dingtalk = "own-owner"
roles = ["entrepreneur"]
enterprise = "宁波远山阀门有限公司"
phone = "13958210001"

[[person]]
name = "冯静"
dingtalk = "own-clerk"
roles = ["clerk"]

[[person]]
name = "葛平"
dingtalk = "own-chief"
roles = ["clerk", "supervisor"]

[[person]]
name = "童亮"
dingtalk = "own-liaison"
roles = ["liaison"]
unit = "gdj"
phone = "13958210002"
"""
WITHOUT_DESK = """
[[person]]
name = "钱一鸣"
dingtalk = "own-owner"
roles = ["entrepreneur"]
enterprise = "宁波远山阀门有限公司"
phone = "13958210001"

[[person]]
name = "葛平"
dingtalk = "own-boss"
roles = ["entrepreneur"]
"""
SECRETS = ("13805740001", "13805740021", "恒通紧固件", "陈建国", REPORT[:12], REPORT[-12:])


async def check_records(wire: Wire, number: str, opinions: int = 2) -> None:
    """See that the rows tell the same story as the chat."""
    (ticket,) = await wire.tickets()
    assert (ticket.number, ticket.state) == (number, State.CLOSED)
    assert ticket.satisfaction is Satisfaction.SATISFIED
    assert ticket.reply is not None
    assert ticket.reply.text == REPLY
    assert ticket.body == REPORT
    assert CONTACT in [note.text for note in ticket.notes]
    acts = [
        row[0]
        for row in wire.bot.rows(
            "SELECT act FROM history WHERE subject = ? ORDER BY seq", f"ticket:{number}"
        )
        if row[0] not in {"view", "link"}
    ]
    begun = ["file", "accept", "assign", "sign", "contact"]
    assert acts == [*begun, *["opinion"] * opinions, "reply", "approve", "rate"]
    assert set(wire.states()) == {"sent"}, wire.states()
    assert wire.bot.count("arrival", "state = 'failed'") == 0
    assert wire.bot.count("delivery", "attempts <> 1") == 0
    assert [breach.code for breach in wire.control.breaches] == []


def check_privacy(wire: Wire) -> None:
    """See that nothing private stood in a group, in the log or in plain in the records."""
    groups = "\n".join(
        wire.words(b)
        for place in (STAFF_GROUP, ENTERPRISE_GROUP)
        for b in wire.control.sent(place=place)
    )
    log = wire.bot.log()
    assert "新问题" in groups
    assert '"arrival":1,' in log
    for secret in (*SECRETS, REPLY[:12], CONTACT[:10]):
        assert secret not in groups
        assert secret not in log
    raw = everything(wire.bot.database_url)
    # An enterprise's registered name is an entry of the public register; who belongs to it is not.
    for secret in (*(s for s in SECRETS if s != "恒通紧固件"), REPLY[:12], CONTACT[:10]):
        assert secret.encode() not in raw
        assert secret.encode("unicode-escape") not in raw


@pytest.mark.parametrize("cards", [True, False], ids=["cards", "typed"])
async def test_the_whole_story_is_carried_to_its_end_and_stays_private(
    cards: bool, tmp_path: Path
) -> None:
    async with wired(tmp_path, cards=cards) as wire:
        number = await whole(wire)
        assert number == first_number()
        await check_records(wire, number)
        check_privacy(wire)
        shown = [b.kind for b in wire.control.sent()]
        assert ("card" in shown) is cards


async def test_an_organisation_with_its_own_people_and_no_group_is_served(tmp_path: Path) -> None:
    # Nobody speaks for the 协办: the desk writes their opinion down, once for all of them.
    cast = Cast("own-owner", "own-clerk", "own-chief", "own-liaison", ("own-clerk",), None)
    async with wired(tmp_path, people=OWN_PEOPLE) as wire:
        number = await whole(wire, cast)
        await check_records(wire, number, opinions=1)


async def test_without_anybody_at_the_desk_the_administrators_are_told(tmp_path: Path) -> None:
    admins = {"QINQING_ADMINS": '["own-boss"]'}
    async with wired(tmp_path, people=WITHOUT_DESK, extra=admins) as wire:
        number = await report(wire, "own-owner")
        await wire.hears("own-boss", f"新问题 {number}")
        (ticket,) = await wire.tickets()
        assert (ticket.number, ticket.state) == (number, State.SUBMITTED)


async def test_every_role_is_answered_by_what_it_may_see(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        number = await report(wire)
        await wire.say(CLERK, f"查看 {number}")
        assert number in await wire.hears(CLERK, REPORT)
        await wire.say(CHIEF, "清单")
        assert number in await wire.hears(CHIEF, "清单共 1 件")
        await wire.say(OWNER, "进度")
        progress = await wire.hears(OWNER, "在谁手里")
        assert progress.startswith(number)
        assert "电话：" in progress
        assert "哪天前：" in progress
