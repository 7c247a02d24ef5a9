"""What a pasted notice gives away of a policy."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE
from flows.policies.conditions import Condition, Field, Op
from flows.policies.demands import conditions
from flows.policies.money import ceiling, worth
from flows.policies.periods import Window, validity, window
from flows.policies.reading import Found, read
from tests.flows.policies.notices import NOTES, PASTED, TODAY, Pasted, at

SILENT = Found()


def told(one: Condition) -> tuple[str, ...]:
    """Write a condition as the table has it."""
    if one.field is Field.TEXT:
        return ("", one.text)
    return (one.field.value, one.op.value, *one.value)


@pytest.mark.parametrize("pasted", PASTED, ids=lambda one: one.name)
def test_every_field_of_a_pasted_notice_is_read(pasted: Pasted) -> None:
    found = read(pasted.text, TODAY, NOTES)
    names = [one.name for one in fields(Found) if one.name not in {"conditions", "materials"}]
    assert {name: getattr(found, name) for name in names} == {
        name: pasted.says.get(name, getattr(SILENT, name)) for name in names
    }
    assert tuple(told(one) for one in found.conditions) == pasted.asks
    assert found.materials == pasted.materials


# One sentence at a time ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told_so", "closes"),
    [
        ("申报截止时间：2026年12月20日", at(12, 20)),
        ("申报截止日期为12月20日下午5点", at(12, 20, 17, 0)),
        ("请于12月20日前提交申请", at(12, 20)),
        ("申报材料请于2026年12月20日（周日）16:00之前报送", at(12, 20, 16, 0)),
        ("申报时间：2026年12月1日至20日", at(12, 20)),
        ("申报时间：2026年12月1日-2027年1月20日", at(1, 20, year=2027)),
        ("申报时间：12月1日至1月20日", at(1, 20, year=2027)),
        ("自12月1日起，至12月20日止受理申报", at(12, 20)),
        ("即日起至12月20日受理", at(12, 20)),
        ("申报截至2026-12-20", at(12, 20)),
        ("受理时间：2026/12/1-2026/12/20", at(12, 20)),
        ("申报延长至二〇二六年十二月二十日", at(12, 20)),
        ("申报截止12.20", at(12, 20)),
        ("申报截止：12月底", at(12, 31)),
        ("申报截止：12月20日24:00", at(12, 21, 0, 0)),
        ("申报常年受理", None),
        ("公示期至12月20日，逾期不受理异议", None),
        ("本办法有效期至2027年12月20日", None),
    ],
)
def test_the_close_is_read_in_every_usual_wording(told_so: str, closes: datetime | None) -> None:
    assert read(f"关于申报某某奖励的通知\n{told_so}", TODAY, NOTES).closes_at == closes


@pytest.mark.parametrize(
    ("told_so", "begins", "ends"),
    [
        ("自2024年3月1日起施行，有效期3年", date(2024, 3, 1), date(2027, 2, 28)),
        ("本办法自发布之日起施行，有效期至2027年12月31日", date(2024, 1, 20), date(2027, 12, 31)),
        ("自印发之日起30日后施行", date(2024, 2, 19), None),
        ("有效期：2025年1月1日至2027年12月31日", date(2025, 1, 1), date(2027, 12, 31)),
        ("执行期限至2027年12月31日", None, date(2027, 12, 31)),
        ("自2024年2月29日起实施，有效期为一年", date(2024, 2, 29), date(2025, 2, 28)),
        ("施行日期：2024年4月1日；失效日期：2026年3月31日", date(2024, 4, 1), date(2026, 3, 31)),
        ("企业成立3年以上", None, None),
    ],
)
def test_from_when_until_when_it_holds_is_read(
    told_so: str, begins: date | None, ends: date | None
) -> None:
    found = validity(told_so, date(2024, 1, 20), TODAY)
    assert (found.effective_on, found.valid_until) == (begins, ends)


@pytest.mark.parametrize(
    ("support", "most"),
    [
        ("最高不超过100万元", "100"),
        ("给予20万元一次性奖励", "20"),
        ("对投资额500万元以上的项目，按10%补助，单个项目上限1,000万元", "1000"),
        ("国家级奖励50万元、省级奖励30万元", "50"),
        ("每人补贴1500元，单家企业最高30万元", "30"),
        ("奖励一百二十万元", "120"),
        ("一次性奖励5000元", "0.5"),
        ("给予最高1.5亿元支持", "15000"),
        ("对总投资不超过1亿元的项目给予贴息，封顶200万元", "200"),
        ("对年营业收入超过3亿元的企业，上门服务", None),
        ("企业免费", None),
        ("按奖励基数200万元的一半给予，最高不超过100万元", "100"),
        ("每台补贴10万元", None),
    ],
)
def test_the_most_that_is_given_is_no_amount_of_the_enterprise(
    support: str, most: str | None
) -> None:
    found = ceiling(support)
    assert (None if found is None else f"{found.normalize():f}") == most


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("营业收入2000万元以上", [("revenue", ">=", "2000")]),
        ("上年度销售收入不超过3亿元", [("revenue", "<=", "30000")]),
        ("研发费用占比不低于3%", [("rd_share", ">=", "3")]),
        ("注册在镇海区", [("region", "in", "镇海区")]),
        ("在本区注册", [("region", "in", "镇海区")]),
        ("在骆驼街道登记注册", [("region", "in", "骆驼街道")]),
        ("认定为专精特新", [("tag", "has", "专精特新")]),
        ("高新技术企业或专精特新企业", [("tag", "in", "高新技术企业", "专精特新")]),
        ("未列入经营异常名录", [("tag", "not", "经营异常")]),
        ("未认定为高新技术企业", [("tag", "not", "高新技术企业")]),
        ("从业人员不少于50人", [("staff", ">=", "50")]),
        ("员工300人以下", [("staff", "<=", "300")]),
        ("成立满2年", [("founded_on", ">=", "2")]),
        ("成立不超过五年", [("founded_on", "<=", "5")]),
        ("2024年1月1日以后注册成立", [("founded_on", ">=", "2024-01-01")]),
        ("从事制造业", [("industry", "in", "制造业")]),
        ("小微企业", [("size", "in", "micro", "small")]),
    ],
)
def test_a_certain_condition_is_read_with_its_words(
    line: str, asked: list[tuple[str, ...]]
) -> None:
    found = conditions(line, NOTES.known)
    assert [told(one) for one in found] == asked
    assert {one.text for one in found} == {line}


@pytest.mark.parametrize(
    "line",
    [
        "营业收入增长10%以上",
        "近三年累计营业收入5000万元以上",
        "营业收入2000万元以上或纳税100万元以上",
        "原则上注册在镇海区",
        "拟申报专精特新",
        "高新技术企业、专精特新企业",
        "营业收入2000万元",
        "信用良好",
        "除餐饮外的中小微企业",
        "重点项目：上年度营业收入不低于2亿元",
    ],
)
def test_what_is_not_certain_keeps_its_words_alone(line: str) -> None:
    assert conditions(line, NOTES.known) == (Condition(text=line),)


def test_what_a_certain_condition_leaves_over_is_kept_beside_it() -> None:
    found = conditions("注册在镇海区的瞪羚企业，无安全事故", NOTES.known)
    assert [told(one) for one in found] == [
        ("region", "in", "镇海区"),
        ("tag", "has", "瞪羚企业"),
        ("", "无安全事故"),
    ]


def test_limits_that_cannot_all_be_meant_keep_their_words_alone() -> None:
    lines = "营业收入2亿元以上\n营业收入2000万元以上\n在镇海区注册"
    found = conditions(lines, NOTES.known)
    assert [one.field for one in found] == [Field.TEXT, Field.TEXT, Field.REGION]


def test_tags_on_lines_of_their_own_may_be_either() -> None:
    found = conditions("高新技术企业\n专精特新企业", NOTES.known)
    assert found == (Condition(text="高新技术企业"), Condition(text="专精特新企业"))


def test_a_chapter_in_other_words_is_known_by_what_it_speaks_of() -> None:
    text = "关于征集项目的通知\n一、经费支持\n最高资助50万元。\n二、未尽事宜\n最高法另有规定。"
    found = read(text, TODAY, NOTES)
    assert (found.support, found.conditions) == ("最高资助50万元。", ())


def test_papers_on_one_line_are_told_apart() -> None:
    found = read("奖励申报开始了！材料：发票、合同、验收申请表。", TODAY, NOTES)
    assert found.materials == ("发票", "合同", "验收申请表")


def test_the_day_by_which_money_is_paid_is_no_close() -> None:
    text = "关于兑现奖励的通知\n兑现时限：2026年12月31日前拨付到账"
    assert read(text, TODAY, NOTES).closes_at is None


def test_a_section_of_a_department_is_nobody_to_ask_for() -> None:
    text = "关于奖励的通知\n一、联系人及联系方式\n计划科 赵敏 0574-86290033"
    assert read(text, TODAY, NOTES).contact == "赵敏"


def test_a_paper_that_is_only_cited_is_not_the_own_number() -> None:
    cited = "关于申报奖励的通知\n根据《意见》（镇政发〔2024〕5号），请于12月20日前申报。"
    assert read(cited, TODAY, NOTES).docno == ""


def test_a_link_that_is_not_https_is_found_and_not_taken() -> None:
    found = read("关于申报奖励的通知\n申报网址：http://a.example.com/x", TODAY, NOTES)
    assert (found.links, found.apply_url) == (("http://a.example.com/x",), "")


def test_a_bureau_of_the_city_is_not_the_one_of_the_district() -> None:
    text = "关于申报奖励的通知\n内容如下\n宁波市财政局\n2026年11月1日"
    assert read(text, TODAY, NOTES).unit == ""


@pytest.mark.parametrize("text", ["", " ", "好的", "。", "一、", "申报条件", "《》", "第三条"])
def test_a_text_that_says_nothing_gives_nothing_away(text: str) -> None:
    found = read(text, TODAY, NOTES)
    assert (found.docno, found.closes_at, found.conditions) == ("", None, ())


WORDS = st.sampled_from(
    [
        *(
            "申报条件：",
            "一、",
            "支持标准",
            "在镇海区注册",
            "镇政办发",
            "〔2024〕",
            "5号",
            "\n",
            "，",
            "。",
            "；",
        ),
        *(
            "最高",
            "100万元",
            "12月",
            "20日",
            "前",
            "至",
            "2026年",
            "截止",
            "有效期",
            "3年",
            "联系人：",
            "或",
        ),
        *(
            "营业收入",
            "不低于",
            "2000",
            "万元",
            "以上",
            "%",
            "二〇二六",
            "2月30日",
            "https://",
            "(",
            "）",
            "24:00",
        ),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map("".join)))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read(text, TODAY, NOTES)
    assert found.ceiling is None or found.ceiling >= 0
    assert found.closes_at is None or found.closes_at.tzinfo is OFFICE_ZONE


@pytest.mark.parametrize(("written", "ten_thousands"), [("3000元", "0.3"), ("1,200万元", "1200")])
def test_amounts_are_counted_in_ten_thousands(written: str, ten_thousands: str) -> None:
    found = worth(written)
    assert found is not None
    assert f"{found.normalize():f}" == ten_thousands


def test_a_day_alone_closes_with_the_office() -> None:
    found = window("申报截止12月20日", "", TODAY, time(16, 45))
    assert found == Window(None, at(12, 20, 16, 45))


def test_a_negated_number_is_not_turned_round() -> None:
    assert conditions("营业收入未达到2000万元", NOTES.known)[0].field is Field.TEXT


def test_a_condition_that_must_not_be_is_told_by_its_operator() -> None:
    assert conditions("无失信记录", NOTES.known)[0].op is Op.NOT
