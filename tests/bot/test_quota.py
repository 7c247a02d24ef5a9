"""The month's quota: what is counted, what is saved when it runs out, and who is told."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Hook, Message
from bot.config import load_config
from bot.kinds import Kind, kind_of
from bot.quota import Meter, Quota, month_begins, month_turns
from bot.storage.meters import RELEASED, month_of
from bot.storage.rows import Claimed
from flows.office import Content, Door
from handlers.ports import Group, Role
from tests.engines import NOON, Hands, Opened, arrival, post

RULES = load_config().quota
LIMITS = {"api": 100, "messages": 50}


def letter(
    dedupe: str = "ZH-2026-0001:2:notice.x:3",
    *,
    door: Door = Door.PRIVATE,
    update: bool = False,
    reply: timedelta | None = None,
    code: str = "",
    hook: bool = False,
) -> Claimed:
    return Claimed(
        id=1,
        robot="robot",
        door=door,
        to="somebody",
        message=Message(title="t", text="t"),
        update=update,
        reply_url="https://example.com/reply" if reply else "",
        reply_until=NOON + reply if reply else None,
        hook=Hook(address="https://example.com/hook") if hook else None,
        channel="dingtalk",
        lane="n:1",
        content=Content.PROGRESS,
        dedupe=dedupe,
        code=code,
    )


def used(quota: Mapping[str, int], *, limits: Mapping[str, int] = LIMITS) -> Quota:
    made = Quota(limits, RULES, Hands())
    for name, count in quota.items():
        made.count(name, count)
    return made


# What is counted -------------------------------------------------------------------------------


async def test_counts_are_on_record_after_a_flush_and_add_up_over_processes(
    records: Opened,
) -> None:
    one, other = (Quota(LIMITS, RULES, records.clock) for _ in range(2))
    one.count("api", 3)
    other.count("api", 4)
    other.count("messages", 1)
    for quota in (one, other):
        async with records.database.begin() as tx:
            await quota.flush(tx)
        assert not quota.counting
    assert (other.used("api"), other.used("messages")) == (7, 1)
    async with records.database.begin() as tx:
        await one.flush(tx)  # nothing new: nothing is written twice
        assert await tx.meters.used("2026-11") == {"api": 7, "messages": 1}


async def test_counts_of_a_transaction_that_fails_are_counted_with_the_next(
    records: Opened,
) -> None:
    quota = Quota(LIMITS, RULES, records.clock)
    quota.count("api", 3)
    with suppress(ZeroDivisionError):
        async with records.database.begin() as tx:
            await quota.flush(tx)
            quota.count("api", 1)
            raise ZeroDivisionError
    async with records.database.begin() as tx:
        await quota.flush(tx)
        assert await tx.meters.used("2026-11") == {"api": 4}


async def test_after_a_kill_the_meter_shows_what_the_rows_prove(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.admit([arrival("1", staff="a"), arrival("2", staff="a")])
    quota = Quota(LIMITS, RULES, records.clock)
    async with records.database.begin() as tx:
        await quota.open(tx)
        assert await tx.meters.used("2026-11") == {"messages": 2}
    assert quota.used("messages") == 2


async def test_a_month_that_the_platform_calls_used_up_is_at_its_limit(records: Opened) -> None:
    quota = Quota(LIMITS, RULES, records.clock)
    quota.count("quota.api", 1)
    quota.count("quota.api", 1)
    assert quota.percent("api") == 100
    async with records.database.begin() as tx:
        await quota.flush(tx)
        assert await tx.meters.used("2026-11") == {"api": 100}
    assert not quota.counting


def test_without_a_limit_nothing_is_ever_used_up_until_the_platform_says_so() -> None:
    quota = used({"api": 10**6}, limits={"api": 0, "messages": 0})
    assert quota.percent("api") == 0
    quota.count("quota.api", 1)
    assert quota.percent("api") == 100
    assert quota.verdict(letter()) == "hold"


def test_the_month_turns_at_midnight_in_the_office() -> None:
    clock = Hands()
    clock.now = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    quota = Quota(LIMITS, RULES, clock)
    quota.count("api", 100)
    assert (month_of(clock.now), quota.percent("api")) == ("2026-11", 100)
    turns = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert month_turns(clock.now) == turns == month_begins(turns)
    assert quota.resumes() > turns
    clock.move(seconds=1)
    assert (quota.used("api"), quota.verdict(letter())) == (0, "go")
    assert month_turns(datetime(2026, 12, 31, 12, tzinfo=UTC)).year == 2026


# What is saved ---------------------------------------------------------------------------------


def test_below_the_threshold_everything_goes() -> None:
    quota = used({"api": 89})
    assert not quota.plain()
    assert quota.verdict(letter(update=True)) == "go"


def test_near_the_end_cards_become_text_and_stay_as_they_are() -> None:
    quota = used({"api": 90})
    assert quota.plain()
    assert quota.verdict(letter(update=True)) == "skip"
    assert quota.verdict(letter()) == "go"


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (letter(), "hold"),
        (letter(door=Door.STAFF_GROUP), "hold"),
        (letter("a:7:0"), "hold"),
        (letter("a:7:0", reply=timedelta(minutes=30)), "go"),
        (letter("a:7:0", reply=timedelta(seconds=30)), "hold"),
        (letter("a:7:file1"), "hold"),
        (letter(update=True), "skip"),
        (letter("task:12:p3"), "go"),
        (letter("apology:7"), "go"),
        (letter("undelivered:2026-11-24:ZH-2026-0001:3:4"), "go"),
        (letter("budget:2026-11:api:100:p3"), "go"),
        (letter(code=RELEASED), "go"),
        (letter(door=Door.ENTERPRISE_GROUP, hook=True), "go"),
    ],
    ids=lambda value: value.dedupe if isinstance(value, Claimed) else value,
)
def test_when_the_calls_are_used_up_only_the_urgent_and_free_go(one: Claimed, verdict: str) -> None:
    assert used({"api": 100}).verdict(one) == verdict


def test_when_the_messages_are_used_up_only_outside_groups_wait() -> None:
    quota = used({"messages": 50})
    assert quota.verdict(letter(door=Door.ENTERPRISE_GROUP, hook=True)) == "hold"
    assert quota.verdict(letter(door=Door.STAFF_GROUP)) == "go"
    assert not quota.plain()


@pytest.mark.parametrize("kind", ["task", "alarm", "apology"])
def test_what_is_urgent_cannot_be_held_by_the_configuration(kind: str) -> None:
    with pytest.raises(ValueError, match="hold"):
        type(RULES.full).model_validate({"cards": True, "card_updates": True, "hold": [kind]})


def test_every_delivery_is_for_something() -> None:
    assert kind_of("file:7-1", Door.PRIVATE, update=False) is Kind.FILE
    assert kind_of("anything", Door.DEPARTMENT_GROUP, update=False) is Kind.GROUP
    assert kind_of("a:7:1", Door.STAFF_GROUP, update=False) is Kind.ANSWER


# Who is told -----------------------------------------------------------------------------------


async def test_staff_are_told_once_a_threshold(records: Opened) -> None:
    admin = await records.person("admin")
    async with records.database.begin() as tx:
        await tx.people.grant(admin, Role.ADMIN, "", None)
        await tx.people.set_group(Group("staff-chat", "工作群", "staff"))
    wakes: list[bool] = []
    for used_now, expected in ((89, 0), (1, 2), (5, 2), (5, 4)):
        quota = Quota(LIMITS, RULES, records.clock)  # a process that has told nobody yet
        meter = Meter(records.database, quota, wake=lambda: wakes.append(True))
        quota.count("api", used_now)
        for _ in range(2):
            await meter.turn()
        async with records.database.read() as tx:
            assert (await tx.ledger.counts()).get("ready", 0) == expected
    assert len(wakes) == 3


async def test_the_last_counts_are_written_at_the_end(records: Opened) -> None:
    quota = Quota(LIMITS, RULES, records.clock)
    meter = Meter(records.database, quota, wake=lambda: None)
    await meter.open()
    meter.start()
    quota.count("api", 2)
    await meter.stop()
    async with records.database.read() as tx:
        assert await tx.meters.used("2026-11") == {"api": 2}


async def test_what_others_used_is_asked_for_now_and_then(records: Opened) -> None:
    quota = Quota(LIMITS, RULES, records.clock)
    meter = Meter(records.database, quota, wake=lambda: None, every=30)
    async with records.database.begin() as tx:
        await tx.meters.add("2026-11", {"api": 95})
    for _ in range(2):
        await meter.turn()
    assert quota.used("api") == 0
    await meter.turn()
    assert quota.used("api") == 95


async def test_what_was_held_goes_when_more_was_bought(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("held")], {})
        await tx.meters.add("2026-11", {"api": 100})
    async with records.database.begin() as tx:
        (head,) = (await tx.queue.heads("notices", 9)).letters
        await tx.meters.hold([head.id], NOON + timedelta(days=7))
    for limit, held in ((100, 1), (200, 0)):
        async with records.database.begin() as tx:
            await Quota({"api": limit}, RULES, records.clock).open(tx)
            assert await tx.meters.held() == held
