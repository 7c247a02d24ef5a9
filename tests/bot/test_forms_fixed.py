"""Fields of a template that are the same each time: words that were approved, and sums."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConfigFault
from bot.config.wechat import load_wechat
from bot.forms import fitted
from tests.bot.test_forms import filled, forms

LINE = '[mass]\na_month = 4\n[[template]]\nfor = "case"\nid = "T1"\n[template.fields]\n'


def load(tmp_path: Path, field: str) -> None:
    path = tmp_path / "wechat.toml"
    path.write_text(LINE + field, "utf-8")
    load_wechat(path)


@pytest.mark.parametrize(
    "field",
    ['const1 = "办理中"', 'const1 = "${office}"', 'amount2 = "¥10"', 'amount2 = "1000.50元"'],
)
def test_what_is_the_same_each_time_is_taken(tmp_path: Path, field: str) -> None:
    load(tmp_path, field)


@pytest.mark.parametrize(
    "field",
    [
        'const1 = "${title}"',
        'const1 = "编号 ${number}"',
        f'const1 = "{"办" * 21}"',
        'amount2 = "${number}"',
        'amount2 = "一百元"',
        'amount2 = ""',
    ],
)
def test_what_the_platform_would_refuse_each_time_is_no_configuration(
    tmp_path: Path, field: str
) -> None:
    name = field.split(" ", 1)[0]
    with pytest.raises(ConfigFault, match=name):
        load(tmp_path, field)


def test_words_that_were_approved_are_never_cut() -> None:
    assert fitted("const1", "办" * 20) == "办" * 20
    assert fitted("const1", "办" * 21) == ""
    long_name = forms(fields={"const1": "${office}的全体同事谢谢您的耐心等待和支持"})
    assert filled(made=long_name) is None  # it goes another way, and no field is wrong
