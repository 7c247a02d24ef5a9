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
from flows.tickets.acting import Act
from flows.tickets.case import State as CaseState
from flows.tickets.moves import MOVES
from handlers import DESKS
from handlers.heard import HEARD
from handlers.ports import Text
from tests.handlers.campaign_facts import CAMPAIGN_FACTS
from tests.handlers.event_facts import EVENT_FACTS
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LIAISON,
    OWNER,
    carry,
    heard,
    history,
    people,
    person,
    ticket,
)
from tests.stage import Stage, stage

TEXTS = Texts(load_config().texts)
UNSHOWN = ("${", "Key(", "ticket.", "state.", "None")


def test_every_act_says_who_hears_of_it() -> None:
    assert set(HEARD) == set(Act) - {Act.FILE}  # 登记 is told by what files it


GIVEN = "@王敏 交办 1 供电公司 协办 经信局 一般|@王敏 确认|@李强 签收 1|"
RETURNED = "@李强 退单 1 不属我司职责，建议住建局|@李强 确认|"

# What leads to each act from a state, and who says it; others are named in front: @李强 签收 1.
SECOND = "@别人 我是宏业铸造厂的沈丽，13957401234。昨天起我们厂又停电跳闸，希望尽快查清|@别人 确认|"
LINES: dict[Act, tuple[CaseState, str, str]] = {
    Act.ASK_INFO: (CaseState.SUBMITTED, CLERK, "请补充 1 在哪条路上"),
    Act.REJECT: (CaseState.SUBMITTED, HEAD, "不予受理 1 不归我们管|12345 热线"),
    Act.ASK_REJECT: (CaseState.SUBMITTED, CLERK, "不予受理 1 属于劳动争议，请找区仲裁院"),
    Act.OBJECT: (
        CaseState.SUBMITTED,
        OWNER,
        "@周岚 不予受理 1 不归我们管，请找区仲裁院|有异议 1 是停电",
    ),
    Act.MERGE: (CaseState.SUBMITTED, CLERK, f"{SECOND}并案 2 到 1"),
    Act.UNMERGE: (CaseState.SUBMITTED, CLERK, f"{SECOND}@王敏 并案 2 到 1|撤销并案 2"),
    Act.JOIN: (CaseState.SUBMITTED, "别人", f"{SECOND}我也有此问题 2"),
    Act.TRANSFER: (CaseState.ASSIGNED, CLERK, "移送 1 区法院 已告知企业起诉"),
    Act.ACCEPT: (CaseState.SUBMITTED, CLERK, "受理 1"),
    Act.ASSIGN: (CaseState.ACCEPTED, CLERK, "交办 1 供电公司 协办 经信局|确认"),
    Act.SIGN: (CaseState.ASSIGNED, LIAISON, "签收 1"),
    Act.CONTACT: (CaseState.IN_PROGRESS, LIAISON, "首联 1 又打过电话"),
    Act.OPINION: (CaseState.IN_PROGRESS, "沈丽君", "协办意见 1 同意供电公司的意见"),
    Act.REPLY: (
        CaseState.IN_PROGRESS,
        LIAISON,
        f"@沈丽君 协办意见 1 同意供电公司的意见|答复 1 {ANSWER}|A",
    ),
    Act.APPROVE: (CaseState.REPLIED, HEAD, "审核通过 1"),
    Act.SEND_BACK: (CaseState.REPLIED, HEAD, "退回 1 写明时间"),
    Act.RATE: (CaseState.CALLBACK, OWNER, "基本满意 1"),
    Act.STAGE: (CaseState.IN_PROGRESS, LIAISON, f"阶段答复 1 {ANSWER}"),
    Act.AS_STAGE: (CaseState.REPLIED, HEAD, "转阶段答复 1 12月4日"),
    Act.TRY: (CaseState.CALLBACK, CLERK, "回访 1 没接通"),
    Act.MESSAGES_ONLY: (CaseState.CALLBACK, OWNER, "只发消息 1"),
    Act.CALLS_TOO: (CaseState.CALLBACK, OWNER, "@陈建国 只发消息 1|可以打电话 1"),
    Act.RATE_FOR: (CaseState.CALLBACK, CLERK, "代评 1 满意 修得挺快"),
    Act.REOPEN: (CaseState.CLOSED, OWNER, "又出现了 1 又停电了"),
    Act.TAKE_UP: (CaseState.CLOSED, "郑伟民", "重启 1 走访时发现的"),
    Act.REDO: (CaseState.CALLBACK, OWNER, "不满意 1 还是停电"),
    Act.LEAD: (CaseState.IN_PROGRESS, HEAD, "领办 1 郑伟民"),
    Act.MEET: (CaseState.IN_PROGRESS, HEAD, "@周岚 领办 1 郑伟民|协调会 1 今天定了先换开关"),
    Act.INSTRUCT: (CaseState.IN_PROGRESS, "郑伟民", "@周岚 领办 1 郑伟民|批示 1 请供电局本周解决"),
    Act.DONE: (
        CaseState.IN_PROGRESS,
        LIAISON,
        "@周岚 领办 1 郑伟民|@郑伟民 批示 1 请供电局本周解决|批示办结 1 开关换好了",
    ),
    Act.PRESS: (CaseState.IN_PROGRESS, CLERK, "催办 1"),
    Act.SUPERVISE: (CaseState.IN_PROGRESS, HEAD, "督办 1 督办单 一直没人去现场"),
    Act.EMERGENCY: (CaseState.IN_PROGRESS, HEAD, "应急 1 厂区积水，等不到上班"),
    Act.NO_EMERGENCY: (
        CaseState.IN_PROGRESS,
        HEAD,
        "@周岚 应急 1 厂区积水，等不到上班|取消应急 1",
    ),
    Act.UNDONE: (
        CaseState.IN_PROGRESS,
        LIAISON,
        "@周岚 领办 1 郑伟民|@郑伟民 批示 1 请供电局本周解决|"
        "@李强 批示办结 1 开关换好了|撤销批示办结 1",
    ),
    Act.FOLLOW_UP: (
        CaseState.ASSIGNED,
        CLERK,
        "@王敏 移送 1 区法院 已告知企业起诉|移送回访 1 法院已立案，12月20日再问",
    ),
    Act.CALL_OFF: (CaseState.CALLBACK, HEAD, "@陈建国 不满意 1 还是停电|撤下 1 已电话李强"),
    Act.SOUND_OUT: (CaseState.ACCEPTED, CLERK, "预交办 1 供电公司"),
    Act.OURS: (CaseState.ACCEPTED, LIAISON, "@王敏 预交办 1 供电公司|归我 1"),
    Act.NOT_OURS: (CaseState.ACCEPTED, LIAISON, "@王敏 预交办 1 供电公司|不归我 1"),
    Act.PASS_ON: (CaseState.IN_PROGRESS, LIAISON, "转科室 1 运检部 张工 0574-86270011"),
    Act.NOTE: (CaseState.IN_PROGRESS, LIAISON, "进展 1 已经订货"),
    Act.WAIVE: (CaseState.IN_PROGRESS, CLERK, "免除协办 1 经信局 与产业政策无关"),
    Act.RETURN: (CaseState.ASSIGNED, LIAISON, "退单 1 不属我司职责，建议住建局|确认"),
    Act.RULE_MOVED: (CaseState.ASSIGNED, CLERK, f"{RETURNED}裁定改派 1 住建局 归住建|确认"),
    Act.RULE_KEPT: (CaseState.ASSIGNED, CLERK, f"{RETURNED}维持 1 归供电"),
    Act.ASK_LONGER: (CaseState.ACCEPTED, LIAISON, f"{GIVEN}申请延期 1 3天 待料"),
    Act.LONGER: (CaseState.ACCEPTED, HEAD, f"{GIVEN}@李强 申请延期 1 3天 待料|同意延期 1"),
    Act.NOT_LONGER: (
        CaseState.ACCEPTED,
        HEAD,
        f"{GIVEN}@李强 申请延期 1 3天 待料|不同意延期 1 等不起",
    ),
    Act.ASK_REST: (CaseState.IN_PROGRESS, LIAISON, "申请挂起 1 到12月20日 汛期不能开挖"),
    Act.REST: (
        CaseState.IN_PROGRESS,
        HEAD,
        "@李强 申请挂起 1 到12月20日 汛期不能开挖|同意挂起 1",
    ),
    Act.NO_REST: (
        CaseState.IN_PROGRESS,
        HEAD,
        "@李强 申请挂起 1 到12月20日 汛期不能开挖|不同意挂起 1 先查原因",
    ),
    Act.RESUME: (
        CaseState.IN_PROGRESS,
        LIAISON,
        "申请挂起 1 到12月20日 汛期不能开挖|@周岚 同意挂起 1|恢复办理 1",
    ),
    Act.CONFIDE: (CaseState.IN_PROGRESS, HEAD, "设为保密 1"),
    Act.RELEASE: (CaseState.IN_PROGRESS, HEAD, "@周岚 设为保密 1|解除保密 1"),
    Act.RETIER: (CaseState.IN_PROGRESS, HEAD, "改难易 1 复杂|确认"),
}
REACHED = sorted({state for state, act in MOVES if act is Act.URGE})


async def reach(play: Stage, state: CaseState) -> None:
    if state is CaseState.NEED_INFO:
        await carry(play, CaseState.SUBMITTED)
        await play.say(CLERK, "请补充 1 在哪条路上")
    elif state is CaseState.RETURN_REVIEW:
        await carry(play, CaseState.ASSIGNED)
        await play.say(LIAISON, "退单 1 不属我司职责，建议住建局")
        await play.say(LIAISON, "确认")
    elif state is CaseState.SUSPENDED:
        await carry(play, CaseState.IN_PROGRESS)
        await play.say(LIAISON, "申请挂起 1 到12月20日 汛期不能开挖")
        await play.say(HEAD, "同意挂起 1")
    else:
        await carry(play, state)
    assert (await ticket(play)).state is state


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
            speaker, _, text = line[1:].partition(" ") if line[0] == "@" else (who, "", line)
            told = await play.say(speaker, text)
        assert heard(play, told, who)
        done = [one for n in (1, 2) for one in await history(play, f"ticket:ZH-2026-{n:04d}")]
        assert act in [entry.act for entry in done]
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
    readers = reply_min = 0
    heads = 1
    number = "ZH-2026-0001"
    due = days = None

    def __getattr__(self, name: str) -> Any:
        if name in {"category", "name"}:
            return lambda ident: None if name == "category" else ident
        if name in {"units", "people", "before"}:
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
    facts = {**EVENT_FACTS, **CAMPAIGN_FACTS}.get(flow.name) or Blank()
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
