"""The configuration as the handlers need it."""

from __future__ import annotations

from bot.calendar import working_days
from bot.config import Config
from flows.tickets.progress import Stages
from handlers.ports import Office


def office_of(config: Config) -> Office:
    """Turn the checked files into the plain values of the handlers."""
    office = config.office
    return Office(
        prefix=office.ticket_prefix,
        name=office.short_name,
        phone=office.phone,
        departments=tuple(config.departments.values()),
        categories=tuple(config.taxonomy.categories.values()),
        emergencies=config.taxonomy.emergencies,
        days=working_days(config.calendar, office.hours.segments),
        stages=Stages(**office.stage_days.model_dump()),
        consent=office.consent.version,
        remind_after=office.conversation.remind_after,
        leave_after=office.conversation.leave_after,
        resumable=office.conversation.resumable,
        per_minute=office.messages_per_minute,
        max_files=office.attachments.max_per_report,
    )
