"""The conversation that says which enterprise somebody is from (绑定企业)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Key
from flows.outreach.enterprises import among
from flows.people.contact import Company, PersonName, Phone


class BindingForm(BaseModel):
    """A request to be known as somebody of an enterprise; staff confirm it."""

    model_config = ConfigDict(frozen=True)

    enterprise: Company
    contact: PersonName
    phone: Phone


@dataclass(frozen=True, slots=True)
class BindingFacts:
    """What is known of the person so far."""

    enterprise: str = ""
    contact: str = ""
    phone: str = ""
    known: Sequence[str] = ()
    gone: Sequence[str] = ()  # enterprises that were deregistered (注销)
    consent_due: bool = False  # the notice is shown and agreed to with this claim


def _read(text: str, facts: BindingFacts) -> Mapping[str, str]:
    found = {
        "enterprise": reading.company(text, (*facts.known, *facts.gone)),
        "contact": reading.person_name(text),
        "phone": reading.phone(text),
    }
    return {name: value for name, value in found.items() if value}


def _gone(raw: str, answers: Answers, facts: BindingFacts) -> str | None:
    return "gone" if among(raw, facts.gone) else None


BINDING: Flow[BindingForm, BindingFacts] = Flow(
    name="binding",
    form=BindingForm,
    read=_read,
    review_params=lambda answers, facts: {
        "notice": Key("report.notice") if facts.consent_due else ""
    },
    steps=(
        Step(
            "enterprise",
            words=("企业", "单位", "公司", "企业名称", "公司名称"),
            propose=lambda answers, facts: facts.enterprise or None,
            objection=_gone,
        ),
        Step(
            "contact",
            words=("联系人", "姓名", "名字"),
            propose=lambda answers, facts: facts.contact or None,
        ),
        Step(
            "phone",
            words=("电话", "手机", "手机号", "联系电话"),
            propose=lambda answers, facts: facts.phone or None,
        ),
    ),
)


class CallbackForm(BaseModel):
    """A request to be called (请给我回电话)."""

    model_config = ConfigDict(frozen=True)

    phone: Phone


@dataclass(frozen=True, slots=True)
class CallbackFacts:
    """The number we have."""

    phone: str = ""


CALLBACK: Flow[CallbackForm, CallbackFacts] = Flow(
    name="callback",
    form=CallbackForm,
    read=lambda text, facts: {"phone": found} if (found := reading.phone(text)) else {},
    review=False,
    steps=(
        Step(
            "phone",
            words=("电话", "手机", "手机号"),
            propose=lambda answers, facts: facts.phone or None,
        ),
    ),
)
