"""The conversation in which staff write a campaign (写推送): the text, for whom, when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from flows.calendar import WorkingDays
from flows.campaigns.audience import EVERY
from flows.campaigns.blanks import blanks, broken
from flows.campaigns.campaign import Audience, Button
from flows.campaigns.enclosing import KEEP, Enclosed, file_choices, no_choice, shown_files
from flows.campaigns.naming import Places, named, written
from flows.campaigns.offering import (
    NO_BUTTONS,
    button_choices,
    buttons_in,
    closed_event,
    event_choices,
    only_event,
    read_buttons,
    read_event,
    shown_buttons,
    shown_event,
    signs_up,
    unfit,
)
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.reading import times

BLANKS = ("企业", "称呼")
"""What a text may leave open, to be filled for each person."""
NOW = "now"
NONE = NO_BUTTONS
_TITLE = 60  # characters of a first line that is a title
_SHOWN = 8  # groups offered as buttons


class ComposeForm(BaseModel):
    """One campaign as it is written; the audience is the rule, kept as JSON."""

    model_config = ConfigDict(frozen=True)

    headline: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=6000)]
    audience: str
    send: str = NOW
    until: str = NONE
    buttons: str = NONE
    event: str = ""
    files: str = KEEP
    topic: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] = ""
    remind: str = "no"
    urgent: str = "no"
    mandatory: str = "no"

    @model_validator(mode="after")
    def _in_order(self) -> ComposeForm:
        if self.send_at and self.expires_at and self.expires_at <= self.send_at:
            raise ValueError("it expires after it is to be sent")
        return self

    @property
    def rule(self) -> Audience:
        """Return for whom it is."""
        return Audience.model_validate_json(self.audience)

    @property
    def send_at(self) -> datetime | None:
        """Return when it is to leave; None = as soon as it is approved."""
        return None if self.send == NOW else datetime.fromisoformat(self.send)

    @property
    def expires_at(self) -> datetime | None:
        """Return from when on it is not sent any more."""
        return None if self.until == NONE else datetime.fromisoformat(self.until)

    @property
    def pressed(self) -> tuple[Button, ...]:
        """Return the buttons of its card."""
        return tuple(map(Button, buttons_in(self.buttons)))


@dataclass(frozen=True, slots=True)
class ComposeFacts:
    """The hour, the places that can be meant, and the words of the office for buttons."""

    now: datetime
    days: WorkingDays
    places: Places
    topics: tuple[str, ...] = ()
    events: Mapping[str, str] = field(default_factory=dict)  # that one can sign up for, by number
    policy: bool = False  # whether it is about a policy
    files: Mapping[str, Enclosed] = field(default_factory=dict)  # attachments, by id


def _read(text: str, facts: ComposeFacts) -> Mapping[str, str]:
    """Take a pasted text: a short first line is the title, the rest what is sent.

    Only what begins with the name of a step answers that one ("标题：……"): an announcement has
    labels of its own, which are part of it.
    """
    labelled = _LABELLED.match(text)
    if labelled:
        step = next(one for one in COMPOSE.steps if labelled["name"] in one.words)
        told = text[labelled.end() :].strip()
        return {step.field: step.reads(told, facts) or told} if told else {}
    first, _, rest = text.strip().partition("\n")
    if not rest.strip():
        return {"body": text.strip()} if text.strip() else {}
    if len(first) > _TITLE:
        return {"body": text.strip()}
    return {"headline": first.strip(), "body": rest.strip()}


def _audience(text: str, facts: ComposeFacts) -> str | None:
    found = named(text, facts.places)
    return found.model_dump_json() if found is not None else None


def _means_somebody(raw: str, answers: Answers, facts: ComposeFacts) -> str | None:
    try:
        meant = Audience.model_validate_json(raw)
    except ValueError:
        return "invalid"
    return "nobody" if meant.empty else None


def _show_audience(raw: str, answers: Answers, facts: ComposeFacts) -> str:
    return written(Audience.model_validate_json(raw), facts.places)


def _audiences(answers: Answers, facts: ComposeFacts) -> tuple[Choice, ...]:
    every = Audience(chats=(EVERY,))
    groups = list(facts.places.chats.items())[:_SHOWN]
    return (
        Choice(Key("compose.audience.all"), every.model_dump_json(), "primary"),
        *(Choice(name, Audience(chats=(chat,)).model_dump_json()) for chat, name in groups),
    )


def _moment(text: str, facts: ComposeFacts) -> str | None:
    found = times.span(text, times.local(facts.now).date(), facts.days)
    return found[0].isoformat() if found else None


def _until(text: str, facts: ComposeFacts) -> str | None:
    found = times.until(text, times.local(facts.now).date(), facts.days)
    return found.isoformat() if found else None


def _to_come(nothing: str) -> Any:
    def objection(raw: str, answers: Answers, facts: ComposeFacts) -> str | None:
        if raw == nothing:
            return None
        try:
            at = datetime.fromisoformat(raw)
        except ValueError:
            return "invalid"
        if at.tzinfo is None:
            return "invalid"
        if at <= facts.now:
            return "past"
        send = answers.get("send", NOW)
        if nothing == NONE and send != NOW and at <= datetime.fromisoformat(send):
            return "before"
        return None

    return objection


def _show_moment(nothing: str, key: str) -> Any:
    def show(raw: str, answers: Answers, facts: ComposeFacts) -> str:
        if raw == nothing:
            return Key(key)
        at = times.local(datetime.fromisoformat(raw))
        return f"{at.month}月{at.day}日(周{'一二三四五六日'[at.weekday()]}){at:%H:%M}"

    return show


_LABELLED = re.compile(
    r"\s*(?P<name>正文|内容|标题|题目|发给|发送时间|什么时候发|定时|过时不发|最晚|按钮|订阅主题)[:：]"
)


def _whole(raw: str, answers: Answers, facts: ComposeFacts) -> str | None:
    """Refuse what was begun as a blank and is none: it would stand there as it is."""
    return "broken" if broken(raw) else None


def _same_for_all(raw: str, answers: Answers, facts: ComposeFacts) -> str | None:
    """Refuse a blank in a title: titles are not filled, it would stand there as it is."""
    return "blank" if blanks(raw) else _whole(raw, answers, facts)


COMPOSE: Flow[ComposeForm, ComposeFacts] = Flow(
    name="compose",
    form=ComposeForm,
    read=_read,
    takes_files=True,
    steps=(
        Step(
            "body",
            words=("正文", "内容"),
            objection=_whole,
            tells=lambda answers, facts: {"blanks": "、".join(f"${{{one}}}" for one in BLANKS)},
            alone=True,
        ),
        Step("headline", words=("标题", "题目"), objection=_same_for_all),
        Step(
            "audience",
            words=("发给", "对象", "范围", "群"),
            choices=_audiences,
            strict=False,
            reads=_audience,
            objection=_means_somebody,
            show=_show_audience,
            alone=True,
        ),
        Step(
            "send",
            words=("发送时间", "什么时候发", "定时"),
            choices=lambda answers, facts: (Choice(Key("compose.send.now"), NOW),),
            strict=False,
            reads=_moment,
            objection=_to_come(NOW),
            show=_show_moment(NOW, "compose.send.now"),
            propose=lambda answers, facts: NOW,
            optional=True,
        ),
        Step(
            "until",
            words=("过时不发", "最晚"),
            choices=lambda answers, facts: (Choice(Key("compose.until.none"), NONE),),
            strict=False,
            reads=_until,
            objection=_to_come(NONE),
            show=_show_moment(NONE, "compose.until.none"),
            propose=lambda answers, facts: NONE,
            optional=True,
        ),
        Step(
            "buttons",
            words=("按钮",),
            choices=button_choices,
            strict=False,
            reads=read_buttons,
            objection=unfit,
            show=shown_buttons,
            propose=lambda answers, facts: Button.ASK.value,
            optional=True,
        ),
        Step(
            "event",
            words=("活动", "报名的活动"),
            when=lambda answers, facts: signs_up(answers),
            choices=event_choices,
            strict=False,
            reads=read_event,
            objection=closed_event,
            show=shown_event,
            propose=only_event,
        ),
        Step(
            "files",
            words=("附件", "去掉附件"),
            when=lambda answers, facts: bool(facts.files),
            choices=file_choices,
            strict=False,
            objection=no_choice,
            show=shown_files,
            propose=lambda answers, facts: KEEP,
            optional=True,
        ),
        Step(
            "topic",
            words=("主题", "订阅主题"),
            choices=lambda answers, facts: tuple(Choice(one, one) for one in facts.topics),
            strict=False,
            propose=lambda answers, facts: "",
            optional=True,
        ),
        Step(
            "remind",
            words=("催办",),
            when=lambda answers, facts: Button.RECEIVED.value in answers.get("buttons", ""),
            switch=True,
        ),
        Step("urgent", words=("紧急",), switch=True),
        Step("mandatory", words=("必达",), switch=True),
    ),
)

__all__ = ["BLANKS", "COMPOSE", "NONE", "NOW", "ComposeFacts", "ComposeForm"]
