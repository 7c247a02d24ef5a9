"""E20: some time after an activity its personal answers are gone, wherever they were kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.housekeeping import forgetting, housekeeping
from bot.keys import Keys
from bot.schedules import Schedules
from bot.storage.tables import metadata
from flows.registration.registration import Standing
from tests.engines import address, rows
from tests.handlers.attending import EVENT, press, publish, roll, sign_up
from tests.handlers.story import CLERK, HEAD, OWNER, history
from tests.stage import KEYS, Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
PHONE, PLATE, BESIDE = "13987654321", "浙B9K8K8", "钱学礼"
GUEST = "来宾1"
KEPT = timedelta(days=30)


@contextmanager
def sealing() -> Iterator[dict[bytes, str]]:
    """Note for which place each sealed value was made, so that it can be opened later."""
    places: dict[bytes, str] = {}
    seal = Keys.seal

    def noting(self: Keys, data: bytes | str, context: str) -> bytes:
        sealed = seal(self, data, context)
        places[sealed] = context
        return sealed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Keys, "seal", noting)
        yield places


async def found(folder: Path, places: dict[bytes, str], said: str) -> set[str]:
    """Open everything there is in the database; name the columns in which something is said."""
    url = await address(folder / "stage.db")
    written = (said.encode(), said.encode("unicode_escape"))
    hits = set()
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        for row in rows(url, str(select(table))):
            for name, value in zip(names, row, strict=True):
                blob = (
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                )
                if blob in places:
                    blob = KEYS.open(blob, places[blob])
                if any(one in blob for one in written):
                    hits.add(f"{table.name}.{name}")
    return hits


async def tidy(play: Stage) -> None:
    """Let the office clean up as it does every hour and every day."""
    office = play.reception.office
    plans = [*housekeeping(KEPT, KEPT, lambda name: None), forgetting(office)]
    await Schedules(play.database, plans, play.clock, wake=lambda: None).turn()


async def held(play: Stage) -> None:
    """Let somebody sign up, somebody else begin to, and staff take the list with all numbers."""
    await publish(play, "名额9人")
    await sign_up(play, OWNER)
    await press(play, GUEST, "sign_up")
    for said in (f"宁波第1机械厂 周明 {PHONE}", "人数：2", BESIDE, f"车牌：{PLATE}", "确认"):
        await play.say(GUEST, said)
    await press(play, "来宾2", "sign_up")
    await play.say("来宾2", f"宁波第2机械厂 吴亮 {PHONE}")
    await play.say("来宾2", "取消")
    await play.say(CLERK, f"接龙 1. 宁波第3机械厂 郑平 {PHONE}")
    await play.say(HEAD, "签到表 全号")
    await play.fetched()
    play.clock.now += timedelta(days=8)
    await play.wait(timedelta(minutes=1))


async def test_e20_thirty_days_later_no_personal_answer_can_be_read_and_the_counts_stay(
    tmp_path: Path,
) -> None:
    with sealing() as places:
        async with stage(tmp_path) as play:
            await held(play)
            before = await roll(play)
            for said in (PHONE, PLATE, BESIDE):
                assert "registration.body" in await found(tmp_path, places, said), said
            in_forms = await found(tmp_path, places, PHONE)
            assert {"conversation.body", "attachment.source", "arrival.body"} <= in_forms
            play.clock.now += timedelta(days=31)
            await play.wait(timedelta(minutes=1))
            await tidy(play)
            for said in (PHONE, PLATE, BESIDE):
                assert await found(tmp_path, places, said) == set(), said
            after = await roll(play)
    for seq, one in before.registrations.items():
        now = after.registrations[seq]
        assert (now.enterprise, now.party, now.standing) == (
            one.enterprise,
            one.party,
            one.standing,
        )
    assert after.people(Standing.ABSENT) == before.people(Standing.ABSENT) > 0


async def test_e20_the_order_of_coming_can_still_be_proved(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        before = await history(play, f"event:{EVENT}")
        assert any(one.personal for one in before)
        play.clock.now += timedelta(days=31)
        await play.wait(timedelta(minutes=1))
        after = await history(play, f"event:{EVENT}")
        assert not any(one.personal for one in after)
        assert [(one.act, one.public) for one in after][: len(before)] == [
            (one.act, one.public) for one in before
        ]
        async with play.database.read() as tx:
            assert await tx.history.first_bad(f"event:{EVENT}") is None


async def test_a_day_early_everything_is_still_there(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        play.clock.now += timedelta(days=28)
        await play.wait(timedelta(minutes=1))
        assert (await roll(play)).registrations[2].phone == PHONE
        assert any(one.personal for one in await history(play, f"event:{EVENT}"))


async def test_a_form_put_aside_is_kept_as_long_as_it_can_be_brought_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await press(play, GUEST, "sign_up")
        await play.say(GUEST, f"宁波第1机械厂 周明 {PHONE}")
        await play.say(GUEST, "取消")
        play.clock.now += timedelta(days=6)
        await tidy(play)
        told = await play.say(GUEST, "继续")
        assert any(PHONE in letter.message.text for letter in told)
