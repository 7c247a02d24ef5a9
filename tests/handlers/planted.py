"""A case with a word of its own in every child record, and who may come across which of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.tickets.case import (
    Attempt,
    CoTask,
    Instruction,
    Meeting,
    Note,
    Outcome,
    Reply,
    ReturnRequest,
    Satisfaction,
    StageReply,
    State,
    Supervision,
    Suspension,
    Tier,
)
from flows.tickets.children import RestReason
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    SUPPORT,
    carry,
    change,
    known,
    person,
)
from tests.stage import Stage

SECOND, OUTSIDE, SECRETARY, INSPECTOR = "胡志明", "孙海波", "吴倩", "林峰"
ADMIN = "管理员甲"
SHIPPED = Path(__file__).parents[2] / "config" / "people.toml"

WORDS: Mapping[str, str] = {
    "text": "子鼠丑牛",
    "elsewhere": "寅虎卯兔",
    "added": "辰龙巳蛇",
    "unhappy": "午马未羊",
    "contact": "申猴酉鸡",
    "stage": "戌狗亥猪",
    "reply": "甲木乙木",
    "opinion of jxj": "丙火丁火",
    "opinion of zjj": "戊土己土",
    "note of gdj": "庚金辛金",
    "note of jxj": "壬水癸水",
    "note of the office": "乾天坤地",
    "decision": "震雷巽风",
    "dispute of gdj": "坎水离火",
    "dispute of rsj": "艮山兑泽",
    "ruling": "春分清明",
    "request": "谷雨立夏",
    "meeting": "小满芒种",
    "letter to gdj": "夏至小暑",
    "letter to jxj": "大暑立秋",
    "agenda": "处暑白露",
    "office": "秋分寒露",
    "rating": "霜降立冬",
    "instruction": "小雪大雪",
}
"""What stands in which child record; nothing else in the office says these words."""

_TEXT = {"text", "elsewhere", "added", "stage"}
_ENTERPRISE = {*_TEXT, "unhappy", "contact"}
_ABOVE = {name for name in WORDS if name != "instruction"}
READS: Mapping[str, set[str]] = {
    OWNER: _ENTERPRISE,
    LIAISON: {
        *_ENTERPRISE,
        *("reply", "opinion of jxj", "opinion of zjj", "note of gdj", "note of the office"),
        *("decision", "dispute of gdj", "ruling", "request", "meeting", "letter to gdj"),
    },
    SUPPORT: {*_TEXT, "opinion of jxj", "note of jxj", "letter to jxj"},
    SECOND: {*_TEXT, "opinion of zjj"},
    CLERK: _ABOVE,
    HEAD: _ABOVE,
    LEADER: _ABOVE,
    INSPECTOR: _ABOVE,
    SECRETARY: _ABOVE - {"rating"},
    OUTSIDE: set(),
    ADMIN: set(),
    "路人乙": set(),
}
"""Who reads what while the answer is not audited; once it is, `AUDITED` read it too."""
AUDITED = (OWNER, SUPPORT, SECOND)
SEARCHED = {
    *("text", "added", "unhappy", "contact", "opinion of jxj", "opinion of zjj", "note of gdj"),
    *("note of jxj", "note of the office", "decision", "office"),
}
"""What 查 looks through."""


def with_administrator(folder: Path) -> Path:
    """Write an overlay with the shipped people and one who is administrator alone."""
    overlay = folder / "overlay"
    overlay.mkdir()
    text = SHIPPED.read_text("utf-8") + person(ADMIN, '["admin"]')
    (overlay / "people.toml").write_text(text, "utf-8")
    return overlay


async def plant(play: Stage, state: State = State.REPLIED, **more: Any) -> None:
    """Lead a case up to a state and put a word into every child record of it."""
    await carry(play, State.ACCEPTED)
    at = play.clock.now
    ids = {name: (await known(play, name)).id for name in (OWNER, CLERK, LIAISON, SUPPORT)}

    def note(kind: str, word: str, by: str, unit: str = "") -> Note:
        return Note(kind=kind, text=WORDS[word], by=ids[by], at=at, unit=unit)

    def dispute(unit: str, word: str) -> ReturnRequest:
        ruling = {"ruling": WORDS["ruling"], "ruler": ids[CLERK], "ruled_at": at}
        return ReturnRequest(unit=unit, basis=WORDS[word], by=ids[LIAISON], at=at, **ruling)

    def letter(clock: str, word: str, rung: int = 2) -> Supervision:
        answered = {"answered_by": ids[LIAISON], "answered_at": at, "answer": WORDS[word]}
        return Supervision(
            rung=rung,
            clock=clock,
            deadline=at,
            at=at,
            number=f"2026-{rung}",
            sent_at=at,
            **answered,
        )

    fields: dict[str, Any] = {
        "state": state,
        "tier": Tier.COMPLEX,  # every leader reads it
        "body": WORDS["text"],
        "told_elsewhere": WORDS["elsewhere"],
        "lead_unit": "gdj",
        "co_tasks": (
            CoTask(unit="jxj", opinion=WORDS["opinion of jxj"], done=True),
            CoTask(unit="zjj", opinion=WORDS["opinion of zjj"], done=True),
        ),
        "notes": (
            note("supplement", "added", OWNER),
            note("unhappy", "unhappy", OWNER),
            note("contact", "contact", LIAISON, "gdj"),
            note("opinion", "opinion of jxj", SUPPORT, "jxj"),
            note("opinion", "opinion of zjj", SUPPORT),  # as an earlier version kept it
            note("note", "note of gdj", LIAISON, "gdj"),
            note("note", "note of jxj", SUPPORT, "jxj"),
            note("note", "note of the office", CLERK),
            note("not_longer", "decision", CLERK),
            note("call_off", "office", CLERK),
        ),
        "returns": (dispute("gdj", "dispute of gdj"), dispute("rsj", "dispute of rsj")),
        "suspensions": (
            Suspension(
                reason=RestReason.SEASON,
                text=WORDS["request"],
                resume_on=at.date() + timedelta(days=9),
                days=7,
                by=ids[LIAISON],
                at=at,
            ),
        ),
        "meetings": (
            Meeting(kind="talk", on=at.date(), text=WORDS["meeting"], by=ids[CLERK], at=at),
        ),
        "supervisions": (
            letter("handle", "letter to gdj"),
            letter("opinion:jxj", "letter to jxj"),
            letter("rating", "agenda", rung=4),
        ),
        "stages": (StageReply(text=WORDS["stage"], next_on=at.date(), by=ids[LIAISON], at=at),),
        "reply": Reply(
            text=WORDS["reply"], outcome=Outcome.SOLVED, by=ids[LIAISON], at=at, round=0
        ),
        "satisfaction": Satisfaction.DISSATISFIED,
        "attempts": (
            Attempt(by=ids[CLERK], at=at, channel="phone", reached=True, text=WORDS["rating"]),
        ),
        "instructions": (Instruction(leader=ids[CLERK], text=WORDS["instruction"], at=at),),
    }
    await change(play, **{**fields, **more})


def met(text: str) -> set[str]:
    """Return what was come across in a text, by its name."""
    return {name for name, word in WORDS.items() if word in text}
