"""效果表 and 效果图: another program reads back every cell, and the picture has every character."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image, ImageColor, ImageFont

from bot.attachments import type_of
from bot.channels.base import FetchFault
from bot.config import load_config
from bot.handouts import effect_chart
from bot.handouts.effect_chart import chart, picture
from bot.handouts.effect_table import COLUMNS, cells, rows, table
from bot.handouts.making import makers
from bot.handouts.picture import COLOURS, FONT, WIDTH
from bot.papers.worded import Words
from bot.texts import Texts
from flows.campaigns.audience import Why
from flows.campaigns.campaign import Button, Stage
from handlers.campaigns.effects import Effect
from handlers.campaigns.records import Answered, Fate
from tests.flows.campaigns.drafts import NINE, campaign, draft
from tests.handlers.campaigning import CLERK, NUMBER, approved, sent
from tests.sending import fetch_all
from tests.stage import stage

WORDS = Words(Texts(load_config().texts))
HOSTILE = ("=1+1", "@x", "+86", "-1", "＝1+1", "https://example.com", "00123", "𠮷\u200b\t企业群")
NOW = NINE + timedelta(hours=30)


def fate(n: int, **fields: Any) -> Fate:
    told: dict[str, Any] = {"key": f"g:cid{n}", "name": f"第{n}群", "state": "sent", "delivery": n}
    return Fate(**{**told, "sent_at": NINE, **fields})


def effect(fates: Sequence[Fate], received: Sequence[datetime] = (), **fields: Any) -> Effect:
    buttons = fields.pop("buttons", (Button.RECEIVED, Button.ASK))
    told = {"stage": Stage.DONE, "begun": True, "begun_at": NINE, **fields}
    answered = Answered(
        dict(enumerate(received, 1)), 2, 3, {2: 7}, 1, 4, {1: "镇海恒通紧固件有限公司"}
    )
    one = campaign(draft=draft(buttons=buttons), **told)
    return Effect(one, fates, answered, {Button.ASK: 5})


EVERY = effect(
    [
        *(fate(n, name=name) for n, name in enumerate(HOSTILE, 1)),
        fate(11, key="p:1", name="陈建国", read_at=NINE + timedelta(minutes=3)),
        fate(12, key="p:99", name="欧阳𠮷"),
        fate(13, state="failed", code="310000", sent_at=None),
        fate(14, state="unknown", code="no_answer", sent_at=None),
        fate(15, state="skipped", why=Why.NO_ROBOT, sent_at=None, delivery=0),
        fate(16, recalled=True, recalled_at=NINE + timedelta(hours=1)),
        fate(17, state="waiting", sent_at=None, delivery=0),
        fate(18, state="ready", sent_at=None),
    ],
    [NINE + timedelta(hours=2)],
)


def opened(told: Effect) -> Any:
    return openpyxl.load_workbook(io.BytesIO(table(told, WORDS, NOW)))


def test_b20_every_cell_is_read_back_as_it_was_meant() -> None:
    book = opened(EVERY)
    assert book.sheetnames == ["汇总", "明细"]
    head, *found = book["明细"].iter_rows(values_only=True)
    assert head == ("对象", "企业", "类别", "结果", "原因", "发出", "已读", "收到", "撤回")
    assert len(head) == len(COLUMNS)
    meant = [cells(one, EVERY, WORDS) for one in EVERY.fates]
    assert [tuple(cell or "" for cell in row) for row in found] == [tuple(row) for row in meant]
    summary = list(book["汇总"].iter_rows(max_col=2, values_only=True))
    expected = list(rows(EVERY, WORDS, NOW))
    assert summary[: len(expected)] == expected


def test_the_summary_adds_up_and_names_every_count() -> None:
    found: dict[str, Any] = dict(rows(EVERY, WORDS, NOW))
    named = ("已发", "不明", "失败", "跳过", "还没发", "取消")
    assert found["应发"] == len(EVERY.fates) == sum(found[name] for name in named)
    assert found["已撤掉（算在已发里）"] == 1
    assert (found["单聊已读人数"], found["群里已读人次"]) == (1, 7)
    assert (found["点“收到”人数"], found["点“收到”企业数"]) == (1, 2)
    assert (found["点“我有疑问”人数"], found["登记诉求"], found["发出后退订"]) == (5, 4, 1)


def test_what_looks_like_a_formula_a_number_or_a_link_stays_text() -> None:
    sheet = opened(EVERY)["明细"]
    every = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in every} == {"s", "d"}
    typed = [cell for row in sheet.iter_rows(max_col=5) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in typed} == {"s"}
    assert not any(cell.hyperlink for cell in every)
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=8)] == list(HOSTILE[:7])


def test_people_are_masked_and_groups_are_not() -> None:
    found = [row[0].value for row in opened(EVERY)["明细"].iter_rows(min_row=2)]
    assert "陈**" in found
    assert "第13群" in found
    with zipfile.ZipFile(io.BytesIO(table(EVERY, WORDS, NOW))) as package:
        parts = [package.read(name).decode() for name in package.namelist()]
    assert not any(name in part for part in parts for name in ("陈建国", "欧阳"))


def test_every_state_has_its_word_and_every_failure_its_reason() -> None:
    found = {row[0]: row for row in opened(EVERY)["明细"].iter_rows(min_row=2, values_only=True)}
    assert found["第13群"][3:5] == ("失败", "310000")
    assert found["第14群"][3:5] == ("不明", "平台没有回音")
    assert found["第15群"][3:5] == ("跳过", "群里没有机器人")
    nine = datetime.fromisoformat("2026-11-24T09:00")  # by the office's clock
    assert (found["第16群"][3], found["第16群"][8]) == ("已撤回", nine + timedelta(hours=1))
    assert found["第17群"][3] == "还没发"
    assert found["第18群"][3] == "正在发"
    later = (nine + timedelta(minutes=3), nine + timedelta(hours=2))
    assert found["陈**"][1:3] == ("镇海恒通紧固件有限公司", "单聊")
    assert found["陈**"][5:8] == (nine, *later)
    assert found["=1+1"][6] is None
    assert found["@x"][6] == "7 人"


def test_a_sheet_of_nobody_can_be_opened() -> None:
    assert opened(effect([]))["明细"].max_row == 1


def test_b20_three_thousand_targets_are_all_there() -> None:
    told = effect([fate(n, key=f"p:{n}", name=f"某{n}") for n in range(3000)])
    assert opened(told)["明细"].max_row == 3001


# Picture ----------------------------------------------------------------------------------------


def image(content: bytes) -> Image.Image:
    assert type_of(content) == ("png", "image/png")
    return Image.open(io.BytesIO(content))


def glyph(text: str) -> bytes:
    """Return how a character looks in the font of the pictures."""
    font = ImageFont.truetype(FONT, 48, layout_engine=ImageFont.Layout.BASIC)
    return bytes(font.getmask(text))


MISSING = glyph("\U0010ffff")


@pytest.mark.parametrize("character", "镇海区工商联效果报告已发完，。、：；—")
def test_the_font_has_what_the_pictures_say(character: str) -> None:
    assert glyph(character) != MISSING


def test_a_character_that_the_font_lacks_is_seen_as_a_box() -> None:
    assert glyph("䶮") == MISSING
    assert any(MISSING)


def test_every_character_of_our_own_texts_is_in_the_font() -> None:
    ours = (text for key, text in load_config().texts.items() if key.startswith("effect."))
    assert [
        one for one in sorted({*"".join(ours)} - {"\n", " ", "　"}) if glyph(one) == MISSING
    ] == []


def test_the_picture_is_wide_enough_for_a_phone_and_shows_both_halves() -> None:
    few = image(chart(effect([fate(1)]), WORDS, "镇海区工商联", NOW))
    more = image(chart(EVERY, WORDS, "镇海区工商联", NOW))
    assert few.width == more.width == WIDTH >= 1080
    assert more.height > few.height  # room for the curve
    pixels = more.convert("RGB").getcolors(1 << 24)
    assert {ImageColor.getrgb(one) for one in COLOURS.values()} <= {one for _, one in pixels or ()}


@pytest.mark.parametrize("title", ["䶮𠮷🙂", "很长的标题" * 40, "=1+1", "a\u202eb", "\ud83d"])
def test_no_title_breaks_the_picture(title: str) -> None:
    told = effect([fate(1)])
    one = told.one.model_copy(update={"draft": draft().model_copy(update={"title": title})})
    assert image(chart(Effect(one, told.fates, told.answered, {}), WORDS, "局", NOW)).width == WIDTH


def test_the_picture_says_what_the_report_says() -> None:
    told = picture(EVERY, WORDS, "镇海区工商联", NOW)
    assert told["subtitle"] == "TS-2026-001　已发完　应发 16"
    assert [(one["label"], one["said"]) for one in told["bars"]] == [
        ("已发", "11（69%）"),
        ("失败", "1（6%）"),
        ("不明", "1（6%）"),
        ("跳过", "1（6%）"),
        ("还没发", "2（12%）"),
    ]
    assert told["curve"]["counts"] == (0, 0, 1, 1, 1, 1)
    assert told["curve"]["ticks"][0] == (0, "11月24日9时")
    assert told["curve"]["ticks"][1:] == [(2, "11时"), (4, "13时")]


def test_one_in_a_thousand_is_less_than_one_percent_and_not_none() -> None:
    told = effect([fate(n) for n in range(999)] + [fate(1000, state="failed")])
    bars = {one["label"]: one["said"] for one in picture(told, WORDS, "局", NOW)["bars"]}
    assert bars == {"已发": "999（99%）", "失败": "1（不到1%）", "不明": "0", "跳过": "0"}


@pytest.mark.parametrize(
    ("buttons", "word"), [((Button.RECEIVED,), "还没有人"), ((Button.ASK,), "没有“收到”按钮")]
)
def test_without_confirmations_it_is_said_why(buttons: tuple[Button, ...], word: str) -> None:
    assert word in picture(effect([fate(1)], buttons=buttons), WORDS, "局", NOW)["curve"]["empty"]


def test_a_drawing_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effect_chart, "_PROGRAM", Path("nowhere.py"))
    with pytest.raises(FetchFault) as fault:
        chart(effect([fate(1)]), WORDS, "局", NOW)
    assert fault.value.retry_after


def test_drawing_loads_no_library_into_the_bot() -> None:
    asked = "import sys, bot.app, bot.handouts.effect_chart; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_the_drawing_program_runs_without_the_bot(tmp_path: Path) -> None:
    told = json.dumps(picture(EVERY, WORDS, "局", NOW)).encode()
    program = Path(effect_chart.__file__).with_name("picture.py")
    done = subprocess.run(
        [sys.executable, "-I", program], input=told, capture_output=True, check=True, cwd=tmp_path
    )
    assert image(done.stdout).width == WIDTH


# From the word to the file ----------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("label", "name"), [("发我表格", "xlsx"), ("发我图", "png")])
async def test_what_was_asked_for_reaches_who_asked_alone(
    tmp_path: Path, label: str, name: str
) -> None:
    async with stage(tmp_path) as play:
        await approved(play)
        await sent(play)
        await play.say(CLERK, f"效果 {NUMBER}")
        await play.press(CLERK, label)
        (letter,) = await fetch_all(play)
        assert play.where(letter) == CLERK
        file = letter.message.file
        assert file is not None
        assert (file.name, file.extension) == (f"效果报告 {NUMBER}.{name}", name)


@pytest.mark.usefixtures("engine")
async def test_an_order_that_names_no_campaign_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        texts = Texts(play.config.texts)
        maker = makers(play.database, texts, play.reception.office, play.clock)
        for code in ("effect:table:TS-2026-404", f"effect:poem:{NUMBER}"):
            with pytest.raises(FetchFault) as fault:
                await maker.fetch("", code, 1)
            assert fault.value.retry_after is None
