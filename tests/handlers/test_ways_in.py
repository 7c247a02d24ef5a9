"""Ways in: an album with its texts, what was told elsewhere, and what is for a body outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.ports import Arrival, Incoming
from tests.handlers.story import (
    CLERK,
    OWNER,
    REPORT,
    buttons,
    heard,
    history,
    texts,
    ticket,
    tickets,
)
from tests.handlers.test_report import arrival
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

SAID = (
    "上个月起厂门口兴海路坑坑洼洼，货车进出困难",
    "昨天还翻了一辆叉车，货全撒了",
    "希望交通部门尽快来修，车间等着发货",
)


def album(play: Stage, order: str) -> list[Arrival]:
    """Make the arrivals of an album: P = a picture, T = the next text, some within a second."""
    said, made = iter(SAID), []
    for n, kind in enumerate(order):
        text = next(said) if kind == "T" else ""
        files = () if kind == "T" else (Incoming(f"code{n}", "picture"),)
        made.append(replace(arrival(play, OWNER, f"album{n}", text=text), files=files))
    return made


ORDERS = ("PPPTPPPTPPPT", "TTTPPPPPPPPP", "PPPPPPPPPTTT", "TPPPPPPPPPTT")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "one by one"])
async def test_scenario_5_nine_pictures_and_three_texts_are_one_draft_in_their_order(
    tmp_path: Path, order: str, at_once: bool
) -> None:
    async with stage(tmp_path) as play:
        arrivals = album(play, order)
        if at_once:
            await play.take(arrivals)
        else:
            for one in arrivals:
                play.clock.now += timedelta(milliseconds=150)
                await play.take([one])
        await play.say(OWNER, "确认")
        (case,) = await tickets(play)
        told = f"{case.body}\n{case.wish}"
        places = [told.find(said) for said in SAID]
        assert -1 not in places
        assert places == sorted(places)
        async with play.database.read() as tx:
            kept = await tx.stored_files(case.files)
        assert len(case.files) == 9
        assert list(kept) == list(case.files)


async def test_scenario_6_a_redelivered_album_and_a_double_tap_file_one_ticket(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        for _ in range(3):
            await play.take(album(play, ORDERS[0]))
        for _ in range(2):
            await play.press(OWNER, "确认")
        assert len(await tickets(play)) == 1


# Told elsewhere already (U5) --------------------------------------------------------------------


async def test_the_card_asks_once_whether_it_was_told_elsewhere(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        card = texts(play, await play.say(OWNER, REPORT), OWNER)[-1]
        assert card.count("在 12345、8718、企呼我应 反映过的") == 1
        await play.say(OWNER, "确认")
        assert (await ticket(play)).told_elsewhere == ""


@pytest.mark.parametrize(
    "lines",
    [
        (REPORT, "12345 编号 NB20260001"),
        (f"{REPORT}上周打过12345了，编号NB20260001。",),
        (REPORT, "修改别处反映过", "12345 NB20260001"),
    ],
)
async def test_u5_what_was_told_to_12345_is_kept_and_no_material_is_asked_again(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    async with stage(tmp_path) as play:
        for line in lines:
            told = await play.say(OWNER, line)
        assert "不用再交材料" in texts(play, told, OWNER)[-1]
        assert "12345 NB20260001" in texts(play, told, OWNER)[-1]
        await play.say(OWNER, "确认")
        assert (await ticket(play)).told_elsewhere == "12345 NB20260001"
        assert "不要再让企业交材料" in heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert (await history(play, "ticket:ZH-2026-0001"))[0].public["elsewhere"] == "12345"


@pytest.mark.parametrize("said", ["还没打过12345。", "12345没打过。", "料号12345678报废了。"])
async def test_what_was_not_told_elsewhere_is_not_taken_for_it(tmp_path: Path, said: str) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, f"{REPORT}{said}")
        await play.say(OWNER, "确认")
        assert (await ticket(play)).told_elsewhere == ""


# For a body outside -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("我要举报供电所的人吃拿卡要，不给好处就停电，希望查一查", "12388"),
        ("上次的信访答复我们不服，希望区里帮忙重新处理这件事", "信访局"),
        ("客户欠我们货款，法院判了两年也不执行，希望帮忙要回来", "12368"),
        ("我要反映问题 客户欠我们货款，法院判了两年也不执行", "12368"),
    ],
)
async def test_scenario_33_what_is_for_another_body_is_pointed_there_and_not_kept(
    tmp_path: Path, said: str, channel: str
) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, said)
        assert channel in heard(play, told, OWNER)
        assert buttons(play, told, OWNER) == ["我要反映问题"]
        await play.say(OWNER, "确认")
        assert await tickets(play) == []


@pytest.mark.parametrize(
    "said",
    [
        "上个月起隔壁厂夜里噪声扰民，我们向城管举报过好几次没人管，希望帮忙协调",
        "上个月起职工为欠薪的事要去上访，我们资金周转不开，希望帮忙协调贷款",
    ],
)
async def test_scenario_33_a_problem_that_only_mentions_it_is_taken(
    tmp_path: Path, said: str
) -> None:
    async with stage(tmp_path) as play:
        assert "谁能看到" in heard(play, await play.say(OWNER, said), OWNER)
