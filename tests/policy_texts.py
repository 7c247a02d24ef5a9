"""The keys that the code makes up of policies, for the test of the texts."""

from __future__ import annotations

from collections.abc import Mapping

from flows.policies import firm_sheet, sheet
from flows.policies.conditions import NUMBERS, Field, Op, Size, Source
from flows.policies.form import ENTER
from flows.policies.matching import Verdict
from flows.policies.policy import Level, Way
from flows.policies.validity import RECORD

_PARTS = ("sheet", "notes", "note_title")
_POLICIES, _FIRMS = sheet.COLUMNS, firm_sheet.COLUMNS
_DAYS = {"issued", "effective", "valid", "opens", "closes"}
POLICY_KEYS: Mapping[str, set[str]] = {
    "policy.field.§": {f"policy.field.{one.value}" for one in Field if one},
    "policy.size.§": {f"policy.size.{one.value}" for one in Size},
    "policy.unit.§": {f"policy.unit.{one.value}" for one in NUMBERS},
    "policy.wants.§": {f"policy.wants.{one.name.lower()}" for one in Op},
    "policy.reason.§.old": {f"policy.reason.{one.value}.old" for one in Verdict},
    "policy.reason.§.known": {f"policy.reason.{one.value}.known" for one in Verdict},
    "policy.record.§": {f"policy.record.{name}" for name in (*RECORD, "condition")},
    "policy_uncheck.line.§": {
        f"policy_uncheck.line.{key}" for key in ("withdrawn", "paused", "pending", "still_paused")
    },
    "policy_uncheck.told.§": {f"policy_uncheck.told.{key}" for key in ("withdrawn", "paused")},
    "policy.button.§": {f"policy.button.{act}" for act in ("view", "facts", "push", "edit")},
    "policy.way.§": {f"policy.way.{one.value}" for one in Way},
    "policy_form.§.label": {f"policy_form.{step.field}.label" for step in ENTER.steps},
    "firm_facts.source.§": {f"firm_facts.source.{one.value}" for one in Source},
    "firm_facts.change.§": {f"firm_facts.change.{one.value}" for one in Field if one},
    "§.example.§": {
        *(f"policy_file.example.{field}" for field in set(_POLICIES) - _DAYS),
        *(f"firm_facts.example.{field}" for field in _FIRMS),
    },
    "§.note.§": {
        *(f"policy_file.note.{field}" for field in _POLICIES),
        *(f"firm_facts.note.{field}" for field in _FIRMS),
    },
    **{f"§.{part}": {f"policy_file.{part}", f"firm_facts.{part}"} for part in _PARTS},
    "policy.§.§": {
        *(f"policy.level.{one.value}" for one in Level),
        *(f"policy.way.{one.value}" for one in Way),
        *(f"policy.size.{one.value}" for one in Size),
    },
}
POLICY_OBJECTIONS = {
    *("policy_form.valid.before", "policy_form.closes.before", "policy_form.apply_url.insecure"),
    *("policy_form.source_url.insecure", "policy_facts.founded_on.future"),
    *("firm_facts.founded_on.future", "firm_facts.rd_share.unsure", "policy_facts.rd_share.unsure"),
}
