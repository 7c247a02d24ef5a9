"""Acts of the ladder by hand: 催办, 督办, 应急."""

from __future__ import annotations

from dataclasses import replace

from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.causes import HAND
from flows.tickets.consequences import letter
from flows.tickets.forms import ladder as forms
from flows.tickets.forms.common import CaseFacts, SentenceForm
from flows.tickets.guards.ladder import rungs_of
from flows.tickets.ladder import Rung, leaves_at, pace_of
from handlers.acts.area import Area, AtOnce
from handlers.acts.desk import ActDesk
from handlers.visit import Visit


def _rungs(visit: Visit, ticket: Ticket) -> CaseFacts:
    parts = visit.book.actor(ticket, visit.person).parts
    return CaseFacts(number=ticket.number, rungs=tuple(int(rung) for rung in rungs_of(parts)))


def _supervised(
    visit: Visit, ticket: Ticket, form: forms.SuperviseForm, files: tuple[str, ...]
) -> told.Supervised:
    """What is raised by hand waits as long for a telephone call as what the clock raises."""
    book = visit.book
    rung = Rung(int(form.level))
    raised = letter(ticket, rung, (HAND, book.now), book.office.ladder, book.moment)
    return replace(raised, text=form.text)


def _leaving(visit: Visit, ticket: Ticket, *, emergency: bool) -> told.Emergency:
    """Tell when a letter leaves that is raised as the case is afterwards."""
    book = visit.book
    pace = pace_of(ticket.model_copy(update={"emergency": emergency}), book.office.ladder)
    return told.Emergency(leaves_at(book.now, book.office.ladder, book.office.days, pace.hours))


def _marked(
    visit: Visit, ticket: Ticket, form: SentenceForm, files: tuple[str, ...]
) -> told.Emergency:
    return told.Emergency(_leaving(visit, ticket, emergency=True).leaves_at, form.text)


def _unmarked(visit: Visit, ticket: Ticket) -> told.Emergency:
    return _leaving(visit, ticket, emergency=False)


LADDER = Area(
    desks={
        "supervise": ActDesk(
            forms.SUPERVISE,
            Act.SUPERVISE,
            _supervised,
            fields={"foreign_rung": "level"},
            facts_for=_rungs,
        ),
        "emergency": ActDesk(forms.EMERGENCY, Act.EMERGENCY, _marked, whole=True),
    },
    at_once={
        "press": AtOnce(Act.PRESS, told.Nothing()),
        "no_emergency": AtOnce(Act.NO_EMERGENCY, None, tell=_unmarked),
    },
    offered={Act.PRESS: "press", Act.SUPERVISE: "supervise", Act.NO_EMERGENCY: "no_emergency"},
)
