"""What a channel's cards cannot carry or show: told ahead of them, or in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.channels.base import Manner
from bot.channels.wecom import manner_of
from bot.config import load_config
from bot.outbox import Outbox
from bot.storage.rows import Attached, DeliveryRow, Reach
from bot.texts import Texts
from flows.engine.words import Choice, Key
from flows.office import Content
from handlers.ports import Group, PersonId, Post, Text, To, ToGroup, ToPerson
from tests.bot.test_outbox import NOW

CONFIG = load_config()
TEXTS = Texts({**CONFIG.texts, "t.body": "${x}", "t.title": "请评价", "label.long": "好" * 11})
CHOICES = (Choice(Key("rating.satisfied"), "n:satisfied"),)
APP = manner_of(plugin=False)
STAFF = Group("cidStaff", "工作群", "staff", channel="wecom")


class Records:
    """Somebody in 企业微信, and a group there."""

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Reach]]:
        return {person: [Reach("wecom", "corp", "zhangsan")] for person in persons}

    async def holders(self, persons: Sequence[PersonId]) -> Sequence[PersonId]:
        return ()

    async def groups(self) -> Sequence[Group]:
        return (STAFF,)

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        return {}


async def rows(
    text: str,
    *,
    to: To = ToPerson(1),  # noqa: B008 - it is frozen
    choices: Sequence[Choice] = CHOICES,
    update: bool = False,
    manner: Manner = APP,
) -> Sequence[DeliveryRow]:
    outbox = Outbox(
        TEXTS,
        CONFIG.exposure,
        lambda: NOW,
        channel="dingtalk",
        robot="robot",
        cards=True,
        beside={"wecom": manner},
    )
    post = Post(
        to=to,
        content=Content.PROGRESS,
        parts=(Text("t.body", {"x": text}),),
        dedupe="d1",
        choices=tuple(choices),
        title=Text("t.title"),
        update=update,
    )
    return await outbox(Records(), [post], {})


async def test_what_a_card_shows_whole_is_one_message() -> None:
    (row,) = await rows("政" * 160)
    assert row.card
    assert [one.action for one in row.message.options] == ["n:satisfied"]


async def test_what_a_card_would_cut_goes_ahead_of_it() -> None:
    told, card = await rows("政" * 161)
    assert (told.card, told.message.options, told.message.spelt) == ("", (), "")
    assert told.message.text == "政" * 161
    assert card.message.text == TEXTS.render(Text("door.choose"))
    assert bool(card.card)
    assert card.message.options
    assert card.message.spelt  # should the platform refuse the card
    assert (told.dedupe, card.dedupe, told.lane) == ("d1", "d1/2", card.lane)


async def test_what_is_too_long_for_one_message_has_its_buttons_at_the_end() -> None:
    *told, card = await rows("政" * 1500)
    assert len(told) > 1
    assert all(len(one.message.text.encode()) <= APP.limit and not one.card for one in told)
    assert card.card
    assert len({one.dedupe for one in (*told, card)}) == len(told) + 1


@pytest.mark.parametrize(
    "choices",
    [
        [Choice(Key("rating.satisfied"), f"n:{n}") for n in range(7)],
        [Choice(Key("label.long"), "n:1")],
    ],
)
async def test_choices_that_no_card_carries_are_spelt_out_and_promise_no_card(
    choices: Sequence[Choice],
) -> None:
    (row,) = await rows("您满意吗？", choices=choices)
    assert row.card == ""
    assert row.message.spelt


async def test_in_a_group_without_cards_nothing_promises_one_or_changes_one() -> None:
    (row,) = await rows("您满意吗？", to=ToGroup("cidStaff"))
    assert (row.channel, row.card) == ("wecom", "")
    assert await rows("您满意吗？", to=ToGroup("cidStaff"), update=True) == []


async def test_a_change_of_a_card_is_one_row() -> None:
    (row,) = await rows("政" * 1500, update=True)
    assert row.card
    assert row.update


async def test_without_cards_everything_is_spelt_out() -> None:
    (row,) = await rows("政" * 161, manner=manner_of(plugin=True))
    assert row.card == ""
    assert row.message.spelt
