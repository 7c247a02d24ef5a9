"""Who deals with which timer: one clock a noun; and what the office does at its own hours."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.housekeeping import (
    asking,
    departing,
    forgetting,
    housekeeping,
    leaders,
    recounting,
    sweeping,
)
from bot.premises import Office
from bot.schedules import Schedule
from bot.timers import Ticks
from bot.unheard import first_answers
from handlers.campaigns.digest import CALM, CalmClock
from handlers.campaigns.feeding import CampaignClock
from handlers.campaigns.keeping import CAMPAIGN
from handlers.digests import DIGEST, Digests
from handlers.policies.clock import PolicyClock
from handlers.policies.keeping import POLICY
from handlers.ports import Clock
from handlers.reception import Reception
from handlers.registration.after import COUNTERS, EVENT
from handlers.registration.clock import Counters, EventClock
from handlers.strikes import CASE, Strikes
from handlers.talk import CONVERSATION


def ticks_of(reception: Reception, clock: Clock) -> Mapping[str, Ticks]:
    """Return who deals with the timers of each kind."""
    office = reception.office
    return {
        CONVERSATION: reception,
        CASE: Strikes(office, clock),
        DIGEST: Digests(office, clock),
        EVENT: EventClock(office, clock),
        COUNTERS: Counters(office, clock),
        CAMPAIGN: CampaignClock(office, clock),
        CALM: CalmClock(office, clock),
        POLICY: PolicyClock(office, clock),
    }


def schedules_of(premises: Office) -> Sequence[Schedule]:
    """Return what is done by the calendar, whoever writes or does not write."""
    office, config = premises.reception.office, premises.config.office
    retention = timedelta(days=config.records.retention_days)
    return (
        *housekeeping(retention, config.links.kept, premises.vault.remove),
        sweeping(premises.vault),
        forgetting(office),
        departing(office),
        recounting(office),
        asking(office),
        leaders(office),
        first_answers(office),
    )
