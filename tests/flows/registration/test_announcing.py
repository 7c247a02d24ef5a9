"""A written notice reads like a pasted one."""

from __future__ import annotations

import pytest

from flows.registration.announcing import told
from flows.registration.planning import PlanFacts, read
from tests.flows.cases import OFFICE
from tests.flows.registration.rolls import NOW

FACTS = PlanFacts(NOW.date(), OFFICE.days)


@pytest.mark.parametrize(
    "title",
    [
        "关于举办新材料专场对接会的通知",
        "关于召开“新材料专场对接会”的预通知",
        "关于邀请参加新材料专场对接会的函",
    ],
)
def test_the_name_stands_within_the_title(title: str) -> None:
    rows = [("镇海区工商业联合会文件",), ("镇工商联〔2026〕12号",), (title,), ("各有关企业：",)]
    assert read(told(rows), FACTS)["name"] == "新材料专场对接会"


def test_a_title_over_two_lines_is_one() -> None:
    rows = [("关于举办新材料专场",), ("对接会的通知",), ("一、地点：商会",)]
    assert told(rows).splitlines() == ["新材料专场对接会", "一、地点：商会"]


def test_the_rows_of_a_table_are_labels_with_what_stands_beside_them() -> None:
    rows = [("名称", "用工座谈"), ("地 点：", "商会", "名额", "40人"), ("联系人", "王敏")]
    found = read(told(rows), FACTS)
    assert found["name"] == "用工座谈"
    assert found["venue"] == "商会"
    assert found["capacity"] == "40"


def test_numbered_paragraphs_are_labels_too() -> None:
    rows = [("用工座谈会",), ("一、活动时间：12月20日下午2点到4点",), ("二、地点：商会二楼",)]
    found = read(told(rows), FACTS)
    assert found["venue"] == "商会二楼"
    assert "T14:00" in found["when"]


def test_several_lines_in_one_paragraph_stay_lines() -> None:
    assert told([("时间：明天\n地点：商会",), ("",), ("", "尾")]) == "时间：明天\n地点：商会\n尾"
