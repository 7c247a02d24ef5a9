"""What the forms of campaigns and policies know, for the tests that word every question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.campaigns.composing import ComposeFacts
from flows.campaigns.naming import Places
from flows.policies.answers import PolicyFacts
from flows.policies.asking import AskedFacts
from flows.policies.conditions import Field
from tests.flows.cases import OFFICE
from tests.flows.registration.rolls import NOW

CAMPAIGN_FACTS: Mapping[str, Any] = {
    "compose": ComposeFacts(NOW, OFFICE.days, Places(chats={"c1": "骆驼商会群"}), ("用工",)),
    "policy_form": PolicyFacts(NOW.date()),
    "policy_facts": AskedFacts(NOW.date(), tuple(Field), ("专精特新",)),
}
