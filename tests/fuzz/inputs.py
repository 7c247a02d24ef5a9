"""How bytes become a call: the first says how far it is genuine, the others are what is not."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_from_bytes

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.seal import ciphertext
from bot.simulator.tencent.sealing import Sealing
from tests.bot.channels.test_tencent_seal import OFFICIAL_SEALED, WECOM_ECHO, WECOM_SEALED
from tests.fuzz.wire import AGENT, KEY, NOW, OWNER, TOKEN, Broken, Served, Told

SEALING = Sealing(TOKEN, KEY, OWNER)
_KEY = base64.b64decode(f"{KEY}=")
NONCE = "n"
LINE = 2000  # bytes of a query: written out they stay below the server's 8190 of a line

Make = Callable[[str, bytes], bytes]
"""Make the bytes of a call to a path of bytes that mean nothing."""


def _request(method: str, path: str, query: str, body: bytes = b"") -> bytes:
    return (
        f"{method} {path}?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _stamped(signature: str, more: str = "") -> str:
    stamp = f"timestamp={NOW}&nonce={NONCE}&encrypt_type=aes"
    return f"{stamp}&signature={signature}&msg_signature={signature}{more}"


def _signed(*sealed: str) -> str:
    text = "".join(sorted((TOKEN, str(NOW), NONCE, *sealed)))
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the platform's scheme


def anybody(path: str, data: bytes) -> bytes:
    """Call with any query and any body."""
    query, _, body = data.partition(b"\n")
    return _request("POST", path, quote_from_bytes(query[:LINE], safe="=&"), body)


def forger(path: str, data: bytes) -> bytes:
    """Call at the right time, with a signature that is no genuine one."""
    signature, _, body = data.partition(b"\n")
    return _request("POST", path, _stamped(quote_from_bytes(signature[:LINE])), body)


def message(path: str, data: bytes) -> bytes:
    """Seal and sign any text."""
    sealed = SEALING.seal(data.decode(errors="replace"))
    return _request("POST", path, _stamped(_signed(sealed)), _enclosed(sealed))


def plaintext(path: str, data: bytes) -> bytes:
    """Encrypt and sign any blocks: padding, lengths and receivers of every kind."""
    blocks = data[: len(data) // 16 * 16] or bytes(16)
    encryptor = Cipher(algorithms.AES(_KEY), modes.CBC(_KEY[:16])).encryptor()
    sealed = base64.b64encode(encryptor.update(blocks) + encryptor.finalize()).decode()
    return _request("POST", path, _stamped(_signed(sealed)), _enclosed(sealed))


def envelope(path: str, data: bytes) -> bytes:
    """Sign whatever is taken for the ciphertext in any body."""
    try:
        sealed = ciphertext(data)
    except BadCallback:
        sealed = ""
    return _request("POST", path, _stamped(_signed(sealed)), data)


def console(path: str, data: bytes) -> bytes:
    """Save the address with any echostr, signed in the way of each of the two."""
    echo = data[: LINE // 2].decode("latin-1")
    more = f"&echostr={quote(echo, safe='')}"
    stamp = f"timestamp={NOW}&nonce={NONCE}"
    query = f"{stamp}&signature={_signed()}&msg_signature={_signed(echo)}{more}"
    return _request("GET", path, query)


UNSIGNED: tuple[Make, ...] = (anybody, forger)
SIGNED: tuple[Make, ...] = (message, plaintext, envelope, console)
MAKES = (*UNSIGNED, *SIGNED)


def _enclosed(sealed: str) -> bytes:
    return f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def tried(served: Served, data: bytes) -> Told | None:
    """Bring one input, and see that it is answered as it may be. Raises Broken."""
    if not data:
        return None
    make = MAKES[data[0] % len(MAKES)]
    told = served.call(make(f"/{served.platform}/callback", data[1:]))
    refused = 400 <= told.status < 500 and not told.body
    if make in UNSIGNED and not (refused and not told.took):
        raise Broken(f"who did not sign was answered {told.status}, {told.took} taken")
    if make in SIGNED and not (told.status == 200 or (refused and not told.took)):
        raise Broken(f"a signed call was answered {told.status} with {len(told.body)} bytes")
    return told


# What the bytes begin as ----------------------------------------------------------------------

_HEAD = (
    f"<ToUserName><![CDATA[{OWNER}]]></ToUserName><FromUserName><![CDATA[zhangsan]]>"
    f"</FromUserName><CreateTime>{NOW}</CreateTime><AgentID>{AGENT}</AgentID>"
)
_KINDS = (
    "<MsgType>text</MsgType><Content><![CDATA[我要反映问题]]></Content><MsgId>1234567890123456</MsgId>",
    "<MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m</MediaId><MsgId>2</MsgId>",
    "<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format><Recognition>进度</Recognition>"
    "<MsgId>3</MsgId>",
    "<MsgType>shortvideo</MsgType><MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId><MsgId>4</MsgId>",
    "<MsgType>file</MsgType><MediaId>m</MediaId><FileName>a.docx</FileName><MsgId>5</MsgId>",
    "<MsgType>location</MsgType><Location_X>29.95</Location_X><Location_Y>121.71</Location_Y>"
    "<Scale>15</Scale><Label><![CDATA[镇海]]></Label><MsgId>6</MsgId>",
    "<MsgType>link</MsgType><Title>t</Title><Description>d</Description><Url>u</Url><MsgId>7</MsgId>",
    "<MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_报名 HD-2026-001</EventKey>",
    "<MsgType>event</MsgType><Event>SCAN</Event><EventKey>7</EventKey><Ticket>t</Ticket>",
    "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>进度</EventKey>",
    "<MsgType>event</MsgType><Event>unsubscribe</Event>",
    "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID>"
    "<Status>failed:user block</Status>",
    "<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>1</MsgID><Status>sendsuccess</Status>"
    "<TotalCount>1</TotalCount><ErrorCount>0</ErrorCount>",
    "<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>a:claim:1</EventKey>"
    "<TaskId>qq-1</TaskId><CardType>button_interaction</CardType><ResponseCode>r</ResponseCode>"
    "<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>o</OptionId>"
    "</OptionIds></SelectedItem></SelectedItems>",
)
WORDS = (
    *("<xml>", "</xml>", "<Encrypt>", "</Encrypt>", "<![CDATA[", "]]>", "<!DOCTYPE x [", "<!--"),
    *("<!ENTITY a 'b'>", "&a;", "&#0;", "&#x1F600;", "<MsgType>", "</MsgType>", "<MsgId>", "event"),
    *(
        "<CreateTime>",
        "99999999999",
        "-1",
        "<AgentID>",
        "<a/>",
        "xmlns:a='b'",
        "<?xml version='1.0'?>",
    ),
    *("msg_signature=", "timestamp=", "nonce=", "encrypt_type=aes", "echostr=", "\x00", "\ufffe"),
)
"""What bytes are replaced by that look like something."""


def seeds() -> Iterator[bytes]:
    """Yield calls as they are, from the samples and the simulated platforms."""

    def of(make: Make, data: bytes) -> bytes:
        return bytes([MAKES.index(make)]) + data

    for told in _KINDS:
        xml = f"<xml>{_HEAD}{told}</xml>"
        yield of(message, xml.encode())
        yield of(envelope, b"<xml>" + told.encode() + _enclosed(SEALING.seal(xml))[5:])
        yield of(forger, b"0" * 40 + b"\n" + _enclosed(SEALING.seal(xml)))
    text = f"<xml>{_HEAD}{_KINDS[0]}</xml>".encode()
    whole = bytes(16) + len(text).to_bytes(4, "big") + text + OWNER.encode()
    fill = 32 - len(whole) % 32
    yield of(plaintext, whole + bytes([fill]) * fill)
    yield of(envelope, _enclosed(WECOM_SEALED))
    yield of(envelope, _enclosed(OFFICIAL_SEALED))
    yield of(anybody, _stamped("0" * 40).encode() + b"\n" + _enclosed(WECOM_SEALED))
    yield of(console, b"1616140317555161061")
    yield of(console, WECOM_ECHO.encode())
    yield of(console, SEALING.seal("1616140317555161061").encode())
