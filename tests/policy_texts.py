"""The keys that the code makes up of policies, for the test of the texts."""

from __future__ import annotations

from collections.abc import Mapping

from flows.policies.conditions import NUMBERS, Field, Op, Size
from flows.policies.matching import Verdict
from flows.policies.policy import Level, Way
from flows.policies.validity import RECORD

POLICY_KEYS: Mapping[str, set[str]] = {
    "policy.field.§": {f"policy.field.{one.value}" for one in Field if one},
    "policy.size.§": {f"policy.size.{one.value}" for one in Size},
    "policy.unit.§": {f"policy.unit.{one.value}" for one in NUMBERS},
    "policy.wants.§": {f"policy.wants.{one.name.lower()}" for one in Op},
    "policy.reason.§.old": {f"policy.reason.{one.value}.old" for one in Verdict},
    "policy.reason.§.known": {f"policy.reason.{one.value}.known" for one in Verdict},
    "policy.record.§": {f"policy.record.{name}" for name in (*RECORD, "condition", "note")},
    "policy.button.§": {f"policy.button.{act}" for act in ("view", "facts", "push", "edit")},
    "policy.way.§": {f"policy.way.{one.value}" for one in Way},
    "policy.§.§": {
        *(f"policy.level.{one.value}" for one in Level),
        *(f"policy.way.{one.value}" for one in Way),
        *(f"policy.size.{one.value}" for one in Size),
    },
}
POLICY_OBJECTIONS = {
    *("policy_form.valid.before", "policy_form.closes.before", "policy_form.apply_url.insecure"),
    *("policy_form.source_url.insecure", "policy_facts.founded_on.future"),
}
