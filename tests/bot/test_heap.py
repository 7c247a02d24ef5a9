"""What a process settles about its memory before it serves."""

import gc
from collections.abc import Iterator

import pytest

from bot.heap import settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_from_the_start_is_not_searched_for_garbage() -> None:
    there = [object()]
    settle()
    assert not any(one is there for one in gc.get_objects())


def test_what_comes_later_still_is() -> None:
    settle()
    later = [object()]
    assert any(one is later for one in gc.get_objects())
    assert gc.isenabled()
