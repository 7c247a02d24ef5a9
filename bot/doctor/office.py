"""Checks of what the office wrote down: its people and its calendar."""

from collections.abc import Sequence
from datetime import date

from bot.calendar import package, working_days
from bot.config.people import RoleName
from bot.doctor.found import Found, Patient, fault, fine, mind
from flows.calendar import OFFICE_ZONE

NOVEMBER = 11


async def people(patient: Patient) -> Sequence[Found]:
    """Is there somebody who administers, and somebody who accepts."""
    written, today = patient.config.people, _today(patient)
    if written.demo:
        return [fault("doctor.people.demo")]
    roles = [role for person in written.person for role in person.roles_on(today)]
    found: list[Found] = []
    if RoleName.ADMIN not in roles and not patient.settings.admins:
        found.append(fault("doctor.people.no_admin"))
    if RoleName.CLERK not in roles:
        found.append(mind("doctor.people.no_clerk"))
    return found or [fine("doctor.people.ok", count=len(written.person))]


async def calendar(patient: Patient) -> Sequence[Found]:
    """Are the days off of this year, and soon of the next one, official."""
    today = _today(patient)
    hours = patient.config.office.hours.segments
    official = working_days(patient.config.calendar, hours).official_years
    found: list[Found] = []
    if today.year not in official:
        found.append(fault("doctor.calendar.missing", year=today.year, package=package()))
    if today.month >= NOVEMBER and today.year + 1 not in official:
        found.append(mind("doctor.calendar.next", year=today.year + 1, package=package()))
    return found or [fine("doctor.calendar.ok", year=today.year)]


def _today(patient: Patient) -> date:
    return patient.at.astimezone(OFFICE_ZONE).date()
