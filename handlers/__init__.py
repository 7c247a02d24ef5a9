"""What happens when something arrives."""

from collections.abc import Mapping

from handlers.actforms import OPENS
from handlers.desk import Desk
from handlers.people import BindingDesk, CallbackDesk
from handlers.reports import ReportDesk

_DESKS: tuple[Desk, ...] = (ReportDesk(), BindingDesk(), CallbackDesk(), *OPENS.values())
DESKS: Mapping[str, Desk] = {desk.flow.name: desk for desk in _DESKS}
