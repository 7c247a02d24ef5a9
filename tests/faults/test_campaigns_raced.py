"""Two people decide about one campaign in the same moment, through one process and through two."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from flows.campaigns.campaign import Stage
from handlers.ports import Role
from tests.faults.pushes import HEARD_WITHIN, TEXT, Pushes, firms, found, pushing, states
from tests.faults.scene import LONG
from tests.faults.test_campaigns import FLEETS
from tests.wire.bot import until
from tests.wire.chat import CHIEF, CLERK

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

SECOND = "demo-inspector-lin"
FIRMS = 5
RACES = 4
WHY = "时间写错了，请改成下午三点"
TOO_LATE = "现在不能这样做"


@pytest.mark.parametrize(("engine", "workers"), FLEETS, ids=["sqlite", "postgresql"])
async def test_b9_one_who_approves_and_one_who_rejects_at_once_come_to_one_outcome(
    engine: str, workers: int, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine=engine, workers=workers) as pushes:
        await second_approver(pushes)
        ends: Counter[str] = Counter()
        for n in range(RACES):
            title = f"年底用工座谈会{n}"
            number = await submitted(pushes, title)
            answers = await race(pushes, number)
            assert [TOO_LATE in told for told in answers].count(True) == 1, answers
            assert await decided(pushes, number) == 1
            async with pushes.senders[0].records() as database, database.read() as tx:
                one = await tx.campaigns.seen(number)
            assert one is not None
            assert len(one.decisions) == 1, one.decisions
            ends[one.stage.value] += 1
            if one.stage is not Stage.DRAFT:
                await pushes.over(number)
                fates = await pushes.fates(number)
                assert states(fates) == {"sent": FIRMS}
                assert not found(fates, pushes.stand(title), FIRMS)
            else:
                assert one.approval is None
                assert not pushes.stand(title)
        print(ends)  # noqa: T201 - the figures of the run


async def second_approver(pushes: Pushes) -> None:
    """Let another person decide about campaigns, too."""
    async with pushes.senders[0].records() as database, database.begin() as tx:
        person = await tx.people.find("dingtalk", SECOND)
        assert person is not None
        await tx.people.grant(person.id, Role.SUPERVISOR, "", None)


async def submitted(pushes: Pushes, title: str) -> str:
    """Let one be written and put before both."""
    wire = pushes.wire
    for text, words in (
        (f"写推送\n{title}\n{TEXT}", "发给谁"),
        ("全部企业群", "请核对"),
        ("确认", "草稿"),
    ):
        await wire.say(CLERK, text)
        await wire.hears(CLERK, words, within=HEARD_WITHIN)
    await wire.choose(CLERK, "提交审批")
    for who in (CHIEF, SECOND):
        await wire.hears(who, title, within=HEARD_WITHIN)
    return await pushes.run.records.text("SELECT max(number) FROM campaign")


async def decided(pushes: Pushes, number: str) -> int:
    """Count the decisions on record, those that were written over too."""
    return await pushes.run.records.number(
        "SELECT count(*) FROM history WHERE act IN ('approve', 'reject')"  # noqa: S608
        f" AND subject = 'campaign:{number}'"
    )


async def race(pushes: Pushes, number: str) -> list[str]:
    """Let one press 通过 while the other says why it goes back; return what both hear."""
    wire = pushes.wire
    await wire.choose(SECOND, "退回修改")
    await wire.hears(SECOND, "为什么", within=HEARD_WITHIN)
    heard = {who: len(wire.told(who)) for who in (CHIEF, SECOND)}
    await asyncio.gather(wire.choose(CHIEF, "通过"), wire.say(SECOND, WHY))
    for who, count in heard.items():  # neither is left without an answer
        await until(
            lambda w=who, c=count: len(wire.told(w)) > c,
            within=HEARD_WITHIN,
            what=f"{who} is answered",
        )
    return ["\n".join(wire.told(who)[count:]) for who, count in heard.items()]
