"""Acts of the department's leg: 交办, 签收, 转科室, 首联, 进展, 协办意见, 退单, 裁定."""

from __future__ import annotations

from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.clocks import due_after
from flows.tickets.effects.department import handling_limit
from flows.tickets.forms import department as forms
from flows.tickets.forms import disputes
from flows.tickets.forms.common import CaseFacts, Dated, SentenceForm
from flows.tickets.policy import suggested_tier
from flows.tickets.state import Tier
from handlers.acts.area import Area, AtOnce
from handlers.acts.desk import ActDesk, words
from handlers.inside import precedent_lines
from handlers.notices import proposed_leads
from handlers.ports import Role, Text
from handlers.visit import Visit


def _suggested(visit: Visit, ticket: Ticket) -> Tier:
    """Return the 难易 that the class suggests."""
    office = visit.book.office
    return suggested_tier(office.category(ticket.category), office.policy)


def _days(visit: Visit, ticket: Ticket, tier: Tier) -> int | None:
    """Return the class's own days; who chose another 难易 chose its limit too."""
    category = visit.book.office.category(ticket.category)
    return category.days if category and tier is _suggested(visit, ticket) else None


def _dispatch(
    visit: Visit, ticket: Ticket, form: forms.DispatchForm, files: tuple[str, ...]
) -> told.Dispatch:
    days = _days(visit, ticket, form.tier)
    return told.Dispatch(form.lead, form.support_units, form.tier, days)


def _precedents(visit: Visit, ticket: Ticket) -> tuple[Text, ...]:
    """Word how disputes about the class were ruled (U21)."""
    found = visit.book.precedents.get(ticket.category, ())
    return precedent_lines(found, visit.book.office)


def _dispatch_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    book, office = visit.book, visit.book.office
    category = office.category(ticket.category)
    dues = []
    for tier in Tier:
        limit = handling_limit(tier, _days(visit, ticket, tier), book.moment)
        due = due_after(limit, book.now, office.days)
        dues.append(Dated(tier.value, due.at.date(), due.provisional))
    return CaseFacts(
        number=ticket.number,
        departments=office.departments,
        proposed=_likely(visit, ticket),
        supports=category.support if category and not ticket.kept_inside else (),
        tier=_suggested(visit, ticket).value,
        dues=tuple(dues),
        precedents=_precedents(visit, ticket),
    )


def _likely(visit: Visit, ticket: Ticket) -> tuple[str, ...]:
    """Return the likeliest departments: who said 归我 first, who said 不归我 not at all."""
    home = visit.book.office.policy.home
    if ticket.kept_inside and home:
        return (home,)
    said = {one.unit: one.ours for one in ticket.soundings}
    ours = tuple(unit for unit, ours in said.items() if ours)
    likely = proposed_leads(ticket, visit.book.office)
    return tuple(dict.fromkeys((*ours, *(unit for unit in likely if said.get(unit) is not False))))


def _sound_out(
    visit: Visit, ticket: Ticket, form: forms.SoundOutForm, files: tuple[str, ...]
) -> told.SoundOut:
    return told.SoundOut(form.unit)


def _sound_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Only a department that somebody speaks for can be asked."""
    book = visit.book
    spoken = tuple(d for d in book.office.departments if book.roster.holders(Role.LIAISON, d.id))
    known = {one.id for one in spoken}
    proposed = tuple(unit for unit in _likely(visit, ticket) if unit in known)
    return CaseFacts(number=ticket.number, departments=spoken, proposed=proposed)


def _sign(
    visit: Visit, ticket: Ticket, form: forms.SignForm, files: tuple[str, ...]
) -> told.Handler:
    return told.Handler(form.handler, form.phone)


def _sign_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    # Who acts for a department without a 联络员 is not the one who handles it there.
    speaks = ticket.lead_unit in visit.person.units()
    return CaseFacts(
        number=ticket.number,
        handler=visit.person.name if speaks else "",
        handler_phone=visit.person.phone if speaks else "",
    )


def _pass_on(
    visit: Visit, ticket: Ticket, form: forms.PassOnForm, files: tuple[str, ...]
) -> told.Handler:
    return told.Handler(form.handler, form.phone, form.office)


def _return(
    visit: Visit, ticket: Ticket, form: disputes.ReturnForm, files: tuple[str, ...]
) -> told.Return:
    return told.Return(form.basis, form.suggested, files)


def _moved(
    visit: Visit, ticket: Ticket, form: disputes.MovedForm, files: tuple[str, ...]
) -> told.Ruling:
    return told.Ruling(form.text, form.unit, form.restart == "yes")


def _kept(visit: Visit, ticket: Ticket, form: SentenceForm, files: tuple[str, ...]) -> told.Ruling:
    return told.Ruling(form.text)


def _dispute_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Return what a 退单 and its ruling need: who has it, who may, and until when."""
    book, office = visit.book, visit.book.office
    asked = ticket.return_request
    likely = ((asked.suggested,) if asked else ()) + proposed_leads(ticket, office)
    dues = []
    if ticket.handling is not None:
        anew = due_after(ticket.handling.limit, book.now, office.days)
        dues = [
            Dated("yes", anew.at.date(), anew.provisional),
            Dated("no", ticket.due_on or anew.at.date(), ticket.due_provisional),
        ]
    return CaseFacts(
        number=ticket.number,
        departments=office.departments,
        proposed=tuple(dict.fromkeys(likely)),
        lead=ticket.lead_unit or "",
        returned=tuple(one.unit for one in ticket.returns),
        dues=tuple(dues),
        precedents=_precedents(visit, ticket),
    )


def _waive(
    visit: Visit, ticket: Ticket, form: forms.WaiveForm, files: tuple[str, ...]
) -> told.Waiver:
    return told.Waiver(form.unit, form.text)


def _waive_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    return CaseFacts(
        number=ticket.number,
        departments=visit.book.office.departments,
        waiting=tuple(task.unit for task in ticket.co_tasks if task.open),
    )


DEPARTMENT = Area(
    desks={
        "assign": ActDesk(
            forms.DISPATCH,
            Act.ASSIGN,
            _dispatch,
            fields={
                "lead_supports": "supports",
                "no_lead": "lead",
                "kept_inside": "lead",
                "hard_dispatch": "tier",
            },
            facts_for=_dispatch_facts,
        ),
        "sound_out": ActDesk(
            forms.SOUND_OUT,
            Act.SOUND_OUT,
            _sound_out,
            fields={"sounded_already": "unit", "kept_inside": "unit"},
            facts_for=_sound_facts,
        ),
        "sign": ActDesk(forms.SIGN, Act.SIGN, _sign, facts_for=_sign_facts),
        "pass_on": ActDesk(forms.PASS_ON, Act.PASS_ON, _pass_on),
        "contact": ActDesk(forms.CONTACT, Act.CONTACT, words, whole=True),
        "note": ActDesk(forms.NOTE, Act.NOTE, words, whole=True),
        "opinion": ActDesk(forms.OPINION, Act.OPINION, words, whole=True),
        "waive": ActDesk(forms.WAIVE, Act.WAIVE, _waive, facts_for=_waive_facts),
        "return": ActDesk(disputes.RETURN, Act.RETURN, _return, facts_for=_dispute_facts),
        "rule_moved": ActDesk(
            disputes.RULE_MOVED,
            Act.RULE_MOVED,
            _moved,
            fields={"ruled_same_unit": "unit", "ruled_back": "unit", "kept_inside": "unit"},
            facts_for=_dispute_facts,
        ),
        "rule_kept": ActDesk(disputes.RULE_KEPT, Act.RULE_KEPT, _kept, whole=True),
    },
    at_once={
        "ours": AtOnce(Act.OURS, told.Nothing()),
        "not_ours": AtOnce(Act.NOT_OURS, told.Nothing()),
    },
    offered={
        Act.ASSIGN: "assign",
        Act.SOUND_OUT: "sound_out",
        Act.OURS: "ours",
        Act.NOT_OURS: "not_ours",
        Act.SIGN: "sign",
        Act.CONTACT: "contact",
        Act.OPINION: "opinion",
        Act.RETURN: "return",
        Act.RULE_MOVED: "rule_moved",
        Act.RULE_KEPT: "rule_kept",
        Act.PASS_ON: "pass_on",
        Act.WAIVE: "waive",
    },
)
