"""People by what is known of their enterprises; what is not known counts for nobody."""

from __future__ import annotations

from datetime import date

import pytest

from flows.policies.conditions import Field, Source
from tests.handlers.calming import (
    FIRM,
    FOUNDRY,
    OWNER_OF_FOUNDRY,
    drafted,
    joined,
    known,
    pressed,
)
from tests.handlers.campaigning import CLERK, stored
from tests.stage import Stage


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a second and a third enterprise."""
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY), ("wu", "甬江化工有限公司"))
    return play


async def who(play: Stage) -> str:
    """Return what staff are told of who gets it."""
    (told,) = await pressed(play, CLERK, "c:who:TS-2026-001")
    return told


async def test_a_tag_that_an_enterprise_told_can_be_named_and_means_its_people(
    play: Stage,
) -> None:
    await known(play, FIRM, (Field.TAG, ["专精特新"]), (Field.REGION, ["镇海区骆驼街道"]))
    told = await drafted(play, "专精特新培训", "骆驼街道的专精特新企业负责人")
    assert "0 个群，1 个人" in told
    assert "陈建国" in await who(play)
    rule = (await stored(play)).draft.audience
    assert (rule.towns, rule.tags, rule.people) == (("骆驼街道",), ("专精特新",), True)


async def test_a_size_and_an_industry_mean_who_is_known_to_be_so(play: Stage) -> None:
    await known(play, FIRM, (Field.SIZE, ["small"]), (Field.INDUSTRY, ["通用设备制造业"]))
    await known(play, FOUNDRY, (Field.SIZE, ["large"]), (Field.INDUSTRY, ["通用设备制造业"]))
    assert "0 个群，1 个人" in await drafted(play, "小微企业培训", "制造业的小微企业负责人")
    assert "陈建国" in await who(play)


async def test_a_chamber_that_stands_among_the_tags_is_one(play: Stage) -> None:
    await known(play, FOUNDRY, (Field.TAG, ["镇海区总商会"]))
    assert "0 个群，1 个人" in await drafted(play, "商会年会", "镇海区总商会的企业负责人")
    assert OWNER_OF_FOUNDRY in await who(play)


async def test_enterprises_of_whom_it_is_not_known_are_counted_for_staff(play: Stage) -> None:
    await known(play, FIRM, (Field.SIZE, ["small"]))
    told = await drafted(play, "小微企业培训", "小微企业负责人")
    assert "另有 2 家没有登记规模，没有算进来" in told


async def test_whoever_is_known_not_to_be_so_is_not_counted_as_unknown(play: Stage) -> None:
    await known(play, FIRM, (Field.TAG, ["专精特新"]))
    await known(play, FOUNDRY, (Field.TAG, []), lacks=["专精特新"])
    told = await drafted(play, "专精特新培训", "专精特新企业负责人")
    assert "另有 1 家没有登记有没有这项资质" in told


async def test_whom_it_is_for_can_be_corrected_to_what_enterprises_told(play: Stage) -> None:
    await known(play, FIRM, (Field.TAG, ["专精特新"]))
    told = await drafted(play, "专精特新培训", "全部企业的负责人", "发给：专精特新企业负责人")
    assert "0 个群，1 个人" in told


async def test_a_tag_that_is_part_of_every_sentence_narrows_nothing(play: Stage) -> None:
    await known(play, FIRM, (Field.TAG, ["企业"]))
    assert "0 个群，3 个人" in await drafted(play, "年底通知", "全部企业的负责人")


async def test_what_was_told_last_counts(play: Stage) -> None:
    await known(play, FIRM, (Field.SIZE, ["small"]), on=date(2026, 10, 1))
    await known(play, FIRM, (Field.SIZE, ["medium"]), on=date(2026, 11, 1), source=Source.SELF)
    assert "0 个群，0 个人" in await drafted(play, "小微企业培训", "小微企业负责人")


async def test_a_word_that_no_enterprise_told_is_not_guessed_at(play: Stage) -> None:
    await play.say(CLERK, "写推送\n雏鹰企业培训\n请看一下。")
    letters = await play.say(CLERK, "雏鹰企业的负责人")
    assert "没有全看懂" in letters[0].message.text
