"""What a typed text means before it is known what the person is in the middle of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.ports import Arrival, Button, Place, Sender
from handlers.understand import Request, understand
from handlers.words import WORDS

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(text: str) -> Request:
    sender = Sender("id", None, None)
    arrival = Arrival("dingtalk", "robot", "m", sender, Place(True, "c"), NOW, text=text)
    return understand(arrival, "ZH", 2026)


# The words other sides rely on (the Interfaces).
INTERFACE = {
    "我要反映问题": "report",
    "进度": "progress",
    "补充": "supplement",
    "催办": "urge",
    "撤回": "withdraw",
    "继续": "resume",
    "返回": "back",
    "修改": "edit",
    "取消": "cancel",
    "确认": "confirm",
    "跳过": "skip",
    "完成": "finish",
    "菜单": "menu",
    "转人工": "human",
    "请给我回电话": "callback",
}


@pytest.mark.parametrize(("word", "meaning"), INTERFACE.items())
@pytest.mark.parametrize("shape", ["{}", " {} ", "{}。", "{}！", "{}\n", "\u200b{}\u200b"])
def test_a_word_works_as_typed(word: str, meaning: str, shape: str) -> None:
    assert read(shape.format(word)).word == meaning


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_is_understood_alone(word: str) -> None:
    assert read(word).word == WORDS[word]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("进度 ZH-2026-0001", "ZH-2026-0001"),
        ("进度ZH-2026-0001", "ZH-2026-0001"),
        ("进度 1", "ZH-2026-0001"),
        ("进度：0012", "ZH-2026-0012"),
        ("查一下进度 ZH-2026-3", "ZH-2026-0003"),
        ("进度 zh-2026-12345", "ZH-2026-12345"),
        ("进度 １２", "ZH-2026-0012"),
    ],
)
def test_progress_takes_a_number(text: str, number: str) -> None:
    request = read(text)
    assert (request.word, request.number) == ("progress", number)


@pytest.mark.parametrize(
    "text",
    [
        "补充一点情况给你们",
        "满意度调查什么时候开始",
        "撤回来的货没人要",
        "答复没有解决我们的问题",
        "交办以后没有人联系我们",
        "取消了用电指标",
        "继续停电怎么办",
        "对面的厂天天放炮",
        "确认收货以后不付钱",
        "完成验收以后不付款",
        "返回的货款没到",
        "跳过我们厂不给通气",
        "好好的路被挖断了",
        "是不是可以申请补贴",
        "授权经销商拖欠货款",
        "绑定的账户被冻结了",
        "通过率太低了怎么办",
        "任务太重完不成怎么办",
        "核验不了电子发票怎么办",
    ],
)
def test_a_sentence_that_only_begins_like_a_command_is_plain_words(text: str) -> None:
    request = read(text)
    assert (request.word, request.rest) == ("", text)


@pytest.mark.parametrize(
    ("text", "word", "number", "rest"),
    [
        ("受理 1", "accept", "ZH-2026-0001", ""),
        ("交办 1 供电公司 协办 经信局", "assign", "ZH-2026-0001", "供电公司 协办 经信局"),
        ("答复 ZH-2026-0001 修好了", "reply", "ZH-2026-0001", "修好了"),
        ("首联 1 10:30和陈总通话", "contact", "ZH-2026-0001", "10:30和陈总通话"),
        ("补充 10:30又停了", "supplement", None, "10:30又停了"),
        ("不满意，还是停电", "dissatisfied", None, "还是停电"),
        ("审核通过 1", "approve", "ZH-2026-0001", ""),
        ("不予受理 1 不归我们管", "reject", "ZH-2026-0001", "不归我们管"),
        ("修改电话为13905741234", "edit", None, "电话为13905741234"),
        ("邀请码ABCD-EFGH", "redeem", None, "ABCD-EFGH"),
    ],
)
def test_a_command_with_what_follows(text: str, word: str, number: str | None, rest: str) -> None:
    request = read(text)
    assert (request.word, request.number, request.rest) == (word, number, rest)


@pytest.mark.parametrize(
    ("text", "picked"), [("1", 1), ("１", 1), ("(2)", 2), ("3、", 3), ("4号", 4)]
)
def test_a_bare_number_picks(text: str, picked: int) -> None:
    assert read(text) == Request(picked=picked, text=read(text).text)


def test_a_pressed_button_is_taken_as_it_is() -> None:
    sender = Sender("id", None, None)
    button = Button("a:accept:ZH-2026-0001", "card")
    arrival = Arrival(
        "dingtalk", "robot", "m", sender, Place(True, "c"), NOW, text="受理", button=button
    )
    assert understand(arrival, "ZH", 2026) == Request(action="a:accept:ZH-2026-0001")


@given(st.text(max_size=300))
def test_no_text_breaks_the_understanding(text: str) -> None:
    request = read(text)
    assert request.word in {"", *WORDS.values()}


@given(st.sampled_from(sorted(WORDS)), st.text(max_size=40))
def test_no_tail_breaks_the_understanding(word: str, tail: str) -> None:
    request = read(word + tail)
    assert request.number is None or request.number.startswith("ZH-")
