"""Webhooks: sealed, found by chat id, each with its group."""

import pytest

from bot.channels.base import Hook
from bot.keys import Tampered
from bot.storage.webhooks import Registered
from handlers.ports import Group
from tests.engines import NOON, Opened, rows

ADDRESS = "https://oapi.dingtalk.com/robot/send?access_token=very-secret"
HOOK = Hook(address=ADDRESS, secret="SECvery-secret")
GROUP = Group("webhook:商会群", "商会群", "enterprise", files=False, hears=False)


async def put(records: Opened, group: Group = GROUP, hook: Hook = HOOK) -> None:
    async with records.database.begin() as tx:
        await tx.webhooks.put(group, hook)


async def test_a_group_is_known_and_reached_by_its_chat_id(records: Opened) -> None:
    await put(records)
    await put(records, Group("webhook:b", "b", "staff"), HOOK.model_copy(update={"secret": ""}))
    async with records.database.read() as tx:
        chats = ["webhook:商会群", "cidA==", "webhook:nobody"]
        assert await tx.webhooks.hooks(chats) == {"webhook:商会群": HOOK}
        assert await tx.webhooks.hooks(["cidA=="]) == {}
        assert GROUP in await tx.groups()
        assert await tx.webhooks.all() == [
            Registered("b", "staff", "", NOON),
            Registered("商会群", "enterprise", "", NOON),
        ]


async def test_address_and_secret_lie_sealed_in_their_own_row(records: Opened) -> None:
    await put(records)
    await put(records, Group("webhook:b", "b", "staff"))
    stored = rows(records.url, "SELECT access FROM webhook")
    assert all(b"secret" not in bytes(access) for (access,) in stored)
    rows(
        records.url,
        "UPDATE webhook SET access = (SELECT access FROM webhook WHERE name = ?) WHERE name = ?",
        "商会群",
        "b",
    )
    async with records.database.read() as tx:
        with pytest.raises(Tampered):
            await tx.webhooks.hooks(["webhook:b"])


async def test_a_new_address_replaces_the_old_one(records: Opened) -> None:
    await put(records)
    changed = Hook(address=ADDRESS + "2", secret="SECnew")
    await put(records, Group("webhook:商会群", "商会群", "staff"), changed)
    async with records.database.read() as tx:
        assert await tx.webhooks.hooks(["webhook:商会群"]) == {"webhook:商会群": changed}
        assert [group.kind for group in await tx.groups()] == ["staff"]


async def test_what_is_removed_is_no_group_any_more(records: Opened) -> None:
    await put(records)
    async with records.database.begin() as tx:
        assert await tx.webhooks.remove("商会群")
        assert not await tx.webhooks.remove("商会群")
    async with records.database.read() as tx:
        assert await tx.webhooks.hooks(["webhook:商会群"]) == {}
        assert list(await tx.groups()) == []


async def test_the_file_of_people_does_not_drop_a_group_of_the_console(records: Opened) -> None:
    await put(records)
    async with records.database.begin() as tx:
        await tx.seed([], [Group("cid", "群", "staff")])
        await tx.seed([], [])
    async with records.database.read() as tx:
        assert await tx.groups() == [GROUP]
