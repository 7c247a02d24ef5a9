"""The curve of 收到 in the picture ends at the moment at which the picture was made."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from PIL import Image, ImageColor

from bot.handouts.effect_chart import chart, picture
from bot.handouts.picture import COLOURS, CURVE, EDGE, SMALL, WIDTH
from tests.bot.test_effect_files import WORDS, effect, fate
from tests.flows.campaigns.drafts import NINE

FOOT = 90 + SMALL + EDGE + 10  # pixels below the field, and half a line above it


def curve_ends(now: datetime) -> float:
    """Return how far to the right the curve goes, as a share of the width."""
    told = effect([fate(1)], [NINE + timedelta(minutes=5)])
    drawn = Image.open(io.BytesIO(chart(told, WORDS, "局", now))).convert("RGB")
    below = drawn.crop((0, drawn.height - CURVE - FOOT, WIDTH, drawn.height))
    line = ImageColor.getrgb(COLOURS["good"])
    columns = [
        x for x in range(WIDTH) if any(below.getpixel((x, y)) == line for y in range(below.height))
    ]
    return (max(columns) - EDGE) / (WIDTH - 2 * EDGE)


@pytest.mark.parametrize("minutes", [60, 150])
def test_a_curve_ends_at_the_moment_of_the_picture(minutes: int) -> None:
    assert curve_ends(NINE + timedelta(minutes=minutes)) == pytest.approx(minutes / 360, abs=0.06)


def test_a_curve_of_this_very_moment_can_be_drawn() -> None:
    told = effect([fate(1)], [NINE])
    assert picture(told, WORDS, "局", NINE)["curve"]["until"] > 0
    assert chart(told, WORDS, "局", NINE)
