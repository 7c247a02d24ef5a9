"""Link accounts by a code (关联账号, 关联 12345678)."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping

from flows.engine.words import Choice, Key, Resume, Said
from flows.people.pairing import (
    CODES,
    Side,
    code_of,
    masked_enterprise,
    masked_name,
    read_code,
    recent,
    refusal,
    resting,
    spelt_code,
)
from handlers.menu import MENU
from handlers.pairing.answers import ask_which
from handlers.pairing.moving import beside, unite, unmoved
from handlers.pairing.places import (
    choose,
    choose_channel,
    listed,
    running,
    show_accounts,
    tell_others,
    word_of,
)
from handlers.pairing.records import FULL, LINK, UNITED
from handlers.pairing.unlinking import unlink, unlink_channel
from handlers.ports import Person, Text
from handlers.talk import Talk, about
from handlers.visit import Visit

_DRAWS = 5  # that many codes that somebody else has are a defect


def pairing_commands(talk: Talk) -> Mapping[str, Callable[[Visit], Awaitable[None]]]:
    """Return what is done at a word."""

    async def yes(visit: Visit) -> None:
        await _confirmed(visit, talk)

    async def no(visit: Visit) -> None:
        await _denied(visit, talk)

    return {
        "pair": make,
        "pair_code": redeem,
        "pair_yes": yes,
        "pair_no": no,
        "unpair": unlink,
        "accounts": show_accounts,
        "notices_at": choose,
        "notices_anywhere": choose,
    }


async def press_pairing(visit: Visit, talk: Talk, rest: str) -> None:
    """Take a button: 是我, 不是, 对 of nobody knows what, where notices go, what is parted."""
    verb, _, channel = rest.partition(":")
    if not visit.in_private:
        visit.tell("pairing.private")
    elif verb == "yes":
        await _confirmed(visit, talk)
    elif verb == "no":
        await _denied(visit, talk)
    elif verb == "which":
        ask_which(visit)
    elif verb == "at":
        await choose_channel(visit, channel)
    elif verb == "part":
        await unlink_channel(visit, channel)
    else:
        visit.say("card.unknown")


async def make(visit: Visit) -> None:
    """Make a code at the account that knows the person; an older one is void."""
    if not visit.in_private:
        visit.tell("pairing.private")
        return
    book, me = visit.book, visit.person
    terms, pairings = book.office.pairing, book.writing.pairings
    has = {one.channel for one in await pairings.accounts(me.id)}
    others = [one for one in running(book.office) if one not in has]
    if not others:
        visit.say("pairing.nowhere", where=listed(book.office, sorted(has)))
        return
    for _ in range(_DRAWS):
        code = code_of(secrets.randbelow(CODES))
        if await pairings.offer(code, me.id, book.now + terms.valid):
            break
    else:
        raise RuntimeError("no code is free")
    book.entries.append(visit.record(f"person:{me.id}", "pair", "reporter"))
    visit.say(
        "pairing.made",
        code=spelt_code(code),
        elsewhere=listed(book.office, others),
        minutes=int(terms.valid.total_seconds() // 60),
    )


async def redeem(visit: Visit) -> None:
    """Take a code at the other account, and ask whether it is the same person."""
    code = read_code(visit.request.rest) or ""
    pairings, book, me = visit.book.writing.pairings, visit.book, visit.person
    if not visit.in_private:
        good = bool(code) and await pairings.claim(code, me.id, book.now) is not None
        if code:  # whoever reads along has it now
            await pairings.void(code, book.now)
        visit.tell("pairing.in_group" if good else "pairing.private")
        return
    terms, misses = book.office.pairing, visit.conversation.misses
    if not code:
        visit.say("pairing.how")
        visit.offer(Choice(Key("pairing.get"), "w:pair"))
        return
    if resting(misses, book.now, terms):
        visit.say(
            "pairing.rest", minutes=int(terms.within.total_seconds() // 60), phone=book.office.phone
        )
        return
    owner = await pairings.claim(code, me.id, book.now)
    if owner is None:
        counted = (*recent(misses, book.now, terms), book.now.timestamp())
        visit.conversation = visit.conversation.model_copy(update={"misses": counted})
        visit.say("pairing.wrong")
    elif owner == me.id:
        visit.say("pairing.same")
    else:
        known = (await book.tx.people.load([owner]))[owner]
        if not await _refused(visit, known):
            visit.say("pairing.who", who=_shown(known))
            visit.offer(Choice(Key("pairing.yes"), "k:yes:", "primary"))
            visit.offer(Choice(Key("pairing.no"), "k:no:"))


async def _refused(visit: Visit, stays: Person) -> bool:
    """Say why these two may not be one, if they may not; the code is used up then."""
    book, me = visit.book, visit.person
    accounts = book.tx.pairings.accounts
    theirs, mine = [
        frozenset(one.channel for one in await accounts(ident)) for ident in (stays.id, me.id)
    ]
    reason = refusal(await _side(visit, stays, theirs), await _side(visit, me, mine))
    if reason is None:
        return False
    await book.writing.pairings.spend(me.id, book.now)
    which = theirs & mine or mine - {visit.filed.arrival.channel}
    where = listed(book.office, sorted(which))
    visit.say(f"pairing.refused.{reason.value}", phone=book.office.phone, where=where)
    return True


async def _side(visit: Visit, one: Person, channels: frozenset[str]) -> Side:
    serves = bool(one.roles) or await visit.book.tx.pairings.serves(one.id)
    return Side(serves, one.binding == "bound", one.enterprise, channels)


def _shown(one: Person) -> Text:
    """Show who somebody is, so that they know themselves and nobody else learns it.

    What anybody can write of themselves must not look as if the office knew it.
    """
    name, firm = masked_name(one.name or one.nick), masked_enterprise(one.enterprise)
    if not name:
        return Text("pairing.known", {"name": Key("pairing.nameless")})
    if one.binding == "bound":
        return Text("pairing.known_of", {"name": name, "enterprise": firm})
    return Text("pairing.known_untold", {"name": name})


async def _confirmed(visit: Visit, talk: Talk) -> None:
    """Make two people one: whoever made the code stays."""
    book, me = visit.book, visit.person
    owner = await book.writing.pairings.claimed(me.id, book.now)
    if owner is None:
        await _nothing(visit, talk)
        return
    if owner == me.id:
        visit.say("pairing.same")
        return
    found = await beside(visit, owner)
    if found is None:
        visit.say("pairing.busy")
        visit.offer(Choice(Key("pairing.yes"), "k:yes:", "primary"))
        return
    stays = unmoved(found)
    if not await _refused(visit, stays):
        await _unite(visit, talk, stays)


async def _unite(visit: Visit, talk: Talk, stays: Person) -> None:
    """Let whoever writes be that person, tell every account, and go on with what is open."""
    book, me, owner = visit.book, visit.person, stays.id
    await book.writing.pairings.spend(me.id, book.now)
    through = [one.channel for one in await book.tx.pairings.accounts(owner)]
    union = await unite(visit, stays)
    book.entries += [
        visit.record(
            f"person:{owner}",
            UNITED,
            "reporter",
            after=str(me.id),
            personal={
                FULL: union.moved.model_dump_json(),
                LINK: union.moved.leaned().model_dump_json(),
            },
        ),
        visit.record(f"person:{me.id}", "united", "reporter", after=str(owner)),
    ]
    word = word_of(book.office, visit.filed.arrival.channel)
    await tell_others(visit, owner, Text("pairing.told", {"where": word}))
    hours = int(book.office.pairing.undo.total_seconds() // 3600)
    visit.say("pairing.done", where=listed(book.office, through), hours=hours)
    visit.private.extend(union.twice)
    if union.waits is not None:
        visit.say("pairing.waits", **about(union.waits.state))
    if visit.open_frame() is not None:
        await talk.go_on(visit, Resume())


async def _denied(visit: Visit, talk: Talk) -> None:
    """Leave everything as it is; the code is good for nothing any more."""
    pairings, now = visit.book.writing.pairings, visit.book.now
    if await pairings.claimed(visit.person.id, now) is None:
        await _nothing(visit, talk)
        return
    await pairings.spend(visit.person.id, now)
    visit.say("pairing.denied", phone=visit.book.office.phone)


async def _nothing(visit: Visit, talk: Talk) -> None:
    """Answer 是我 of somebody who was not asked, or too late."""
    typed = visit.request.text
    if typed and visit.open_frame() is not None:
        await talk.go_on(visit, Said(typed))
    else:
        visit.say("pairing.over")
        visit.offer(*MENU)


__all__ = ["make", "pairing_commands", "press_pairing", "redeem"]
