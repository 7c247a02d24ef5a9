"""What the card of a campaign offers besides its text: its buttons, and what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flows.campaigns.campaign import Button
from flows.engine.flow import Answers
from flows.engine.words import Choice, Key

NO_BUTTONS = "none"
_LABEL = 20  # characters of a button


class Offers(Protocol):
    """What buttons can lead to."""

    @property
    def events(self) -> Mapping[str, str]:
        """Return the activities that one can sign up for: number → title."""

    @property
    def policy(self) -> bool:
        """Say whether the campaign is about a policy."""


_WORDS = {
    "报名": Button.SIGN_UP,
    "申报": Button.APPLY,
    "收到": Button.RECEIVED,
    "疑问": Button.ASK,
    "提问": Button.ASK,
}
_LABELS = {
    Button.SIGN_UP: "我要报名",
    Button.APPLY: "我要申报",
    Button.RECEIVED: "收到",
    Button.ASK: "我有疑问",
}


def read_buttons(text: str, facts: Offers) -> str | None:
    """Understand which buttons are wanted; what leads on stands first."""
    if "不要" in text or "没有" in text:
        return NO_BUTTONS
    found = [button.value for word, button in _WORDS.items() if word in text]
    return ",".join(dict.fromkeys(found)) or None


def buttons_in(raw: str) -> tuple[str, ...]:
    """Return the buttons of an answer, by their names."""
    return tuple(one for one in raw.split(",") if one and one != NO_BUTTONS)


def signs_up(answers: Answers) -> bool:
    """Say whether 我要报名 is among the buttons."""
    return Button.SIGN_UP.value in buttons_in(answers.get("buttons", ""))


def button_choices(answers: Answers, facts: Offers) -> tuple[Choice, ...]:
    """Offer the buttons that lead somewhere, first those that are about what is sent."""
    leading = (
        (facts.policy, "compose.buttons.apply", Button.APPLY),
        (bool(facts.events), "compose.buttons.sign_up", Button.SIGN_UP),
    )
    return (
        *(
            Choice(Key(key), f"{one.value},{Button.ASK.value}")
            for holds, key, one in leading
            if holds
        ),
        Choice(Key("campaign.button.ask"), Button.ASK.value),
        Choice(Key("compose.buttons.received"), Button.RECEIVED.value),
        Choice(Key("compose.buttons.both"), f"{Button.RECEIVED.value},{Button.ASK.value}"),
        Choice(Key("compose.buttons.none"), NO_BUTTONS),
    )


def unfit(raw: str, answers: Answers, facts: Offers) -> str | None:
    """Say what speaks against the buttons: there are no such, or they would lead nowhere."""
    wanted = set(buttons_in(raw))
    if not wanted <= {one.value for one in Button}:
        return "invalid"
    if Button.SIGN_UP.value in wanted and not facts.events:
        return "no_event"
    return "no_policy" if Button.APPLY.value in wanted and not facts.policy else None


def shown_buttons(raw: str, answers: Answers, facts: Offers) -> str:
    """Word the buttons as their readers see them."""
    return "、".join(_LABELS[Button(one)] for one in buttons_in(raw))


def event_choices(answers: Answers, facts: Offers) -> tuple[Choice, ...]:
    """Offer the activities that 我要报名 may be for."""
    return tuple(Choice(title[:_LABEL], number) for number, title in facts.events.items())


def read_event(text: str, facts: Offers) -> str | None:
    """Understand an activity by its number, or by words that only its title has."""
    told = text.strip()
    if told.upper() in facts.events:
        return told.upper()
    found = [number for number, title in facts.events.items() if told and told in title]
    return found[0] if len(found) == 1 else None


def only_event(answers: Answers, facts: Offers) -> str | None:
    """Propose the activity where there is only one."""
    return next(iter(facts.events)) if len(facts.events) == 1 else None


def closed_event(raw: str, answers: Answers, facts: Offers) -> str | None:
    """Say that nobody can sign up for it (any more)."""
    return None if raw in facts.events else "gone"


def shown_event(raw: str, answers: Answers, facts: Offers) -> str:
    """Word an activity by its title."""
    return facts.events.get(raw, raw)


__all__ = [
    "NO_BUTTONS",
    "Offers",
    "button_choices",
    "buttons_in",
    "closed_event",
    "event_choices",
    "only_event",
    "read_buttons",
    "read_event",
    "shown_buttons",
    "shown_event",
    "signs_up",
    "unfit",
]
