"""A file that was refused counts no longer in the form it was sent to."""

from pathlib import Path

import pytest

from handlers.drafts import leave_out
from tests.handlers.story import OWNER, REPORT, heard
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


async def test_a_refused_file_leaves_the_open_form(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT, files=2)
        async with play.database.begin() as tx:
            person = await tx.people.find("dingtalk", play.staff_id(OWNER))
            assert person is not None
            (conversation,) = (await tx.conversations.lock([person.id])).values()
            first, second = conversation.stack[-1].state.files
            await tx.attachments.refused(first, "forbidden")
            await leave_out(tx, person.id, first)
        async with play.database.begin() as tx:
            (conversation,) = (await tx.conversations.lock([person.id])).values()
            assert conversation.stack[-1].state.files == (second,)
        assert "图片：1 张" in heard(play, await play.say(OWNER, "继续"), OWNER)


async def test_a_file_of_nothing_open_changes_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "你好")
        async with play.database.begin() as tx:
            person = await tx.people.find("dingtalk", play.staff_id(OWNER))
            assert person is not None
            await leave_out(tx, person.id, "no-such-file")
            (conversation,) = (await tx.conversations.lock([person.id])).values()
            assert conversation.stack == ()
