"""How long what we send may take to leave: over the office's uplink, which others share."""

import aiohttp

SLOWEST = 32_000
"""Bytes a second that one transfer is sure of. The slowest line that an office has is taken to give
0.5 Mbit/s upwards (ADSL of 4 to 8 Mbit/s), and each channel has two transfers go at a time:
PARALLEL in media.py, PICTURES of the group robots. Where several channels send large files at the
same moment each transfer has less; what is cut off for it is tried again."""
IN_BODY = 2 * 1024 * 1024 * 4 // 3
"""Bytes of the largest picture that leaves inside a message: a group robot's, in base64."""


def lasting(size: int) -> float:
    """Return the seconds that so many bytes may take to leave."""
    return size / SLOWEST


def grown(within: aiohttp.ClientTimeout, size: int) -> aiohttp.ClientTimeout:
    """Let a time limit grow with the bytes that leave before an answer can come.

    So does the wait for the answer itself: what was handed to the system may still be on its way
    out. How long connecting may take stays as it is.
    """
    return aiohttp.ClientTimeout(
        total=_more(within.total, size),
        connect=within.connect,
        sock_read=_more(within.sock_read, size),
        sock_connect=within.sock_connect,
    )


def _more(seconds: float | None, size: int) -> float | None:
    return None if seconds is None else seconds + lasting(size)


__all__ = ["IN_BODY", "SLOWEST", "grown", "lasting"]
