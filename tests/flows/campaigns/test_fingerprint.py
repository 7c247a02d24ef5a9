"""An approval is of one text, and an earlier release's approval of the same text still counts."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from flows.campaigns.campaign import Campaign, Decision
from tests.flows.campaigns.drafts import NINE, campaign, draft

LATER = ("event", "blanks")  # fields that the first release did not have


def of_the_first_release(**changed: Any) -> str:
    """Return what the first release stored of an approved campaign, but for some fields."""
    one = campaign(draft=draft(urgent=True)).model_dump(mode="json")
    for name in ("looked", "progress", "resent"):
        del one[name]
    for name in LATER:
        del one["draft"][name]
    whole = json.dumps(one["draft"], sort_keys=True, ensure_ascii=False)
    said = Decision(
        by=2,
        at=NINE,
        fingerprint=hashlib.sha256(whole.encode()).hexdigest(),
        approved=True,
        past_quiet=True,
    )
    one["decisions"] = [said.model_dump(mode="json")]
    one["draft"].update(changed)
    return json.dumps(one)


def test_an_approval_of_the_first_release_still_lets_it_pass_the_quiet_hours() -> None:
    one = Campaign.model_validate_json(of_the_first_release())
    assert one.approval is not None
    assert one.approval.past_quiet


@pytest.mark.parametrize(
    "changed", [{"body": "改了一个字。"}, {"event": "HD-2026-001"}, {"mandatory": True}]
)
def test_an_approval_of_the_first_release_is_of_no_other_text(changed: dict[str, Any]) -> None:
    assert Campaign.model_validate_json(of_the_first_release(**changed)).approval is None
