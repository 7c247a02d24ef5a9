"""Some of what is fuzzed on demand is tried in every run as well; and faults are seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from tests.fuzz.inputs import MAKES, anybody, message, seeds, tried
from tests.fuzz.trying import by_chance
from tests.fuzz.wire import Broken, Platform, Served, Told

INPUTS = 3000


@pytest.fixture(params=get_args(Platform))
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    made = Served(request.param)
    yield made
    made.close()


def test_no_input_breaks_a_call(served: Served) -> None:
    answered = by_chance(served, INPUTS, seed=7)
    assert {name for name in answered if name.endswith(" 200")} >= {
        "message 200",
        "envelope 200",
        "plaintext 200",
        "console 200",
    }


def test_each_seed_that_is_sealed_is_taken_or_left_alone(served: Served) -> None:
    sealed = [data for data in seeds() if MAKES[data[0]] is message]
    told = [one for data in sealed if (one := tried(served, data))]
    assert len(told) == len(sealed)
    assert {one.status for one in told} == {200}
    assert sum(one.took for one in told) > len(told) / 2


@pytest.mark.parametrize("told", [Told(200, b"", 0), Told(403, b"no", 0), Told(403, b"", 1)])
def test_an_answer_to_somebody_who_did_not_sign_is_seen(
    told: Told, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "call", lambda request: told)
    with pytest.raises(Broken):
        tried(served, bytes([MAKES.index(anybody)]))


def test_a_defect_is_seen(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(said: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(served._channel._callback, "_hear", broken)
    with pytest.raises(Broken, match="503"):
        tried(served, next(iter(seeds())))
