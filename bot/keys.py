"""The keys of an installation, all stretched from one secret text."""

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 1
AES_256_GCM = 1  # algorithm ids; the next ones are SM4-GCM and its kin
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = 2 + _KEY_ID_BYTES
_TAG_BYTES = 16  # that AES-GCM puts behind what it encrypts
_KEPT = 4096  # values that are opened again and again


def sealed_size(size: int) -> int:
    """Return how many bytes so many are once they are sealed."""
    return _HEAD_BYTES + _NONCE_BYTES + size + _TAG_BYTES


class WrongKey(Exception):
    """What is to be read was sealed under another secret key."""


class Tampered(Exception):
    """What is to be read was changed, or belongs to another place."""


class Keys:
    """Seals what is stored, makes look-up values and signs the history."""

    def __init__(self, secret: str) -> None:
        def stretched(purpose: str, length: int = 32) -> bytes:
            kdf = HKDF(SHA256(), length, salt=b"qinqing", info=purpose.encode())
            return kdf.derive(secret.encode())

        self._cipher = AESGCM(stretched("seal"))
        self._lookup_key = stretched("lookup")
        self._history_key = stretched("history")
        self._link_key = stretched("link")
        self._head = bytes((FORMAT, AES_256_GCM)) + stretched("key id", _KEY_ID_BYTES)
        self.open_again = lru_cache(_KEPT)(self.open)
        """Decrypt what is decrypted over and over, and remember it: the same is always the same."""

    def seal(self, data: bytes | str, context: str) -> bytes:
        """Encrypt for one place: only the same context opens it again."""
        plain = data.encode() if isinstance(data, str) else data
        nonce = os.urandom(_NONCE_BYTES)
        bound = self._head + context.encode()
        return self._head + nonce + self._cipher.encrypt(nonce, plain, bound)

    def open(self, blob: bytes, context: str) -> bytes:
        """Decrypt. Raises WrongKey or Tampered."""
        if len(blob) < _HEAD_BYTES + _NONCE_BYTES or blob[:2] != self._head[:2]:
            raise Tampered("not a sealed value of a known format")
        if blob[:_HEAD_BYTES] != self._head:
            raise WrongKey("sealed under another secret key")
        nonce = blob[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        try:
            sealed = blob[_HEAD_BYTES + _NONCE_BYTES :]
            return self._cipher.decrypt(nonce, sealed, self._head + context.encode())
        except InvalidTag:
            raise Tampered("a sealed value was changed or moved") from None

    def lookup(self, text: str) -> bytes:
        """Give the value under which a text is found without being stored."""
        return hmac.digest(self._lookup_key, text.encode(), sha256)

    def mac(self, data: bytes) -> bytes:
        """Sign a line of the history."""
        return hmac.digest(self._history_key, data, sha256)

    def link(self, purpose: str, *told: str) -> bytes:
        """Sign something of a link page: its address, a device, a code, a form."""
        return hmac.digest(self._link_key, "\x1f".join((purpose, *told)).encode(), sha256)
