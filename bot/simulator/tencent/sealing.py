"""The platform's side of 消息加解密: it signs and seals what it brings, and opens the answers.

Written from the documents alone (公众号: push/encryption; 企业微信: path/90968), so that a mistake
of ours in a channel does not meet the same mistake here.
"""

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK_BITS = 256  # PKCS#7 to 32 bytes
_ELEMENT = r"<{0}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{0}>"


class Unreadable(Exception):
    """An answer that the platform cannot use: the reader sees that the service is broken."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """A callback's Token and EncodingAESKey, and whose it is: the AppID, or the CorpID."""

    token: str
    aes_key: str
    owner: str

    def sign(self, *parts: str) -> str:
        """Sign with SHA-1 over the sorted parts."""
        text = "".join(sorted((self.token, *parts)))
        return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the platform's scheme

    def seal(self, text: str) -> str:
        """Return the ciphertext of a message."""
        message = text.encode()
        plain = os.urandom(16) + struct.pack(">I", len(message)) + message + self.owner.encode()
        padder = PKCS7(BLOCK_BITS).padder()
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, answer: str) -> str:
        """Return the XML inside a sealed answer. Raises Unreadable."""
        sealed, signature, stamp, nonce = (
            element(answer, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        )
        if signature != self.sign(stamp, nonce, sealed):
            raise Unreadable("the signature of an answer is wrong")
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
            unpadder = PKCS7(BLOCK_BITS).unpadder()
            plain = unpadder.update(padded) + unpadder.finalize()
        except ValueError as error:
            raise Unreadable("the ciphertext of an answer is damaged") from error
        (length,) = struct.unpack(">I", plain[16:20])
        if plain[20 + length :].decode() != self.owner:
            raise Unreadable("an answer is for another account")
        return plain[20 : 20 + length].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(f"{self.aes_key}=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def element(xml: str, name: str) -> str:
    """Return what one element says. Raises Unreadable."""
    found = re.findall(_ELEMENT.format(name), xml, re.DOTALL)
    if len(found) != 1:
        raise Unreadable(f"an answer has {len(found)} elements {name}")
    (told,) = found
    if f"<{name}><![CDATA[" in xml:
        return str(told).replace("]]]]><![CDATA[>", "]]>")
    return unescape(str(told))
