"""What is typed about places of a campaign: 补发 TS-2026-001 1、3."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.campaigns.again import Again, places

WORDS: Mapping[str, Again] = {"补发": Again.RESEND, "标记已达": Again.ARRIVED}
"""What is typed, with the numbers of the places behind."""
_TYPED = re.compile(
    r"(?P<word>补发|标记已达)\s*(?P<number>[A-Za-z]{1,6}-20\d\d-\d{3,6})"
    r"(?P<places>(?:\s+第?\d[\d\s、，,;；号个和\-—~～至到第]*)?)"
)


def typed(text: str, others: str) -> str | None:
    """Return the action that is typed with a number; `others` have other numbers."""
    found = _TYPED.fullmatch(text.strip())
    if found is None or found["number"].upper().startswith(f"{others}-"):
        return None
    chosen = ",".join(map(str, places(found["places"])))
    return f"c:{WORDS[found['word']].value}:{found['number'].upper()}:{chosen}"


__all__ = ["WORDS", "typed"]
