"""Forms of the intake: 请补充, 补充, 不予受理, 异议, 并案, 撤回 (移送: outside.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice
from flows.tickets import number
from flows.tickets.forms.common import CaseFacts, Frozen, Sentence, about, sentence
from flows.tickets.number import WRITTEN

ASK_INFO = sentence("ask_info")  # 请补充
OBJECT = sentence("object", files=True)  # 提出异议

CANDIDATES = 5  # tickets offered to merge into
NUMBER = rf"^{WRITTEN}$"
Where = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


class SupplementForm(Frozen):
    """补充: more words, more pictures."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=3000)] = ""


SUPPLEMENT: Flow[SupplementForm, CaseFacts] = Flow(
    name="supplement",
    form=SupplementForm,
    review=False,
    takes_files=True,
    steps=(Step("text", words=("补充",), gathers=True, optional=True),),
)


class WithdrawForm(Frozen):
    """撤回: nothing to tell but that it is meant."""


WITHDRAW: Flow[WithdrawForm, CaseFacts] = Flow(
    name="withdraw", form=WithdrawForm, review_params=about, steps=()
)


class RejectForm(Frozen):
    """不予受理: why, and where the enterprise may go instead."""

    text: Sentence
    where: Where


_ONWARD = re.compile(
    r"^(?P<why>.*?)[，,。；;\s]*(?:请|可以|可)(?:找|到|去|向|打)(?P<where>.{2,100})$", re.S
)


def reject_said(text: str) -> Mapping[str, str]:
    """Read "属劳动争议，请找区劳动仲裁院": the reason in front, the other way behind."""
    found = _ONWARD.match(text.strip())
    if found is None:
        return {"text": text} if text.strip() else {}
    told = {"text": found["why"].strip(), "where": found["where"].strip(" 。.！!")}
    return {field: value for field, value in told.items() if value}


def _read_reject(text: str, facts: CaseFacts) -> Mapping[str, str]:
    told = reject_said(text)
    return told if "where" in told else {}


def channels(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(name, name) for name in facts.channels)


REJECT: Flow[RejectForm, CaseFacts] = Flow(
    name="reject",
    form=RejectForm,
    read=_read_reject,
    review=False,
    steps=(
        Step("text", words=("原因", "理由"), alone=True),
        Step("where", words=("去向", "该找谁"), choices=channels, strict=False, alone=True),
    ),
)


class MergeForm(Frozen):
    """并案: the ticket it goes to."""

    into: Annotated[str, StringConstraints(pattern=NUMBER)]


def _candidates(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(number, number) for number in facts.candidates[:CANDIDATES])


def _full_number(text: str, facts: CaseFacts) -> str | None:
    """Read a number, also one without prefix and year: they are those of the ticket itself."""
    prefix, year, _ = facts.number.rsplit("-", 2)
    found, _ = number.find(re.sub(r"^[\s并案到入进：:]+", "", text), prefix, int(year))
    return found


MERGE: Flow[MergeForm, CaseFacts] = Flow(
    name="merge",
    form=MergeForm,
    review=False,
    steps=(
        Step(
            "into",
            words=("并到", "主单"),
            choices=_candidates,
            strict=False,
            reads=_full_number,
            alone=True,
        ),
    ),
)
