"""What config/ says of the office, as the handlers need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.calendar import WorkingDays
from flows.campaigns.lexicon import Lexicon
from flows.campaigns.settings import Settings
from flows.campaigns.templates import Template as CampaignTemplate
from flows.office import Category, Department, Emergency, Onward
from flows.people.pairing import Terms
from flows.policies.settings import Settings as PolicySettings
from flows.registration.clock import Schedule
from flows.registration.planning import Template
from flows.registration.seating import Customs
from flows.tickets.ladder import Ladder
from flows.tickets.policy import Moment, Policy


@dataclass(frozen=True, slots=True)
class Office:
    """What config/ says, as the handlers need it."""

    prefix: str
    name: str
    full_name: str  # as papers have it
    phone: str
    departments: tuple[Department, ...]
    categories: tuple[Category, ...]
    emergencies: tuple[Emergency, ...]
    onward: tuple[Onward, ...]
    elsewhere: tuple[str, ...]  # other channels where something may have been told
    days: WorkingDays
    policy: Policy
    ladder: Ladder
    consent: str  # version of the personal-information notice
    remind_after: timedelta
    leave_after: timedelta
    resumable: timedelta
    per_minute: int
    max_files: int
    site: str  # where the pages behind links are, without a slash at the end
    link_valid: timedelta
    event_prefix: str
    events: Schedule  # when the clocks of activities strike
    seating: Customs  # how people are seated at activities
    series: tuple[Template, ...]  # how activities usually are
    campaigns: Settings
    lexicon: Lexicon  # how leaders, institutions and set phrases are written
    policies: PolicySettings
    templates: tuple[CampaignTemplate, ...]  # how campaigns are usually written
    longest_deputy: timedelta  # how long somebody may stand in for a 联络员
    pairing: Terms = field(default_factory=Terms)  # of codes that link accounts
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what people call each
    running: frozenset[str] | None = None  # channels at which somebody can write; None = all

    def moment(self, at: datetime) -> Moment:
        """Return a moment with the calendar and the rules by which it is judged."""
        return Moment(at, self.days, self.policy)

    def unit(self, ident: str | None) -> str:
        """Return a department's name."""
        return next((d.name for d in self.departments if d.id == ident), ident or "")

    def phone_of(self, ident: str | None) -> str:
        """Return a department's telephone, or the office's own."""
        phones = (d.phone for d in self.departments if d.id == ident and d.phone)
        return next(phones, self.phone)

    def category(self, ident: str) -> Category | None:
        """Return a category by its id."""
        return next((c for c in self.categories if c.id == ident), None)
