"""The seal of 公众号 and 企业微信: official samples, forgeries, and bytes that mean nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto.base import WeChatCipher

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import field, heard, read
from bot.channels.tencent.seal import FRESH, Seal, Stamp

NOW = 1_790_000_000.0
TOKEN, KEY, APP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
# Samples of the pages of 企业微信 (path/90968), 公众平台 (push/encryption), and of wechatpy.
WECOM = Seal(TOKEN, KEY, APP)
OFFICIAL = Seal("AAAAA", "A" * 43, "wxba5fad812f8e6fb9")
WECOM_ECHO = (
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
)
WECOM_SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3Qczc"
    "dCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLj"
    "vd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMn"
    "vw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k"
    "22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2Yoy"
    "yH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
OFFICIAL_SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJG"
    "QqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrf"
    "MZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgR"
    "tWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - their scheme


def stamped(seal: Seal, sealed: str, now: float = NOW) -> Stamp:
    """Sign a ciphertext as the platform does that knows the token."""
    return Stamp(signed(TOKEN, str(int(now)), "nonce", sealed), str(int(now)), "nonce")


def test_v1_the_sample_of_wecom_opens() -> None:
    stamp = Stamp("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780")
    assert WECOM.open(WECOM_ECHO, stamp, 1409659589) == "1616140317555161061"
    stamp = Stamp("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149")
    message = heard(WECOM.open(WECOM_SEALED, stamp, 1409659813))
    assert (message.account, message.to, message.kind) == ("mycreate", APP, "text")
    assert (message.text, message.msg_id) == ("hello", "4561255354251345929")
    assert field(message.fields, "AgentID") == "218"


def test_v2_the_sample_of_the_official_account_opens() -> None:
    stamp = Stamp("f464b24fc39322e44b38aa78f5edd27bd1441696", "1714036504", "1514711492")
    OFFICIAL.check(stamp, 1714036504)
    stamp = Stamp("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656")
    OFFICIAL.check(stamp, 1714037059)
    stamp = Stamp("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "1714112445", "415670741")
    told = json.loads(OFFICIAL.open(OFFICIAL_SEALED, stamp, 1714112445))
    assert told["FromUserName"] == "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
    assert told["debug_str"] == "hello world"


def test_v2_the_sample_of_an_answer_is_sealed_byte_by_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda count: b"707722b803182950")
    monkeypatch.setattr("secrets.token_hex", lambda count: "415670741")
    fields = read(OFFICIAL.close('{"demo_resp":"good luck"}', 1713424427))
    assert field(fields, "Encrypt") == (
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    )
    assert field(fields, "MsgSignature") == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    assert (field(fields, "TimeStamp"), field(fields, "Nonce")) == ("1713424427", "415670741")


def test_v3_the_sample_of_wechatpy_opens() -> None:
    seal = Seal("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a")
    stamp = Stamp("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "1411443780", "437374425")
    echo = (
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
    )
    assert seal.open(echo, stamp, 1411443780).isdecimal()


@pytest.mark.parametrize("text", ["短", "你好 𠮷👨‍👩‍👧 — ok", "x" * 9000, ""])
def test_what_is_sealed_opens_again(text: str) -> None:
    fields = read(WECOM.close(text, NOW))
    stamp = Stamp(*(field(fields, name) for name in ("MsgSignature", "TimeStamp", "Nonce")))
    assert WECOM.open(field(fields, "Encrypt"), stamp, NOW) == text


def test_two_answers_of_one_text_differ() -> None:
    first, second = (read(WECOM.close("好", NOW)) for _ in range(2))
    assert field(first, "Encrypt") != field(second, "Encrypt")
    assert field(first, "Nonce") != field(second, "Nonce")


@pytest.mark.parametrize("late", [FRESH + 1, -FRESH - 1])
def test_a_signature_of_another_hour_is_refused(late: float) -> None:
    stamp = stamped(WECOM, WECOM_SEALED)
    assert "mycreate" in WECOM.open(WECOM_SEALED, stamp, NOW + FRESH)
    with pytest.raises(BadCallback) as refused:
        WECOM.open(WECOM_SEALED, stamp, NOW + late)
    assert refused.value.status == 403


@pytest.mark.parametrize("part", ["signature", "timestamp", "nonce", "sealed"])
def test_one_character_changed_is_a_forgery(part: str) -> None:
    good = stamped(WECOM, WECOM_SEALED)
    told = {"signature": good.signature, "timestamp": good.timestamp, "nonce": good.nonce}
    sealed = WECOM_SEALED
    if part == "sealed":
        sealed = f"A{sealed[1:]}"
    else:
        told[part] = f"{told[part][:-1]}{'1' if told[part][-1] != '1' else '2'}"
    with pytest.raises(BadCallback) as refused:
        WECOM.open(sealed, Stamp(**told), NOW)
    assert (refused.value.status, refused.value.reason) == (
        403,
        "a signature is not the platform's",
    )


def test_what_is_for_another_account_is_refused_although_it_is_signed() -> None:
    other = Seal(TOKEN, KEY, "wx0000000000000000")
    with pytest.raises(BadCallback) as refused:
        other.open(WECOM_SEALED, stamped(other, WECOM_SEALED), NOW)
    assert refused.value.status == 403


def block(text: bytes, fill: bytes) -> str:
    """Encrypt with the right key what no platform would."""
    return base64.b64encode(WeChatCipher(base64.b64decode(f"{KEY}=")).encrypt(text + fill)).decode()


HEAD = bytes(16) + b"\0\0\0\1x" + APP.encode()  # 39 bytes, a message of one character
GOOD = block(HEAD, b"\x19" * 25)


def test_a_block_that_is_whole_opens() -> None:
    assert WECOM.open(GOOD, stamped(WECOM, GOOD), NOW) == "x"


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param("", id="nothing"),
        pytest.param("QUJD", id="no whole block"),
        pytest.param(f"{GOOD[:8]}!{GOOD[8:]}", id="more than base64"),
        pytest.param(base64.b64encode(bytes(64)).decode(), id="noise"),
        pytest.param(block(HEAD, bytes(24) + b"\x19"), id="a padding that only ends like one"),
        pytest.param(block(HEAD + b"\x21" * 8, b"\x21" * 33), id="a padding too long"),
        pytest.param(block(bytes(14) + b"\0\0", b"\x10" * 16), id="no length"),
        pytest.param(
            block(bytes(16) + b"\0\0\0\2\xff\xfe" + APP.encode(), b"\x18" * 24), id="no utf-8"
        ),
    ],
)
def test_a_signed_ciphertext_that_cannot_be_opened_is_a_bad_callback(sealed: str) -> None:
    with pytest.raises(BadCallback):
        WECOM.open(sealed, stamped(WECOM, sealed), NOW)


def test_a_length_beyond_the_end_is_a_bad_callback_where_no_receiver_is_named() -> None:
    robot = Seal(TOKEN, KEY, "")  # as the callbacks of 智能机器人 are sealed
    sealed = block(bytes(16) + b"\0\0\1\0" + b"x" * 12, b"\x20" * 32)
    with pytest.raises(BadCallback):
        robot.open(sealed, stamped(robot, sealed), NOW)


@pytest.mark.parametrize("timestamp", ["soon", "1e9", "-5", "1" * 13])
def test_a_signed_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    stamp = Stamp(signed(TOKEN, timestamp, "nonce", GOOD), timestamp, "nonce")
    with pytest.raises(BadCallback) as refused:
        WECOM.open(GOOD, stamp, NOW)
    assert refused.value.reason == "a timestamp is none"


@given(st.binary(max_size=400))
def test_whatever_is_signed_opens_or_is_refused(noise: bytes) -> None:
    sealed = base64.b64encode(noise).decode()
    with pytest.raises(BadCallback):
        WECOM.open(sealed, stamped(WECOM, sealed), NOW)


@given(st.dictionaries(st.sampled_from(["msg_signature", "timestamp", "nonce"]), st.text()))
def test_whatever_stands_in_a_query_is_a_stamp_or_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadCallback):
        WECOM.check(Stamp.of(query, "msg_signature"), NOW, WECOM_SEALED)


@pytest.mark.parametrize("key", ["A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "é", ""])
def test_a_key_that_is_none_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="43 letters and digits"):
        Seal(TOKEN, key, APP)


def test_the_random_bytes_of_answers_are_no_sequence() -> None:
    found = [field(read(WECOM.close("好", NOW)), "Encrypt")[:16] for _ in range(50)]
    assert all(a != b for a, b in pairwise(found))
