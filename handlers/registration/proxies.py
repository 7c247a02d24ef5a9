"""代办权: who is signed up by somebody else may keep them from it, and let them again."""

from __future__ import annotations

from collections.abc import Sequence

from flows.engine.words import Choice
from flows.office import Content
from flows.registration.hearing import for_another
from flows.registration.registration import enterprise_key
from handlers.ports import Person, PersonId, Post, Text, ToPerson
from handlers.registration.after import PROXY, proxy_choice
from handlers.visit import Visit

PROXY_ACTS = frozenset({"no_proxy", "proxy_again"})
SHOWN = 6  # people of one question


async def list_proxies(visit: Visit) -> None:
    """Do what 取消代办权 or 恢复代办权 says, or ask who is meant."""
    act, book = visit.request.word, visit.book
    barred = await _barred(visit)
    if act == "no_proxy":
        await book.rolls.hold(await book.tx.rolls.of(visit.person.id))
        found = [one for one in _acting(visit) if one not in barred]
    else:
        found = barred
    people = await book.tx.people.load(found)
    match [people[one] for one in found if one in people]:
        case []:
            visit.say("proxy.none" if act == "no_proxy" else "proxy.none_ended")
        case [one]:
            await _change(visit, act, one)
        case several:
            visit.say("proxy.which" if act == "no_proxy" else "proxy.which_again")
            visit.offer(
                *(
                    Choice(_called(one), proxy_choice(act, "-", one.id).value)
                    for one in several[:SHOWN]
                )
            )


async def press_proxy(visit: Visit, act: str, number: str, assistant: PersonId) -> None:
    """Take the right of somebody who acted for the person, or give it back."""
    book = visit.book
    if act == "no_proxy":
        wanted = [number] if number != "-" else await book.tx.rolls.of(visit.person.id)
        await book.rolls.hold(wanted)
    found = (await book.tx.people.load([assistant])).get(assistant)
    meant = assistant in await _barred(visit)
    if act == "no_proxy" and found is not None:
        meant |= assistant in _acting(visit) or _colleague(visit.person, found)
    if found is None or not meant:
        visit.say("proxy.unknown_person")
        return
    await _change(visit, act, found)


async def _change(visit: Visit, act: str, assistant: Person) -> None:
    """Keep the change, and tell both; what is so already is only said."""
    book, me = visit.book, visit.person
    barred = assistant.id in await _barred(visit)
    ends = act == "no_proxy"
    if ends:
        visit.say("proxy.ended", name=_called(assistant))
        visit.offer(proxy_choice("proxy_again", "-", assistant.id))
    else:
        visit.say("proxy.again", name=_called(assistant))
    if barred == ends:
        return
    if ends:
        await book.writing.proxies.bar(me.id, assistant.id, book.now)
        book.rolls.barred.add((me.id, assistant.id))
    else:
        await book.writing.proxies.trust(me.id, assistant.id)
        book.rolls.barred.discard((me.id, assistant.id))
    public = {"assistant": str(assistant.id)}
    book.entries.append(visit.record(f"person:{me.id}", act, PROXY, public=public))
    book.posts.append(_notice(visit, assistant.id, ends=ends))


def _notice(visit: Visit, assistant: PersonId, *, ends: bool) -> Post:
    me = visit.person
    told = {"name": _called(me)}
    return Post(
        to=ToPerson(assistant),
        content=Content.PROGRESS,
        parts=(Text("proxy.told_ended", told) if ends else Text("proxy.told_again", told),),
        dedupe=f"proxy:{me.id}:{assistant}:{ends}:{visit.book.now.timestamp():.6f}",
        title=Text("sign_up.title"),
    )


async def _barred(visit: Visit) -> list[PersonId]:
    found = await visit.book.tx.proxies.barred([visit.person.id])
    return [assistant for _, assistant in found]


def _acting(visit: Visit) -> Sequence[PersonId]:
    """Return who signed the person up, on the lists that are held."""
    me, rolls = visit.person.id, visit.book.rolls.rolls.values()
    every = (one for roll in rolls for one in roll.registrations.values())
    mine = (one for one in every if one.person == me and for_another(one) and not one.by_list)
    return list(dict.fromkeys(one.by for one in mine))


def _colleague(me: Person, other: Person) -> bool:
    """Say whether both are bound to one enterprise: who handed the place on acted, too."""
    bound = me.binding == other.binding == "bound" and me.id != other.id
    return bound and enterprise_key(me.enterprise) == enterprise_key(other.enterprise)


def _called(person: Person) -> str:
    return person.name or person.nick


__all__ = ["PROXY_ACTS", "list_proxies", "press_proxy"]
