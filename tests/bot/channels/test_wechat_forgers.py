"""What a call to the address of 公众号 costs as long as nobody has signed it: next to nothing."""

from __future__ import annotations

import asyncio
import gzip
import logging

import pytest
from yarl import URL

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import MOST
from bot.channels.tencent.seal import FRESH, ciphertext
from bot.channels.wechat import Pace
from tests.tencent import now
from tests.wechat import FIRM, Line, line

STALE, COMPLETE = "1409659589", {"encrypt_type": "aes", "msg_signature": "x", "nonce": "n"}


async def status(there: Line, query: dict[str, str], headers: str, body: bytes = b"") -> int:
    """Call with a head of our own, and perhaps not all that it promises."""
    url = URL(there.platform.caller.address).with_query(query)
    assert url.host is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
    writer.write(head.encode() + body)
    async with asyncio.timeout(60):
        line = await reader.readline()
    writer.close()
    return int(line.split()[1])


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "identity"])
@pytest.mark.parametrize("body", [b"not packed", gzip.compress(bytes(1_000_000))])
async def test_what_is_packed_is_not_unpacked(
    packing: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with line() as there:
        query, _ = there.platform.caller.sealed(there.platform.caller.message(FIRM, "text"))
        headers = f"Content-Encoding: {packing}\r\nContent-Length: {len(body)}\r\n"
        assert await status(there, query, headers, body) == 415
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({}, id="no stamp"),
        pytest.param({**COMPLETE}, id="an incomplete stamp"),
        pytest.param({**COMPLETE, "timestamp": STALE}, id="a stale stamp"),
        pytest.param({**COMPLETE, "timestamp": "soon"}, id="a stamp of no time"),
    ],
)
async def test_a_body_is_awaited_from_nobody_whose_stamp_is_bad(query: dict[str, str]) -> None:
    async with line() as there:
        # Not one byte of it comes: whoever waited for it would answer 408.
        assert await status(there, query, "Content-Length: 60000\r\n") == 403


async def test_what_nobody_signed_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    monkeypatch.setattr("bot.channels.tencent.heard.xmltodict.parse", parsed.append)
    async with line() as there:
        stamp = {**COMPLETE, "timestamp": str(int(now().timestamp()))}
        body = b"<xml><Encrypt>eA==</Encrypt>" + b"<a/>" * 16_000 + b"</xml>"
        assert await there.platform.caller.post(stamp, body) == (403, b"")
    assert parsed == []


@pytest.mark.parametrize(
    "body",
    [
        "<xml><Encrypt>eA==</Encrypt></xml>",
        "<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[eA==]]></Encrypt></xml>",
        "<xml>\n  <Encrypt>\n <![CDATA[eA==]]>\n </Encrypt>\n</xml>",
        # 兼容模式: somebody typed what looks like it.
        "<xml><Content><![CDATA[<Encrypt>QQ==</Encrypt>]]></Content><Encrypt>eA==</Encrypt></xml>",
    ],
)
def test_a_ciphertext_is_found(body: str) -> None:
    assert ciphertext(body.encode()) == "eA=="


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"Encrypt": "eA=="}',
        b"<Encrypt></Encrypt>",
        b"<Encrypt><a/></Encrypt>",
        b"<Encrypt a='1'>eA==</Encrypt>",
        b"<Encrypt>=A=</Encrypt>",
        b"<Encrypt>\xe6\x94\xbf</Encrypt>",
        b"<Encrypt>" * (MOST // 9),
        b"<Encrypt>" + b"A" * MOST,
        b"<Encrypt>" + b" " * MOST,
    ],
)
def test_what_is_no_ciphertext_is_refused(body: bytes) -> None:
    with pytest.raises(BadCallback):
        ciphertext(body)


def test_what_was_answered_is_known_as_long_as_its_stamp_is_good() -> None:
    assert Pace().keep >= 2 * FRESH
