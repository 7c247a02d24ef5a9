"""What happens when something arrives."""

from collections.abc import Mapping

from handlers.acts import OPENS
from handlers.desk import Desk
from handlers.outreach_desk import OutreachDesk
from handlers.people import BindingDesk, CallbackDesk
from handlers.registration.changing import CHANGES
from handlers.registration.desk import SignUpDesk, WhichDesk
from handlers.registration.office import OFFICE_DESKS
from handlers.registration.raising import RaisedDesk
from handlers.registration.relay import RelayDesk, RelayRowDesk
from handlers.registration.surveys import SurveyDesk
from handlers.reports import ReportDesk
from handlers.several import SeveralDesk

_DESKS: tuple[Desk, ...] = (
    ReportDesk(),
    BindingDesk(),
    CallbackDesk(),
    SeveralDesk(),
    SignUpDesk(),
    WhichDesk(),
    RaisedDesk(),
    SurveyDesk(),
    RelayDesk(),
    RelayRowDesk(),
    *CHANGES,
    *OFFICE_DESKS,
    OutreachDesk(),
    *OPENS.values(),
)
DESKS: Mapping[str, Desk] = {desk.flow.name: desk for desk in _DESKS}
