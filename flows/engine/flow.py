"""A flow as data: its form, its steps, and how a paragraph is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from flows.engine.words import Choice

Answers = Mapping[str, str]
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # of a validator's function: new in every process
Form = TypeVar("Form", bound=BaseModel)
Facts = TypeVar("Facts")


def _always(answers: Answers, facts: Any) -> bool:
    return True


def _no_choices(answers: Answers, facts: Any) -> tuple[Choice, ...]:
    return ()


def _no_objection(raw: str, answers: Answers, facts: Any) -> str | None:
    return None


def _no_proposal(answers: Answers, facts: Any) -> str | None:
    return None


def _as_said(raw: str, answers: Answers, facts: Any) -> str:
    return raw


def _reads_nothing(text: str, facts: Any) -> str | None:
    return None


def _tells_nothing(answers: Answers, facts: Any) -> Mapping[str, Any]:
    return {}


def _in_our_words(facts: Any) -> str:
    return ""


def joined(before: str, text: str, files: tuple[str, ...], facts: Any) -> str:
    """Put another text below what there is already."""
    return f"{before}\n{text}" if before and text else text or before


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[Facts]):
    """Ask for one field of the form; a step is a constant, equal to none but itself.

    `words` are what people call it ("电话", "手机"): they open a labelled line and follow 修改.
    `propose` fills the step from what is known or was said, shown at the review and correctable.
    `tells` fills the blanks of its question.
    `asks` is the question where it stands in the facts, as somebody of the office wrote it.
    `adds` is for a step whose answer has parts: what becomes of it by another text, given every
    file that came so far; the answer as it was means that the text says nothing to it.
    `revision` is raised when the meaning of the step changes: open conversations are asked again.
    """

    field: str
    words: tuple[str, ...] = ()
    when: Callable[[Answers, Facts], bool] = _always
    choices: Callable[[Answers, Facts], tuple[Choice, ...]] = _no_choices
    objection: Callable[[str, Answers, Facts], str | None] = _no_objection
    propose: Callable[[Answers, Facts], str | None] = _no_proposal
    show: Callable[[str, Answers, Facts], str] = _as_said
    reads: Callable[[str, Facts], str | None] = _reads_nothing  # a text as the answer to this alone
    adds: Callable[[str, str, tuple[str, ...], Facts], str] = joined
    tells: Callable[[Answers, Facts], Mapping[str, Any]] = _tells_nothing
    asks: Callable[[Facts], str] = _in_our_words
    optional: bool = False
    alone: bool = False  # never asked together with other steps
    gathers: bool = False  # several messages until 完成
    grows: bool = False  # a plain text at the review is added to it
    strict: bool = True  # only offered choices are valid; else they are suggestions
    switch: bool = False  # never asked; a button of the review flips "yes" / "no"
    revision: int = 1


def _nothing_read(text: str, facts: Any) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Flow(Generic[Form, Facts]):
    """A form and the order in which its fields are asked."""

    name: str
    form: type[Form]
    steps: tuple[Step[Facts], ...]
    read: Callable[[str, Facts], Mapping[str, str]] = _nothing_read
    review: bool = True  # ends in a confirm card; else it is submitted with the last answer
    review_params: Callable[[Answers, Facts], Mapping[str, Any]] = lambda answers, facts: {}
    takes_files: bool = False
    rereads: bool = False  # a text at the review is read as the first one is: 浙B12345, 两个人

    def __post_init__(self) -> None:
        unknown = {step.field for step in self.steps} - set(self.form.model_fields)
        if unknown:
            raise ValueError(f"{self.name}: steps without a form field: {sorted(unknown)}")
        required = {name for name, info in self.form.model_fields.items() if info.is_required()}
        gaps = required - {step.field for step in self.steps if not step.optional}
        if gaps:
            raise ValueError(f"{self.name}: required, yet may stay empty: {sorted(gaps)}")

    def step(self, name: str) -> Step[Facts] | None:
        """Return the step of a field."""
        return next((step for step in self.steps if step.field == name), None)

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """Return what identifies the meaning of each step across deploys."""
        found = {}
        for step in self.steps:
            info = self.form.model_fields[step.field]
            told = (step.field, step.revision, step.optional, repr(info.annotation), info.metadata)
            found[step.field] = hashlib.sha256(_ADDRESS.sub("", repr(told)).encode()).hexdigest()[
                :12
            ]
        return found

    @cached_property
    def version(self) -> str:
        """Return what identifies the flow across deploys."""
        return hashlib.sha256(repr(sorted(self.hashes.items())).encode()).hexdigest()[:12]


class State(BaseModel):
    """What survives between two messages; raw answers, so it is plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str
    subject: str = ""  # what the conversation is about, e.g. a ticket's number
    version: str = ""
    answers: dict[str, str] = {}  # in the order of answering; "" = skipped
    hashes: dict[str, str] = {}  # the step's hash under which each answer was given
    files: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # the steps of the open question; () at the review
    mode: Literal["", "editing", "gathering"] = ""  # an old answer is corrected; more may come
    faults: int = 0  # unusable answers in a row
    phase: Literal["open", "paused", "done", "cancelled"] = "open"
