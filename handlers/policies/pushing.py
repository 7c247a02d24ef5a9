"""From a policy to the draft of a campaign about it (推送政策)."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign, Draft, Kind
from flows.engine.words import Refused, Start
from flows.policies.announcing import announcement
from flows.policies.checking import is_checked, public
from flows.policies.policy import Policy
from handlers.book import Book
from handlers.policies.checking import why_not_pushed

ABOUT = "policy:"  # the subject of a form that writes about a policy
TOPIC = "政策"  # what is left by 退订政策推送
_TITLE = 100  # characters that the title of a campaign may have


def subject_of(number: str) -> str:
    """Name what a campaign's form is about that is about a policy."""
    return f"{ABOUT}{number}"


def written(book: Book, one: Policy) -> Start:
    """Fill the form of a campaign with a policy; what has closed by then is not sent."""
    given = {
        "headline": one.title[:_TITLE],
        "body": announcement(one, book.now, book.office.policies.push),
        "topic": TOPIC,
    }
    if one.closes_at is not None and one.closes_at > book.now:
        given["until"] = one.closes_at.isoformat()
    return Start(given=given)


async def withheld(book: Book, one: Campaign) -> Refused | None:
    """Refuse to send a policy around that enterprises may not read: its check was taken back.

    While a newer version waits for its check, what was written of the one before may leave; not
    once a check was taken back, for nobody knows of which version the text is. The policy is held:
    who takes its check back at the same moment sees what was approved, or is seen.
    """
    number = one.draft.policy
    found = await book.writing.policies.hold(number) if number else None
    if found is None or is_checked(found):
        return None
    if found.reviewed and public(found) is not None:
        return None
    return why_not_pushed(book, found)


async def about_policy(book: Book, subject: str, draft: Draft) -> Draft:
    """Say in a draft which policy it is about, where the form's subject names one."""
    one = None
    if subject.startswith(ABOUT):
        one = await book.tx.policies.seen(subject.removeprefix(ABOUT))
    if one is None:
        return draft
    told = {"kind": Kind.POLICY, "policy": one.number, "doc_no": one.docno, "demo": one.demo}
    return draft.model_copy(update=told)


__all__ = ["TOPIC", "about_policy", "subject_of", "withheld", "written"]
