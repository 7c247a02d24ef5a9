"""The links of a campaign through the real program: looked up, and none of our own network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.pushes import HEARD_WITHIN, firms, pushing
from tests.wire.chat import CLERK

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

LINK = "https://127.0.0.1:8700/readyz"
TEXT = f"写推送\n技改补助\n请在{LINK}申报。"


async def test_u16_the_program_looks_links_up_and_calls_no_machine_of_its_own(
    engine: str, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(1), engine=engine) as pushes:
        wire = pushes.wire
        for said, heard in ((TEXT, "发给谁"), ("全部企业群", "请核对"), ("确认", "草稿")):
            await wire.say(CLERK, said)
            await wire.hears(CLERK, heard, within=HEARD_WITHIN)
        told = await wire.hears(CLERK, "没能核对", within=HEARD_WITHIN)
        assert f"{LINK}：不是公开的网址" in told
