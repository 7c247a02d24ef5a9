"""Messages that are too long for their channel."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Message, Option
from bot.splitting import split
from flows.cutting import MOST

LIMIT = 200
SHORTENED = "（太长）"
CHOICES = (Option(label="满意", action="a:rate"),)
LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=90))


def number(n: int, of: int) -> str:
    return f"（{n}/{of}）"


def parts(text: str, spelt: str = "", limit: int = LIMIT) -> list[str]:
    message = Message(title="t", text=text, spelt=spelt, options=CHOICES if spelt else ())
    return [
        "\n\n".join(words for words in (part.text, part.spelt) if words)
        for part in split(message, limit, number, SHORTENED)
    ]


def test_what_fits_stays_one_message_with_its_lines_broken_plainly() -> None:
    assert parts("第一行  \n第二行", "回复数字：  \n1 满意") == [
        "第一行\n第二行\n\n回复数字：\n1 满意"
    ]


def test_what_is_too_long_is_cut_at_the_end_of_a_line_and_numbered() -> None:
    lines = ["甲" * 40, "乙" * 40, "丙" * 10]
    assert parts("  \n".join(lines)) == [
        f"（1/2）\n{lines[0]}",
        f"（2/2）\n{lines[1]}\n{lines[2]}",
    ]


def test_a_line_without_an_end_is_cut_between_two_characters() -> None:
    for word in ("政", "政a", "😀", "é政"):
        told = parts(word * 100)
        assert 1 < len(told) <= MOST
        assert "".join(part.partition("\n")[2] for part in told) == word * 100


def test_choices_stand_at_the_end_of_the_last_part() -> None:
    told = parts("甲" * 100, "回复数字：  \n1 满意")
    assert len(told) == 2
    assert told[-1].endswith("\n\n回复数字：\n1 满意")
    assert "满意" not in told[0]


def test_what_would_take_too_many_parts_is_shortened_and_says_so() -> None:
    told = parts("甲" * 1000, "回复数字：\n1 满意")
    assert len(told) == MOST
    assert told[-1].endswith("回复数字：\n1 满意")
    assert SHORTENED in told[-2]


@given(LINES, st.sampled_from(["", "回复数字：\n1 满意\n2 不满意"]), st.integers(120, 400))
def test_no_part_is_too_long_or_cut_inside_a_character(
    lines: list[str], spelt: str, limit: int
) -> None:
    text = "\n".join(lines)
    told = parts(text, spelt, limit)
    assert all(len(part.encode()) <= limit for part in told)
    assert 1 <= len(told) <= MOST
    assert told[-1].endswith(spelt)
    kept = "".join(part.partition("\n")[2] if len(told) > 1 else part for part in told)
    if SHORTENED not in kept:
        expected = text.replace("  \n", "\n") + spelt
        assert kept.replace("\n", "") == expected.replace("\n", "")
