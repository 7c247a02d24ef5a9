"""What happens when something arrives."""

from collections.abc import Mapping

from handlers.acts import OPENS
from handlers.desk import Desk
from handlers.people import BindingDesk, CallbackDesk
from handlers.reports import ReportDesk
from handlers.several import SeveralDesk

_DESKS: tuple[Desk, ...] = (
    ReportDesk(),
    BindingDesk(),
    CallbackDesk(),
    SeveralDesk(),
    *OPENS.values(),
)
DESKS: Mapping[str, Desk] = {desk.flow.name: desk for desk in _DESKS}
