"""The seal of a callback: who signed it, when, for whom, and what is inside.

The scheme is that of 消息加解密 (developers.weixin.qq.com, push/encryption;
developer.work.weixin.qq.com, path/90968): SHA-1 over the sorted token, timestamp, nonce and
ciphertext; AES-256-CBC over 16 random bytes, a length, the message and the receiver's id. wechatpy
brings the cipher; what it leaves out is checked here: the padding, the length and the age, and the
comparison takes the same time for each.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from wechatpy.crypto.base import WeChatCipher
from wechatpy.utils import WeChatSigner

from bot.channels.tencent.callback import FORGED, BadCallback
from bot.channels.tencent.pace import FRESH

_ENCRYPT = re.compile(
    rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/]{1,65536}+={0,2}+)(?:\]\]>)?\s*</Encrypt>"
)
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_RANDOM = 16  # bytes before the length
_BLOCK = 32  # PKCS#7 fills to this, not to the 16 bytes of the cipher
_LENGTH = 4  # bytes, the most significant first


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in the query of a callback."""

    signature: str
    timestamp: str
    nonce: str

    @classmethod
    def of(cls, query: Mapping[str, str], name: str) -> Stamp:
        """Take it from a query, where the signature has this name. Raises BadCallback."""
        found = [query.get(one, "") for one in (name, "timestamp", "nonce")]
        if not all(found) or not all(one.isascii() for one in found):
            raise BadCallback("a stamp is incomplete", FORGED)
        return cls(*found)

    def check(self, now: float) -> None:
        """See that it is of now, in seconds since 1970: no proof, but it costs nothing.

        Raises BadCallback.
        """
        if not re.fullmatch(r"\d{1,12}", self.timestamp):
            raise BadCallback("a timestamp is none", FORGED)
        if abs(now - int(self.timestamp)) > FRESH:
            raise BadCallback("a callback is stale, or a clock is wrong", FORGED)


def ciphertext(body: bytes) -> str:
    """Find what is sealed, without reading the rest: nobody has signed that. Raises BadCallback.

    In 兼容模式 what people typed stands in the open before it, so the last one counts.
    """
    found = _ENCRYPT.findall(body)
    if not found:
        raise BadCallback("a callback has no ciphertext")
    last: bytes = found[-1]
    return last.decode()


class Seal:
    """Opens what the platform sealed for one account, and seals the answers to it."""

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        """Take the Token and the EncodingAESKey of the console, and the appid or corpid.

        Raises ValueError for a key that is none.
        """
        if not _AES_KEY.fullmatch(aes_key):
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        self._token = token
        self._key = base64.b64decode(f"{aes_key}=")
        self._receiver = receiver.encode()

    def check(self, stamp: Stamp, now: float, *sealed: str) -> None:
        """See that the platform signed it lately; `now` in seconds since 1970.

        Raises BadCallback.
        """
        stamp.check(now)
        signed = self._signature(stamp.timestamp, stamp.nonce, *sealed)
        if not hmac.compare_digest(signed, stamp.signature):
            raise BadCallback("a signature is not the platform's", FORGED)

    def open(self, sealed: str, stamp: Stamp, now: float) -> str:
        """Return what is inside. Raises BadCallback."""
        self.check(stamp, now, sealed)
        try:
            text, receiver = _unpacked(self._decrypted(sealed))
        except (ValueError, IndexError, binascii.Error) as error:
            raise BadCallback("a ciphertext cannot be opened") from error
        if not hmac.compare_digest(receiver, self._receiver):
            raise BadCallback("a callback is for another account", FORGED)
        try:
            return text.decode()
        except UnicodeDecodeError as error:
            raise BadCallback("a message is no UTF-8") from error

    def close(self, text: str, now: float) -> str:
        """Seal an answer: an XML document with a signature of its own."""
        packed = b"".join(
            (
                secrets.token_bytes(_RANDOM),
                len(text.encode()).to_bytes(_LENGTH, "big"),
                text.encode(),
                self._receiver,
            )
        )
        fill = _BLOCK - len(packed) % _BLOCK
        cipher = WeChatCipher(self._key)
        sealed = base64.b64encode(cipher.encrypt(packed + bytes([fill]) * fill)).decode()
        # The caller's nonce would stand in our XML as they wrote it.
        stamp, nonce = str(int(now)), secrets.token_hex(8)
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self._signature(stamp, nonce, sealed)}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _signature(self, *parts: str) -> str:
        signer = WeChatSigner()
        signer.add_data(self._token, *parts)
        signature: str = signer.signature
        return signature

    def _decrypted(self, sealed: str) -> bytes:
        raw = base64.b64decode(sealed, validate=True)
        found: bytes = WeChatCipher(self._key).decrypt(raw)
        return found


def _unpacked(plain: bytes) -> tuple[bytes, bytes]:
    """Part a plaintext into the message and the id of the receiver. Raises ValueError."""
    fill = plain[-1]
    if not 1 <= fill <= _BLOCK or plain[-fill:] != bytes([fill]) * fill:
        raise ValueError("the padding is damaged")
    content = plain[_RANDOM:-fill]
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    if len(content) < end:
        raise ValueError("the length is wrong")
    return content[_LENGTH:end], content[end:]


__all__ = ["FRESH", "Seal", "Stamp", "ciphertext"]
