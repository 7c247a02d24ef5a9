"""The staff's files on campaigns: what is shipped, what one changed line does, what is a fault."""

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.config import BASE, Config, ConfigFault, load_config
from bot.office import office_of
from flows.calendar import OFFICE_ZONE
from flows.campaigns.calm import Limits
from flows.campaigns.hours import Quiet
from flows.campaigns.lengths import Room
from flows.campaigns.wording import check
from handlers.office import Office

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=OFFICE_ZONE)
SHIPPED = load_config()


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Make an overlay of one shipped file in which one piece of text is another."""
    text = (BASE / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def office(config: Config) -> Office:
    return office_of(config, "https://desk.example.cn")


def told(config: Config, text: str) -> list[tuple[str, str]]:
    return [(one.words, one.proposal) for one in check(text, office(config).lexicon, NOW)]


# What is shipped -----------------------------------------------------------------------------


def test_the_office_has_the_rules_of_campaigns() -> None:
    rules = office(SHIPPED).campaigns
    assert rules.quiet == Quiet(time(21), time(8), working_days=True)
    assert rules.calm == Limits(2, time(16), 2, 7)
    assert rules.rooms["dingtalk_robot"] == Room(15_000, as_json=True)
    assert rules.rooms["wecom_group"] == Room(4096)
    assert rules.rooms["official_account"].most <= 2048


def test_the_leaders_that_are_shipped_are_invented_and_say_so() -> None:
    assert SHIPPED.lexicon.demo


def test_every_department_is_called_by_a_name_that_the_lexicon_lets_pass() -> None:
    named = [name for one in SHIPPED.departments.values() for name in (one.name, one.full)]
    assert told(SHIPPED, "。\n".join(named)) == []


def test_every_right_form_of_the_lexicon_passes_its_own_check() -> None:
    bodies = [one.full for one in SHIPPED.lexicon.body]
    words = [one.right for one in SHIPPED.lexicon.wording]
    unless = [one for wording in SHIPPED.lexicon.wording for one in wording.unless]
    assert told(SHIPPED, "\n".join((*bodies, *words, *unless))) == []


def test_every_wrong_form_of_the_lexicon_is_found() -> None:
    for row in SHIPPED.lexicon.body:
        for wrong in row.wrong:
            assert told(SHIPPED, f"请找{wrong}办理") == [(wrong, row.full)]
    for phrase in SHIPPED.lexicon.wording:
        for wrong in phrase.wrong:
            assert told(SHIPPED, f"关于{wrong}的通知") == [(wrong, phrase.right)]


def test_the_offices_own_numbers_may_be_told(tmp_path: Path) -> None:
    text = "联系电话13805740011"
    assert told(SHIPPED, text) == [("13805740011", "")]
    folder = changed(tmp_path, "office.toml", 'phone = "0574-00000000"', 'phone = "138-0574-0011"')
    assert told(load_config(overlay=folder), text) == []


# One line ------------------------------------------------------------------------------------


def test_one_line_changed_in_the_lexicon_takes_effect(tmp_path: Path) -> None:
    text = "区长沈立本出席，请登陆平台，详见https://www.example.cn/"
    assert [words for words, _ in told(SHIPPED, text)] == ["登陆", "https://www.example.cn/"]
    old = '{ title = "区长", since = 2026-02-01 }]'
    folder = changed(tmp_path, "lexicon.toml", old, old.replace("}]", ", until = 2026-11-26 }]"))
    assert told(load_config(overlay=folder), text)[0] == ("区长沈立本", "区委副书记沈立本")
    folder = changed(tmp_path, "lexicon.toml", 'hosts = ["gov.cn"]', 'hosts = ["example.cn"]')
    assert [words for words, _ in told(load_config(overlay=folder), text)] == ["登陆"]


def test_another_order_in_the_file_is_another_order_of_leaders(tmp_path: Path) -> None:
    text = "方知远、沈立本出席"
    assert told(SHIPPED, text) == []
    first = '[[leader]]\nname = "方知远"\nposts = ["区委书记"]\n\n'
    shipped = (BASE / "lexicon.toml").read_text("utf-8")
    assert first in shipped
    (tmp_path / "lexicon.toml").write_text(f"{shipped.replace(first, '')}\n{first}", "utf-8")
    assert told(load_config(overlay=tmp_path), text) == [("方知远、沈立本", "沈立本、方知远")]


def test_a_post_is_a_word_or_a_table_with_its_term() -> None:
    posts = next(one.posts for one in SHIPPED.lexicon.leader if one.name == "顾维桢")
    assert [(one.title, one.since, one.until) for one in posts] == [
        ("区长", None, date(2026, 1, 31)),
        ("区政协主席", date(2026, 2, 1), None),
    ]


# Faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "campaigns.toml",
            '["21:00", "08:00"]',
            '["08:00", "21:00"]',
            'table [hours], key "quiet": the quiet hours begin in the evening',
        ),
        ("campaigns.toml", '"21:00"', '"9pm"', 'table [hours], key "quiet"'),
        ("campaigns.toml", "pushes_a_week = 2", "pushes_a_week = 0", 'key "pushes_a_week"'),
        ("campaigns.toml", "digest_lines = 8", "digest_lines = 0", 'key "digest_lines"'),
        ("campaigns.toml", "bytes = 4096", "bytes = 40", '[wecom_group], key "bytes"'),
        ("campaigns.toml", 'counts = "json"', 'counts = "xml"', 'key "counts"'),
        ("campaigns.toml", "[doors.wecom_app]", "[doors.wecom]", 'key "wecom_app": missing key'),
        ("lexicon.toml", 'name = "沈立本"', 'name = "方知远"', '[[leader]] no. 2, key "name": the'),
        (
            "lexicon.toml",
            "until = 2026-01-31",
            "since = 2026-02-01, until = 2026-01-31",
            "a post ends before it began",
        ),
        ("lexicon.toml", 'posts = ["区委书记"]', "posts = []", '[[leader]] no. 1, key "posts"'),
        ("lexicon.toml", '["攻府", "政付"]', '["政府"]', 'key "wrong": "政府" is right elsewhere'),
        ("lexicon.toml", '["攻府", "政付"]', '["攻"]', '[[wording]] no. 1, key "wrong"'),
        ("lexicon.toml", "numbers = []", 'numbers = ["0574-00000000"]', 'key "numbers"'),
        ("lexicon.toml", '["gov.cn"]', '["https://gov.cn"]', 'top level, key "hosts"'),
        ("lexicon.toml", "[[wording]]", "[[wordings]]", 'key "wordings": unknown key'),
    ],
)
def test_a_fault_names_file_table_and_key(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    folder = changed(tmp_path, name, old, new)
    with pytest.raises(ConfigFault, match=re.escape(said)) as fault:
        load_config(overlay=folder)
    assert str(fault.value).startswith(f"{folder / name}: ")
