"""The ids that the platform gives out, in the shapes it gives them."""

import base64
import random
import uuid


class Identifiers:
    """Make ids from one source of randomness, so that a run can be repeated."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def hexadecimal(self, digits: int = 32) -> str:
        """Make a string of hexadecimal digits (sessions, request ids, tokens)."""
        return f"{self._source.getrandbits(digits * 4):0{digits}x}"

    def ticket(self) -> str:
        """Make a connection ticket."""
        return str(uuid.UUID(int=self._source.getrandbits(128), version=4))

    def frame(self) -> str:
        """Make the messageId of one frame."""
        return f"{self.hexadecimal(8)}_{self._source.randrange(1000)}_{self.hexadecimal(11)}"

    def message(self) -> str:
        """Make a msgId; it contains + and / like the real ones."""
        return f"msg{self._base64(15)}=="

    def query_key(self) -> str:
        """Make a processQueryKey; it contains + and / like the real ones."""
        return f"{self._base64(21)}="

    def download_code(self) -> str:
        """Make a download code."""
        return self._base64(33)

    def media(self) -> str:
        """Make a media id."""
        return f"@{self.hexadecimal(26)}"

    def pick(self, count: int) -> int:
        """Choose one of several connections at random."""
        return self._source.randrange(count)

    def fraction(self) -> float:
        """Choose a part of a wait, from 0 to 1."""
        return self._source.random()

    def _base64(self, size: int) -> str:
        return base64.b64encode(self._source.randbytes(size)).decode()
