"""One call for twenty people: what shares it, what came of it for each, what it counts against."""

from collections import Counter
from typing import Any

import pytest

from bot.channels.base import Hook, Letter, Message, Receipt, SendFault, SendUnknown
from tests.bot.channels.conftest import Make
from tests.bot.channels.platform import Platform
from tests.bot.channels.test_dingtalk_media import PAPER
from tests.bot.channels.test_dingtalk_send import (
    CREATE,
    GROUP,
    GROUP_CARD,
    PRIVATE,
    PRIVATE_CARD,
    TEMPLATE,
    TO_GROUP,
    TO_PERSON,
    UPDATE,
    drop,
    replying,
)

HOOKED = GROUP.model_copy(
    update={"to": "webhook:a", "hook": Hook(address="https://oapi.dingtalk.com/robot/send")}
)


def to(person: str, number: int, **changes: Any) -> Letter:
    return PRIVATE.model_copy(update={"id": number, "to": person, **changes})


async def test_people_on_no_list_got_it_and_the_others_are_told_apart(
    ding: Platform, make: Make
) -> None:
    ding.answer(
        TO_PERSON,
        {
            "processQueryKey": "pqk",
            "invalidStaffIdList": ["b"],
            "flowControlledStaffIdList": ["c"],
            "filteredStaffIdList": ["d"],
        },
    )
    results = await make().send_batch([to(name, n) for n, name in enumerate("abcd", 1)])
    assert ding.sent(TO_PERSON)[0]["userIds"] == ["a", "b", "c", "d"]
    assert results[1] == Receipt("pqk")
    faults = {n: one for n, one in results.items() if isinstance(one, SendFault)}
    assert {n: one.code for n, one in faults.items()} == {
        2: "staffId.invalid",
        3: "staffId.flowControlled",
        4: "staffId.filtered",
    }
    assert [one.retry_after for one in faults.values()] == [None, 60.0, None]


async def test_a_call_that_nobody_knows_the_end_of_is_unknown_for_all(
    ding: Platform, make: Make
) -> None:
    ding.answers[TO_PERSON].append(drop)
    with pytest.raises(SendUnknown):
        await make().send_batch([to("a", 1), to("b", 2)])


@pytest.mark.parametrize("people", [["a", "a"], [str(n) for n in range(21)]])
async def test_a_batch_that_the_platform_would_not_take_is_a_defect(
    ding: Platform, make: Make, people: list[str]
) -> None:
    with pytest.raises(ValueError, match="twenty different people"):
        await make().send_batch([to(name, n) for n, name in enumerate(people)])
    assert ding.sent(TO_PERSON) == []


async def test_only_the_same_words_of_one_robot_to_persons_share_a_call(
    ding: Platform, make: Make
) -> None:
    channel = make(template=TEMPLATE)
    name = channel.batch(PRIVATE)
    assert name
    assert channel.batch(to("b", 2)) == name
    assert channel.batch(to("b", 2, mention="b")) == name  # nobody is called in a 1:1
    assert channel.batch(to("b", 2, robot="other")) not in {name, ""}
    assert channel.batch(to("b", 2, message=Message(title="t", text="other"))) not in {name, ""}
    assert channel.batch(PRIVATE_CARD.model_copy(update={"plain": True})) not in {name, ""}
    alone = [
        GROUP,
        PRIVATE_CARD,
        replying(PRIVATE, ding),
        HOOKED,
        to("", 2),
        to("b", 2, update=True, card="c"),
        to("b", 2, message=PRIVATE.message.model_copy(update={"file": PAPER})),
    ]
    assert [channel.batch(letter) for letter in alone] == [""] * len(alone)


def test_a_rate_is_named_after_the_robot_and_the_interface(ding: Platform, make: Make) -> None:
    channel = make(template=TEMPLATE)
    changed = PRIVATE_CARD.model_copy(update={"update": True})
    ways = {
        f"dingrobot:{TO_PERSON}": PRIVATE,
        f"dingrobot:{TO_GROUP}": GROUP,
        f"dingrobot:{CREATE}": GROUP_CARD,
        f"dingrobot:{UPDATE}": changed,
        "webhook:a": HOOKED,
    }
    for key, letter in ways.items():
        window = channel.window(letter)
        assert window is not None
        assert window.key == key
        rate = window.limit / window.seconds
        assert (rate < 20 / 60) if letter is HOOKED else (19 <= rate <= 20)
    assert channel.window(replying(PRIVATE, ding)) is None
    assert channel.window(HOOKED.model_copy(update={"update": True})) is None
    assert make().window(changed) is None


async def test_a_plain_letter_needs_no_card(ding: Platform, make: Make) -> None:
    letter = PRIVATE_CARD.model_copy(update={"plain": True})
    assert (await make(template=TEMPLATE).send(letter)).via == "api"
    assert ding.sent(CREATE) == []
    assert "回复「受理 0001」" in ding.sent(TO_PERSON)[0]["msgParam"]


@pytest.mark.parametrize("refused", [{"code": "Forbidden.AccessDenied.QpsLimitForApi"}, None])
async def test_what_the_month_pays_for_is_counted(
    ding: Platform, make: Make, refused: dict[str, str] | None
) -> None:
    counted: Counter[str] = Counter()

    def count(name: str, number: int) -> None:
        counted[name] += number

    channel = make(count=count)
    if refused is None:
        ding.answers[TO_PERSON].append(drop)  # it may have been carried out
        with pytest.raises(SendUnknown):
            await channel.send(PRIVATE)
        await channel.send(replying(PRIVATE, ding))
        assert counted == {"api": 1, "messages": 1}
    else:
        ding.answer(TO_PERSON, refused, 403)
        with pytest.raises(SendFault):
            await channel.send(PRIVATE)
        with pytest.raises(SendFault, match="connect"):
            await make(base="http://127.0.0.1:1", count=count).send(PRIVATE)
        assert counted == {}
