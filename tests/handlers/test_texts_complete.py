"""The texts as they are shown: every act's notices and every flow's questions can be worded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import load_config
from bot.texts import Texts
from flows.engine import advance
from flows.engine.flow import Flow, State, Step
from flows.engine.words import (
    Ask,
    Cancel,
    Confirm,
    Edit,
    Finish,
    Key,
    Leave,
    Remind,
    Said,
    Say,
    Skip,
    Start,
    Toggle,
)
from flows.tickets.case import State as CaseState
from flows.tickets.moves import MOVES, Act
from handlers import DESKS
from handlers.acted import NOTICES
from handlers.ports import Text
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LIAISON,
    OWNER,
    carry,
    heard,
    people,
    person,
)
from tests.stage import Stage, stage

TEXTS = Texts(load_config().texts)
UNSHOWN = ("${", "Key(", "ticket.", "state.", "None")


def test_every_act_says_who_hears_of_it() -> None:
    assert set(NOTICES) == set(Act)


# One line for each act in a state where it is possible, and who says it.
LINES: dict[Act, tuple[CaseState, str, str]] = {
    Act.ASK_INFO: (CaseState.SUBMITTED, CLERK, "请补充 1 在哪条路上"),
    Act.REJECT: (CaseState.SUBMITTED, CLERK, "不予受理 1 不归我们管"),
    Act.ACCEPT: (CaseState.SUBMITTED, CLERK, "受理 1"),
    Act.ASSIGN: (CaseState.ACCEPTED, CLERK, "交办 1 供电公司 协办 经信局|确认"),
    Act.SIGN: (CaseState.ASSIGNED, LIAISON, "签收 1"),
    Act.CONTACT: (CaseState.IN_PROGRESS, LIAISON, "首联 1 又打过电话"),
    Act.OPINION: (CaseState.IN_PROGRESS, "沈丽君", "协办意见 1 同意供电公司的意见"),
    Act.REPLY: (CaseState.IN_PROGRESS, LIAISON, f"答复 1 {ANSWER}|A"),
    Act.APPROVE: (CaseState.REPLIED, HEAD, "审核通过 1"),
    Act.SEND_BACK: (CaseState.REPLIED, HEAD, "退回 1 写明时间"),
    Act.RATE: (CaseState.CALLBACK, OWNER, "基本满意 1"),
    Act.REDO: (CaseState.CALLBACK, OWNER, "不满意 1 还是停电"),
}
RUNNING = sorted({state for state, act in MOVES if act is Act.URGE} - {CaseState.SUSPENDED})
REACHED = [state for state in RUNNING if state is not CaseState.RETURN_REVIEW]


async def reach(play: Stage, state: CaseState) -> None:
    if state is CaseState.NEED_INFO:
        await carry(play, CaseState.SUBMITTED)
        await play.say(CLERK, "请补充 1 在哪条路上")
        return
    await carry(play, state)


def overlays(folder: Path, kind: str) -> Path | None:
    """Return an office as it may be: as shipped, without its groups, or with nobody but a clerk."""
    if kind == "shipped":
        return None
    shipped = (Path(__file__).parents[2] / "config" / "people.toml").read_text("utf-8")
    head = shipped.partition("\n[[group]]")[0].replace("\ndemo = true", "")
    return people(folder, head + (person("外人", '["admin"]') if kind == "no_groups" else ""))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("office", ["shipped", "no_groups"])
@pytest.mark.parametrize("act", list(LINES))
async def test_an_act_is_told_in_whole_sentences(tmp_path: Path, act: Act, office: str) -> None:
    async with stage(tmp_path, overlays(tmp_path, office)) as play:
        state, who, lines = LINES[act]
        await carry(play, state)
        for line in lines.split("|"):
            told = await play.say(who, line)
        assert heard(play, told, who)
        for letter in told:
            assert not [mark for mark in UNSHOWN if mark in letter.message.text]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("office", ["shipped", "no_groups"])
@pytest.mark.parametrize("state", REACHED)
async def test_a_reporter_may_urge_add_and_withdraw_in_every_running_state(
    tmp_path: Path, state: CaseState, office: str
) -> None:
    async with stage(tmp_path, overlays(tmp_path, office)) as play:
        await reach(play, state)
        for line in ("催办 1", "补充 1 又停了一次", "撤回 1|确认"):
            for text in line.split("|"):
                told = await play.say(OWNER, text)
            assert "ZH-2026-0001" in heard(play, told, OWNER)
            others = [letter for letter in told if play.where(letter) != OWNER]
            assert others, f"somebody who has the case hears of {line}"


# The flows by themselves ------------------------------------------------------------------------


class Blank:
    """Facts of nothing: every attribute is empty."""

    consent_due = True
    readers = 0
    number = "ZH-2026-0001"
    due = None

    def __getattr__(self, name: str) -> Any:
        if name in {"category", "name"}:
            return lambda ident: None if name == "category" else ident
        if name == "units":
            return {}
        plural = ("departments", "proposed", "supports", "categories", "known")
        return () if name in plural else ""


def steps() -> Iterator[tuple[Flow[Any, Any], Step[Any]]]:
    for desk in DESKS.values():
        for step in desk.flow.steps:
            yield desk.flow, step


def name_of(part: Flow[Any, Any] | Step[Any]) -> str:
    """Name a test after its flow and step."""
    return part.name if isinstance(part, Flow) else part.field


def word(effect: object) -> str:
    """Render an effect as the reception would."""
    match effect:
        case Ask(key=key, params=params, choices=choices):
            labels = " ".join(TEXTS.label(choice.label) for choice in choices)
            return TEXTS.render(Text(key, params)) + labels
        case Say(key=key, params=params):
            return TEXTS.render(Text(key, params))
    return "filed"


EVENTS = (
    *(Said("x"), Said("13805740001"), Said("字" * 6000), Said("", ("f",)), Skip(), Finish()),
    *(Confirm(), Edit(), Remind(), Toggle("anonymous"), Said("又停电了，请帮忙看看"), Leave()),
    *(Said("继续"), Cancel()),
)


@pytest.mark.parametrize(("flow", "step"), list(steps()), ids=name_of)
def test_every_question_and_fault_of_a_step_can_be_worded(
    flow: Flow[Any, Any], step: Step[Any]
) -> None:
    state = State(flow=flow.name, subject="ZH-2026-0001")
    facts = Blank()
    for event in (Start(), Edit(step.field), *EVENTS):
        turn = advance(flow, state, event, facts)
        state = turn.state
        for effect in turn.effects:
            assert word(effect)
    assert TEXTS.render(Text(f"{flow.name}.title"))


def test_a_key_in_a_blank_has_no_blanks_of_its_own() -> None:
    assert (
        TEXTS.render(Text("engine.grown", {"label": Key("report.body.label")})) == "已补进“问题”。"
    )
