"""The form of 批示办结: which of the errands it is, where several wait, and what was done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice
from flows.reading.dates import numeral
from flows.tickets.forms.common import EDGE, CaseFacts, Frozen, Sentence

_PLACE = re.compile(
    r"^(?:第\s*(?P<nth>\d{1,2}|[一二三四五六七八九十])\s*[项条件]?|(?P<n>\d{1,2})(?=[、.．：:，,\s]))"
)


class ErrandDoneForm(Frozen):
    """批示办结: the errand by its place in the case, and what was done."""

    errand: Annotated[str, StringConstraints(pattern=r"^\d{1,3}$")]
    text: Sentence


def _open_ones(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(label, str(place)) for place, label in facts.errands)


def _only_one(answers: Answers, facts: CaseFacts) -> str | None:
    return str(facts.errands[0][0]) if len(facts.errands) == 1 else None


def _waits(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    return None if any(str(place) == raw for place, _ in facts.errands) else "invalid"


def _read(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "第2项 开关已换好": which of those that wait, counted from 1, and what was done."""
    found = _PLACE.match(text)
    nth = numeral(found["nth"] or found["n"]) if found and len(facts.errands) > 1 else 0
    if found is None or not 1 <= nth <= len(facts.errands):
        return {"text": text} if text.strip(EDGE) else {}
    rest = text[found.end() :].strip(EDGE)
    told = {"errand": str(facts.errands[nth - 1][0]), "text": rest}
    return {field: value for field, value in told.items() if value}


ERRAND_DONE: Flow[ErrandDoneForm, CaseFacts] = Flow(
    name="errand_done",
    form=ErrandDoneForm,
    read=_read,
    review=False,
    takes_files=True,
    steps=(
        Step(
            "errand",
            words=("事项",),
            choices=_open_ones,
            propose=_only_one,
            objection=_waits,
            alone=True,
        ),
        Step("text", words=("办理情况",), alone=True),
    ),
)
