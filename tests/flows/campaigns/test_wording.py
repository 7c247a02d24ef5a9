"""The check of wording (错敏词, U16): each finding, its place, its identity."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE
from flows.campaigns.findings import Fault
from flows.campaigns.lexicon import Lexicon, Wording
from flows.campaigns.links import links
from flows.campaigns.wording import check, uncleared
from tests.flows.campaigns.lexicons import LEXICON, NOW, findings, told

SCRAPS = st.lists(
    st.sampled_from(
        [
            *(
                "方知远",
                "沈立本",
                "区长",
                "书记",
                "副",
                "原",
                "、",
                "，",
                "。",
                "\n",
                "鄞州区",
                "王五",
            ),
            *("12月1日", "（周三）", "2月30日", "前", "截止", "17:00", "经信委", "登陆", "台风"),
            *(
                "13805741234",
                "https://",
                "www.gov.cn",
                "evil.com",
                "@",
                "𠮷",
                "12",
                "月",
                "日",
                " ",
            ),
        ]
    ),
    max_size=25,
).map("".join)

# A notice in which everything of U16 is wrong at once.
NOTICE = """关于组织参加政策宣讲会的通知
区长沈立本、区委书记方知远将出席，原定主持人为区长顾维桢。
时间：12月1日（周三）下午2点。请于11月20日前报名。
联系人：王工，13805741234。
详见 http://www.zhenhai.gov.cn/tz 或 https://zhenhai-gov.cn/bm
承办：镇海区经信委，区攻府大楼。"""


def test_everything_that_is_wrong_with_a_notice_is_found_in_its_order() -> None:
    found = findings(NOTICE)
    assert [one.number for one in found] == [*range(1, 10)]
    assert [(one.fault.value, one.line) for one in found] == [
        ("order", 2),
        ("post_over", 2),
        ("weekday", 3),
        ("past", 3),
        ("mobile", 4),
        ("not_https", 5),
        ("host", 5),
        ("body", 6),
        ("wording", 6),
    ]
    assert all(NOTICE[one.start : one.end] == one.words for one in found)


def test_a_notice_in_which_nothing_is_wrong_has_no_findings() -> None:
    text = """关于组织参加政策宣讲会的通知
区委书记方知远、区长沈立本将出席。
时间：12月1日（周二）下午2点。请于11月30日17:00前报名。
电话：0574-86271234，手机13805740000。
详见 https://www.zhenhai.gov.cn/tz?id=1。
承办：镇海区经济和信息化局。请登录平台填报，台风登陆期间顺延。专精特新企业优先。"""
    assert told(text) == []


# Institutions and set phrases ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("区经信委", [("body", "经信委", "镇海区经济和信息化局")]),
        ("镇海区经信委", [("body", "镇海区经信委", "镇海区经济和信息化局")]),
        ("区攻府", [("wording", "攻府", "政府")]),
        ("专精特新企业", []),
        ("专精新特企业", [("wording", "专精新特", "专精特新")]),
        ("专精特企业", [("wording", "专精特", "专精特新")]),
        ("台风登陆前请登陆平台", [("wording", "登陆", "登录")]),
        ("区税务局", [("body_short", "区税务局", "国家税务总局宁波市镇海区税务局")]),
        ("国家税务总局宁波市镇海区税务局负责，请到区税务局办理", []),
        (
            "请到区税务局（国家税务总局宁波市镇海区税务局）办理",
            [("body_short", "区税务局", "国家税务总局宁波市镇海区税务局")],
        ),
    ],
)
def test_names_and_phrases_are_written_in_one_way(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    assert told(text) == found


def test_a_word_added_to_the_lexicon_is_found_from_then_on() -> None:
    text = "支持中小微企业发展壮大"
    assert told(text) == []
    more = replace(LEXICON, wordings=(*LEXICON.wordings, Wording("小微企业", ("中小微企业",))))
    assert told(text, more) == [("wording", "中小微企业", "小微企业")]


# Numbers and links ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("王工13805741234", ["13805741234"]),
        ("王工 138 0574 1234", ["138 0574 1234"]),
        (
            "王工138-0574-1234，李工１３９０５７４１２３４",
            ["138-0574-1234", "１３９０５７４１２３４"],
        ),
        ("咨询0574-86271234、12345", []),
        ("单位手机13805740000", []),
        ("合同号13805741234", []),
        ("身份证11010519491231002X", ["11010519491231002X"]),
        ("统一社会信用代码91330211MA2AF12345", []),
        ("编号110105194912310021", []),  # its check digit is wrong
    ],
)
def test_personal_numbers_are_found_and_those_of_the_office_are_not(
    text: str, words: list[str]
) -> None:
    assert [one.words for one in findings(text)] == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://www.zhenhai.gov.cn/a", []),
        ("打开https://example.cn/x?y=1#z点击申报", []),
        (
            "http://example.cn/x。",
            [("not_https", "http://example.cn/x", "https://example.cn/x")],
        ),
        ("登录www.example.cn查看", [("not_https", "www.example.cn", "https://www.example.cn")]),
        ("https://example.cn:8443/", []),
        ("https://EXAMPLE.cn./", []),
        ("https://badexample.cn/", [("host", "https://badexample.cn/", "")]),
        ("https://example.cn.bad.com/", [("host", "https://example.cn.bad.com/", "")]),
        ("https://example.cn@bad.com/", [("host", "https://example.cn@bad.com/", "")]),
        (
            "https://bad.com\\.example.cn/",
            [("host", "https://bad.com\\.example.cn/", "")],
        ),
        ("https://例子.cn/", [("host", "https://", "")]),
        ("dingtalk://dingtalkclient/page", [("host", "dingtalk://dingtalkclient/page", "")]),
        ("邮箱wang@example.cn", []),
        ("附件1.docx，3.5万元", []),
    ],
)
def test_links_lead_to_known_hosts_over_https(text: str, found: list[tuple[str, str, str]]) -> None:
    assert told(text) == found


def test_the_links_are_listed_for_whoever_tries_them() -> None:
    found = links("见https://a.gov.cn/1，https://b.gov.cn/2）。")
    assert [one.written for one in found] == ["https://a.gov.cn/1", "https://b.gov.cn/2"]
    assert [one.host for one in found] == ["a.gov.cn", "b.gov.cn"]


# Identities ----------------------------------------------------------------------------------


def test_what_is_cleared_stays_cleared_while_other_lines_change() -> None:
    text = "联系王工13805741234。\n请登陆平台。"
    mobile, wording = findings(text)
    assert uncleared((mobile, wording), {mobile.identity}) == (wording,)
    later = findings("新的一行。\n" + text.replace("登陆", "登录"))
    assert uncleared(later, {mobile.identity}) == ()


@pytest.mark.parametrize(
    "changed",
    [
        "联系王工13805741235。",  # other words
        "有事联系王工13805741234。",  # another sentence around them
    ],
)
def test_a_change_of_the_words_brings_it_back(changed: str) -> None:
    (before,) = findings("联系王工13805741234。")
    assert len(uncleared(findings(changed), {before.identity})) == 1


def test_the_same_words_twice_are_two_findings() -> None:
    twice = findings("请登陆，再登陆。")
    assert len({one.identity for one in twice}) == 2
    assert len(uncleared(twice, {twice[0].identity})) == 1


def test_another_proposal_is_another_finding() -> None:
    (before,) = findings("请登陆平台")
    (after,) = findings("请登陆平台", Lexicon(wordings=(Wording("登入", ("登陆",)),)))
    assert before.words == after.words
    assert before.identity != after.identity


def test_the_zone_of_the_host_changes_nothing() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=OFFICE_ZONE)
    utc = late.astimezone(NOW.tzinfo).astimezone()
    assert (
        check("请于11月30日前报名", LEXICON, late)
        == check("请于11月30日前报名", LEXICON, utc)
        == ()
    )


def test_an_empty_lexicon_still_finds_dates_and_numbers() -> None:
    found = check("12月1日（周三）联系13805741234，区长张三", Lexicon(), NOW)
    assert [one.fault for one in found] == [Fault.WEEKDAY, Fault.MOBILE]


@given(SCRAPS)
def test_findings_are_in_order_inside_the_text_and_the_same_each_time(text: str) -> None:
    found = findings(text)
    assert found == findings(text)
    assert [one.number for one in found] == [*range(1, len(found) + 1)]
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert len({one.identity for one in found}) == len(found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.words == text[one.start : one.end]
        assert one.line == text[: one.start].count("\n") + 1
