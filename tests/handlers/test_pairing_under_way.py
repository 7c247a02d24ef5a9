"""What is on its way when accounts are parted: nobody reads what is somebody else's by then."""

from __future__ import annotations

import pytest

from bot.channels.base import Receipt, SendFault
from bot.delivery.books import Books
from bot.delivery.outcome import Landed, Result
from bot.outbox import Outbox
from flows.office import Content
from flows.tickets.case import State
from handlers.ports import Post, Text, ToPerson
from tests import outbox
from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    WECHAT,
    WECOM,
    account,
    arrival,
    coded,
    filed,
    linked,
    owner,
    said,
    stored,
    writes,
)
from tests.handlers.story import ONE, OWNER, carry
from tests.handlers.test_pairing_places import taken
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
OTHER = "沈丽"
NEWS = "notice.accepted"


async def owed(play: Stage, at: str = WECHAT) -> None:
    """Owe news of the case to an account, where they want to hear of things."""
    me = (await owner(play, OWNER)).id
    news = Post(ToPerson(me), Content.NOTICE, (Text(NEWS),), dedupe="news", ticket=ONE)
    async with play.database.begin() as tx:
        await tx.pairings.prefer(me, at)
        await tx.post([news], {})


async def delivered(play: Stage, result: Result | None = None) -> list[str]:
    """Try all that is due once, as a channel does that has no address; say who got news."""
    dispatch = play.database._dispatch
    assert isinstance(dispatch, Outbox)
    books = Books(play.database, play.clock, outbox.WORKER, lambda: 0.5, dispatch.elsewhere)
    got: list[str] = []
    while True:
        async with play.database.begin() as tx:
            letters = await outbox.claim(tx)
            got += [one.to for one in letters if one.to and one.dedupe.startswith("news")]
            nobody = SendFault("unreachable", None)
            ends = [result or (Receipt("r") if one.to else nobody) for one in letters]
            landed = [Landed(one, end) for one, end in zip(letters, ends, strict=True)]
            await books.write(tx, landed)
        if not letters:
            return got


async def test_news_of_who_stays_go_to_another_account_of_theirs(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    await owed(play)
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    assert await delivered(play) == [account(play, OWNER, DINGTALK)]


async def test_news_of_a_case_that_goes_back_go_with_it(play: Stage) -> None:
    await filed(play)
    await linked(play, OWNER)
    await owed(play)
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    assert await delivered(play) == [account(play, OWNER)]
    (row,) = await stored(play, "SELECT person FROM delivery WHERE dedupe = 'news'")
    assert row[0] == (await owner(play, OWNER, WECHAT)).id


async def test_news_of_a_case_that_goes_back_reach_no_account_of_who_stays(play: Stage) -> None:
    await filed(play)
    await linked(play, OWNER)
    await owed(play, DINGTALK)
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    assert await delivered(play) == [account(play, OWNER)]


async def test_what_is_under_way_is_not_tried_again_at_an_account_that_is_somebody_elses(
    play: Stage,
) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    await owed(play)
    async with play.database.begin() as tx:
        (letter,) = [one for one in await outbox.claim(tx) if one.dedupe == "news"]
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    async with play.database.begin() as tx:
        busy = Landed(letter, SendFault("busy", 1.0)).settlement(play.clock.now, lambda: 0.5)
        await tx.ledger.settle(outbox.WORKER, [busy])
    play.clock.now += play.reception.office.remind_after
    assert account(play, OTHER) not in await delivered(play)


async def test_what_may_have_arrived_is_not_sent_again(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    await owed(play)
    await stored(play, "UPDATE delivery SET state = 'unknown' WHERE dedupe = 'news'")
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    assert await delivered(play) == []


@pytest.mark.parametrize("became", ["failed", "unknown"])
async def test_what_staff_send_again_later_goes_to_another_account_of_its_reader(
    play: Stage, became: str
) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    await owed(play)
    await stored(play, "UPDATE delivery SET state = ?, due_at = NULL WHERE dedupe = 'news'", became)
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    (row,) = await stored(play, "SELECT id FROM delivery WHERE dedupe = 'news'")
    async with play.database.begin() as tx:
        await tx.queue.lock()
        assert list((await tx.doubts.decide("resend", [int(str(row[0]))], "root")).values()) == [
            "done"
        ]
    got = await delivered(play)
    assert got == ([account(play, OWNER, DINGTALK)] if became == "failed" else [])


async def test_an_answer_that_waits_is_given_up(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    await taken(play, arrival(play, OTHER, "进度"))
    await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
    assert ONE not in said(await play.send(), account(play, OTHER))


async def test_what_failed_and_is_run_again_is_said_by_whose_account_it_is(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    async with play.database.begin() as tx:
        (one,) = await tx.admit([arrival(play, OTHER, "进度")])
        assert one is not None
        await tx.fail(one.id, "a traceback")
    await writes(play, OWNER, "解除关联", DINGTALK)
    async with play.database.begin() as tx:
        await play.reception.receive(tx, await tx.failed_arrivals(1))
    told = said(await play.send(), account(play, OTHER))
    assert "还没有反映过问题" in told
    assert ONE not in told


async def test_what_every_account_hears_for_itself_goes_to_no_other_instead(play: Stage) -> None:
    await linked(play, OWNER, at=WECOM)
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    await taken(play, arrival(play, OWNER, "是我"))
    await stored(
        play, "UPDATE delivery SET \"to\" = '' WHERE channel = 'wecom' AND state = 'ready'"
    )
    await delivered(play)
    told = await stored(play, "SELECT channel, state FROM delivery WHERE dedupe LIKE '%:paired:%'")
    assert ("wecom", "failed") in told
    assert len([row for row in told if row[1] == "sent"]) == len(told) - 1
    assert "wechat" not in {row[0] for row in told}
