"""The second pair of eyes on a policy: what another person checked is what enterprises read."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from flows.policies.policy import Policy

_ASIDE = frozenset(
    {
        *("version", "authors", "created_by", "created_at", "demo"),
        *("reviewed_by", "reviewed_at", "reviewed", "last_checked", "proposed"),
        "replaced_by",  # it follows from the check of another policy
    }
)


def fingerprint(one: Policy) -> str:
    """Return a digest of all that people are told; a field that is empty says nothing."""
    told = one.model_dump(mode="json", exclude=set(_ASIDE), exclude_defaults=True)
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_checked(one: Policy) -> bool:
    """Say whether somebody checked just this text; one character changed, and nobody did."""
    return one.reviewed_by is not None and one.reviewed == fingerprint(one)


def public(one: Policy) -> Policy | None:
    """Return what enterprises may read: this text, or the one that was checked before it."""
    if is_checked(one):
        return one
    if one.last_checked is None:
        return None
    return one.last_checked.model_copy(update={"replaced_by": one.replaced_by})


def writers(one: Policy) -> frozenset[int]:
    """Return who had a hand in what is not checked yet, and so cannot check it."""
    return frozenset(one.authors or (one.created_by,))


def written_by(one: Policy, by: int, before: Policy | None = None) -> Policy:
    """Note who wrote a policy, or its next version; what was checked stays for enterprises.

    What differs in nothing that people are told is checked as it was.
    """
    if before is None:
        return one.model_copy(update={"authors": (by,)})
    if is_checked(one):
        return one
    open_still = not is_checked(before)
    authors = (*writers(before), by) if open_still else (by,)
    kept = before.last_checked if open_still else _alone(before)
    told = {"authors": tuple(dict.fromkeys(authors)), "last_checked": kept}
    return one.model_copy(update={**told, "reviewed_by": None, "reviewed_at": None})


def brought_up(after: Policy, by: int, held: Policy) -> Policy:
    """Make a version that was proposed the next one of what is held now.

    A check, or one that was taken back since, leaves the version as it was: what is public, and
    who had a hand in it, follows from what is held.
    """
    names = ("reviewed_by", "reviewed_at", "reviewed", "last_checked", "authors", "replaced_by")
    now = {name: getattr(held, name) for name in names}
    return written_by(after.model_copy(update=now), by, held)


def _alone(one: Policy) -> Policy:
    return one.model_copy(update={"last_checked": None, "proposed": None})


def checked(one: Policy, by: int, now: datetime) -> Policy:
    """Note that somebody found it right (核对无误). Raises ValueError for who wrote it."""
    if by in writers(one):
        raise ValueError("nobody checks what they wrote")
    told = {"reviewed_by": by, "reviewed_at": now, "reviewed": fingerprint(one)}
    return one.model_copy(update=told)


def unchecked(one: Policy) -> Policy:
    """Take a check back: enterprises read what was checked before it, or nothing."""
    return one.model_copy(update={"reviewed_by": None, "reviewed_at": None, "reviewed": ""})


__all__ = [
    "brought_up",
    "checked",
    "fingerprint",
    "is_checked",
    "public",
    "unchecked",
    "writers",
    "written_by",
]
