"""people.toml: a group that stands for the subscribers of the 公众号 is real, and is no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BASE, ConfigFault
from bot.config.people import load_people

GROUP = '\n[[group]]\nid = "mass:all"\nname = "订阅者"\nkind = "enterprise"\nchannel = "wechat"\n'


def people(folder: Path, more: str = "") -> Path:
    path = folder / "people.toml"
    shipped = (BASE / "people.toml").read_text("utf-8")
    path.write_text(f"{shipped}{GROUP}{more}", "utf-8")
    return path


def units(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line.split('"')[1] for line in lines if line.startswith("unit = ")]


def test_the_subscribers_are_a_group_of_enterprises(tmp_path: Path) -> None:
    path = people(tmp_path)
    assert load_people(path, units(path)).group[-1].id == "mass:all"


def test_the_subscribers_are_no_sandbox_for_a_demonstration_would_reach_them(
    tmp_path: Path,
) -> None:
    path = people(tmp_path, "sandbox = true\n")
    with pytest.raises(ConfigFault, match='key "sandbox"'):
        load_people(path, units(path))
