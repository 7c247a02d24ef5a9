"""What the tests of the disturbance ledger (打扰账) have in common: enterprises and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.channels.base import Letter
from bot.people import seed_groups, seed_persons
from bot.storage.rows import SeedPerson
from flows.policies.conditions import EnterpriseFact, Field, Source
from handlers.ports import Button
from tests.handlers.campaigning import CLERK, HEAD, OWNER, sent, texts
from tests.stage import Stage

FIRM = "镇海恒通紧固件有限公司"  # of 陈建国
FOUNDRY, OWNER_OF_FOUNDRY = "宏业铸造厂", "shenli"
PEOPLE = "全部企业的负责人"


async def joined(play: Stage, *people: tuple[str, str]) -> None:
    """Let people be bound to enterprises besides those of config/people.toml: (account, firm)."""
    more = [
        SeedPerson(name, "dingtalk", name, phone=f"1390574{n:04}", enterprise=firm)
        for n, (name, firm) in enumerate(people)
    ]
    async with play.database.begin() as tx:
        listed = seed_persons(play.config, (), "dingtalk")
        await tx.seed([*listed, *more], seed_groups(play.config))


async def known(
    play: Stage,
    firm: str,
    *told: tuple[Field, Sequence[str]],
    lacks: Sequence[str] = (),
    on: date = date(2026, 11, 2),
    source: Source = Source.STAFF,
) -> None:
    """Let something be known of an enterprise."""
    facts = [
        EnterpriseFact(
            enterprise=firm,
            field=field,
            value=tuple(value),
            lacks=tuple(lacks) if field is Field.TAG else (),
            source=source,
            on=on,
        )
        for field, value in told
    ]
    async with play.database.begin() as tx:
        who = await tx.people.find("dingtalk", play.staff_id(CLERK))
        assert who is not None
        await tx.facts.save(facts, who.id)


async def drafted(play: Stage, title: str, to: str = PEOPLE, *more: str) -> str:
    """Let the clerk write a message, and say or 【press】 more; return what the preview says."""
    await play.say(CLERK, f"写推送\n{title}\n{title}的通知，请看一下。")
    await play.say(CLERK, to)
    for line in more:
        if line.startswith("【"):
            await play.press(CLERK, line.strip("【】"))
        else:
            await play.say(CLERK, line)
    return "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))


async def pushed(play: Stage, title: str, to: str = PEOPLE, *more: str) -> list[Letter]:
    """Let a message be written, approved and sent."""
    await drafted(play, title, to, *more)
    return await released(play)


async def released(play: Stage) -> list[Letter]:
    """Let the draft that was shown last be approved and sent."""
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    return await sent(play)


async def pressed(play: Stage, who: str, action: str) -> list[str]:
    """Press a button that may be on an old card; return what the person is told."""
    return texts(play, await play.say(who, button=Button(action, "card")), who)


__all__ = [
    "CLERK",
    "FIRM",
    "FOUNDRY",
    "HEAD",
    "OWNER",
    "OWNER_OF_FOUNDRY",
    "PEOPLE",
    "drafted",
    "joined",
    "known",
    "pressed",
    "pushed",
    "released",
]
