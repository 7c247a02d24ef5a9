"""Forms of a dispute about who is responsible: 退单, 裁定改派, 裁定维持."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.tickets.forms.common import (
    EDGE,
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

RULE_KEPT = sentence("rule_kept")  # 裁定维持
Unit = Annotated[str, StringConstraints(pattern=rf"^{UNIT}$")]

_SUGGESTS = re.compile(r"建议|应当?由|应该由|请转|改派|改由|转给|转交")


class ReturnForm(Frozen):
    """退单: why it is not the department's own, and whose it is."""

    basis: Sentence
    suggested: Unit


def _read_return(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "不属我局职责，建议住建局"; without such a word the last department named is meant."""
    head, basis = text, text
    mark = _SUGGESTS.search(text)
    if mark is not None:
        head, basis = text[mark.end() :], text[: mark.start()].strip(EDGE)
    units = [unit for unit in units_in(head, facts.departments) if unit != facts.lead]
    found = {"suggested": units[0] if mark else units[-1]} if units else {}
    return {**found, "basis": basis} if basis else found


def _others(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    units = [unit for unit in facts.proposed if unit != facts.lead]
    return tuple(Choice(facts.name(unit), unit) for unit in units[:3])


def _another(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    if not any(d.id == raw for d in facts.departments):
        return "invalid"
    return "own" if raw == facts.lead else None


def _show_unit(raw: str, answers: Answers, facts: CaseFacts) -> str:
    return facts.name(raw)


def _return_review(answers: Answers, facts: CaseFacts) -> Mapping[str, Any]:
    return {"number": facts.number, "precedents": below(facts)}


RETURN: Flow[ReturnForm, CaseFacts] = Flow(
    name="return",
    form=ReturnForm,
    read=_read_return,
    review_params=_return_review,
    takes_files=True,
    steps=(
        Step("basis", words=("依据", "理由", "原因"), alone=True),
        Step(
            "suggested",
            words=("建议", "建议部门", "部门"),
            choices=_others,
            strict=False,
            objection=_another,
            show=_show_unit,
            reads=first_unit,
        ),
    ),
)


class MovedForm(Frozen):
    """裁定改派: to which department, why, and whether its time begins anew (错派)."""

    unit: Unit
    text: Sentence
    restart: Literal["yes", "no"] = "yes"


_GOES_ON = re.compile(r"[，,]?\s*(?:期限不变|不重新?计?算|按原期限|原期限)")


def _read_moved(text: str, facts: CaseFacts) -> Mapping[str, str]:
    unit, rest = unit_and_rest(text, facts.departments)
    found = {"unit": unit or "", "text": re.sub(r"^(?:理由|原因|因为)[:：是]?\s*", "", rest)}
    if goes_on := _GOES_ON.search(rest):
        found["restart"] = "no"
        found["text"] = found["text"].replace(goes_on.group(), "")
    return {name: value for name, value in found.items() if value}


def _candidates(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    units = [u for u in facts.proposed if u != facts.lead and u not in facts.returned]
    return tuple(Choice(facts.name(unit), unit) for unit in units[:3])


def _movable(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    if raw in facts.returned and raw != facts.lead:
        return "back"
    return _another(raw, answers, facts)


def _ways(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    anew = Choice(Key("rule_moved.restart.yes"), "yes", words=("重新算", "重算", "错派"))
    goes_on = Choice(Key("rule_moved.restart.no"), "no", words=("按原期限", "期限不变", "不重算"))
    return (anew, goes_on)


def _show_way(raw: str, answers: Answers, facts: CaseFacts) -> str:
    return Key("rule_moved.restart.yes") if raw == "yes" else Key("rule_moved.restart.no")


RULE_MOVED: Flow[MovedForm, CaseFacts] = Flow(
    name="rule_moved",
    form=MovedForm,
    read=_read_moved,
    review_params=lambda answers, facts: due_of(answers.get("restart"), facts),
    steps=(
        Step(
            "unit",
            words=("改派", "部门", "主办"),
            choices=_candidates,
            strict=False,
            objection=_movable,
            show=_show_unit,
            reads=first_unit,
            alone=True,
        ),
        Step("text", words=("理由", "原因")),
        Step(
            "restart",
            words=("期限",),
            choices=_ways,
            propose=lambda answers, facts: "yes",
            show=_show_way,
        ),
    ),
)
