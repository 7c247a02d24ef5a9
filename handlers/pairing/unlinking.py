"""Take a linking of accounts back (解除关联): which one is meant, and what everybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from flows.engine.words import Choice, Key
from handlers.pairing.moved import Moved
from handlers.pairing.moving import beside, part
from handlers.pairing.places import channel_called, listed, plain_name, tell_others, word_of
from handlers.pairing.records import FULL, LINK, PARTED, UNITED
from handlers.ports import Entry, PersonId, Text
from handlers.unfollowed import UNFOLLOW
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class Linking:
    """A linking that stands: its line of history, and what went over."""

    line: Entry
    moved: Moved

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels that came with it."""
        return self.moved.carried.channels


async def unlink(visit: Visit) -> None:
    """Take a linking back, the only one or that of a channel: 解除关联 公众号."""
    if not visit.in_private:
        visit.tell("pairing.private")
        return
    found = await _standing(visit)
    named = plain_name(visit.request.rest)
    if not found:
        visit.say("pairing.none")
        visit.offer(Choice(Key("pairing.get"), "w:pair"))
        return
    if named:
        meant = await _meant(visit, found, channel_called(visit.book.office, named))
    else:
        meant = found[0] if len(found) == 1 else None
    if meant is None:
        _ask_which(visit, found)
    else:
        await _take_back(visit, meant)


async def unlink_channel(visit: Visit, channel: str) -> None:
    """Take the linking of a channel back: a button."""
    found = await _standing(visit)
    meant = next((one for one in found if channel in one.channels), None)
    if meant is None:  # it was taken back meanwhile
        visit.say("pairing.none")
        visit.offer(Choice(Key("pairing.get"), "w:pair"))
    else:
        await _take_back(visit, meant)


async def _meant(visit: Visit, found: Sequence[Linking], channel: str | None) -> Linking | None:
    """Return the linking that somebody means who names a channel; None = that is not clear.

    Who names the account to which the others came wants the one parted from it where they write.
    """
    here = visit.filed.arrival.channel
    came = next((one for one in found if channel in one.channels), None)
    known = {one.channel for one in await visit.book.tx.pairings.accounts(visit.person.id)}
    if came is not None or channel not in known:
        return came
    written = next((one for one in found if here in one.channels), None)
    return written or (found[0] if len(found) == 1 else None)


def _ask_which(visit: Visit, found: Sequence[Linking]) -> None:
    office = visit.book.office
    channels = [channel for one in found for channel in one.channels]
    visit.say("pairing.which", where=listed(office, channels))
    visit.offer(*(Choice(word_of(office, one), f"k:part:{one}") for one in channels))


async def _take_back(visit: Visit, linking: Linking) -> None:
    book, me = visit.book, visit.person
    line, moved = linking.line, linking.moved
    whole = not moved.lean and book.now - line.at <= book.office.pairing.undo
    other = await beside(visit, int(line.after))
    if other is None:
        visit.say("pairing.busy_parting")
        return
    left = await _unfollowed_since(visit, line, moved)
    known = moved if whole else moved.leaned()
    places = await part(visit, other, known, whole=whole, left=left)
    await _forget(visit, line)
    book.entries += [
        visit.record(f"person:{me.id}", PARTED, "reporter", after=line.after),
        visit.record(f"person:{line.after}", "parted", "reporter", before=str(me.id)),
    ]
    await _say_parted(visit, me.id, other.id, moved, places, whole=whole)


async def _say_parted(
    visit: Visit,
    stays: PersonId,
    other: PersonId,
    moved: Moved,
    places: Sequence[Text],
    *,
    whole: bool,
) -> None:
    """Tell every account of both that they are parted; and here what is still linked."""
    office, here = visit.book.office, visit.filed.arrival.channel
    accounts = [one.channel for one in await visit.book.tx.pairings.accounts(stays)]
    about = {
        "where": listed(office, moved.carried.channels),
        "stayed": listed(office, accounts),
        "phone": office.phone,
    }
    visit.say("pairing.parted" if whole else "pairing.parted_late", **about)
    visit.private.extend(places)
    rest = [one for one in accounts if one != here]
    if here in accounts and rest:
        visit.say("pairing.still", where=listed(office, rest), word=word_of(office, rest[0]))
    told = Text("pairing.parted_told" if whole else "pairing.parted_told_late", about)
    for person in (stays, other):
        await tell_others(visit, person, told, *places)


async def _forget(visit: Visit, line: Entry) -> None:
    """Erase what was kept of a linking that is over; it may be one of this very batch."""
    book, stays = visit.book, int(line.subject.partition(":")[2])
    book.entries[:] = [replace(one, personal={}) if one is line else one for one in book.entries]
    await book.writing.pairings.forget(stays, int(line.after), link=True)


async def _unfollowed_since(visit: Visit, line: Entry, moved: Moved) -> bool:
    """Say whether the account was taken away from its channel while it was linked."""
    lines = await visit.book.tx.told(line.subject, UNFOLLOW)
    return any(one.channel in moved.carried.channels and one.at >= line.at for one in lines)


async def _standing(visit: Visit) -> Sequence[Linking]:
    """Return the linkings that stand, the latest first."""
    tx = visit.book.tx
    parted, united = await _lines(visit, PARTED), await _lines(visit, UNITED)
    people = await tx.people.load(sorted({int(line.after) for line in united}))
    found: list[Linking] = []
    for line in reversed(united):
        over = any(one.after == line.after and one.at >= line.at for one in parted)
        other = people.get(int(line.after))
        if over or other is None or other.merged_into != visit.person.id:
            continue
        try:
            kept = line.personal.get(FULL) or line.personal[LINK]
            found.append(Linking(line, Moved.model_validate_json(kept)))
        except (KeyError, ValidationError):  # erased, or of a version that wrote it otherwise
            continue
    return found


async def _lines(visit: Visit, act: str) -> list[Entry]:
    """Return what happened to whoever writes, be it in this very batch; the oldest first."""
    me = f"person:{visit.person.id}"
    fresh = (one for one in visit.book.entries if (one.subject, one.act) == (me, act))
    return [*await visit.book.tx.told(me, act), *fresh]


__all__ = ["unlink", "unlink_channel"]
