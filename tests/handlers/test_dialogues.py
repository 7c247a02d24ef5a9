"""Replay the written dialogues: every message that goes out is written down, none goes unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.engine import uncovered
from flows.engine.words import Event
from handlers import DESKS
from handlers.campaigns.linking import Seen
from tests.engines import address, rows
from tests.handlers.linking import ELSEWHERE, MANNERS, elsewhere, place
from tests.handlers.restarting import morning, with_days_off
from tests.sending import fetch_all, send_file, written
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

FOLDER = Path(__file__).parents[1] / "dialogues"
WRITTEN = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))}

_SAID = re.compile(
    r"^(?P<who>[^@：【（]+?)(?:@(?P<group>[^：【]+))?：(?:\[图片(?P<files>\d)\])?(?P<text>.*)$"
)
_PRESSED = re.compile(r"^(?P<who>[^@：【（]+?)(?:@(?P<group>[^：【]+))?【(?P<label>.+)】$")
_FORWARDED = re.compile(r"^(?P<who>[^@：【（]+?) 转发：(?P<lines>.+)$")
_SENT_FILE = re.compile(r"^(?P<who>[^@：【（]+?) 发文件 (?P<name>[^：]+)：(?P<lines>.*)$")
_READ = "（文件读好了）"
_HEARD = re.compile(r"^\s+→ (?P<where>[^：]+?)(?P<update>（改）)?：(?P<text>.*)$")
_WAITED = re.compile(r"^（过 (?P<n>\d+) (?P<unit>分钟|小时|天)）$")
_MONTH = re.compile(r"^（本月额度 (?P<limit>\d+) 次，已用 (?P<used>\d+) 次）$")
_ENDED = re.compile(r"^（(?P<chat>[^（ ]+) (?P<how>没有回音|没发成)）$")
_ENDS = {"没有回音": ("unknown", "no_answer"), "没发成": ("failed", "310000")}
_LAST = 'SELECT max(id) FROM delivery WHERE campaign IS NOT NULL AND "to" = ?'
_FETCHED = "（附件取到了）"
_MORNING = "（早上）"
_NOTICE = re.compile(r"^（录入 2027 年放假通知，另有 (?P<days>[-\d, ]+) 放假，重启）$")
_LOST = "（附件没有了）"
_DEAD = re.compile(r"^（(?P<url>https://\S+) 打不开）$")
_COUNTED = re.compile(r"^＝ (?P<who>.+?) 与机器人共 (?P<n>\d+) 条$")
_UNITS = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "天": timedelta(days=1)}


async def _act(play: Stage, line: str) -> list[Letter]:
    if found := _WAITED.match(line):
        return await play.wait(int(found["n"]) * _UNITS[found["unit"]])
    if found := _NOTICE.match(line):
        return await with_days_off(play, found["days"])
    if line == _MORNING:
        return await morning(play)
    return await _done(play, line)


async def _done(play: Stage, line: str) -> list[Letter]:
    if found := _MONTH.match(line):
        await play.used_up(int(found["limit"]), int(found["used"]))
        return []
    if found := _ENDED.match(line):  # what a campaign sent into that group
        update = f"UPDATE delivery SET state = ?, code = ? WHERE id = ({_LAST})"  # noqa: S608
        url = await address(play.folder / "stage.db")
        rows(url, update, *_ENDS[found["how"]], play.chat(found["chat"]))
        return []
    if line == _FETCHED:
        await play.fetched()
        return []
    if line == _LOST:
        url = await address(play.folder / "stage.db")
        rows(url, "UPDATE attachment SET state = 'refused'")
        return []
    if found := _DEAD.match(line):
        play.sites.seen[found["url"]] = Seen("dead", "404")
        return []
    if line == _READ:
        return await fetch_all(play)
    if found := _SENT_FILE.match(line):
        return await send_file(
            play, found["who"], found["name"], written(found["lines"], found["name"])
        )
    if found := ELSEWHERE.match(line):
        return await elsewhere(play, found["who"], found["channel"], found["text"])
    if found := _FORWARDED.match(line):
        lines = [part.split("：", 1) for part in found["lines"].split("｜")]
        return await play.say(found["who"], forwarded=[(who, text) for who, text in lines])
    if found := _PRESSED.match(line):
        return await play.press(found["who"], found["label"], group=found["group"])
    found = _SAID.match(line)
    assert found, f"not a line of a dialogue: {line}"
    return await play.say(
        found["who"], found["text"], group=found["group"], files=int(found["files"] or 0)
    )


def _shown(play: Stage, letter: Letter) -> str:
    update = "（改）" if letter.update else ""
    text = letter.message.text.replace("  \n", " / ").replace("\n", " / ")
    if letter.message.file is not None:
        text = f"〔{letter.message.file.name}〕"
    options = "".join(f"[{option.label}]" for option in letter.message.options)
    return f"    → {place(play, letter)}{update}：{text}{options}"


def _fits(expected: str, shown: str) -> bool:
    """Match fragments in their order; …… stands for anything between them."""
    at = 0
    for fragment in expected.strip().split("……"):
        at = shown.find(fragment.strip(), at)
        if at < 0:
            return False
        at += len(fragment.strip())
    return True


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
async def test_dialogue(text: str, tmp_path: Path) -> None:
    async with stage(tmp_path, beside=MANNERS) as play:
        got: list[str] = []
        for line in [*text.splitlines(), "#"]:
            if not line.strip():
                continue
            if _HEARD.match(line):
                assert got, f"nothing more is sent, yet expected:\n{line}"
                shown = got.pop(0)
                assert _fits(line, shown), f"expected\n{line}\ngot\n{shown}"
                continue
            assert not got, "sent but not written down:\n" + "\n".join(got)
            if line.startswith("#"):
                continue
            if found := _COUNTED.match(line):
                assert _messages(play, found["who"]) == int(found["n"])
                continue
            got = [_shown(play, letter) for letter in await _act(play, line)]


def _messages(play: Stage, who: str) -> int:
    """Count the messages between a person and the robot, both ways."""
    heard = [letter for letter in play.seen if letter.to == play.staff_id(who)]
    return play.said.get(who, 0) + len(heard)


async def test_the_dialogues_ask_every_step_of_every_flow(tmp_path: Path) -> None:
    asked: dict[str, list[Event]] = {name: [] for name in DESKS}
    for number, text in enumerate(WRITTEN.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with stage(folder, beside=MANNERS) as play:
            for line in text.splitlines():
                if line.strip() and not re.match(r"^(\s+→|#|＝)", line):
                    await _act(play, line)
        url = await address(folder / "stage.db")
        for flow, what, step in rows(url, "SELECT flow, what, step FROM flow_event"):
            asked[flow].append(Event(what, step))
    gaps = {name: uncovered(desk.flow, asked[name]) for name, desk in DESKS.items()}
    assert {name: steps for name, steps in gaps.items() if steps} == {}
