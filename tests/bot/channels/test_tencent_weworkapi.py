"""What Tencent's own sample code sealed opens here (weworkapi, kept as its outputs alone).

That code comes as a source archive alone, which the suite does not install (its locks take wheels).
tests/data/sealed_by_weworkapi.json holds what it made of texts of every length of padding, for the
owners of both platforms; that it opens what is sealed here was seen when they were made.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import field, heard, read
from bot.channels.tencent.seal import Seal, Stamp, ciphertext
from bot.channels.wechat.reading import Reading as WeChatReading
from bot.channels.wecom.reading import Reading as WeComReading

VECTORS = json.loads(
    (Path(__file__).parents[2] / "data" / "sealed_by_weworkapi.json").read_text(encoding="utf-8")
)
AGENT = 218
SEALED, ECHOES = VECTORS["sealed"], VECTORS["echoes"]


def seal_of(one: dict[str, Any]) -> Seal:
    return Seal(VECTORS["token"], VECTORS["key"], one["owner"])


def stamp_of(one: dict[str, Any]) -> Stamp:
    return Stamp(field(read(one["document"]), "MsgSignature"), one["timestamp"], one["nonce"])


@pytest.mark.parametrize("one", SEALED, ids=lambda one: one["nonce"])
def test_what_it_sealed_opens(one: dict[str, Any]) -> None:
    found = ciphertext(one["document"].encode())
    assert seal_of(one).open(found, stamp_of(one), int(one["timestamp"])) == one["text"]


@pytest.mark.parametrize("one", SEALED[:5], ids=lambda one: one["nonce"])
def test_what_it_sealed_for_another_owner_does_not(one: dict[str, Any]) -> None:
    other = Seal(VECTORS["token"], VECTORS["key"], f"{one['owner']}x")
    with pytest.raises(BadCallback, match="another account"):
        other.open(ciphertext(one["document"].encode()), stamp_of(one), int(one["timestamp"]))


def test_every_length_of_padding_is_among_them() -> None:
    lengths = {(20 + len(one["text"].encode()) + len(one["owner"])) % 32 for one in SEALED}
    assert lengths == set(range(32))


@pytest.mark.parametrize("one", ECHOES, ids=lambda one: one["nonce"])
def test_the_echo_that_it_sealed_is_told_to_the_console(one: dict[str, Any]) -> None:
    query = {
        "msg_signature": one["signature"],
        "timestamp": one["timestamp"],
        "nonce": one["nonce"],
        "echostr": one["echostr"],
    }
    reading, now = WeComReading(seal_of(one), AGENT), float(one["timestamp"])
    assert reading.echo(query, now) == one["echo"]
    for name in ("msg_signature", "nonce"):
        with pytest.raises(BadCallback):
            reading.echo({**query, name: f"0{query[name][1:]}"}, now)


async def test_a_message_that_it_sealed_is_read_by_both_platforms() -> None:
    one = SEALED[-1]
    query = {
        "encrypt_type": "aes",
        "msg_signature": stamp_of(one).signature,
        "timestamp": one["timestamp"],
        "nonce": one["nonce"],
    }

    async def body() -> bytes:
        await asyncio.sleep(0)
        return str(one["document"]).encode()

    for reading in (
        WeChatReading(seal_of(one), plaintext=False),
        WeComReading(seal_of(one), AGENT),
    ):
        said, sealed = await reading.opened(query, body, float(one["timestamp"]))
        assert sealed
        assert said == heard(one["text"])
        assert (said.account, said.text) == ("mycreate", "hello")
