"""The short forms behind the acts: what they find in one line, what they ask, what they refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine import advance
from flows.engine.flow import Flow, State
from flows.engine.words import Ask, Confirm, Finish, Picked, Said, Say, Start, Submit
from flows.office import Department
from flows.tickets.forms import answer, department, disputes, intake, time
from flows.tickets.forms.common import CaseFacts, Dated, units_in
from tests.flows.asking import played, submitted

DEPARTMENTS = (
    Department("gdj", "国网镇海供电公司", ("供电公司", "供电")),
    Department("jxj", "区经信局", ("经信局", "经信")),
    Department("rsj", "区人社局", ("人社局",)),
    Department("town", "属地镇(街道)", ("街道", "镇")),
)
FACTS = CaseFacts(
    number="ZH-2026-0001",
    departments=DEPARTMENTS,
    proposed=("gdj", "jxj"),
    supports=("gdj", "town"),
    due=date(2026, 12, 1),
    tier="general",
    dues=(Dated("general", date(2026, 12, 1)), Dated("complex", date(2026, 12, 15))),
    waiting=("jxj", "town"),
    lead="gdj",
    today=date(2026, 11, 24),
)
FLOWS: tuple[Flow[Any, CaseFacts], ...] = (
    department.DISPATCH,
    department.SIGN,
    department.CONTACT,
    department.OPINION,
    department.PASS_ON,
    department.WAIVE,
    disputes.RETURN,
    disputes.RULE_MOVED,
    time.ASK_LONGER,
    time.ASK_REST,
    time.RETIER,
    intake.ASK_INFO,
    intake.REJECT,
    answer.SEND_BACK,
    answer.UNHAPPY,
    answer.REPLY,
    intake.SUPPLEMENT,
    intake.WITHDRAW,
)


def play(flow: Flow[Any, CaseFacts], *events: Any, facts: CaseFacts = FACTS) -> list[Any]:
    """Return what the last input brought."""
    return played(flow, events, facts, "ZH-2026-0001")[1]


@pytest.mark.parametrize(
    ("text", "lead", "supports"),
    [
        ("供电公司", "gdj", ("town",)),  # the category's usual 协办, without the 主办 itself
        ("供电公司 协办 经信局、街道", "gdj", ("jxj", "town")),
        ("供电公司、经信局、街道", "gdj", ("jxj", "town")),
        ("主办经信局，配合供电公司", "jxj", ("gdj",)),
        ("供电公司 协办无", "gdj", ()),
        ("供电公司 不用协办", "gdj", ("town",)),
        ("国网镇海供电公司会办区经信局", "gdj", ("jxj",)),
    ],
)
def test_one_line_names_who_leads_and_who_supports(
    text: str, lead: str, supports: tuple[str, ...]
) -> None:
    form = submitted(play(department.DISPATCH, Start(text=text), Confirm()))
    assert (form.lead, form.support_units) == (lead, supports)


def test_a_proposed_department_is_picked_and_shown_for_confirmation() -> None:
    (card,) = play(department.DISPATCH, Start(), Picked("lead", "jxj"))
    assert isinstance(card, Ask)
    assert card.key == "dispatch.review"
    assert card.params["number"] == "ZH-2026-0001"
    assert card.params["due"] == date(2026, 12, 1)


def test_another_tier_brings_its_own_day() -> None:
    (card,) = play(department.DISPATCH, Start(text="供电公司 协办无 复杂"))
    assert card.params["due"] == date(2026, 12, 15)
    form = submitted(play(department.DISPATCH, Start(text="供电公司 协办无 复杂"), Confirm()))
    assert form.tier == "complex"


@pytest.mark.parametrize(
    ("text", "basis", "suggested"),
    [
        ("不属我局职责，建议经信局", "不属我局职责", "jxj"),
        ("供电公司只管表前，应由人社局办", "供电公司只管表前", "rsj"),
        ("这事归经信局管", "这事归经信局管", "jxj"),
        ("不属我局职责", "不属我局职责", None),
        ("建议经信局", None, "jxj"),
        ("不是供电公司的事", "不是供电公司的事", None),
    ],
)
def test_a_return_says_why_and_whose_it_is(
    text: str, basis: str | None, suggested: str | None
) -> None:
    found = disputes.RETURN.read(text, FACTS)
    assert (found.get("basis"), found.get("suggested")) == (basis, suggested)


@pytest.mark.parametrize(
    ("text", "unit", "why", "restart"),
    [
        ("经信局 产业政策归它", "jxj", "产业政策归它", None),
        ("改派给人社局，理由：用工问题", "rsj", "用工问题", None),
        ("经信局 产业政策归它，期限不变", "jxj", "产业政策归它", "no"),
        ("经信局", "jxj", None, None),
    ],
)
def test_a_ruling_says_where_it_goes_and_why(
    text: str, unit: str, why: str | None, restart: str | None
) -> None:
    found = disputes.RULE_MOVED.read(text, FACTS)
    assert (found.get("unit"), found.get("text"), found.get("restart")) == (unit, why, restart)


@pytest.mark.parametrize(
    ("text", "days", "reason"),
    [
        ("5天 待料", "5", "待料"),
        ("二十个工作日 待料", "20", "待料"),
        ("十五天 待料", "15", "待料"),
        ("延期三个工作日，等厂家发货", "3", "等厂家发货"),
        ("待料 10个工作日", "10", "待料"),
        ("待料", None, "待料"),
    ],
)
def test_an_extension_says_how_long_and_why(text: str, days: str | None, reason: str) -> None:
    found = time.ASK_LONGER.read(text, FACTS)
    assert (found.get("days"), found.get("reason")) == (days, reason)


@pytest.mark.parametrize(
    ("text", "reason", "day", "why"),
    [
        ("到12月20日 汛期不能开挖", "season", "2026-12-20", "汛期不能开挖"),
        ("等法院判决，1月10日恢复", "court", "2027-01-10", "等法院判决"),
        ("先放一放", None, None, "先放一放"),
    ],
)
def test_a_rest_says_why_and_until_when(
    text: str, reason: str | None, day: str | None, why: str
) -> None:
    found = time.ASK_REST.read(text, FACTS)
    assert (found.get("reason"), found.get("resume_on")) == (reason, day)
    assert found["text"] == why


def test_an_office_a_name_and_a_number_are_found_in_one_line() -> None:
    form = submitted(play(department.PASS_ON, Start(text="运检部 张工 0574-86270011")))
    assert (form.office, form.handler, form.phone) == ("运检部", "张工", "0574-86270011")


def test_only_an_opinion_that_is_waited_for_is_waived() -> None:
    said = play(department.WAIVE, Start(text="人社局 不需要"))[0]
    assert said.key == "engine.not_offered"


def test_the_lead_does_not_support_itself() -> None:
    effects = play(department.DISPATCH, Start(text="供电公司"), Picked("supports", "gdj,town"))
    assert isinstance(effects[0], Say)
    assert effects[0].key == "dispatch.supports.lead_supports"


def test_an_unknown_department_is_named_back() -> None:
    said, asked = play(department.DISPATCH, Start(), Said("火星局"))
    assert (said.key, said.params["given"]) == ("dispatch.lead.invalid", "火星局")
    assert asked.fields == ("lead",)


def test_longer_names_win_over_the_shorter_names_inside_them() -> None:
    assert units_in("国网镇海供电公司", DEPARTMENTS) == ("gdj",)  # 镇 is not the town here
    assert units_in("街道和供电", DEPARTMENTS) == ("town", "gdj")
    assert units_in("", DEPARTMENTS) == ()


@pytest.mark.parametrize(
    "text",
    ["李强 13805740021", "经办人李强，电话138 0574 0021", "13805740021 李强", "李强13805740021"],
)
def test_a_handler_and_a_number_are_found_in_one_line(text: str) -> None:
    form = submitted(play(department.SIGN, Start(text=text)))
    assert (form.handler, form.phone) == ("李强", "13805740021")


def test_a_landline_with_its_area_code_will_do() -> None:
    assert (
        submitted(play(department.SIGN, Start(text="李强 0574-86270011"))).phone == "0574-86270011"
    )


def test_what_is_known_of_the_liaison_signs_at_once() -> None:
    facts = CaseFacts("ZH-2026-0001", handler="李强", handler_phone="13805740021")
    assert submitted(play(department.SIGN, Start(), facts=facts)).handler == "李强"


def test_a_wrong_number_is_asked_again_with_the_reason() -> None:
    said, asked = play(department.SIGN, Start(text="李强"), Said("86270011"))
    assert said.key == "sign.phone.invalid"
    assert asked.fields == ("phone",)


@pytest.mark.parametrize("said", ["A", "a", "已解决", "1", "解决了"])
def test_an_answer_ends_with_what_became_of_the_problem(said: str) -> None:
    text = "线路已检修完毕，支线开关十一月二十六日前更换。"
    form = submitted(play(answer.REPLY, Start(given={"text": text}), Said(said)))
    assert (form.text, form.outcome) == (text, "A")


def test_a_single_character_is_no_sentence() -> None:
    said, asked = play(department.CONTACT, Start(), Said("好"))
    assert said.key == "contact.text.invalid"
    assert asked.fields == ("text",)


def test_a_supplement_gathers_until_it_is_finished() -> None:
    effects = play(intake.SUPPLEMENT, Start(), Said("又停了"), Said("", ("f1",)), Finish())
    (done,) = [effect for effect in effects if isinstance(effect, Submit)]
    assert done.form == intake.SupplementForm(text="又停了")
    assert done.files == ("f1",)


def test_an_empty_supplement_is_not_filed() -> None:
    said, asked = play(intake.SUPPLEMENT, Start(), Finish())
    assert said.key == "supplement.text.invalid"
    assert isinstance(asked, Ask)


def test_a_withdrawal_is_confirmed_first() -> None:
    (card,) = play(intake.WITHDRAW, Start())
    assert card.key == "withdraw.review"
    assert submitted(play(intake.WITHDRAW, Start(), Confirm())) is not None


inputs = st.one_of(
    st.text(max_size=60).map(Said),
    st.sampled_from([Said("供电公司"), Said("1"), Said("A"), Confirm(), Finish()]),
    st.sampled_from(["lead", "supports", "outcome", "text"]).map(lambda f: Picked(f, "gdj")),
)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
@given(events=st.lists(inputs, max_size=8))
def test_no_sequence_of_inputs_breaks_a_form(flow: Flow[Any, CaseFacts], events: list[Any]) -> None:
    state = State(flow=flow.name, subject="ZH-2026-0001")
    for event in [Start(), *events]:
        turn = advance(flow, state, event, FACTS)
        state = turn.state
        assert turn.effects
        for effect in turn.effects:
            if isinstance(effect, Submit):
                assert flow.form.model_validate(effect.form.model_dump()) == effect.form
        if state.phase != "open":
            return
