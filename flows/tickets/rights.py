"""Who reads which piece of a case: the one place that decides it, for every view of it.

The rows follow the matrix of rights (主办: what is addressed to it, its own unit's and the office's
notes; 协办: the needed text, its own part, and what was published; 预交办: the needed text alone).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.tickets.case import Ticket
from flows.tickets.children import Note, Supervision
from flows.tickets.ladder import Rung
from flows.tickets.letters import addressed
from flows.tickets.parts import Actor, Part, is_serious, sees_reporter


class Piece(StrEnum):
    """One kind of what stands in a case."""

    TEXT = "text"  # 反映内容: number, class, what happened, since when, what is wished
    NAMES = "names"  # 企业, 联系人, 电话
    ELSEWHERE = "elsewhere"  # 别处反映过, with its number there
    ADDED = "added"  # what the enterprise added: 补充, 异议, 又出现了
    MEMBERS = "members"  # what the tickets say that follow it (并案)
    UNHAPPY = "unhappy"  # 不满意 and why
    CONTACT = "contact"  # 首联
    STAGE = "stage"  # 阶段答复, as it was told
    ANSWER = "answer"  # 答复, as it was audited
    DRAFT = "draft"  # 答复, not audited yet
    OPINION = "opinion"  # 协办意见 of a department
    NOTE = "note"  # 进展, 转科室: internal notes of a department or of the office
    ONWARD = "onward"  # 移送, and what the body outside did (移送回访), as it was told
    DECISION = "decision"  # why 难易 was changed, 延期 or 挂起 declined, a case taken up again
    DISPUTE = "dispute"  # 退单: why a department says that it is not its own
    RULING = "ruling"  # 裁定
    REQUEST = "request"  # 延期 and 挂起 that wait, and why a case rests
    MEETING = "meeting"  # 面商, 协调会
    ERRAND = "errand"  # 批示事项 of a department; the words of a 批示 are in no view
    DONE = "done"  # 批示事项办结
    LETTER = "letter"  # 督办单, 督办函 to a department, and what it answered
    AGENDA = "agenda"  # 会商
    OFFICE = "office"  # what the office says among itself, 先打个电话 too
    RATING = "rating"  # 评价, 回访


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a piece: always, where it is their own department's, where it is the office's."""

    always: frozenset[Part]
    own: frozenset[Part] = frozenset()
    of_office: frozenset[Part] = frozenset()


_P = Part
ABOVE = frozenset({_P.CLERK, _P.SUPERVISOR, _P.LEADER, _P.OFFICIAL, _P.SECRETARY, _P.INSPECTOR})
_LEADS = ABOVE | {_P.LEAD}
_UNITS = _LEADS | {_P.SUPPORT}
_OWN = frozenset({_P.LEAD, _P.SUPPORT})
_LEAD = frozenset({_P.LEAD})
_REPORTS = frozenset({_P.REPORTER})
_ALL = _UNITS | _REPORTS

RIGHTS: Mapping[Piece, Readers] = {
    Piece.TEXT: Readers(_ALL | {_P.ASKED}),
    Piece.NAMES: Readers(_ALL),
    Piece.ELSEWHERE: Readers(_ALL),
    Piece.ADDED: Readers(_ALL),
    Piece.MEMBERS: Readers(_UNITS),
    Piece.UNHAPPY: Readers(_LEADS | _REPORTS),
    Piece.CONTACT: Readers(_LEADS | _REPORTS),
    Piece.STAGE: Readers(_ALL),
    Piece.ANSWER: Readers(_ALL),
    Piece.DRAFT: Readers(_LEADS),
    Piece.OPINION: Readers(_LEADS, own=_OWN),
    Piece.NOTE: Readers(ABOVE, own=_OWN, of_office=_LEAD),
    Piece.ONWARD: Readers(_ALL),
    Piece.DECISION: Readers(_LEADS),
    Piece.DISPUTE: Readers(ABOVE, own=_OWN),
    Piece.RULING: Readers(_LEADS, own=_OWN),
    Piece.REQUEST: Readers(_LEADS),
    Piece.MEETING: Readers(_LEADS),
    Piece.ERRAND: Readers(_LEADS, own=_OWN),
    Piece.DONE: Readers(ABOVE, own=_OWN, of_office=_LEAD),
    Piece.LETTER: Readers(ABOVE, own=_OWN),
    Piece.AGENDA: Readers(ABOVE),
    Piece.OFFICE: Readers(ABOVE),
    Piece.RATING: Readers(ABOVE - {_P.SECRETARY}),
}

_OF_NOTE: Mapping[str, Piece] = {
    "supplement": Piece.ADDED,
    "object": Piece.ADDED,
    "reopen": Piece.ADDED,
    "unhappy": Piece.UNHAPPY,
    "contact": Piece.CONTACT,
    "opinion": Piece.OPINION,
    "note": Piece.NOTE,
    "pass_on": Piece.NOTE,
    "enclosed": Piece.NOTE,
    "retier": Piece.DECISION,
    "not_longer": Piece.DECISION,
    "no_rest": Piece.DECISION,
    "take_up": Piece.DECISION,
    "done": Piece.DONE,
    "transfer": Piece.ONWARD,
    "follow_up": Piece.ONWARD,
}


def reads(piece: Piece, ticket: Ticket, actor: Actor, unit: str = "") -> bool:
    """Say whether somebody reads a piece of a case; `unit` is the department it comes from.

    Empty = it comes from the office, or it is of a time when that was not kept.
    """
    parts = reading(ticket, actor)
    readers = RIGHTS[piece]
    if piece is Piece.NAMES and not sees_reporter(ticket, parts):
        return False
    if piece is Piece.RATING and actor.departments:
        return False  # who answers for a department never sees how it was rated
    if parts & (readers.always if unit else readers.always | readers.of_office):
        return True
    return unit in actor.units and bool(parts & readers.own)


def reading(ticket: Ticket, actor: Actor) -> frozenset[Part]:
    """Return the parts in which somebody reads a case.

    An administrator sees the configuration only; a leader what they own, what is 复杂 or worse,
    and what stands on the ladder. Of what is confidential a leader reads what they own, and so
    does their 秘书.
    """
    serves = ticket.leader in actor.serves
    few = frozenset({Part.OFFICIAL} if serves else {Part.OFFICIAL, Part.SECRETARY})
    if not is_serious(ticket):
        few |= {Part.SECRETARY}
    elif not ticket.confidential:
        few = frozenset()
    return (actor.parts & RIGHTS[Piece.TEXT].always) - few


def may_read(ticket: Ticket, actor: Actor) -> bool:
    """Say whether the body may be shown."""
    return reads(Piece.TEXT, ticket, actor)


def may_see_files(ticket: Ticket, actor: Actor) -> bool:
    """Say whether attachments may be shown: nobody can take a name out of a picture."""
    return reads(Piece.NAMES, ticket, actor)


def reads_note(ticket: Ticket, actor: Actor, note: Note) -> bool:
    """Say whether a note is for somebody: an enterprise gets those of no other (并案)."""
    others = {one.person for one in ticket.joined if one.number}
    if for_enterprise(ticket, actor) and note.by in others:
        return False
    return reads(piece_of(note), ticket, actor, unit_of(ticket, note))


def piece_of(note: Note) -> Piece:
    """Say which piece of a case a note is; what is not named here stays in the office."""
    return _OF_NOTE.get(note.kind, Piece.OFFICE)


def reads_letter(ticket: Ticket, actor: Actor, letter: Supervision) -> bool:
    """Say whether a letter of the ladder that left is for somebody."""
    piece = Piece.AGENDA if letter.rung >= Rung.CONFERENCE else Piece.LETTER
    return bool(letter.sent_at) and reads(piece, ticket, actor, addressed(ticket, letter))


def reads_answer(ticket: Ticket, actor: Actor) -> bool:
    """Say whether the answer as it stands is for somebody: before its audit it is a draft."""
    return reads(Piece.ANSWER if ticket.answered else Piece.DRAFT, ticket, actor)


def for_enterprise(ticket: Ticket, actor: Actor) -> bool:
    """Say whether somebody reads a case for the enterprise alone."""
    return reading(ticket, actor) <= _REPORTS


def unit_of(ticket: Ticket, note: Note) -> str:
    """Name the department a note comes from; opinions of earlier versions are found by words."""
    if note.unit or note.kind != "opinion":
        return note.unit
    return next((one.unit for one in ticket.co_tasks if one.opinion == note.text), "")
