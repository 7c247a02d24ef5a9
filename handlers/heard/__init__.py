"""Who hears of which act, from all areas together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.heard.answer import ANSWER
from handlers.heard.clock import CLOCK
from handlers.heard.confidence import CONFIDENCE
from handlers.heard.contacts import CONTACTS
from handlers.heard.department import DEPARTMENT
from handlers.heard.intake import INTAKE
from handlers.heard.ladder import LADDER
from handlers.heard.leaders import LEADERS
from handlers.heard.time import TIME
from handlers.ports import Post

HEARD: Mapping[Act, Callable[[Book, Ticket, Ticket], list[Post]]] = {
    **INTAKE,
    **DEPARTMENT,
    **ANSWER,
    **TIME,
    **LEADERS,
    **LADDER,
    **CLOCK,
    **CONTACTS,
    **CONFIDENCE,
}
"""Act → the notices of it, from the book, the ticket before and the ticket after."""
