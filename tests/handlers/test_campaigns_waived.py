"""署名放行: who decides reads who let whom pass, and it holds for that audience and text alone."""

from __future__ import annotations

import pytest

from tests.handlers.calming import (
    CLERK,
    FIRM,
    FOUNDRY,
    HEAD,
    OWNER,
    OWNER_OF_FOUNDRY,
    PEOPLE,
    drafted,
    joined,
    pressed,
    pushed,
)
from tests.handlers.campaigning import stored, texts
from tests.stage import Stage

THIRD = "TS-2026-003"


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine: everybody had two messages, and a third is let pass."""
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))
    await pushed(play, "第一件")
    await pushed(play, "第二件")
    await drafted(play, "第三件", FIRM)
    await pressed(play, CLERK, f"c:pass:{THIRD}:digest")
    return play


async def edited(play: Stage, line: str) -> None:
    """Let the clerk change a line of the draft."""
    await play.say(CLERK, f"修改 {THIRD}")
    await play.say(CLERK, line)
    await play.say(CLERK, "确认")


async def test_who_decides_reads_who_let_whom_pass(play: Stage) -> None:
    told = "\n".join(texts(play, await play.press(CLERK, "提交审批"), HEAD))
    assert f"{CLERK} 署名放行这周已经够多的 1 个：{OWNER}" in told


async def test_nobody_is_let_pass_any_more_when_others_are_meant(play: Stage) -> None:
    await edited(play, f"发给：{PEOPLE}")
    assert (await stored(play, THIRD)).waivers == ()


async def test_nobody_is_let_pass_any_more_when_the_text_is_another(play: Stage) -> None:
    await edited(play, "正文：第三件改在下周二，请看一下。")
    assert (await stored(play, THIRD)).waivers == ()


async def test_a_button_more_takes_nothing_back_that_was_let_pass(play: Stage) -> None:
    await play.say(CLERK, f"修改 {THIRD}")
    await play.say(CLERK, "确认")
    assert [one.reason for one in (await stored(play, THIRD)).waivers] == ["digest"]
