"""What config/office.toml says of linking accounts, and what it may not say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import ConfigFault, load_config
from bot.office import office_of

BASE = Path(__file__).resolve().parents[2] / "config"


def overlay(folder: Path, old: str, new: str) -> Path:
    """Write an office.toml that differs in one place."""
    text = (BASE / "office.toml").read_text("utf-8")
    assert text.count(old) == 1
    (folder / "office.toml").write_text(text.replace(old, new), "utf-8")
    return folder


def test_the_shipped_terms_are_ten_minutes_and_five_wrong_codes_an_hour() -> None:
    terms = office_of(load_config()).pairing
    assert (terms.valid, terms.wrong) == (timedelta(minutes=10), 5)
    assert (terms.within, terms.undo) == (timedelta(hours=1), timedelta(days=1))


def test_the_office_says_how_channels_are_called(tmp_path: Path) -> None:
    config = load_config(overlay=overlay(tmp_path, '["钉钉"]', '["钉钉", "工作台"]'))
    assert office_of(config).channels["dingtalk"] == ("钉钉", "工作台")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('["公众号", "微信"', '["公众号", "钉钉"', '"钉钉" means "dingtalk" already'),
        ('["浙政钉"]', "[]", "[channels]"),
        ("wrong = 5 ", "wrong = 0 ", '"wrong"'),
        ("valid_minutes = 10 ", "valid_minutes = 600 ", '"valid_minutes"'),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    folder = overlay(tmp_path, old, new)
    with pytest.raises(ConfigFault) as caught:
        load_config(overlay=folder)
    assert reason in str(caught.value)
