"""The short conversations behind the acts of a case: what each needs to be told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.office import Department
from flows.people.contact import PersonName, Phone
from flows.tickets.case import Outcome
from flows.tickets.moves import REPLY_MIN

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
NO_UNITS = "none"
_UNIT = r"[a-z][a-z0-9_.-]*"  # a department's id in config/departments.toml


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an act's conversation needs to know of the case and the office."""

    number: str
    departments: tuple[Department, ...] = ()
    proposed: tuple[str, ...] = ()  # department ids, the likeliest first
    supports: tuple[str, ...] = ()  # usual 协办 of the category
    due: date | None = None
    provisional: bool = False  # 暂定
    handler: str = ""
    handler_phone: str = ""

    def name(self, unit: str) -> str:
        """Return a department's name."""
        return next((d.name for d in self.departments if d.id == unit), unit)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class DispatchForm(_Frozen):
    """交办: one 主办, any number of 协办."""

    lead: Annotated[str, StringConstraints(pattern=rf"^{_UNIT}$")]
    supports: Annotated[str, StringConstraints(pattern=rf"^{_UNIT}(,{_UNIT})*$")] = NO_UNITS

    @property
    def support_units(self) -> tuple[str, ...]:
        """Return the 协办 departments."""
        return () if self.supports == NO_UNITS else tuple(self.supports.split(","))


def units_in(text: str, departments: Sequence[Department]) -> tuple[str, ...]:
    """Return the departments named in a text, in the order of their names' places."""
    left, found = text, []
    names = [(name, d.id) for d in departments for name in (d.name, *d.aliases)]
    for name, ident in sorted(names, key=lambda pair: -len(pair[0])):
        at = left.find(name)
        if at >= 0:
            found.append((at, ident))
            left = left.replace(name, "　" * len(name))
    return tuple(dict.fromkeys(ident for _, ident in sorted(found)))


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
    return _read_units(text, facts)


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


def _about(answers: Answers, facts: CaseFacts) -> Mapping[str, Any]:
    return {
        "number": facts.number,
        "due": facts.due or Key("progress.no_date"),
        "mark": Key("progress.provisional") if facts.provisional else "",
    }


DISPATCH: Flow[DispatchForm, CaseFacts] = Flow(
    name="dispatch",
    form=DispatchForm,
    read=_read_dispatch,
    review_params=_about,
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
    ),
)


class SignForm(_Frozen):
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


class SentenceForm(_Frozen):
    """One sentence that goes with an act."""

    text: Sentence


def _sentence(name: str, *, files: bool = False) -> Flow[SentenceForm, CaseFacts]:
    return Flow(
        name=name, form=SentenceForm, review=False, takes_files=files, steps=(Step("text"),)
    )


CONTACT = _sentence("contact")  # 首联
OPINION = _sentence("opinion")  # 协办意见
ASK_INFO = _sentence("ask_info")  # 请补充
REJECT = _sentence("reject")  # 不予受理
SEND_BACK = _sentence("send_back")  # 审核退回
UNHAPPY = _sentence("unhappy")  # 不满意的原因


class ReplyForm(_Frozen):
    """答复: the text for the enterprise and what became of the problem."""

    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=REPLY_MIN, max_length=3000)
    ]
    outcome: Literal["A", "B", "C", "D"]


def _outcomes(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(
        Choice(Key(f"outcome.{outcome.value}"), outcome.value, words=_OUTCOME_WORDS[outcome])
        for outcome in Outcome
    )


_OUTCOME_WORDS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.SOLVED: ("已解决", "解决了", "a"),
    Outcome.SOLVING: ("正在解决", "b"),
    Outcome.PLANNED: ("列入计划", "条件限制", "列入计划或条件限制", "c"),
    Outcome.NOTED: ("留作参考", "不符政策", "d"),
}


REPLY: Flow[ReplyForm, CaseFacts] = Flow(
    name="reply",
    form=ReplyForm,
    review=False,
    steps=(
        Step("text", words=("答复",), alone=True),
        Step("outcome", words=("结果", "解决程度"), choices=_outcomes),
    ),
)


class SupplementForm(_Frozen):
    """补充: more words, more pictures."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=3000)] = ""


SUPPLEMENT: Flow[SupplementForm, CaseFacts] = Flow(
    name="supplement",
    form=SupplementForm,
    review=False,
    takes_files=True,
    steps=(Step("text", words=("补充",), gathers=True, optional=True),),
)


class WithdrawForm(_Frozen):
    """撤回: nothing to tell but that it is meant."""


WITHDRAW: Flow[WithdrawForm, CaseFacts] = Flow(
    name="withdraw", form=WithdrawForm, review_params=_about, steps=()
)
