"""Which enterprise is meant when staff write a few of its letters."""

from __future__ import annotations

from collections.abc import Sequence

from flows.registration.registration import enterprise_key
from flows.tickets.hiding import distinctive

AS_SAID = "as_said"  # none of the known ones: the enterprise is new


def candidates(said: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the known enterprises that a short name may stand for; the exact one alone."""
    if said in known:
        return (said,)
    short = distinctive(said)
    if len(short) < 2:
        return ()
    same = tuple(name for name in known if distinctive(name) == short)
    return same or tuple(name for name in known if short in name)


def meant(said: str, which: str, known: Sequence[str]) -> str:
    """Return the enterprise that was meant: the only one that fits, the chosen one, or as said."""
    found = candidates(said, known)
    if len(found) == 1:
        return found[0]
    return which if which in found else said


def among(name: str, names: Sequence[str]) -> bool:
    """Say whether an enterprise is one of these, full-width or not."""
    key = enterprise_key(name)
    return any(enterprise_key(one) == key for one in names)
