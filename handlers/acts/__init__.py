"""What people do with a case in chat, from all areas together."""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from handlers.acts.answer import ANSWER
from handlers.acts.area import AtOnce
from handlers.acts.confidence import CONFIDENCE
from handlers.acts.department import DEPARTMENT
from handlers.acts.desk import ActDesk
from handlers.acts.intake import INTAKE
from handlers.acts.ladder import LADDER
from handlers.acts.leaders import LEADERS
from handlers.acts.time import TIME

_AREAS = (INTAKE, DEPARTMENT, ANSWER, TIME, LEADERS, LADDER, CONFIDENCE)

OPENS: Mapping[str, ActDesk] = {word: d for area in _AREAS for word, d in area.desks.items()}
"""Command or button → the desk that opens."""

AT_ONCE: Mapping[str, AtOnce] = {word: one for area in _AREAS for word, one in area.at_once.items()}
"""Command or button → what is done at once."""

OFFERED: Mapping[Act, str] = {act: word for area in _AREAS for act, word in area.offered.items()}
"""What staff are offered under the whole case, by the act that is open to them."""
