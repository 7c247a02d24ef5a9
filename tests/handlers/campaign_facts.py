"""What the forms of campaigns and policies know, for the tests that word every question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.campaigns.campaign import Kind
from flows.campaigns.composing import ComposeFacts
from flows.campaigns.enclosing import Enclosed
from flows.campaigns.filling import TemplateFacts
from flows.campaigns.naming import Places
from flows.campaigns.templates import Template
from flows.policies.answers import PolicyFacts
from flows.policies.asking import AskedFacts
from flows.policies.conditions import Field
from flows.policies.versions import VersionsFacts
from tests.flows.cases import OFFICE
from tests.flows.registration.rolls import NOW

FILE = Enclosed("议程.pdf", "pdf", 1024, "stored")
_TEMPLATE = Template("会议通知", Kind.NOTICE, "【1】", "【2】【3】【4】【5】【6】")

CAMPAIGN_FACTS: Mapping[str, Any] = {
    "compose": ComposeFacts(
        NOW, OFFICE.days, Places(chats={"c1": "骆驼商会群"}), ("用工",), files={"1-0": FILE}
    ),
    "template": TemplateFacts((_TEMPLATE,)),
    "policy_form": PolicyFacts(NOW.date()),
    "policy_facts": AskedFacts(NOW.date(), tuple(Field), ("专精特新",)),
    "firm_facts": AskedFacts(NOW.date(), tuple(Field)),
    "policy_versions": VersionsFacts(),
}
