"""The message of a campaign: one wording, one card for each place it goes to."""

from __future__ import annotations

from collections.abc import Sequence

from flows.campaigns.audience import Target
from flows.campaigns.blanks import fill
from flows.campaigns.campaign import Button, Campaign
from flows.campaigns.lengths import framed
from flows.engine.words import Choice, Key
from flows.office import Content
from handlers.book import Book
from handlers.person import DINGTALK
from handlers.ports import PersonId, Post, Text, To, ToGroup, ToPerson

Values = dict[str, str]
_CARD = "dingtalk_card"


def choice(act: str, number: str, *, primary: bool = False) -> Choice:
    """Make a button of a campaign: "c:ACT:NUMBER"."""
    name = Key(f"campaign.button.{act}")
    return Choice(name, f"c:{act}:{number}", "primary" if primary else "plain")


def target_post(
    book: Book, one: Campaign, target: Target, values: Values, more: Sequence[Text] = ()
) -> Post:
    """Word what one target gets; in the ledger it stands once, whatever is tried again."""
    kind, _, ident = target.key.partition(":")
    to: To = ToGroup(ident) if kind == "g" else ToPerson(int(ident))
    name = f"c:{one.number}:{target.key}"
    return _post(book, one, to, values, name, campaign=one.number, more=more)


def sample_post(book: Book, one: Campaign, to: To, values: Values, name: str) -> Post:
    """Word the same for whoever tries it out (试发); it counts as none of the campaign."""
    return _post(book, one, to, values, name, campaign=None)


def _post(
    book: Book,
    one: Campaign,
    to: To,
    values: Values,
    name: str,
    *,
    campaign: str | None,
    more: Sequence[Text] = (),
) -> Post:
    draft = one.draft
    told = Text(
        f"campaign.message.{draft.kind.value}",
        {
            "title": draft.title,
            "body": fill(draft.body, values),
            "code": one.code,
            "office": book.office.name,
            "corrected": draft.corrected,
        },
    )
    # A card in a group shows so many bytes and cuts the rest: what is longer goes as text.
    room = book.office.campaigns.rooms[_CARD]
    over = framed(f"{draft.title}\n{draft.body}", room).over
    as_text = isinstance(to, ToGroup) and bool(over) and _may_have_card(book, to)
    words = (told, *more, *(_in_words(one) if as_text else ()))
    return Post(
        to=to,
        content=Content.NOTICE,
        parts=words,
        brief=words,
        dedupe=name,
        choices=() if as_text else tuple(_buttons(one)),
        title=Text("campaign.title", {"title": draft.title}),
        card=None if as_text else name,
        campaign=campaign,
    )


def _may_have_card(book: Book, to: ToGroup) -> bool:
    """Say whether a group's door has cards; where it has none the outbox words what is pressed."""
    group = next((one for one in book.roster.groups if one.chat == to.chat), None)
    return group is None or (group.channel == DINGTALK and group.hears)


def _in_words(one: Campaign) -> list[Text]:
    """Say what is typed where there is no button."""
    told = ((Key(f"campaign.button.{x.value}"), one.number) for x in one.draft.buttons)
    return [Text("campaign.in_words", {"label": label, "number": n}) for label, n in told]


def reminder(one: Campaign, person: PersonId) -> Post:
    """Word the one reminder (催办) of somebody who did not confirm."""
    name = f"campaign:{one.number}:remind:p{person}"
    return Post(
        to=ToPerson(person),
        content=Content.NOTICE,
        parts=(Text("campaign.reminder", {"title": one.draft.title}),),
        dedupe=name,
        choices=(choice(Button.RECEIVED.value, one.number, primary=True),),
        title=Text("campaign.title", {"title": one.draft.title}),
        card=name,
    )


def _buttons(one: Campaign) -> list[Choice]:
    first = one.draft.buttons[:1]
    return [choice(x.value, one.number, primary=x in first) for x in one.draft.buttons]


def button_of(act: str) -> Button | None:
    """Return which button a press names."""
    return next((one for one in Button if one.value == act), None)


__all__ = ["Values", "button_of", "choice", "reminder", "sample_post", "target_post"]
