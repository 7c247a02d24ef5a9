"""The question into which groups the card of an activity goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.registration.event import Event

ALL = "*"


class PublishForm(BaseModel):
    """The groups' chats, with commas between them; "*" = all."""

    model_config = ConfigDict(frozen=True)

    groups: str

    def chats(self, known: Mapping[str, str]) -> tuple[str, ...]:
        """Return the chats that are meant, of those that are known by now."""
        named = tuple(known) if self.groups == ALL else tuple(self.groups.split(","))
        return tuple(chat for chat in named if chat in known)


@dataclass(frozen=True, slots=True)
class PublishFacts:
    """The activity, and the groups without its card: chat → name."""

    event: Event
    groups: Mapping[str, str]


def _named(text: str, facts: PublishFacts) -> str | None:
    """Read the names of several groups: 商会群、骆驼群."""
    found = [chat for chat, name in facts.groups.items() if name in text]
    return ",".join(found) or None


def _known(raw: str, answers: Answers, facts: PublishFacts) -> str | None:
    if raw == ALL or set(raw.split(",")) <= set(facts.groups):
        return None
    return "invalid"


def _tells(answers: Answers, facts: PublishFacts) -> Mapping[str, Any]:
    return {"event": facts.event.title_whole, "count": len(facts.groups)}


PUBLISH: Flow[PublishForm, PublishFacts] = Flow(
    name="event_publish",
    form=PublishForm,
    review=False,
    steps=(
        Step(
            "groups",
            words=("群",),
            choices=lambda answers, facts: (
                Choice(Key("event_publish.all"), ALL, "primary", words=("全部", "都发")),
                *(Choice(name, chat) for chat, name in facts.groups.items()),
            ),
            strict=False,
            reads=_named,
            objection=_known,
            tells=_tells,
            alone=True,
        ),
    ),
)
