"""The staff's file on policies: what is shipped, and what is a fault."""

from pathlib import Path

import pytest

from bot.config import BASE, ConfigFault, load_config
from bot.config.policies import load_policies
from flows.policies.matching import Verdict

SHIPPED = load_config().policies.settings()


def changed(folder: Path, old: str, new: str) -> Path:
    """Make a copy of the file in which one piece of text is another."""
    text = (BASE / "policies.toml").read_text("utf-8")
    assert old in text
    (folder / "policies.toml").write_text(text.replace(old, new, 1), "utf-8")
    return folder / "policies.toml"


@pytest.mark.parametrize(
    ("own", "wanted", "found"),
    [
        ("骆驼街道", "镇海区", Verdict.MET),
        ("骆驼", "浙江", Verdict.MET),
        ("北仑区", "镇海区", Verdict.UNMET),
        ("宁波市", "镇海区", Verdict.UNKNOWN),
        ("月亮街道", "镇海区", Verdict.UNKNOWN),
    ],
)
def test_the_shipped_places_lie_where_they_lie(own: str, wanted: str, found: Verdict) -> None:
    assert SHIPPED.lists.regions.judge(own, wanted) is found


@pytest.mark.parametrize(
    ("own", "wanted", "found"),
    [
        ("紧固件", "制造业", Verdict.MET),
        ("紧固件", "通用设备制造业", Verdict.MET),
        ("餐饮业", "制造业", Verdict.UNMET),
        ("制造业", "汽车制造业", Verdict.UNKNOWN),
        ("算命", "制造业", Verdict.UNKNOWN),
    ],
)
def test_the_shipped_industries_are_part_of_what_they_are(
    own: str, wanted: str, found: Verdict
) -> None:
    assert SHIPPED.lists.industries.judge(own, wanted) is found


def test_what_a_notice_calls_here_is_a_place_of_ours() -> None:
    assert SHIPPED.known.home["区"] == "镇海区"
    assert {"镇海区", "宁波市", "浙江省"} <= set(SHIPPED.known.places)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"区" = "镇海区"', '"区" = "月亮区"', "月亮区 is not listed"),
        ('"骆驼" = "骆驼街道"', '"骆驼" = "月亮街道"', "月亮街道 is not listed"),
        ('"宁波市" = "浙江省"', '"宁波市" = "镇海区"', "lies in itself"),
        ('"制造业" = "C"', '"制造业" = "第三"', "industries"),
        ('reminds_at = "09:00"', 'reminds_at = "nine"', "reminds_at"),
        ('prefix = "ZC"', 'prefix = "政策"', "prefix"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(ConfigFault, match=said):
        load_policies(changed(tmp_path, old, new))


def test_how_much_of_a_file_is_taken_is_configured() -> None:
    files = SHIPPED.files
    assert (files.rows, files.kilobytes, files.versions) == (200, 512, 20)


def test_a_file_of_no_rows_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="rows"):
        load_policies(changed(tmp_path, "rows = 200", "rows = 0"))
