"""The keys that the code makes up of campaigns, for the test of the texts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.config.campaigns import Doors
from bot.preview.doors import Fit
from flows.campaigns.again import Again
from flows.campaigns.audience import Lack, Why
from flows.campaigns.campaign import Button, Kind, Stage
from flows.campaigns.findings import Fault
from handlers.campaigns.linking import WORDED

_BUTTONS = (
    *(one.value for one in Button),
    *("view", "submit", "test", "edit", "copy", "who", "cancel", "withdraw", "approve"),
    *("approve_now", "reject", "pause", "resume", "report", "recall", "correct", "clear"),
    *("effect", "effect_table", "effect_chart", "read", "without"),
    *(one.value for one in Again),
)
_PASSED = (Why.TWICE, Why.DISTURBED, Why.DIGEST)
_MEANWHILE = (Why.GONE, Why.NO_ROBOT, Why.UNSUBSCRIBED, Why.BLANK, *_PASSED)
_REFUSED = (
    *("own", "changed", "findings", "nobody", "too_late", "reason", "stage", "not_yours"),
    *("not_due", "nothing_left", "all_files_fit"),
)
_TOLD = (
    "approved",
    "rejected",
    "lapse",
    "expire",
    "stopped",
    "finish",
    "confirmed",
    "late",
    "recalled",
    "expire_rest",
    "file_gone",
    "file_unfit",
    "file_unreadable",
    "without",
)

CAMPAIGN_KEYS: Mapping[str, set[str]] = {
    "forecast.§": {"forecast.needs", "forecast.needs_beside"},
    "calm.unsaid.§": {f"calm.unsaid.{lack.value}" for lack in Lack},
    "campaign.button.§": {f"campaign.button.{act}" for act in _BUTTONS},
    "campaign.done.§": {
        f"campaign.done.{act}" for act in ("pause", "cancel", "withdraw", "resume")
    },
    "campaign.fault.§": {f"campaign.fault.{one.value}" for one in Fault},
    "campaign.fates.§": {f"campaign.fates.{state}" for state in ("failed", "unknown")},
    "campaign.left_out.§": {f"campaign.left_out.{why.value}" for why in Why},
    "campaign.message.§": {f"campaign.message.{kind.value}" for kind in Kind},
    "links.seen.§": {f"links.seen.{word}" for word in WORDED},
    "template.door.§": {f"template.door.{name}" for name in Doors.model_fields},
    "template.fit.§": {f"template.fit.{fit.value}" for fit in Fit},
    "resending.why.§": {f"resending.why.{why.value}" for why in _MEANWHILE},
    "waived.why.§": {f"waived.why.{why.value}" for why in _PASSED},
    "campaign.pass.§": {f"campaign.pass.{why.value}" for why in _PASSED},
    "campaign.refused.§": {f"campaign.refused.{key}" for key in _REFUSED},
    "campaign.stage.§": {f"campaign.stage.{one.value}" for one in Stage},
    "campaign.told.§": {
        f"campaign.told.{key}" for key in (*_TOLD, "edit", "cancel", "withdraw", "pause", "resume")
    },
}
CAMPAIGN_OBJECTIONS = {
    *("compose.body.broken", "compose.headline.broken", "compose.audience.nobody"),
    "compose.headline.blank",
    *("compose.buttons.no_event", "compose.buttons.no_policy", "compose.event.gone"),
    "compose.files.invalid",
    *("compose.send.past", "compose.until.past", "compose.until.before"),
}
