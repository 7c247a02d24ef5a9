"""The calendar entry (加入日历) of a participant, as iCalendar (RFC 5545, RFC 5546) has it.

Times are written in UTC, so that no calendar needs our time zone, nor the host's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from flows.registration.event import Event, Stage
from flows.registration.registration import COMING, Registration, Standing

if TYPE_CHECKING:
    from icalendar import Alarm

TYPE = "text/calendar"
ALARMS = (timedelta(days=-1), timedelta(hours=-1))  # before it starts
_GONE = frozenset({Standing.CANCELLED, Standing.REJECTED, Standing.EXPIRED})


def calendar_entry(
    event: Event, one: Registration, now: datetime, *, office: str, phone: str, page: str
) -> bytes:
    """Make the entry of one place; the same place always has the same UID, until it is handed over.

    A calendar takes a later SEQUENCE for a change and METHOD:CANCEL for its end.
    """
    # Some megabytes, with the names of all time zones: a bot without activities does not load them.
    from icalendar import Calendar, vCalAddress  # noqa: PLC0415
    from icalendar import Event as Entry  # noqa: PLC0415

    off = is_off(event, one)
    calendar = Calendar()
    calendar.add("prodid", "-//qinqing//activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else "REQUEST")
    entry = Entry()
    place = f"{one.seq}.{one.handed}" if one.handed else str(one.seq)
    uid = f"{event.number}.{place}@qinqing"
    entry.add("uid", uid)
    entry.add("sequence", event.revision)
    entry.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", event.ends_at.astimezone(UTC))
    entry.add("summary", event.title_whole)
    entry.add("location", event.venue)
    entry.add("description", page)
    entry.add("status", _status(one, off))
    organizer = vCalAddress(f"tel:{phone}")
    organizer.params["CN"] = office
    entry.add("organizer", organizer)
    attendee = vCalAddress(f"urn:uuid:{uuid5(NAMESPACE_URL, uid)}")  # nobody's mail is known
    if one.name:
        attendee.params["CN"] = one.name
    entry.add("attendee", attendee)
    if not off:
        for before in ALARMS:
            entry.add_component(_alarm(event, before))
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def is_off(event: Event, one: Registration) -> bool:
    """Say whether somebody's entry is to go from their calendar."""
    return event.stage is Stage.CANCELLED or one.standing in _GONE


def _status(one: Registration, off: bool) -> str:
    if off:
        return "CANCELLED"
    sure = one.standing in COMING or one.standing is Standing.ABSENT
    return "CONFIRMED" if sure else "TENTATIVE"


def _alarm(event: Event, before: timedelta) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.title_whole)
    alarm.add("trigger", before)
    return alarm
