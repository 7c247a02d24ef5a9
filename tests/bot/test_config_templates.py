"""The staff's templates of campaigns: what is shipped, what an office changes, what is a fault."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import ConfigFault, load_config
from bot.office import office_of
from bot.preview.command import sample
from bot.preview.doors import Fit, Shown, at_doors
from bot.texts import Texts
from flows.calendar import OFFICE_ZONE
from flows.campaigns.blanks import blanks
from flows.campaigns.campaign import Audience, Draft, Kind
from flows.campaigns.lengths import Room
from flows.campaigns.templates import Template, unfilled
from flows.campaigns.wording import check

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=OFFICE_ZONE)
SHIPPED = load_config()
TEXTS = Texts(SHIPPED.texts)
ROOMS = SHIPPED.campaigns.settings().rooms
HEAD = 'name = "会议"\nkind = "notice"\ntitle = "开会"\nbuttons = []\n[sample]\n"时间" = "周二"\n'


def written(folder: Path, text: str, name: str = "meeting.md") -> Path:
    """Make an overlay with one template."""
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return folder


def shown(draft: Draft) -> Sequence[Shown]:
    return at_doors(draft, TEXTS, ROOMS, "镇海区工商联")


# What is shipped -----------------------------------------------------------------------------


def test_the_templates_that_an_office_needs_most_are_shipped() -> None:
    named = {one.name for one in SHIPPED.templates}
    assert named >= {"政策推送", "活动邀请", "会议通知", "安全提醒", "更正通知", "节日放假"}


@pytest.mark.parametrize("one", SHIPPED.templates, ids=lambda one: one.name)
def test_a_template_filled_with_its_sample_passes_every_check(one: Template) -> None:
    title, body = one.filled(one.sample)
    text = f"{title}\n{body}"
    assert not unfilled(text, one.blanks)
    assert not blanks(text)
    assert [found.words for found in check(text, office_of(SHIPPED).lexicon, NOW)] == []


@pytest.mark.parametrize("one", SHIPPED.templates, ids=lambda one: one.name)
def test_a_template_fits_through_every_door_with_its_sample(one: Template) -> None:
    assert {door.fit for door in shown(sample(one))} == {Fit.WHOLE}


# What an office changes ----------------------------------------------------------------------


def test_a_template_of_the_office_stands_for_the_shipped_one_of_that_file(tmp_path: Path) -> None:
    folder = written(tmp_path, f"+++\n{HEAD}+++\n【时间】开会。\n")
    named = {one.name for one in load_config(overlay=folder).templates}
    assert "会议" in named
    assert "会议通知" not in named
    assert "节日放假" in named


def test_a_template_in_a_folder_of_its_own_comes_besides(tmp_path: Path) -> None:
    folder = written(tmp_path, f"+++\n{HEAD}+++\n【时间】开会。\n", "own/party.md")
    named = [one.name for one in load_config(overlay=folder).templates]
    assert {"会议", "会议通知"} <= set(named)


def test_an_empty_file_takes_a_shipped_template_away(tmp_path: Path) -> None:
    found = load_config(overlay=written(tmp_path, "\n", "holiday.md")).templates
    assert "节日放假" not in {one.name for one in found}
    assert len(found) == len(SHIPPED.templates) - 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("【时间】开会。\n", r"meeting\.md: line 1: a template begins with a head"),
        (f"+++\n{HEAD}+++\n", r"meeting\.md: line 8: there is no text"),
        (f"+++\n{HEAD}+++\n\n在【地点】开会。\n", r"line 10: \[sample\] has nothing for 【地点】"),
        (f"+++\n{HEAD}+++\n开会。\n", r"line 7: there is no blank 【时间】"),
        (
            f"+++\n{HEAD}+++\n【时间】${{企业 开会。\n",
            r"line 9: \$\{企业 开会。 is not a whole blank",
        ),
        (f"+++\n{HEAD}+++\n【时间】${{电话}}\n", r"line 9: nothing is known of a reader as"),
        (f"+++\n{HEAD}+++\n【时间\n", r"line 9: a 【 without its 】"),
        (f"+++\ncolour = 1\n{HEAD}+++\n【时间】\n", r"line 2: .*\"colour\": unknown key"),
        (f'+++\n{HEAD}地点 = "x"\n+++\n【时间】\n', r"head is not valid TOML: .*line 8"),
        (
            f"+++\n{HEAD.replace('notice', 'gossip')}+++\n【时间】\n",
            r"line 3: top level, key \"kind\"",
        ),
        (f"+++\nremind = true\n{HEAD}+++\n【时间】\n", "remind needs the button received"),
        (f"+++\n{HEAD.replace('开会', '${企业}')}+++\n【时间】\n", "line 4: a title is the same"),
    ],
)
def test_a_fault_names_the_file_and_the_line(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=reason):
        load_config(overlay=written(tmp_path, text))


def test_two_templates_of_one_name_are_a_fault(tmp_path: Path) -> None:
    written(tmp_path, f"+++\n{HEAD}+++\n【时间】开会。\n")
    written(tmp_path, f"+++\n{HEAD}+++\n【时间】开会。\n", "other.md")
    with pytest.raises(ConfigFault, match=r'other\.md: the name "会议" is also in .*meeting\.md'):
        load_config(overlay=tmp_path)


def test_a_template_that_would_be_passed_over_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r"meeting\.txt: a template is a file that ends in \.md"):
        load_config(overlay=written(tmp_path, "开会", "meeting.txt"))


# Door by door --------------------------------------------------------------------------------


def long(count: int) -> Draft:
    body = "\n\n".join("政策𠮷" * 24 + "👨‍👩‍👧。" for _ in range(count))
    return Draft(kind=Kind.NOTICE, title="政策", body=body, audience=Audience())


def at(door: str, draft: Draft) -> Shown:
    return next(one for one in shown(draft) if one.door == door)


def test_b17_the_wecom_version_is_made_separately_and_counted_in_bytes() -> None:
    draft = long(25)
    found = at("wecom_group", draft)
    assert found.fit is Fit.PIECES
    assert found.bytes == tuple(len(piece.encode()) for piece in found.pieces)
    assert max(found.bytes) <= 4096
    told = "".join(piece.partition("\n")[2] for piece in found.pieces)
    assert told.count("𠮷") == draft.body.count("𠮷")
    assert told.count("👨‍👩‍👧") == 25
    assert at("dingtalk_robot", draft).fit is Fit.WHOLE


def test_b17_what_a_door_cannot_take_is_said_with_the_bytes() -> None:
    robot = at("dingtalk_robot", long(60))
    assert robot.fit is Fit.OVER
    assert robot.bytes[0] - robot.over == 15_000
    assert at("official_account", long(60)).fit is Fit.CUT
    assert at("dingtalk_card", long(60)).fit is Fit.AS_TEXT


def test_a_door_counts_to_the_last_byte() -> None:
    draft = Draft(kind=Kind.NOTICE, title="标题", body="x" * 50, audience=Audience())
    (size,) = at("wecom_group", draft).bytes
    rooms = {"wecom_group": Room(size)}
    assert at_doors(draft, TEXTS, rooms, "镇海区工商联")[0].fit is Fit.WHOLE
    rooms = {"wecom_group": Room(size - 1)}
    assert at_doors(draft, TEXTS, rooms, "镇海区工商联")[0].fit is Fit.PIECES


def test_the_command_prints_each_door_with_its_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "会议通知"]) == 0
    said = capsys.readouterr().out
    assert "企业微信群机器人" in said
    assert "最多 4096。放得下" in said
    assert "12月1日（周二）下午2点" in said
    assert "【" not in said


def test_the_command_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview"]) == 0
    assert "会议通知" in capsys.readouterr().out
    assert main(["preview", "没有的"]) == 1
    assert "没有这个模板" in capsys.readouterr().out
