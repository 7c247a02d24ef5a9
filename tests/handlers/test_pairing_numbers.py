"""Long numbers: codes, telephones, days and numbers of cases are told apart."""

from __future__ import annotations

import secrets

import pytest

from flows.people.pairing import CODES
from flows.tickets.case import State
from tests.handlers.linking import DINGTALK, MANNERS, coded, writes
from tests.handlers.story import OWNER, carry
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
STRANGER = "小李"
ASKED, UNKNOWN = "是您本人吗", "这串数字我看不出是什么"


@pytest.mark.parametrize("line", ["86275110", "8627 5110", "20261128", "19800512", "13957430078"])
async def test_a_telephone_or_a_day_is_no_code_and_no_case(play: Stage, line: str) -> None:
    told = await writes(play, STRANGER, line)
    assert UNKNOWN in told
    assert "没有找到" not in told


async def test_and_does_not_count_as_a_guess(play: Stage) -> None:
    for _ in range(6):
        await writes(play, STRANGER, "86275110")
    code = await coded(play, OWNER)
    assert ASKED in await writes(play, STRANGER, code)


async def test_codes_that_are_guessed_without_their_word_count_all_the_same(play: Stage) -> None:
    for guess in range(5):
        assert "关联码不对" in await writes(play, STRANGER, f"0000000{guess}")
    code = await coded(play, OWNER)
    assert "输错的次数太多" in await writes(play, STRANGER, code)


@pytest.mark.parametrize("draw", [0, CODES // 2, 19 * 10**6 - 1, 19 * 10**6, CODES - 1])
async def test_every_code_that_is_drawn_is_understood_alone(
    play: Stage, draw: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _: draw)
    code = await coded(play, OWNER)
    assert ASKED in await writes(play, STRANGER, code)


async def test_a_number_in_a_group_voids_nothing_and_says_so_of_nothing(play: Stage) -> None:
    for line in ("86275110", "20261128", "12345678", "关联 12345678"):
        (letter,) = await play.say(OWNER, line, group="企业群")
        assert "作废" not in letter.message.text


async def test_a_code_in_a_group_is_void_and_that_is_said(play: Stage) -> None:
    code = await coded(play, OWNER)
    (letter,) = await play.say(STRANGER, f"关联 {code}", group="企业群")
    assert "这个码作废了" in letter.message.text
    assert "关联码不对" in await writes(play, STRANGER, code)


@pytest.mark.parametrize("line", ["2026-0001", "2026 0001", "进度 2026-0001"])
async def test_a_case_is_found_by_its_year_and_number(play: Stage, line: str) -> None:
    await carry(play, State.SUBMITTED)
    told = await writes(play, OWNER, line, DINGTALK)
    assert "ZH-2026-0001" in told
    assert "没有找到" not in told


@pytest.mark.parametrize(
    "line",
    [
        "我的关联码是 {}",
        "关联码：{}",
        "关联 {} 10 分钟内有效，只能用一次。不要给别人，工作人员也不会问您要。",
        "到公众号、企业微信里私聊我，发这一行： 关联 {} 10 分钟内有效",
    ],
)
async def test_a_code_is_understood_in_a_sentence_and_in_one_line(play: Stage, line: str) -> None:
    code = await coded(play, OWNER)
    assert ASKED in await writes(play, STRANGER, line.format(code))
