"""Packages that others wrote open what we seal, and we open what they seal."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from werobot.crypto import MessageCrypt

from bot.channels.tencent.heard import field, read
from bot.channels.tencent.seal import Seal, Stamp

NOW = 1_790_000_000
TOKEN, KEY, APP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
SEAL = Seal(TOKEN, KEY, APP)
NODE_FOLDER = Path(__file__).parents[2] / "node"
NODE = shutil.which("node")
TEXTS = ("<xml><a>最短</a></xml>", "你好 𠮷👨‍👩‍👧 ok", "字" * 3000, "x" * 12)


@pytest.mark.parametrize("text", TEXTS)
def test_werobot_opens_ours_and_we_open_its(text: str) -> None:
    other = MessageCrypt(TOKEN, KEY, APP)
    ours = read(SEAL.close(text, NOW))
    stamp, nonce = field(ours, "TimeStamp"), field(ours, "Nonce")
    signature, sealed = field(ours, "MsgSignature"), field(ours, "Encrypt")
    assert other.decrypt_message(stamp, nonce, signature, sealed).decode() == text
    its = read(other.encrypt_message(text, str(NOW), "n"))
    signed = Stamp(field(its, "MsgSignature"), str(NOW), "n")
    assert SEAL.open(field(its, "Encrypt"), signed, NOW) == text


@pytest.mark.node
@pytest.mark.skipif(
    NODE is None or not (NODE_FOLDER / "node_modules" / "@wecom" / "crypto").exists(),
    reason="needs node, and `npm ci` in tests/node",
)
@pytest.mark.parametrize("way", ["wecom", "wechat"])
@pytest.mark.parametrize("text", TEXTS)
def test_the_packages_of_node_open_ours_and_we_open_theirs(way: str, text: str) -> None:
    ours = read(SEAL.close(text, NOW))
    stamp, nonce = field(ours, "TimeStamp"), field(ours, "Nonce")
    question = {
        **{"way": way, "token": TOKEN, "key": KEY, "id": APP, "timestamp": stamp, "nonce": nonce},
        **{"sealed": field(ours, "Encrypt"), "text": text},
    }
    assert NODE is not None
    told = subprocess.run(
        [NODE, "--no-deprecation", "seal.mjs"],
        cwd=NODE_FOLDER,
        input=json.dumps(question).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    answer = json.loads(told.stdout)
    assert (answer["text"], answer["receiver"]) == (text, APP)
    assert answer["signature"] == field(ours, "MsgSignature")
    signed = Stamp(answer["signed"], stamp, nonce)
    assert SEAL.open(answer["sealed"], signed, NOW) == text
