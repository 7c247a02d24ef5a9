"""What a desk is: a flow together with the code that looks things up for it and files its form."""

from __future__ import annotations

from typing import Any, Protocol, TypeGuard

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from handlers.visit import Visit


class Desk(Protocol):
    """One flow's window on the world.

    The world was looked up once for the whole batch (`handlers.book.Book`), so that `facts` is a
    plain view of it which sees what earlier arrivals of the batch filed.
    """

    @property
    def flow(self) -> Flow[Any, Any]:
        """The form this desk files."""

    def facts(self, visit: Visit, state: State) -> Any:
        """Return what the flow needs to know."""

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the form can no longer lead anywhere, e.g. because the case moved on."""

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """File the form and say so; a refusal asks the step concerned again."""


class Learning(Desk, Protocol):
    """A desk whose facts depend on what was answered, e.g. who is known of the enterprise."""

    async def look_up(self, visit: Visit, state: State) -> bool:
        """Look up what the answers name; say whether the facts say more now.

        It is asked again until they do not: with more facts a text may mean something else.
        """


def learns(desk: Desk) -> TypeGuard[Learning]:
    """Say whether it does: asked for each message, where a look through a protocol takes long."""
    return hasattr(desk, "look_up")
