"""Policies are pushed as campaigns, and whoever asked is reminded before the close."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.campaigns.audience import Why
from flows.campaigns.campaign import Kind
from tests.engines import address, rows
from tests.handlers.campaigning import sent, texts
from tests.handlers.campaigning import stored as campaign
from tests.handlers.policing import (
    CLERK,
    GROUP,
    HEAD,
    NOTICE,
    NUMBER,
    OWNER,
    TITLE,
    checked,
    entered,
    number_of,
    press,
    stored,
)
from tests.stage import Stage

# 推送政策 --------------------------------------------------------------------------------------


async def pushed(play: Stage, number: str) -> None:
    """Let a policy be written as a campaign and submitted."""
    await play.say(CLERK, f"推送政策 {NUMBER}")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    assert (await campaign(play, number)).draft.policy == NUMBER


async def test_a_push_of_a_policy_knows_its_policy_and_its_paper(play: Stage) -> None:
    await entered(play)
    await pushed(play, "TS-2026-001")
    draft = (await campaign(play)).draft
    one = await stored(play)
    assert (draft.kind, draft.doc_no, draft.demo) == (Kind.POLICY, one.docno, False)
    assert (draft.title, draft.topic, draft.expires_at) == (one.title, "政策", one.closes_at)
    for line in ("大概多少：最多100万元", "哪天截止：12月20日 17:30", "咨询电话：0574-86290001"):
        assert line in draft.body


async def test_a_changed_push_is_still_about_its_policy(play: Stage) -> None:
    await entered(play)
    await pushed(play, "TS-2026-001")
    await play.press(CLERK, "修改")
    await play.say(CLERK, "标题：设备更新补助开始申报了")
    await play.say(CLERK, "确认")
    draft = (await campaign(play)).draft
    assert (draft.title, draft.policy, draft.kind) == (
        "设备更新补助开始申报了",
        NUMBER,
        Kind.POLICY,
    )


async def test_b16_the_same_paper_within_a_week_is_named_and_let_pass_by_name(
    play: Stage,
) -> None:
    await entered(play)
    await pushed(play, "TS-2026-001")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    (message,) = texts(play, await sent(play), GROUP)
    assert TITLE in message
    await play.wait(timedelta(days=1))
    await pushed(play, "TS-2026-002")
    (told,) = await press(play, CLERK, "c:view:TS-2026-002")
    assert "同一文号" in told
    assert "镇海民营企业交流群" in told
    (passed,) = await press(play, CLERK, f"c:pass:TS-2026-002:{Why.TWICE.value}")
    assert CLERK in passed
    await press(play, CLERK, "c:submit:TS-2026-002")
    seen = (await campaign(play, "TS-2026-002")).version
    await press(play, HEAD, f"c:approve:TS-2026-002:{seen}")
    assert len(texts(play, await sent(play), GROUP)) == 1
    waivers = (await campaign(play, "TS-2026-002")).waivers
    assert [one.by for one in waivers] == [await number_of(play, CLERK)]
    url = await address(play.folder / "stage.db")
    noted = "SELECT actor FROM history WHERE act = 'waive' AND subject = 'campaign:TS-2026-002'"
    assert rows(url, noted) == [(await number_of(play, CLERK),)]


async def test_a_policy_of_the_demo_reaches_marked_groups_alone(play: Stage) -> None:
    await entered(play)
    one = await stored(play)
    async with play.database.begin() as tx:
        await tx.policies.save(one.model_copy(update={"demo": True}))
    await pushed(play, "TS-2026-001")
    assert (await campaign(play)).draft.demo


async def test_what_has_closed_is_not_pushed(play: Stage) -> None:
    await entered(play)
    await play.wait(timedelta(days=40))
    (told,) = texts(play, await play.say(CLERK, f"推送政策 {NUMBER}"), CLERK)
    assert "不能推送" in told


# 催报 ----------------------------------------------------------------------------------------


async def until(play: Stage, day: int, hour: int = 9, minute: int = 0) -> list[str]:
    """Let time pass to an hour of a day of December; return what the owner hears."""
    then = datetime(2026, 12, day, hour - 8, minute, tzinfo=UTC)
    return texts(play, await play.wait(then - play.clock.now), OWNER)


async def test_who_asked_is_reminded_once_three_days_and_once_a_day_before(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:view:{NUMBER}")
    await press(play, OWNER, f"p:view:{NUMBER}")
    assert await until(play, 17, 8, 59) == []
    (first,) = await until(play, 17)
    assert "只剩3天" in first
    assert await until(play, 18) == []
    (second,) = await until(play, 19)
    assert "只剩1天" in second
    assert await until(play, 20) == []


async def test_who_entered_it_hears_it_too_and_who_did_not_ask_does_not(play: Stage) -> None:
    await entered(play)
    then = datetime(2026, 12, 17, 1, tzinfo=UTC)
    letters = await play.wait(then - play.clock.now)
    assert [play.where(one) for one in letters] == [CLERK]


async def test_who_wants_no_pushes_is_not_reminded(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:view:{NUMBER}")
    await play.say(OWNER, "退订")
    assert await until(play, 17) == []


async def test_after_a_night_s_standstill_one_is_reminded_in_the_morning(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:view:{NUMBER}")
    assert await until(play, 17, 23) == []
    (told,) = await until(play, 18, 8)
    assert "12月20日 17:30 截止" in told


async def test_a_close_that_is_moved_is_reminded_of_anew(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:view:{NUMBER}")
    assert len(await until(play, 17)) == 1
    await play.say(CLERK, f"改政策 {NUMBER}")
    await play.say(CLERK, "申报截止：2026年12月25日")
    await play.say(CLERK, "确认")
    await checked(play)
    assert await until(play, 19) == []
    (told,) = await until(play, 22)
    assert "12月25日" in told


async def test_of_what_was_replaced_nobody_is_reminded(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:view:{NUMBER}")
    newer = NOTICE.replace("15号", "16号").replace("至2026年12月20日", "至2027年1月20日")
    await play.say(CLERK, f"录政策\n{newer}")
    await play.say(CLERK, f"替代：{NUMBER}")
    await play.say(CLERK, "确认")
    await checked(play, "ZC-2026-002")
    assert await until(play, 17) == []
