"""What happens when something arrives."""

from collections.abc import Mapping

from handlers.acts import OPENS
from handlers.campaigns.desk import ComposeDesk, RejectDesk
from handlers.campaigns.filling import TemplateDesk
from handlers.deregistering import DeregisterDesk
from handlers.desk import Desk
from handlers.outreach_desk import OutreachDesk
from handlers.people import BindingDesk, CallbackDesk
from handlers.policies.desk import FactsDesk, PolicyDesk
from handlers.policies.firm_facts import FirmFactsDesk
from handlers.policies.versions import VersionsDesk
from handlers.registration.changing import CHANGES
from handlers.registration.desk import SignUpDesk, WhichDesk
from handlers.registration.documents import DocumentDesk
from handlers.registration.office import OFFICE_DESKS
from handlers.registration.raising import RaisedDesk
from handlers.registration.relay import RelayDesk
from handlers.registration.relay_rows import RelayRowDesk
from handlers.registration.surveys import SurveyDesk
from handlers.registration.telephoned import TELEPHONED_DESKS
from handlers.reports import ReportDesk
from handlers.several import SeveralDesk

_DESKS: tuple[Desk, ...] = (
    ReportDesk(),
    BindingDesk(),
    CallbackDesk(),
    DeregisterDesk(),
    SeveralDesk(),
    SignUpDesk(),
    WhichDesk(),
    RaisedDesk(),
    SurveyDesk(),
    RelayDesk(),
    RelayRowDesk(),
    DocumentDesk(),
    *CHANGES,
    *OFFICE_DESKS,
    *TELEPHONED_DESKS,
    OutreachDesk(),
    TemplateDesk(),
    ComposeDesk(),
    RejectDesk(),
    PolicyDesk(),
    FactsDesk(),
    VersionsDesk(),
    FirmFactsDesk(),
    *OPENS.values(),
)
DESKS: Mapping[str, Desk] = {desk.flow.name: desk for desk in _DESKS}
