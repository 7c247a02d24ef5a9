"""How a text is cut up."""

import pytest

from flows.engine import Choice, Step, chosen, clean, labelled
from flows.engine.parsing import split_labels

STEPS: tuple[Step[None], ...] = (
    Step("phone", words=("电话", "联系电话")),
    Step("name", words=("姓名",)),
)
OFFERED = (Choice("满意", "good"), Choice("2", "two"), Choice("不满意", "bad"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话：138", {"phone": "138"}),
        ("联系电话: 138", {"phone": "138"}),
        ("修改电话：138", {"phone": "138"}),
        ("姓名：张三；电话：138", {"name": "张三", "phone": "138"}),
        ("姓名：张三，电话：138", {"name": "张三", "phone": "138"}),
        ("1、姓名：张三\n2、电话：138", {"name": "张三", "phone": "138"}),
        ("家里姓名：张三", {}),
        ("电话：", {}),
        ("电话是138", {}),
        ("", {}),
    ],
)
def test_a_labelled_value_is_found(text: str, found: dict[str, str]) -> None:
    assert labelled(text, STEPS) == found


def test_the_text_around_labels_is_returned() -> None:
    assert split_labels("您好，电话：138；谢谢", STEPS) == ({"phone": "138"}, "您好，；谢谢")
    assert split_labels("您好", ()) == ({}, "您好")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("满意", "good"),
        ("GOOD", "good"),
        ("1", "good"),
        ("2", "two"),
        ("三", "bad"),
        ("３．", "bad"),
    ],
)
def test_a_choice_is_found(text: str, value: str) -> None:
    choice = chosen(text, OFFERED)
    assert choice is not None
    assert choice.value == value


@pytest.mark.parametrize("text", ["", "4", "0", "十", "很满意", "1.5", "-1", "²²²"])
def test_no_choice_is_made_up(text: str) -> None:
    assert chosen(text, OFFERED) is None


def test_noise_is_dropped_and_line_ends_are_made_alike() -> None:
    assert clean(" a\r\nb\rc\x00\u200b\ufeff\ud83d ") == "a\nb\nc"
    assert clean("👩\u200d🏭") == "👩\u200d🏭"
