"""必达: who may use it, how often a month, and that this is said before the approval."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.config.load import BASE
from flows.campaigns.campaign import Stage as Campaigning
from tests.handlers.campaigning import CLERK, HEAD, OWNER, sent, stored, texts, written
from tests.stage import Stage, stage

Opens = Callable[[str], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def office(engine: str, tmp_path: Path) -> Opens:
    """Open the office with a rule of its own."""

    @asynccontextmanager
    async def opened(rule: str) -> AsyncIterator[Stage]:
        whole = (BASE / "campaigns.toml").read_text(encoding="utf-8")
        before, _, after = whole.partition("[mandatory]\n")
        rest = after[after.index("\n\n") :]
        (tmp_path / "overlay").mkdir()
        (tmp_path / "overlay" / "campaigns.toml").write_text(
            f"{before}[mandatory]\n{rule}{rest}", encoding="utf-8"
        )
        async with stage(tmp_path, tmp_path / "overlay") as play:
            yield play

    return opened


async def mandatory(play: Stage, number: str) -> str:
    """Write one more that is mandatory; return what the clerk is shown."""
    await written(play)
    await play.say(CLERK, f"修改 {number}")
    await play.press(CLERK, "退订的也发")
    return "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))


async def test_the_preview_says_the_how_many_eth_of_the_month_it_is(office: Opens) -> None:
    async with office('roles = ["clerk"]\na_month = 3') as play:
        assert "本月第 1 次，每月最多 3 次" in await mandatory(play, "TS-2026-001")


async def test_who_approves_is_told_that_it_reaches_who_unsubscribed(office: Opens) -> None:
    async with office('roles = ["clerk"]\na_month = 3') as play:
        await mandatory(play, "TS-2026-001")
        told = "\n".join(texts(play, await play.press(CLERK, "提交审批"), HEAD))
        assert "必达（退订的人也收）：本月第 1 次" in told


async def test_who_has_no_such_role_is_told_before_it_is_submitted(office: Opens) -> None:
    async with office('roles = ["supervisor"]\na_month = 3') as play:
        await mandatory(play, "TS-2026-001")
        told = "\n".join(texts(play, await play.press(CLERK, "提交审批"), CLERK))
        assert "去掉“必达”" in told
        assert (await stored(play)).stage is Campaigning.DRAFT
        told = "\n".join(texts(play, await play.say(HEAD, "提交审批 TS-2026-001"), HEAD))
        assert (await stored(play)).stage is Campaigning.PENDING, told


async def test_one_more_than_the_month_allows_is_refused_and_goes_without(office: Opens) -> None:
    async with office('roles = ["clerk"]\na_month = 1') as play:
        await mandatory(play, "TS-2026-001")
        await play.press(CLERK, "提交审批")
        await play.press(HEAD, "通过")
        await sent(play)
        await mandatory(play, "TS-2026-002")
        told = "\n".join(texts(play, await play.press(CLERK, "提交审批"), CLERK))
        assert "已经有 1 次必达" in told
        await play.say(CLERK, "修改 TS-2026-002")
        await play.press(CLERK, "退订的不发")
        await play.say(CLERK, "确认")
        await play.press(CLERK, "提交审批")
        assert (await stored(play, "TS-2026-002")).stage is Campaigning.PENDING


async def test_of_two_that_wait_for_approval_the_second_is_refused(office: Opens) -> None:
    async with office('roles = ["clerk"]\na_month = 1') as play:
        for number in ("TS-2026-001", "TS-2026-002"):
            await mandatory(play, number)
            await play.press(CLERK, "提交审批")
        for number in ("TS-2026-001", "TS-2026-002"):
            version = (await stored(play, number)).version
            told = texts(play, await play.say(HEAD, f"通过 {number} {version}"), HEAD)
        assert "已经有 1 次必达" in "\n".join(told)
        assert (await stored(play, "TS-2026-002")).stage is Campaigning.PENDING


async def test_what_was_taken_back_before_it_left_does_not_count(office: Opens) -> None:
    async with office('roles = ["clerk"]\na_month = 1') as play:
        await mandatory(play, "TS-2026-001")
        await play.press(CLERK, "提交审批")
        await play.press(HEAD, "通过")
        await play.say(CLERK, "取消发送 TS-2026-001")
        assert "本月第 1 次" in await mandatory(play, "TS-2026-002")
        await play.press(CLERK, "提交审批")
        assert (await stored(play, "TS-2026-002")).stage is Campaigning.PENDING


async def test_nobody_outside_the_office_is_told_of_it(office: Opens) -> None:
    async with office('roles = ["clerk"]\na_month = 1') as play:
        await mandatory(play, "TS-2026-001")
        told = "\n".join(texts(play, await play.say(OWNER, "打开 TS-2026-001"), OWNER))
        assert "必达" not in told
