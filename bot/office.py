"""The configuration as the handlers need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.calendar import working_days
from bot.config import Config
from handlers.ports import Office

HERE = "http://127.0.0.1:8700"


def office_of(config: Config, site: str = HERE) -> Office:
    """Turn the checked files into the plain values of the handlers; `site` is our own address."""
    office = config.office
    return Office(
        prefix=office.ticket_prefix,
        name=office.short_name,
        full_name=office.name,
        phone=office.phone,
        departments=tuple(config.departments.values()),
        categories=tuple(config.taxonomy.categories.values()),
        emergencies=config.taxonomy.emergencies,
        onward=config.taxonomy.onward,
        elsewhere=office.elsewhere,
        days=working_days(config.calendar, office.hours.segments),
        policy=config.ladders.policy(),
        ladder=config.ladders.ladder.ladder(),
        consent=office.consent.version,
        remind_after=office.conversation.remind_after,
        leave_after=office.conversation.leave_after,
        resumable=office.conversation.resumable,
        per_minute=office.messages_per_minute,
        max_files=office.attachments.max_per_report,
        site=site,
        link_valid=office.links.valid,
        event_prefix=config.events.prefix,
        events=config.events.schedule(),
        seating=config.events.seating.customs(),
        series=config.events.templates(),
        campaigns=replace(config.campaigns.settings(), masses=config.wechat.mass.a_month),
        lexicon=config.lexicon.lexicon(
            (office.phone, *(one.phone for one in config.departments.values()))
        ),
        policies=replace(config.policies.settings(), push=_push(config.texts)),
        templates=config.templates,
        longest_deputy=office.deputies.longest,
        pairing=office.pairing.terms(),
        channels=office.channels,
    )


def classes_of(config: Config) -> Mapping[str, str]:
    """Name the classes, by which tickets are found (类别)."""
    return {one.id: one.name for one in config.taxonomy.categories.values()}


def _push(texts: Mapping[str, str]) -> Mapping[str, str]:
    """Return the texts in which a policy is sent around: a draft, which a person changes."""
    return {key: text for key, text in texts.items() if key.startswith("policy_push.")}
