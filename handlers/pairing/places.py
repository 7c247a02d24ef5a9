"""Where somebody is known (我的账号), and where they want to hear of things (通知发到)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.engine.words import Choice, Key
from flows.office import Content
from handlers.pairing.records import Account
from handlers.ports import Office, PersonId, Post, Text, ToPerson
from handlers.post import HERE_ALONE
from handlers.visit import Visit

_AROUND = re.compile(r"(的|那边|那里|那个|账号|吧|了)+$")
_ANYWHERE = frozenset({"哪里都行", "都行", "随便", "哪里都可以"})


def word_of(office: Office, channel: str) -> str:
    """Return what people call a channel."""
    words = office.channels.get(channel, ())
    return words[0] if words else Key("pairing.elsewhere")


def listed(office: Office, channels: Sequence[str]) -> str:
    """Name channels in a row; none = in general words."""
    words = [office.channels[one][0] for one in channels if office.channels.get(one)]
    return "、".join(words) if words else Key("pairing.elsewhere")


def running(office: Office) -> Sequence[str]:
    """Return the channels at which somebody can write to the office, as far as they have names."""
    return [one for one in office.channels if office.running is None or one in office.running]


def plain_name(said: str) -> str:
    """Return what somebody calls a channel without what they say around it: 公众号的账号."""
    return _AROUND.sub("", said.strip(" ，。,.!！")).strip(" 的里上")


def channel_called(office: Office, said: str) -> str | None:
    """Return the channel that people call so."""
    plain = plain_name(said)
    return next((key for key, words in office.channels.items() if plain in words), None)


async def show_accounts(visit: Visit) -> None:
    """List somebody's accounts, and say where notices go."""
    if not visit.in_private:
        visit.tell("pairing.private")
        return
    found = await visit.book.tx.pairings.accounts(visit.person.id)
    _list(visit, found)


def _list(visit: Visit, found: Sequence[Account]) -> None:
    office = visit.book.office
    if len(found) < 2:
        visit.say("pairing.single", where=word_of(office, visit.filed.arrival.channel))
        visit.offer(Choice(Key("pairing.get"), "w:pair"))
        return
    chosen = next((one.channel for one in found if one.preferred), None)
    at = Text("pairing.at", {"where": word_of(office, chosen)}) if chosen else Text("pairing.last")
    names = tuple(Text("pairing.line", {"where": word_of(office, one.channel)}) for one in found)
    visit.say("pairing.accounts", lines=names, at=at)
    visit.offer(
        *(Choice(word_of(office, one.channel), f"k:at:{one.channel}") for one in found),
        Choice(Key("pairing.anywhere"), "k:at:"),
    )


async def choose(visit: Visit) -> None:
    """通知发到 公众号, 通知发到 哪里都行."""
    said = visit.request.rest.strip(" 。.!！")
    if not visit.in_private:
        visit.tell("pairing.private")
    elif visit.request.word == "notices_anywhere" or said in _ANYWHERE:
        await choose_channel(visit, "")
    elif (channel := channel_called(visit.book.office, said)) is not None:
        await choose_channel(visit, channel)
    else:
        await show_accounts(visit)


async def choose_channel(visit: Visit, channel: str) -> None:
    """Let notices go through a channel from here on; "" = where the person was last."""
    pairings, office, me = visit.book.writing.pairings, visit.book.office, visit.person.id
    found = await pairings.accounts(me)
    there = next((one for one in found if one.channel == channel), None)
    if channel and there is None:
        if channel not in running(office):
            _list(visit, found)
            return
        visit.say("pairing.not_there", where=word_of(office, channel))
        visit.offer(Choice(Key("pairing.get"), "w:pair"))
        return
    if there is not None and not there.writable:
        visit.say("pairing.unwritable", where=word_of(office, channel))
        return
    await pairings.prefer(me, channel)
    line = visit.record(f"person:{me}", "notices_at", "reporter", after=channel)
    visit.book.entries.append(line)
    if channel:
        visit.say("pairing.chosen", where=word_of(office, channel))
    else:
        visit.say("pairing.chosen_last")


async def tell_others(visit: Visit, person: PersonId, *told: Text) -> None:
    """Tell somebody at every account but the one at which they write just now, each there."""
    for one in await visit.book.tx.pairings.accounts(person):
        if one.writable and one.channel != visit.filed.arrival.channel:
            visit.book.posts.append(
                Post(
                    to=ToPerson(person),
                    content=Content.NOTICE,
                    parts=told,
                    dedupe=f"a:{visit.filed.id}:paired:{person}:{one.channel}{HERE_ALONE}",
                    through=one.channel,
                )
            )


__all__ = [
    "channel_called",
    "choose",
    "choose_channel",
    "listed",
    "plain_name",
    "running",
    "show_accounts",
    "tell_others",
    "word_of",
]
