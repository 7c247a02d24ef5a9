"""验真码: the code on every message, by which anybody can ask whether it is ours."""

from __future__ import annotations

import re
import secrets

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that reads like something else
_LENGTH = 6
_TYPED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[ \-－—]?[A-Za-z0-9]){5}(?![A-Za-z0-9])")
_MOST = 8  # that are looked up of one text


def drawn_code() -> str:
    """Draw a code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def typed_codes(text: str) -> tuple[str, ...]:
    """Read the codes that a text may mean: 7k3f 92, 7K3-F92, or a whole message pasted.

    What stands behind 验真码 comes first; a telephone number has letters and figures as well.
    """
    told = text.rpartition("验真码")[2] if "验真码" in text else text
    found = (re.sub(r"[\s\-－—]", "", x.group()).upper() for x in _TYPED.finditer(told))
    return tuple(dict.fromkeys(x for x in found if set(x) <= set(_ALPHABET)))[:_MOST]
