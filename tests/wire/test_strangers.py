"""Who has no part in a case is refused and learns nothing of it, whatever they press or type."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.simulator.chat import Bubble
from tests.wire.bot import until
from tests.wire.chat import (
    CLERK,
    ENTERPRISE_GROUP,
    LIAISON,
    OWNER,
    STAFF_GROUP,
    STRANGER,
    Wire,
    actions,
    wired,
)
from tests.wire.story import REPORT, report

pytestmark = pytest.mark.usefixtures("engine")

NUMBERED = "没有找到您可以查看的"
WORDS = (
    "查看", "进度", "受理", "不予受理", "请补充", "签收", "首联", "答复", "审核通过", "退回",
    "满意", "不满意", "补充", "催办", "撤回", "协办意见", "交办", "对",
)  # fmt: skip
PRIVATE = ("恒通", "陈建国", "13805740001", REPORT[:8], "供电公司")
SECRETS = (*PRIVATE, "停电", "跳闸")  # its category may stand in the staff group, and only there
STAFF_ONLY = (
    "授权 wire-stranger 受理员", "收回授权 demo-clerk-wang 受理员", "发邀请码 某厂", "核验 1",
    "核验通过 1", "代录 1", "已回电 1", "清单", "本群设为 工作群",
)  # fmt: skip


def check_nothing_leaks(texts: list[str], secrets: Sequence[str] = SECRETS) -> None:
    """See that nothing of the case stands in what a stranger was told."""
    for text in texts:
        for secret in secrets:
            assert secret not in text, text


def cards_of(wire: Wire) -> list[tuple[str, str]]:
    """List every button of every card that was ever shown."""
    shown: list[Bubble] = [b for b in wire.control.sent() if b.out_track_id]
    return [
        (str(b.out_track_id), button["id"])
        for b in shown
        for button in actions(wire.control.card(str(b.out_track_id)))
    ]


async def told_more(wire: Wire, user: str, before: int) -> None:
    """Wait for an answer."""
    await until(lambda: len(wire.told(user)) > before)


@pytest.mark.parametrize("user", [STRANGER, LIAISON], ids=["stranger", "another department"])
async def test_typed_commands_of_somebody_without_a_part_reveal_and_change_nothing(
    user: str, tmp_path: Path
) -> None:
    async with wired(tmp_path, cards=False) as wire:
        number = await report(wire)
        wrong = f"{number[:-4]}9999"
        before = await wire.tickets()
        for word in WORDS:
            answers = []
            for given in (number, wrong, number[-4:]):
                count = len(wire.told(user))
                await wire.say(user, f"{word} {given}")
                await told_more(wire, user, count)
                answers.append(wire.told(user)[-1].replace(wrong, number))
            assert answers[0] == answers[1] == answers[2], word  # a number that exists looks alike
        check_nothing_leaks(wire.told(user))
        assert await wire.tickets() == before
        assert wire.bot.count("history", "subject = ?", f"ticket:{number}") == 1


async def test_buttons_that_are_not_one_s_own_reveal_and_change_nothing(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        await report(wire)
        await wire.choose(CLERK, "查看", group=STAFF_GROUP)
        await wire.hears(CLERK, REPORT)
        await wire.quiet()
        before = await wire.tickets()
        shown = wire.words(wire.control.sent(place=STAFF_GROUP)[0])
        count = len([b for b in wire.control.sent() if b.place != STAFF_GROUP])
        pressed = 0
        for card, action in cards_of(wire):
            press = await wire.control.press(STRANGER, card, action)
            assert press.answered
            pressed += 1
        await wire.quiet()
        assert pressed >= 5
        assert await wire.tickets() == before
        place = wire.control.place_of(STRANGER)
        fresh = [b for b in wire.control.sent() if b.place != STAFF_GROUP][count:]
        assert {b.place for b in fresh} <= {place}  # nobody else is bothered
        check_nothing_leaks(wire.told(STRANGER))
        in_group = [wire.words(b) for b in wire.control.sent(place=STAFF_GROUP)]
        check_nothing_leaks(in_group, PRIVATE)
        assert in_group[0] == shown  # what everybody sees is left as it was


async def test_a_stranger_has_no_rights_of_staff(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        roles = wire.bot.rows("SELECT * FROM role ORDER BY 1, 2, 3")
        for text in STAFF_ONLY:
            count = len(wire.told(STRANGER))
            await wire.say(STRANGER, text)
            await told_more(wire, STRANGER, count)
        assert wire.bot.rows("SELECT * FROM role ORDER BY 1, 2, 3") == roles
        assert wire.bot.count("invite") == 0
        check_nothing_leaks(wire.told(STRANGER))


async def test_progress_lists_one_s_own_numbers_and_nobody_else_s(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        number = await report(wire)
        await wire.say(STRANGER, "进度")
        await told_more(wire, STRANGER, 0)
        assert number not in wire.told(STRANGER)[-1]
        await wire.say(OWNER, "进度", group=ENTERPRISE_GROUP)
        await wire.hears(OWNER, "已私聊您", group=ENTERPRISE_GROUP)
        assert number in await wire.hears(OWNER, "在谁手里")
        in_group = [wire.words(b) for b in wire.control.sent(place=ENTERPRISE_GROUP)]
        check_nothing_leaks(in_group)


async def test_a_made_up_button_is_refused(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        await report(wire)
        await wire.quiet()
        card = cards_of(wire)[0][0]
        for action in (
            "",
            "a:",
            "a:view",
            "a:view:",
            "f:",
            "f:x:confirm",
            "w:grant",
            "b:verify:x",
            "b:verify:1",
            "a:approve:ZH-0-0",
            "x" * 5000,
            "a:view:ZH-2026-0001:" * 9,
        ):
            press = await wire.control.press(STRANGER, card, action)
            assert press.answered or not action
        await wire.quiet()
        check_nothing_leaks(wire.told(STRANGER))
        assert wire.bot.count("arrival", "state = 'failed'") == 0
