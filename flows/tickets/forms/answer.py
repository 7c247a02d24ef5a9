"""Forms of the answer: 答复, 阶段答复, 审核退回, 回访, 代评, 不满意, 又出现了, 重启."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.reading.dates import coming_in, day, written
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.forms.common import CaseFacts, Day, Frozen, Sentence, sentence, show_day

SEND_BACK = sentence("send_back")  # 审核退回
UNHAPPY = sentence("unhappy")  # 不满意的原因
REOPEN = sentence("reopen", files=True)  # 又出现了
TAKE_UP = sentence("take_up")  # 重启

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]

_SOON = (5, 10)  # working days from today that are offered for the next word


# The days of an answer --------------------------------------------------------------------------


def _named_days(text: str, facts: CaseFacts) -> tuple[date, ...]:
    return coming_in(text, facts.today, facts.days) if facts.today else ()


def _only_day(answers: Answers, facts: CaseFacts) -> str | None:
    """Take the day from the text when it names just one that is to come."""
    named = _named_days(answers.get("text", ""), facts)
    return named[0].isoformat() if len(named) == 1 else None


def _read_day(text: str, facts: CaseFacts) -> str | None:
    found = day(text, facts.today, facts.days) if facts.today else None
    return found.isoformat() if found else None


def _offered(days: tuple[date, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(written(one), one.isoformat()) for one in days)


def _days_of_text(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return _offered(_named_days(answers.get("text", ""), facts))


def _next_days(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer the days that the text names, and a week and two from now."""
    named = _named_days(answers.get("text", facts.answer), facts)
    if facts.today is None or facts.days is None:
        return _offered(named)
    soon = (facts.days.add(facts.today, n).day for n in _SOON)
    return _offered(tuple(sorted({*named, *soon})))


def _to_come(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    return "past" if facts.today and date.fromisoformat(raw) <= facts.today else None


# 答复 -------------------------------------------------------------------------------------------


def _too_short(raw: str, answers: Answers, facts: CaseFacts) -> str | None:
    """Say so before anything else is asked; the guard decides again as it is filed."""
    return "invalid" if len(raw.strip()) < facts.reply_min else None


class ReplyForm(Frozen):
    """答复: the text for the enterprise, what became of the problem, and B's day."""

    text: Text
    outcome: Literal["A", "B", "C", "D"]
    planned_on: Day | None = None


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


def _is_solving(answers: Answers, facts: CaseFacts) -> bool:
    return answers.get("outcome") == Outcome.SOLVING.value


REPLY: Flow[ReplyForm, CaseFacts] = Flow(
    name="reply",
    form=ReplyForm,
    review=False,
    takes_files=True,
    steps=(
        Step("text", words=("答复",), alone=True, objection=_too_short),
        Step("outcome", words=("结果", "解决程度"), choices=_outcomes),
        Step(
            "planned_on",
            words=("日期", "办好日期"),
            when=_is_solving,
            choices=_days_of_text,
            strict=False,
            propose=_only_day,
            reads=_read_day,
            objection=_to_come,
            show=show_day,
            alone=True,
        ),
    ),
)


# 阶段答复 ---------------------------------------------------------------------------------------


class StageForm(Frozen):
    """阶段答复: how far it is, and the day of the next word."""

    text: Text
    next_on: Day


class NextForm(Frozen):
    """转阶段答复: the day of the next word; the text is there already."""

    next_on: Day


_NEXT_ON: Step[CaseFacts] = Step(
    "next_on",
    words=("下次答复", "日期"),
    choices=_next_days,
    strict=False,
    reads=_read_day,
    objection=_to_come,
    show=show_day,
    alone=True,
)

STAGE: Flow[StageForm, CaseFacts] = Flow(
    name="stage",
    form=StageForm,
    review=False,
    takes_files=True,
    steps=(
        Step("text", words=("阶段答复", "答复"), alone=True, objection=_too_short),
        replace(_NEXT_ON, propose=_only_day),
    ),
)


def _read_next(text: str, facts: CaseFacts) -> Mapping[str, str]:
    found = _read_day(text, facts)
    return {"next_on": found} if found else {}


AS_STAGE: Flow[NextForm, CaseFacts] = Flow(
    name="as_stage", form=NextForm, review=False, read=_read_next, steps=(_NEXT_ON,)
)


# 回访 -------------------------------------------------------------------------------------------

CallResult = Literal["missed", "messages"]


class TryForm(Frozen):
    """回访: 没接通, or the enterprise wants messages only."""

    result: CallResult


RESULTS: Mapping[CallResult, tuple[str, ...]] = {
    "missed": ("没接通", "未接通", "没打通", "没人接", "不通", "关机", "没接"),
    "messages": ("只发消息", "不要打电话", "不再打电话", "别打电话"),
}


def _results(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    return tuple(Choice(Key(f"try.{name}"), name, words=words) for name, words in RESULTS.items())


def _result_in(text: str, facts: CaseFacts) -> str | None:
    """The wish not to be called is told even where nobody took the call."""
    fitting = [name for name, words in RESULTS.items() if any(word in text for word in words)]
    return fitting[-1] if fitting else None


def _read_try(text: str, facts: CaseFacts) -> Mapping[str, str]:
    found = _result_in(text, facts)
    return {"result": found} if found else {}


TRY: Flow[TryForm, CaseFacts] = Flow(
    name="try",
    form=TryForm,
    review=False,
    read=_read_try,
    steps=(Step("result", words=("结果",), choices=_results, reads=_result_in),),
)


class RateForm(Frozen):
    """代评: how the enterprise rates it on the telephone, in its own words."""

    rating: Literal["satisfied", "mostly", "dissatisfied"]
    quote: Sentence


_RATED: Mapping[str, tuple[str, ...]] = {
    # The longer word first: 满意 is in all of them.
    Satisfaction.DISSATISFIED.value: ("不满意",),
    Satisfaction.MOSTLY.value: ("基本满意",),
    Satisfaction.SATISFIED.value: ("满意",),
}
_QUOTES = " \t\n\u3000，,。、；;：:“”\"'「」"


def _ratings(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    order = (Satisfaction.SATISFIED, Satisfaction.MOSTLY, Satisfaction.DISSATISFIED)
    return tuple(Choice(Key(f"act.{one.value}"), one.value, words=_RATED[one]) for one in order)


def _read_rate(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read 满意 "企业原话": the rating in front, the enterprise's words behind it."""
    for name, words in _RATED.items():
        for word in words:
            if text.startswith(word):
                quote = text.removeprefix(word).strip(_QUOTES)
                return {"rating": name, **({"quote": quote} if quote else {})}
    return {}


RATE_FOR: Flow[RateForm, CaseFacts] = Flow(
    name="rate_for",
    form=RateForm,
    review=False,
    read=_read_rate,
    steps=(
        Step("rating", words=("评价",), choices=_ratings, alone=True),
        Step("quote", words=("企业原话", "原话"), alone=True),
    ),
)
