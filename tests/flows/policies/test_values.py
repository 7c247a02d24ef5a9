"""How numbers are read that enterprises and staff write: exactly, or asked again."""

from __future__ import annotations

import pytest

from bot.config import load_config
from flows.policies.answers import PolicyFacts
from flows.policies.asking import FactsForm
from flows.policies.conditions import Field
from flows.policies.firm_facts import named, read_told
from flows.policies.sheet import read_sheet
from tests.flows.policies.policies import TODAY

SETTINGS = load_config().policies.settings()


def told(field: str, text: str) -> str | None:
    """Return what is kept of a value, None = it is named as wrong."""
    return read_told({field: text}, TODAY, SETTINGS).values.get(field)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("86", "86"),
        ("大概８６人左右", "86"),
        ("100多人", "100"),
        ("1,200", "1200"),
        ("1万", "10000"),
        ("1.2万人", "12000"),
        ("2千", "2000"),
        ("1亿", "100000000"),
        ("-5", None),
        ("负5", None),
        ("1e400", None),
        ("1万2", None),
        ("一百86", None),
        ("不到100人", None),
        ("86到90", None),
        ("1,2,3", None),
        ("86%", None),
        ("1.23456万", None),
    ],
)
def test_a_number_of_people_is_read_whole_or_not_at_all(text: str, kept: str | None) -> None:
    assert told("staff", text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("3.5", "3.5"),
        ("占5%左右", "5"),
        ("百分之5", "5"),
        ("0", "0"),
        ("100%", "100"),
        ("0.5%", "0.5"),
        ("百分之0.5", "0.5"),
        ("0.05", None),
        ("千分之5", None),
        ("-5", None),
        ("1e400", None),
        ("1万", None),
        ("101%", None),
    ],
)
def test_a_share_below_one_is_kept_only_with_its_sign(text: str, kept: str | None) -> None:
    values = read_told({"rd_share": text}, TODAY, SETTINGS).values
    facts = FactsForm.model_validate(values).facts("甲", TODAY, "1")
    assert [one.value for one in facts if one.field is Field.RD_SHARE] == (
        [(kept,)] if kept else []
    )


def test_a_share_that_may_be_meant_otherwise_is_asked_about() -> None:
    ((field, said),) = read_told({"rd_share": "0.05"}, TODAY, SETTINGS).wrong
    assert (field, said.key) == ("rd_share", "firm_facts.rd_share.unsure")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("3,200", "3200"),
        ("约3200", "3200"),
        ("，", None),
        ("约,", None),
        ("-5", None),
        ("-5万元", None),
        ("1e5万", None),
        ("9" * 400, None),
    ],
)
def test_a_revenue_without_a_digit_is_none(text: str, kept: str | None) -> None:
    assert told("revenue", text) == kept


@pytest.mark.parametrize(
    ("typed", "firm", "said"),
    [
        ("恒通紧固件 人数86", "恒通紧固件", {"staff": "86"}),
        ("恒通紧固件 营收3200万，人数86", "恒通紧固件", {"revenue": "3200万", "staff": "86"}),
        ("恒通紧固件 规模中型", "恒通紧固件 规模中型", {}),
        ("好了，成立大会明天开", "好了，成立大会明天开", {}),
    ],
)
def test_a_number_right_behind_its_field_belongs_to_it(
    typed: str, firm: str, said: dict[str, str]
) -> None:
    assert named(typed) == (firm, said)


@pytest.mark.parametrize("column", ["支持标准", "申报条件", "备注"])
def test_a_cell_longer_than_is_read_is_named_with_its_column(column: str) -> None:
    cells = {"标题": "设备补助", "支持标准": "补10万", "申报截止": "常年", column: "长" * 3001}
    (one,) = read_sheet((tuple(cells), tuple(cells.values())), PolicyFacts(TODAY)).rows
    assert one.form is None
    assert [said.key for _, said in one.wrong] == ["engine.too_long"]
