"""The keys that the code makes up of 效果报告, for the test of the texts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.handouts.effect_table import COLUMNS
from flows.campaigns.audience import Why
from handlers.campaigns.effect import CHART, TABLE

_STATES = (
    "waiting",
    "under_way",
    "asked",
    "sent",
    "failed",
    "unknown",
    "skipped",
    "cancelled",
    "recalled",
)
_ROWS = (
    *("title", "number", "stage", "begun_at", "made_at", "total", "sent", "unknown", "failed"),
    *("skipped", "waiting", "asked", "cancelled", "recalled", "read", "read_in_groups", "received"),
    *("firms", "reached"),
)

EFFECT_KEYS: Mapping[str, set[str]] = {
    "effect.making.§": {f"effect.making.{form}" for form in (TABLE, CHART)},
    "effect.row.§": {f"effect.row.{name}" for name in _ROWS},
    "effect.kind.§": {f"effect.kind.{kind}" for kind in ("group", "person")},
    "effect.state.§": {f"effect.state.{state}" for state in _STATES},
    "effect.why.§": {f"effect.why.{why.value}" for why in Why},
    "effect.note.§": {f"effect.note.{name}" for name in ("sums", "masked")},
    "effect.column.§": {f"effect.column.{name}" for name in COLUMNS},
    "effect.chart.§": {f"effect.chart.{name}" for name in ("nobody", "no_button")},
}
