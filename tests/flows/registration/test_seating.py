"""Who sits where: the rostrum by both customs, the order of posts, the rows of the audience."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.registration.seating import rank, rostrum, rows, seen_from_audience

SIZES = range(31)
POSTS = ("书记", "区长", "主席", "董事长", "总经理", "厂长", "经理")


def left_hand(n: int) -> tuple[int, ...]:
    return rostrum(range(1, n + 1), second_on_left=True)


def right_hand(n: int) -> tuple[int, ...]:
    return rostrum(range(1, n + 1), second_on_left=False)


@pytest.mark.parametrize(
    ("n", "seats"),
    [
        (0, ()),
        (1, (1,)),
        (2, (2, 1)),
        (3, (2, 1, 3)),
        (4, (4, 2, 1, 3)),
        (5, (4, 2, 1, 3, 5)),
        (6, (6, 4, 2, 1, 3, 5)),
        (7, (6, 4, 2, 1, 3, 5, 7)),
    ],
)
def test_the_second_sits_at_the_left_hand_of_the_first(n: int, seats: tuple[int, ...]) -> None:
    assert left_hand(n) == seats


@pytest.mark.parametrize("n", SIZES)
def test_the_other_custom_is_its_mirror(n: int) -> None:
    assert right_hand(n) == left_hand(n)[::-1]


@pytest.mark.parametrize("n", SIZES)
def test_the_audience_sees_left_and_right_changed(n: int) -> None:
    assert seen_from_audience(left_hand(n)) == left_hand(n)[::-1]


@pytest.mark.parametrize("second_on_left", [True, False])
@pytest.mark.parametrize("n", SIZES)
def test_everybody_has_one_seat(n: int, second_on_left: bool) -> None:
    seats = rostrum(range(1, n + 1), second_on_left=second_on_left)
    assert sorted(seats) == list(range(1, n + 1))


@pytest.mark.parametrize("n", [n for n in SIZES if n % 2])
def test_of_an_odd_number_the_first_sits_in_the_middle(n: int) -> None:
    assert left_hand(n)[n // 2] == right_hand(n)[n // 2] == 1


@pytest.mark.parametrize("n", [n for n in SIZES if n % 2 == 0 and n])
def test_of_an_even_number_the_first_two_share_the_middle(n: int) -> None:
    middle = slice(n // 2 - 1, n // 2 + 1)
    assert left_hand(n)[middle] == (2, 1)
    assert right_hand(n)[middle] == (1, 2)


@pytest.mark.parametrize("n", SIZES)
def test_nobody_sits_further_out_than_who_comes_after(n: int) -> None:
    seats = left_hand(n)
    first = seats.index(1) if n else 0
    away = [abs(seats.index(one) - first) for one in range(1, n + 1)]
    assert away == sorted(away)


@pytest.mark.parametrize("n", SIZES)
def test_even_ones_are_all_on_one_hand_and_odd_ones_on_the_other(n: int) -> None:
    seats = left_hand(n)
    first = seats.index(1) if n else 0
    assert all(one % 2 == 0 for one in seats[:first])
    assert all(one % 2 == 1 for one in seats[first + 1 :])


@pytest.mark.parametrize(
    ("post", "before"),
    [
        ("区委书记", "区长"),
        ("区长", "副区长"),
        ("常务副区长", "区政协主席"),
        ("董事长", "总经理"),
        ("董事长兼总经理", "总经理"),
        ("副董事长", "总经理"),
        ("总经理", "副总经理"),
        ("副总经理", "厂长"),
        ("厂长", "经理"),
        ("经理", "会计"),
        ("经理", "董事长助理"),
        ("经理", "区长秘书"),
        ("总经理", ""),
    ],
)
def test_a_post_comes_before_another(post: str, before: str) -> None:
    assert rank(post, POSTS) < rank(before, POSTS)


def test_a_deputy_who_is_listed_stands_where_the_list_says() -> None:
    assert rank("副区长", ("区长", "主席", "副区长")) > rank("主席", ("区长", "主席", "副区长"))


def test_what_nobody_listed_is_equal_and_last() -> None:
    assert rank("会计", POSTS) == rank("", POSTS) == (len(POSTS), 0)


def test_full_width_makes_no_difference() -> None:
    assert rank("ＣＥＯ", ("CEO",)) == (0, 0)


@given(st.lists(st.integers(), max_size=120), st.integers(1, 40))
def test_rows_fill_from_the_front_and_keep_the_order(people: list[int], width: int) -> None:
    filled = rows(people, width)
    assert [one for row in filled for one in row] == people
    assert all(len(row) == width for row in filled[:-1])
    assert all(filled)
