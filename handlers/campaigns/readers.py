"""What those do who got a campaign: 收到, a question about it, 验真, 退订 and 订阅."""

from __future__ import annotations

from flows.campaigns.audience import EVERY
from flows.campaigns.campaign import Button, Campaign
from flows.engine.words import Choice, Key
from handlers.campaigns.codes import typed_codes
from handlers.campaigns.opening import lead_on, lead_to
from handlers.campaigns.parts import oversees
from handlers.ports import Entry
from handlers.talk import Talk
from handlers.visit import Visit

_RECENT = 200  # campaigns whose topics people may name


async def press_reader(visit: Visit, talk: Talk, button: Button, number: str) -> None:
    """Do what a button of the message says."""
    one = await visit.book.tx.campaigns.seen(number)
    if one is None and await lead_to(visit, talk, button, number):
        return
    if one is not None and not one.begun and oversees(visit.book, visit.person):
        visit.say("pressed.tried", label=Key(f"campaign.button.{button.value}"))
        return
    if one is None or not one.begun:
        visit.say("campaign.unknown")
        return
    if one.recalled_at is not None:
        visit.say("campaign.recalled", title=one.draft.title, phone=visit.book.office.phone)
        return
    if button is Button.RECEIVED:
        await _received(visit, one)
    else:
        await lead_on(visit, talk, one, button)


async def _received(visit: Visit, one: Campaign) -> None:
    """Note that somebody confirmed it; again changes nothing."""
    book, person = visit.book, visit.person
    enterprise = person.enterprise if person.binding == "bound" else ""
    new = await book.writing.campaigns.acknowledge(
        one.number, person.id, enterprise or "", book.now
    )
    visit.say("campaign.received" if new else "campaign.received_already", title=one.draft.title)


async def received(visit: Visit) -> None:
    """Take 收到 without a number for the one that waits for it; of several ask which."""
    book, waiting = visit.book, []
    if visit.in_private:
        since = book.now - book.office.campaigns.sending.receipt
        found = await book.tx.campaigns.unanswered(visit.person.id, since)
        standing = [one for one in found if one.recalled_at is None]
        waiting = [one for one in standing if Button.RECEIVED in one.draft.buttons]
    if not waiting:
        (visit.say if visit.in_private else visit.tell)("front.welcome")
    elif len(waiting) == 1:
        await _received(visit, waiting[0])
    else:
        visit.say("campaign.received_which")
        visit.offer(*(Choice(x.draft.title[:20], f"c:received:{x.number}") for x in waiting[:8]))


async def verify(visit: Visit) -> None:
    """Say whether a message with this code is ours (验真码)."""
    codes = typed_codes(visit.request.rest)
    say = visit.say if visit.in_private else visit.tell
    phone = visit.book.office.phone
    if not codes:
        say("campaign.verify_how")
        return
    for code in codes:
        one = await visit.book.tx.campaigns.by_code(code)
        if one is None:
            continue
        if not one.begun:
            say("campaign.not_yet", code=code, phone=phone)
            return
        key = "campaign.ours_recalled" if one.recalled_at else "campaign.ours"
        at, office = one.begun_at or one.created_at, visit.book.office.name
        say(key, title=one.draft.title, at=at, office=office, phone=phone)
        return
    code = codes[0]
    visit.book.entries.append(
        visit.record(f"code:{code}", "unknown_code", "reader", public={"code": code})
    )
    say("campaign.not_ours", code=code, phone=phone)


async def unsubscribe(visit: Visit) -> None:
    """Let somebody be sent no more of a topic, or of any (退订)."""
    book = visit.book
    topic = await _topic(visit)
    new = await book.writing.topics.leave(visit.person.id, topic, book.now)
    if new:
        book.entries.append(_line(visit, "unsubscribe", topic))
    visit.say("campaign.unsubscribed" if topic == EVERY else "campaign.left_topic", topic=topic)
    visit.offer(Choice(Key("campaign.button.subscribe"), "w:subscribe"))


async def subscribe(visit: Visit) -> None:
    """Let somebody have a topic again, or all of them (订阅)."""
    topic = await _topic(visit)
    came = await visit.book.writing.topics.come_back(visit.person.id, topic, EVERY)
    if came:
        visit.book.entries.append(_line(visit, "subscribe", topic))
    visit.say("campaign.subscribed" if came else "campaign.subscribed_already")


def _line(visit: Visit, act: str, topic: str) -> Entry:
    return visit.record(f"person:{visit.person.id}", act, "reader", public={"topic": topic})


async def _topic(visit: Visit) -> str:
    """Return the topic that is meant: one that messages have; whatever else is said means all."""
    told = visit.request.rest.strip(" ，,。.")
    known = {one.draft.topic for one in await visit.book.tx.campaigns.recent(_RECENT)}
    return next((topic for topic in sorted(known - {""}) if topic in told), EVERY)


__all__ = ["press_reader", "received", "subscribe", "unsubscribe", "verify"]
