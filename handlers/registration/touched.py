"""Which activities a batch will change: they are held at its beginning, all in one order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handlers.ports import Conversation, PersonId
from handlers.understand import Request

VIEWS = frozenset({"view", "place", "names", "applied", "raised", "survey"})
"""Buttons that only show something: they wait for nobody who changes the list."""

Requests = Mapping[PersonId, Sequence[Request]]


def touched(
    conversations: Mapping[PersonId, Conversation], requests: Requests, prefix: str
) -> Sequence[str]:
    """Return the numbers of the activities that open forms and pressed buttons are about."""
    found: set[str] = set()
    for person, conversation in conversations.items():
        said = requests.get(person, ())
        again = any(request.word == "resume" for request in said)  # 继续 brings a form back
        frames = (*conversation.stack, *(conversation.aside if again else ()))
        subjects = (frame.state.subject.partition(":")[0] for frame in frames)
        found.update(number for subject in subjects for number in subject.split(","))
        found.update(n for request in said for n in _pressed(request, conversation.options))
    return sorted(one for one in found if one.startswith(f"{prefix}-"))


def _pressed(request: Request, shown: Sequence[str]) -> Iterator[str]:
    """Return the activity whose button was pressed, or chosen by its number."""
    action = request.action
    if request.picked is not None and 0 < request.picked <= len(shown):
        action = shown[request.picked - 1]
    kind, act, number, *_ = (*action.split(":"), "", "", "")
    if kind == "e" and act not in VIEWS:
        yield number


__all__ = ["VIEWS", "Requests", "touched"]
