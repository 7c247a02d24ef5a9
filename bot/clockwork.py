"""Who deals with which timer: one clock a noun."""

from collections.abc import Mapping

from bot.timers import Ticks
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
