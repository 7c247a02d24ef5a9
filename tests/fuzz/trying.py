"""Trying inputs: what breaks is kept in a file."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.inputs import MAKES, WORDS, seeds, tried
from tests.fuzz.wire import Broken, Served

FOLDER = Path(__file__).resolve().parents[2] / "data" / "fuzz"
LONGEST = 8192  # bytes of an input


def changed(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Change an input a few times, anywhere: bits, words, parts of it and of others."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(len(found) + 1)
        to = min(len(found), at + chance.choice((0, 1, 4, 32)))
        match chance.randrange(5):
            case 0 if at < len(found):
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                found[at:to] = chance.choice(WORDS).encode(errors="surrogatepass")
            case 2:
                del found[at:to]
            case 3:
                found[at:at] = found[at:to] * chance.choice((1, 2, 50))
            case _:
                other = chance.choice(others)
                begins = chance.randrange(len(other))
                found[at:to] = other[begins : begins + chance.randrange(64)]
    return bytes(found[:LONGEST])


def by_chance(served: Served, inputs: int, seed: int) -> Counter[str]:
    """Try inputs that know nothing of the code; count how they were answered. Raises Broken."""
    known, chance, answered = [*seeds()], random.Random(seed), Counter[str]()  # noqa: S311
    for number in range(inputs):
        data = (
            known[number] if number < len(known) else changed(chance.choice(known), known, chance)
        )
        told = kept(served, data)
        if told:
            answered[told] += 1
    return answered


def kept(served: Served, data: bytes) -> str:
    """Try an input; one that breaks is written to a file. Raises Broken."""
    try:
        told = tried(served, data)
    except Broken as fault:
        FOLDER.mkdir(parents=True, exist_ok=True)
        file = FOLDER / f"broken-{served.platform}"
        file.write_bytes(data)
        raise Broken(f"{fault} (in {file})") from fault
    return f"{MAKES[data[0] % len(MAKES)].__name__} {told.status}" if told else ""
