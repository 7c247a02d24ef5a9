"""Forms of the department's leg: 预交办, 交办, 签收, 转科室, 首联, 进展, 协办意见, 免除协办."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.people.contact import PersonName, Phone
from flows.tickets.forms.common import (
    NO_UNITS,
    UNIT,
    CaseFacts,
    Frozen,
    Sentence,
    below,
    due_of,
    first_unit,
    sentence,
    unit_and_rest,
    units_in,
)
from flows.tickets.forms.tiers import show_tier, tier_choices, tier_in
from flows.tickets.state import Tier

CONTACT = sentence("contact", files=True)  # 首联
OPINION = sentence("opinion", files=True)  # 协办意见
NOTE = sentence("work_note", files=True)  # 进展


class DispatchForm(Frozen):
    """交办: one 主办, any number of 协办, and how hard it is."""

    lead: Annotated[str, StringConstraints(pattern=rf"^{UNIT}$")]
    supports: Annotated[str, StringConstraints(pattern=rf"^{UNIT}(,{UNIT})*$")] = NO_UNITS
    tier: Tier

    @property
    def support_units(self) -> tuple[str, ...]:
        """Return the 协办 departments."""
        return () if self.supports == NO_UNITS else tuple(self.supports.split(","))


_SUPPORT_WORD = re.compile(r"协办|配合|会办")


def _read_units(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "供电公司 协办 经信局、街道"; a list without the word has its 主办 in front."""
    head, *tail = _SUPPORT_WORD.split(text, maxsplit=1)
    leads = units_in(head.replace("主办", ""), facts.departments)
    supports = (*leads[1:], *(units_in(tail[0], facts.departments) if tail else ()))
    if tail and re.search(r"无|没有|不要|不用", tail[0]) and not supports:
        return {"lead": leads[0], "supports": NO_UNITS} if leads else {"supports": NO_UNITS}
    found: dict[str, str] = {"lead": leads[0]} if leads else {}
    if supports:
        found["supports"] = ",".join(supports)
    return found


def _read_dispatch(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "供电公司 协办 经信局 复杂"."""
    tier = tier_in(text)
    return {**_read_units(text, facts), **({"tier": tier} if tier else {})}


def _dispatch_review(answers: Answers, facts: CaseFacts) -> Mapping[str, Any]:
    return {**due_of(answers.get("tier"), facts), "precedents": below(facts)}


def _leads(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(facts.name(unit), unit) for unit in facts.proposed[:3])


def _known_lead(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    return None if any(d.id == raw for d in facts.departments) else "invalid"


def _known_supports(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    if raw == NO_UNITS:
        return None
    units = raw.split(",")
    if any(not any(d.id == unit for d in facts.departments) for unit in units):
        return "invalid"
    return "lead_supports" if answers.get("lead") in units else None


def _usual_supports(answers: Answers, facts: CaseFacts) -> str | None:
    lead = answers.get("lead")
    usual = [unit for unit in facts.supports if unit != lead]
    return (",".join(usual) or NO_UNITS) if lead else None


def _support_units(text: str, facts: CaseFacts) -> str | None:
    """Read a list of departments that was asked for as 协办."""
    units = units_in(text, facts.departments)
    if units:
        return ",".join(units)
    return NO_UNITS if re.search(r"^无$|没有|不要|不用|协办无|^无", text.strip()) else None


def _show_units(raw: str, answers: Answers, facts: CaseFacts) -> str:
    if raw == NO_UNITS:
        return Key("dispatch.no_supports")
    return "、".join(facts.name(unit) for unit in raw.split(","))


DISPATCH: Flow[DispatchForm, CaseFacts] = Flow(
    name="dispatch",
    form=DispatchForm,
    read=_read_dispatch,
    review_params=_dispatch_review,
    steps=(
        Step(
            "lead",
            words=("主办", "主办单位", "部门", "单位"),
            choices=_leads,
            strict=False,
            objection=_known_lead,
            show=_show_units,
            alone=True,
        ),
        Step(
            "supports",
            words=("协办", "协办单位", "配合"),
            objection=_known_supports,
            propose=_usual_supports,
            show=_show_units,
            reads=_support_units,
        ),
        Step(
            "tier",
            words=("难易", "级别"),
            choices=tier_choices,
            propose=lambda answers, facts: facts.tier or None,
            show=show_tier,
            alone=True,
        ),
    ),
)


class SoundOutForm(Frozen):
    """预交办: the department that is asked whether a case is its own."""

    unit: Annotated[str, StringConstraints(pattern=rf"^{UNIT}$")]


def _read_unit(text: str, facts: CaseFacts) -> Mapping[str, str]:
    unit = first_unit(text, facts)
    return {"unit": unit} if unit else {}


SOUND_OUT: Flow[SoundOutForm, CaseFacts] = Flow(
    name="sound_out",
    form=SoundOutForm,
    read=_read_unit,
    review=False,
    steps=(
        Step(
            "unit",
            words=("部门",),
            choices=_leads,
            strict=False,
            objection=_known_lead,
            show=_show_units,
            reads=first_unit,
        ),
    ),
)


class SignForm(Frozen):
    """签收: who handles it, and the number the enterprise may call."""

    handler: PersonName
    phone: Phone


def _read_handler(text: str, facts: CaseFacts) -> Mapping[str, str]:
    phone = reading.phone(text, own=False)
    bare = re.sub(r"[\d+\-－ 　，,；;：:转]+|经办人|电话|手机", " ", text).split()
    name = reading.person_name(text) or (bare[0] if bare and len(bare[0]) <= 8 else None)
    found = {"phone": phone, "handler": name}
    return {field: value for field, value in found.items() if value}


SIGN: Flow[SignForm, CaseFacts] = Flow(
    name="sign",
    form=SignForm,
    read=_read_handler,
    review=False,
    steps=(
        Step(
            "handler",
            words=("经办人", "姓名", "联系人"),
            propose=lambda answers, facts: facts.handler or None,
        ),
        Step(
            "phone",
            words=("电话", "手机", "联系电话"),
            propose=lambda answers, facts: facts.handler_phone or None,
        ),
    ),
)


class PassOnForm(Frozen):
    """转科室: the office of the same department, and who handles it there."""

    office: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=30)]
    handler: PersonName
    phone: Phone


_OFFICE = re.compile(
    r"[^\s，,、；;]{1,12}?(?:科|部|室|班|所|站|处|中心|大队|中队|办|队|组|窗口)(?![\w])"
)


def _read_office(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "运检部 张工 0574-86270011"."""
    office = _OFFICE.search(text)
    rest = text.replace(office.group(), " ", 1) if office else text
    found = dict(_read_handler(rest, facts))
    return {**found, "office": office.group()} if office else found


PASS_ON: Flow[PassOnForm, CaseFacts] = Flow(
    name="pass_on",
    form=PassOnForm,
    read=_read_office,
    review=False,
    steps=(
        Step("office", words=("科室", "部门")),
        Step("handler", words=("经办人", "姓名", "联系人")),
        Step("phone", words=("电话", "手机", "联系电话")),
    ),
)


class WaiveForm(Frozen):
    """免除协办: whose opinion is done without, and why."""

    unit: Annotated[str, StringConstraints(pattern=rf"^{UNIT}$")]
    text: Sentence


def _read_waiver(text: str, facts: CaseFacts) -> Mapping[str, str]:
    unit, rest = unit_and_rest(text, facts.departments)
    return {name: value for name, value in (("unit", unit), ("text", rest)) if value}


def _waiting(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(facts.name(unit), unit) for unit in facts.waiting)


WAIVE: Flow[WaiveForm, CaseFacts] = Flow(
    name="waive",
    form=WaiveForm,
    read=_read_waiver,
    review=False,
    steps=(
        Step(
            "unit",
            words=("部门", "协办"),
            choices=_waiting,
            propose=lambda answers, facts: facts.waiting[0] if len(facts.waiting) == 1 else None,
            alone=True,
        ),
        Step("text", words=("理由", "原因")),
    ),
)
