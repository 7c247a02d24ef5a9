"""A picture of bars and a curve, drawn by Pillow in a process of its own that ends with it.

The program reads one JSON object from its standard input (`Picture` of bot/handouts/effect_chart.py
writes it) and writes a PNG to its standard output. It imports nothing of the bot, so that it starts
in a tenth of a second, and the library's thirty megabytes go when the picture is there.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-GB2312.otf"
WIDTH = 1080  # pixels: a phone shows it without making it larger
EDGE = 64
TITLE, TEXT, SMALL = 52, 36, 30  # pixels of type
ROW = 92  # from bar to bar
BAR = 48
CURVE, NO_CURVE = 440, 150  # height of the field for the curve, and for a word instead
SMOOTH = 2  # drawn so much larger, and made smaller at the end
_TITLE_LINES = 2

# A sheet of its own colour, neither glaring in the dark nor grey in the light; every colour on it
# has a contrast of at least 3 to it (WCAG 2.2, 1.4.11), and text of at least 7.
SHEET, INK, FAINT, RULE = "#F6F7F9", "#1B2430", "#4A5563", "#C9D0D9"
COLOURS = {"good": "#2463C4", "bad": "#C2352B", "doubt": "#A86A00", "rest": "#66707D"}

Font = ImageFont.FreeTypeFont


class Sheet:
    """A sheet on which everything is given in pixels of the finished picture."""

    def __init__(self, height: int) -> None:
        self._image = Image.new("RGB", (WIDTH * SMOOTH, height * SMOOTH), SHEET)
        self._draw = ImageDraw.Draw(self._image)
        self._fonts: dict[int, Font] = {}

    def text(
        self, x: float, y: float, text: str, size: int, *, colour: str = INK, anchor: str = "lm"
    ) -> None:
        """Write a line; what the font lacks is a box."""
        at = (x * SMOOTH, y * SMOOTH)
        self._draw.text(at, text, fill=colour, font=self._font(size), anchor=anchor)

    def width(self, text: str, size: int) -> float:
        """Return how wide a line is."""
        return self._font(size).getlength(text) / SMOOTH

    def bar(self, box: tuple[float, float, float, float], colour: str) -> None:
        """Fill a box."""
        self._draw.rounded_rectangle([one * SMOOTH for one in box], 6 * SMOOTH, fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: int) -> None:
        """Draw a line through points."""
        scaled = [(x * SMOOTH, y * SMOOTH) for x, y in points]
        self._draw.line(scaled, fill=colour, width=width * SMOOTH, joint="curve")

    def area(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """Fill what points enclose."""
        self._draw.polygon([(x * SMOOTH, y * SMOOTH) for x, y in points], fill=colour)

    def png(self) -> bytes:
        """Return the finished picture."""
        size = (WIDTH, self._image.height // SMOOTH)
        written = io.BytesIO()
        small = self._image.resize(size, Image.Resampling.LANCZOS)
        small.save(written, "PNG", optimize=True)
        return written.getvalue()

    def _font(self, size: int) -> Font:
        if size not in self._fonts:
            basic = ImageFont.Layout.BASIC  # the other one may not be there
            self._fonts[size] = ImageFont.truetype(FONT, size * SMOOTH, layout_engine=basic)
        return self._fonts[size]


def draw(told: dict[str, Any]) -> bytes:
    """Draw the bars and below them the curve; return a PNG."""
    measure = Sheet(1)
    title = wrapped(measure, told["title"], TITLE, WIDTH - 2 * EDGE, _TITLE_LINES)
    top = EDGE + len(title) * (TITLE + 16) + TEXT + 60
    below = top + len(told["bars"]) * ROW + 40
    foot = below + TEXT + 40 + _height(told["curve"]) + 90 + SMALL / 2
    sheet = Sheet(int(foot + SMALL / 2 + EDGE))
    for n, line in enumerate(title):
        sheet.text(EDGE, EDGE + TITLE / 2 + n * (TITLE + 16), line, TITLE)
    subtitle = wrapped(sheet, told["subtitle"], TEXT, WIDTH - 2 * EDGE, 1)
    sheet.text(EDGE, top - 40 - TEXT / 2, subtitle[0], TEXT, colour=FAINT)
    _bars(sheet, top, told["bars"])
    _curve(sheet, below, told["curve"])
    sheet.text(EDGE, foot, told["footer"], SMALL, colour=FAINT)
    return sheet.png()


def _bars(sheet: Sheet, top: float, bars: Sequence[dict[str, Any]]) -> None:
    """Draw a bar each, its name before and its number behind it."""
    names = max((sheet.width(one["label"], TEXT) for one in bars), default=0)
    numbers = max((sheet.width(one["said"], TEXT) for one in bars), default=0)
    left = EDGE + names + 28
    room = WIDTH - EDGE - numbers - 24 - left
    most = max((one["count"] for one in bars), default=0) or 1
    for n, one in enumerate(bars):
        middle = top + n * ROW + ROW / 2
        sheet.text(EDGE, middle, one["label"], TEXT)
        long = room * one["count"] / most
        if one["count"]:
            box = (left, middle - BAR / 2, left + max(long, 8), middle + BAR / 2)
            sheet.bar(box, COLOURS[one["colour"]])
        else:
            sheet.line([(left, middle - BAR / 2), (left, middle + BAR / 2)], RULE, 3)
        behind = left + (max(long, 8) if one["count"] else 0) + 20
        sheet.text(behind, middle, one["said"], TEXT)


def _curve(sheet: Sheet, top: float, told: dict[str, Any]) -> None:
    """Draw how a number grew, or say why there is nothing to draw."""
    sheet.text(EDGE, top + TEXT / 2, told["label"], TEXT)
    begin = top + TEXT + 40
    end = begin + _height(told)
    counts = told["counts"]
    if not counts[-1]:
        sheet.line([(EDGE, end), (WIDTH - EDGE, end)], RULE, 2)
        sheet.text(WIDTH / 2, (begin + end) / 2, told["empty"], TEXT, colour=FAINT, anchor="mm")
        return
    most = counts[-1]
    left = EDGE + sheet.width(str(most), SMALL) + 20
    right = WIDTH - EDGE - 20
    step = (right - left) / len(counts)
    points = [(left, end)]
    points += [
        (left + min(n + 1, told["until"]) * step, end - (end - begin) * count / most)
        for n, count in enumerate(counts)
        if n < told["until"]
    ]
    sheet.area([*points, (points[-1][0], end)], "#D5E2F6")
    for value in marks(most):
        y = end - (end - begin) * value / most
        sheet.line([(left, y), (right, y)], RULE, 2)
        sheet.text(left - 16, y, str(value), SMALL, colour=FAINT, anchor="rm")
    sheet.line(points, COLOURS["good"], 6)
    for n, word in told["ticks"]:
        x = left + n * step
        half = sheet.width(word, SMALL) / 2
        sheet.line([(x, end), (x, end + 12)], RULE, 2)
        at = min(max(x, EDGE + half), WIDTH - EDGE - half)
        sheet.text(at, end + 16 + SMALL / 2, word, SMALL, colour=FAINT, anchor="mm")


def _height(told: dict[str, Any]) -> int:
    return CURVE if told["counts"][-1] else NO_CURVE


def marks(most: int) -> tuple[int, ...]:
    """Return the numbers beside the curve: none, about a half, and all."""
    return tuple(dict.fromkeys((0, most // 2, most)))


def wrapped(sheet: Sheet, text: str, size: int, room: float, most: int) -> list[str]:
    """Part a text into lines that fit; what does not go into so many ends in an ellipsis."""
    lines, line = list[str](), ""
    for character in text:
        if sheet.width(line + character, size) > room:
            lines.append(line)
            line = ""
        line += character
    lines = [one for one in (*lines, line) if one] or [""]
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and sheet.width(f"{last}…", size) > room:
        last = last[:-1]
    return [*lines[: most - 1], f"{last}…"]


def main() -> None:
    """Read what is to be drawn, and write the picture."""
    told = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(draw(told))


if __name__ == "__main__":
    main()
