"""The tables, as the newest migration leaves them."""

from bot.storage.tables.arriving import arrival, attachment, conversation, flow_event
from bot.storage.tables.base import KEPT, Id, Moment, metadata
from bot.storage.tables.campaigns import (
    acknowledgement,
    campaign,
    recall,
    target,
    unsubscription,
)
from bot.storage.tables.cases import counter, task, ticket, ticket_gram, ticket_unit
from bot.storage.tables.events import barred_proxy, event, registration
from bot.storage.tables.history import history, history_head, history_seal, history_value
from bot.storage.tables.links import link
from bot.storage.tables.outgoing import (
    breaker,
    card_code,
    delivery,
    delivery_read,
    meter,
    webhook,
)
from bot.storage.tables.outreach import outreach
from bot.storage.tables.people import (
    account,
    chat_group,
    enterprise,
    invite,
    pairing,
    person,
    role,
)
from bot.storage.tables.policies import enterprise_fact, policy, policy_asker
from bot.storage.tables.precedents import precedent
from bot.storage.tables.shared import lease, meta, schedule_run, timer
from bot.storage.tables.urging import calm, nudge

__all__ = [
    "KEPT",
    "Id",
    "Moment",
    "account",
    "acknowledgement",
    "arrival",
    "attachment",
    "barred_proxy",
    "breaker",
    "calm",
    "campaign",
    "card_code",
    "chat_group",
    "conversation",
    "counter",
    "delivery",
    "delivery_read",
    "enterprise",
    "enterprise_fact",
    "event",
    "flow_event",
    "history",
    "history_head",
    "history_seal",
    "history_value",
    "invite",
    "lease",
    "link",
    "meta",
    "metadata",
    "meter",
    "nudge",
    "outreach",
    "pairing",
    "person",
    "policy",
    "policy_asker",
    "precedent",
    "recall",
    "registration",
    "role",
    "schedule_run",
    "target",
    "task",
    "ticket",
    "ticket_gram",
    "ticket_unit",
    "timer",
    "unsubscription",
    "webhook",
]
