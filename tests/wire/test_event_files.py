"""Activities out of a file, through the real program: read once, whenever it is killed."""

from pathlib import Path

import pytest

from tests.sending import sheet
from tests.wire.bot import until
from tests.wire.chat import CLERK, wired

pytestmark = pytest.mark.usefixtures("engine")

PLAN = sheet(
    ("名称", "时间", "地点", "名额"),
    *((f"第 {n} 场", f"2031-12-{n:02} 14:00", "商会", 30) for n in range(1, 25)),
)


async def test_a_plan_that_was_sent_makes_its_drafts(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        await wire.say(CLERK, "活动文件")
        await wire.hears(CLERK, "请把文件发过来")
        await wire.control.send_file(CLERK, "计划.xlsx", PLAN)
        await wire.hears(CLERK, "建了 24 个草稿", within=60)
        assert wire.bot.count("event") == 24


# On PostgreSQL a file that a dead process was fetching waits 150 s: another may have it in hand.
@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "moment",
    ["kind = 'file'", "kind = 'file' AND state = 'stored'", "id LIKE 'read-%' AND due_at IS NULL"],
    ids=["sent", "stored", "read"],
)
async def test_a_plan_is_read_once_whenever_the_program_is_killed(
    moment: str, tmp_path: Path
) -> None:
    async with wired(tmp_path, cards=False) as wire:
        await wire.say(CLERK, "建活动")
        await wire.hears(CLERK, "请写：名称")
        await wire.control.send_file(CLERK, "计划.xlsx", PLAN)
        await until(lambda: wire.bot.count("attachment", moment), within=60)
        await wire.bot.kill()
        await wire.bot.start()
        await until(
            lambda: wire.bot.count("attachment", "id LIKE 'read-%' AND due_at IS NULL"), within=250
        )
        await wire.quiet()
        assert wire.bot.count("event") == 24
        assert wire.bot.count("arrival", "msg_id LIKE 'document:%'") == 1
        assert wire.bot.count("arrival", "state = 'failed'") == 0
