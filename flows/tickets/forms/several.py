"""The form of one act on several tickets: it is shown as a list and confirmed once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.tickets.forms.common import Frozen
from flows.tickets.number import WRITTEN
from flows.tickets.several import WORDS, numbers_in

_ACTS = "|".join(sorted(set(WORDS.values())))


class SeveralForm(Frozen):
    """One act, the tickets it is done on, and what it is told."""

    numbers: Annotated[str, StringConstraints(pattern=rf"^{WRITTEN}(,{WRITTEN})*$")]
    act: Annotated[str, StringConstraints(pattern=rf"^({_ACTS})$")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""

    @property
    def all_numbers(self) -> tuple[str, ...]:
        """Return the tickets."""
        return tuple(self.numbers.split(","))


@dataclass(frozen=True, slots=True)
class SeveralFacts:
    """The tickets that were named, and how each is worded: by its number and the act."""

    about: Callable[[str, str], Any]
    known: Collection[str]
    prefix: str
    year: int


def _listed(answers: Answers, facts: SeveralFacts) -> Mapping[str, Any]:
    numbers = answers["numbers"].split(",")
    act, told = answers["act"], answers.get("text", "")
    return {
        "count": len(numbers),
        "act": Key(f"act.{act}"),
        "text": f"：{told}" if told else "",
        "lines": tuple(facts.about(number, act) for number in numbers),
    }


def _read_numbers(text: str, facts: SeveralFacts) -> str | None:
    return ",".join(numbers_in(text, facts.prefix, facts.year)) or None


def _not_named(raw: str, answers: Answers, facts: SeveralFacts) -> str | None:
    """Let a list become shorter only: what nobody named before was not looked up."""
    return None if all(one in facts.known for one in raw.split(",")) else "invalid"


def _acts(answers: Answers, facts: SeveralFacts) -> tuple[Choice, ...]:
    return tuple(Choice(Key(f"act.{act}"), act) for act in dict.fromkeys(WORDS.values()))


SEVERAL: Flow[SeveralForm, SeveralFacts] = Flow(
    name="several",
    form=SeveralForm,
    review_params=_listed,
    steps=(
        Step("numbers", words=("编号",), reads=_read_numbers, objection=_not_named, alone=True),
        Step("act", words=("事项",), choices=_acts),
        Step("text", words=("内容",), propose=lambda answers, facts: "", optional=True),
    ),
)
