"""people.toml: a customer group of 企业微信 has an owner, and gets what is for enterprises."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConfigFault
from bot.config.people import load_people
from tests.bot.test_config_subscribers import people, units

GROUP = '\n[[group]]\nid = "customer:wr1"\nname = "客户群"\nchannel = "wecom"\nowner = "LiSi"\n'


def test_a_customer_group_is_one_of_enterprises(tmp_path: Path) -> None:
    path = people(tmp_path, f'{GROUP}kind = "enterprise"\n')
    assert load_people(path, units(path)).group[-1].id == "customer:wr1"


@pytest.mark.parametrize("kind", ["staff", "leader"])
def test_notices_of_the_office_never_go_to_customers(tmp_path: Path, kind: str) -> None:
    path = people(tmp_path, f'{GROUP}kind = "{kind}"\n')
    with pytest.raises(ConfigFault, match='key "kind"'):
        load_people(path, units(path))
