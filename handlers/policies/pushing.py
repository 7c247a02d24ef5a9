"""From a policy to the draft of a campaign about it (推送政策)."""

from __future__ import annotations

from flows.campaigns.campaign import Draft, Kind
from flows.engine.words import Start
from flows.policies.announcing import announcement
from flows.policies.policy import Policy
from handlers.book import Book

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
        "body": announcement(one, book.now),
        "topic": TOPIC,
    }
    if one.closes_at is not None and one.closes_at > book.now:
        given["until"] = one.closes_at.isoformat()
    return Start(given=given)


async def about_policy(book: Book, subject: str, draft: Draft) -> Draft:
    """Say in a draft which policy it is about, where the form's subject names one."""
    one = None
    if subject.startswith(ABOUT):
        one = await book.tx.policies.seen(subject.removeprefix(ABOUT))
    if one is None:
        return draft
    told = {"kind": Kind.POLICY, "policy": one.number, "doc_no": one.docno, "demo": one.demo}
    return draft.model_copy(update=told)


__all__ = ["TOPIC", "about_policy", "subject_of", "written"]
