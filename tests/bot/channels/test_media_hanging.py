"""An upload that fails when nobody waits for it any more counts as a try all the same."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.base import NotYet, SendFault
from bot.channels.media import Media
from tests.bot.channels.conftest import open_file
from tests.bot.channels.platform import eventually
from tests.bot.channels.test_dingtalk_media import PAPER


class Hanging:
    """A client whose uploads end in a fault when they are told to."""

    def __init__(self, fault: SendFault | None = None) -> None:
        self.fault = fault or SendFault("no.answer", 5.0)
        self.go = asyncio.Event()
        self.begun = 0
        self.ended = 0

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        self.begun += 1
        await self.go.wait()
        self.ended += 1
        raise self.fault


def media_of(client: Hanging, patience: float = 0.01) -> Media:
    return Media(client, open_file, lambda file: "file", patience=patience)


async def failed_unheard(hanging: Hanging, media: Media) -> None:
    hanging.go.clear()
    with pytest.raises(NotYet):
        await media.of(PAPER)
    hanging.go.set()
    await eventually(lambda: hanging.ended == hanging.begun and not media._flights)


async def test_a_fault_that_nobody_heard_is_told_to_the_next_who_asks() -> None:
    hanging = Hanging()
    media = media_of(hanging)
    for tries in (1, 2):
        await failed_unheard(hanging, media)
        with pytest.raises(SendFault, match=r"no\.answer") as told:
            await media.of(PAPER)
        assert not isinstance(told.value, NotYet)
        assert hanging.begun == tries


async def test_a_fault_that_was_heard_is_told_once() -> None:
    hanging = Hanging()
    hanging.go.set()
    media = media_of(hanging, 60.0)
    for tries in (1, 2):
        with pytest.raises(SendFault, match=r"no\.answer"):
            await media.of(PAPER)
        assert hanging.begun == tries


@pytest.mark.parametrize(
    "fault", [SendFault("45009", 3600.0, "robot"), NotYet("media.blocked", 60.0)]
)
async def test_what_let_the_account_rest_is_not_told_after_it(fault: SendFault) -> None:
    hanging = Hanging(fault)
    media = media_of(hanging)
    for tries in (1, 2):
        await failed_unheard(hanging, media)
        assert hanging.begun == tries


async def test_a_fault_of_long_ago_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = Hanging()
    media = media_of(hanging)
    await failed_unheard(hanging, media)
    monkeypatch.setattr("bot.channels.media.NEWS", 0.0)
    with pytest.raises(SendFault):
        await media.of(PAPER)
    assert hanging.begun == 2
