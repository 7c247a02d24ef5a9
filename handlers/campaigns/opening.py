"""Buttons of a campaign that open another conversation: 我要报名, 我要申报, 我有疑问."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.campaigns.campaign import Button, Campaign
from flows.engine.words import Choice, Key, Line, Start
from flows.policies.checking import public
from flows.policies.lookup import lines
from flows.policies.policy import OVER, Policy, State, Way, is_official
from flows.registration.signing import closed
from handlers.book import Book
from handlers.campaigns.asked import asks_about
from handlers.campaigns.message import choice
from handlers.campaigns.records import press_act, press_subject
from handlers.policies.showing import policy_choice
from handlers.ports import Text
from handlers.registration.attending import press_event
from handlers.talk import Talk
from handlers.visit import Visit

SHOWN = 8  # activities that a form offers


# For whoever writes ---------------------------------------------------------------------------


async def look_up_events(book: Book) -> bool:
    """Look up the activities that 我要报名 may be for; say whether the facts say more now."""
    if book.rolls.upcoming is not None:
        return False
    book.rolls.upcoming = await book.tx.rolls.open(book.now)
    return bool(book.rolls.upcoming)


def upcoming(book: Book) -> Mapping[str, str]:
    """Return the activities that one can sign up for: number → title."""
    found = [one for one in book.rolls.upcoming or () if closed(one, book.now) is None]
    return {one.number: one.title_whole for one in found[:SHOWN]}


# For whoever got it ---------------------------------------------------------------------------


async def lead_on(visit: Visit, talk: Talk, one: Campaign, button: Button) -> None:
    """Open what a button leads to, and note that it was pressed."""
    visit.book.entries.append(
        visit.record(press_subject(one.number, visit.person.id), press_act(button), "reader")
    )
    match button:
        case Button.ASK:
            visit.say("campaign.ask_about", title=one.draft.title)
            await talk.open(visit, "report", Start(), asks_about(one.number))
        case Button.SIGN_UP if one.draft.event:
            await press_event(visit, talk, f"sign_up:{one.draft.event}")
        case Button.APPLY if one.draft.policy:
            await _apply(visit, one.draft.policy, one.number)
        case _:  # typed, although this message has no such button
            visit.say("pressed.no_such", title=one.draft.title)
            visit.offer(choice(Button.ASK.value, one.number))


async def lead_to(visit: Visit, talk: Talk, button: Button, number: str) -> bool:
    """Take the number of an activity or a policy that stands behind a word; say whether it did."""
    if button is Button.SIGN_UP and number.startswith(f"{visit.book.office.event_prefix}-"):
        await press_event(visit, talk, f"sign_up:{number}")
        return True
    if button is Button.APPLY and await visit.book.tx.policies.seen(number) is not None:
        await _apply(visit, number)
        return True
    return False


async def _apply(visit: Visit, number: str, campaign: str = "") -> None:
    """Say how one applies: where, until when, whom one asks; never a copy of the form itself."""
    found = await visit.book.tx.policies.seen(number)
    policy = public(found) if found is not None else None
    if policy is None:
        visit.say("policy.unknown")
        return
    now = visit.book.now
    _, _, closing = lines(policy, None, now)
    told = {"title": policy.title, "closing": closing}
    if policy.state(now) in OVER:
        visit.say("pressed.over", **told)
        replaced = policy.state(now) is State.REPLACED
        visit.offer(policy_choice("view", policy.replaced_by if replaced else number))
    else:
        key = "pressed.direct" if policy.way is Way.DIRECT else "pressed.apply"
        visit.private.append(Text(key, {**told, "lines": tuple(_how(visit, policy))}))
        visit.offer(policy_choice("view", number))
        await visit.book.writing.policies.ask(number, visit.person.id, now)
    if campaign:
        visit.offer(choice(Button.ASK.value, campaign))
    else:
        visit.offer(Choice(Key("menu.report"), "w:report"))


def _how(visit: Visit, policy: Policy) -> Iterator[Line | Text]:
    """Name the official entry first; one that leads elsewhere says so."""
    book = visit.book
    url = policy.apply_url or policy.source_url
    if url:
        name = "apply_url" if policy.apply_url else "source_url"
        yield Line(Key(f"policy.record.{name}"), url)
        if not is_official(url, book.office.lexicon.hosts):
            yield Text("policy.not_official")
    told = (
        ("address", policy.address),
        ("materials", "、".join(policy.materials)),
        ("unit", book.office.unit(policy.unit)),
        ("contact", policy.contact),
        ("phone", policy.phone or book.office.phone_of(policy.unit)),
    )
    yield from (Line(Key(f"policy.record.{name}"), value) for name, value in told if value)


__all__ = ["lead_on", "lead_to", "look_up_events", "upcoming"]
