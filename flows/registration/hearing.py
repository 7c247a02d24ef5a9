"""Who hears of a place on a list: the attendee where we know them, else who signed them up."""

from __future__ import annotations

from flows.registration.registration import Registration


def hears(one: Registration) -> int:
    """Return who is asked and told about a place: offers, decisions, changes."""
    return one.by if one.person is None else one.person


def reminded_of(one: Registration) -> tuple[int, ...]:
    """Return whom a notice to everybody on the list goes to: reminders, another time or place.

    Staff who took thirty people out of a 接龙 do not get it thirty times: they tell the group.
    """
    return () if one.person is None and one.by_list else (hears(one),)


def for_another(one: Registration) -> bool:
    """Say whether somebody else signed the attendee up (代报)."""
    return one.person != one.by


__all__ = ["for_another", "hears", "reminded_of"]
