"""The papers of a case: 交办单, 审签稿, 督办单, 督办函, 移交函.

What a paper says is named here and worded in config/texts/paper.toml; bot/papers draws it. No paper
has a rating, an internal note or another enterprise on it, whoever asks for it: paper is passed on.
"""

from __future__ import annotations

from flows.tickets.case import Ticket
from flows.tickets.papers.department import order, signing
from flows.tickets.papers.ladder import letter, referral, supervision
from flows.tickets.papers.model import Earlier, Kind, Paper, PaperFacts, Row, Sentence, Value
from flows.tickets.papers.rights import ENTITLED, lacking, refusal


def paper(kind: Kind, ticket: Ticket, facts: PaperFacts) -> Paper:
    """Make a paper that `lacking` has nothing against."""
    match kind:
        case Kind.ORDER:
            return order(ticket, facts)
        case Kind.SIGNING:
            return signing(ticket, facts)
        case Kind.SUPERVISION:
            return supervision(ticket, facts)
        case Kind.LETTER:
            return letter(ticket, facts)
        case Kind.REFERRAL:
            return referral(ticket, facts)


__all__ = [
    "ENTITLED",
    "Earlier",
    "Kind",
    "Paper",
    "PaperFacts",
    "Row",
    "Sentence",
    "Value",
    "lacking",
    "paper",
    "refusal",
]
