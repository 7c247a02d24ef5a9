"""Attachments of a campaign (推送附件): what is said of them, what keeps it, how they go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flows.campaigns.audience import Meant
from flows.campaigns.campaign import Campaign
from flows.campaigns.composing import ComposeForm
from flows.campaigns.enclosing import Enclosed, Look, left_out
from flows.engine.flow import State
from flows.engine.words import Refused
from flows.office import Content
from handlers.book import Book, name_of
from handlers.ports import Group, Post, Text, To
from handlers.visit import Visit

FILE_GONE = "file.gone"
FILE_UNFIT, FILE_UNREADABLE = "luggage.stopped_unfit", "luggage.stopped_unreadable"
"""Why a campaign stopped by itself: its attachment is not there any more, is of a kind or a size
that the office does not allow any more, or cannot be read from the disk."""
STOPPED: Mapping[str, str] = {
    FILE_GONE: "enclosed.stopped",
    FILE_UNFIT: FILE_UNFIT,
    FILE_UNREADABLE: FILE_UNREADABLE,
}
"""How that is said in a few words."""
_WHY: Mapping[str, tuple[str, str]] = {
    "enclosed.gone": (FILE_GONE, "file_gone"),
    "enclosed.unfit": (FILE_UNFIT, "file_unfit"),
    "luggage.unreadable": (FILE_UNREADABLE, "file_unreadable"),
}
"""What keeps an attachment → why the campaign stops, and what those concerned are told."""
_KEPT_BY: Mapping[str, frozenset[str]] = {
    "enclosed.gone": frozenset({"refused", "erased"}),
    "luggage.unreadable": frozenset({"unreadable"}),
    "enclosed.pending": frozenset({"pending"}),
}
_LOST = Enclosed("？", "", 0, "erased")
_NAMED = 5  # groups of one line


# In the form ------------------------------------------------------------------------------------


async def look_up_files(visit: Visit, state: State) -> bool:
    """Look up what the attachments of a form are called; say whether the facts say more now."""
    shelf, person = visit.book.shelf.enclosed, visit.person.id
    if tuple(shelf.get(person, ())) == state.files:
        return False
    found = await visit.book.tx.enclosed(state.files)
    shelf[person] = {name: found.get(name, _LOST) for name in state.files}
    return True


def named_files(visit: Visit) -> Mapping[str, Enclosed]:
    """Return the attachments of the person's form, by id, in their order."""
    return visit.book.shelf.enclosed.get(visit.person.id, {})


async def chosen_files(
    visit: Visit, form: ComposeForm, files: Sequence[str]
) -> tuple[str, ...] | Refused:
    """Return the attachments that are to go out, or how many are too many."""
    out = left_out(form.files)
    kept = await visit.book.tx.stored_files([one for one in files if one not in out])
    most = visit.book.office.campaigns.luggage.most
    if len(kept) > most:
        told = {"most": most, "count": len(kept)}
        return Refused("enclosed.too_many", told, at="files")
    return tuple(dict.fromkeys(kept))


# Before it leaves -------------------------------------------------------------------------------


async def carried(book: Book, one: Campaign, whom: Meant | None = None) -> list[Text]:
    """Name what goes out with it, what keeps it, and the groups that cannot get it."""
    files = tuple(one.files.values())
    if not files:
        return []
    found = await book.tx.enclosed(files)
    told = [Text("enclosed.goes_out", {"names": tuple(_shown(found, files))})]
    held = await unfit(book, one, Look.THERE)
    told += [Text(held.key, held.params)] if held else []
    names = _without(book, whom) if whom else []
    if names:
        named = tuple(names[:_NAMED])
        told.append(Text("enclosed.not_there", {"count": len(names), "names": named}))
    return told


def files_changed(one: Campaign) -> list[Text]:
    """Say that other files go out than were decided about before."""
    changed = one.before is not None and one.before.files != one.draft.files
    return [Text("enclosed.changed")] if changed else []


async def unfit(book: Book, one: Campaign, look: Look = Look.NOT) -> Refused | None:
    """Say which attachment is gone, still on its way, or nothing that can be sent.

    With `Look.WHOLE` each is read from the disk, which takes its time, unless it was already; where
    a file is why the campaign stands still, it is in any case.
    """
    files = tuple(one.files.values())
    if not files:
        return None
    look = Look.ANEW if look is Look.WHOLE and one.reason in STOPPED else look
    found, luggage = await book.tx.enclosed(files, look), book.office.campaigns.luggage
    here = [found.get(name, _LOST) for name in files]
    for key, states in _KEPT_BY.items():
        if names := tuple(x.called for x in here if x.state in states):
            return Refused(key, {"names": names})
    if odd := tuple(x.shown for x in here if not luggage.fits(x)):
        types = tuple(sorted(luggage.types))
        told = {"names": odd, "types": types, "megabytes": luggage.megabytes}
        return Refused("enclosed.unfit", told)
    return None


async def unfit_files(book: Book, one: Campaign) -> tuple[str, ...]:
    """Return the ids of those attachments that cannot be sent, whatever keeps them.

    What is still on its way is only to be waited for.
    """
    found = await book.tx.enclosed(tuple(one.files.values()), Look.ANEW)
    fits = book.office.campaigns.luggage.fits
    good = {
        x for x, y in found.items() if y.state == "pending" or (y.state == "stored" and fits(y))
    }
    return tuple(name for name in one.files.values() if name not in good)


def why_stopped(held: Refused) -> tuple[str, str] | None:
    """Return why a campaign stops by itself and what is told of it; None = it has only to wait."""
    return _WHY.get(held.key)


async def left_behind(book: Book, one: Campaign) -> list[Text]:
    """Name what was approved and does not go out, and who decided so."""
    found = await book.tx.enclosed([x.file for x in one.left_behind]) if one.left_behind else {}
    return [
        Text(
            "luggage.left_behind",
            {"name": found.get(x.file, _LOST).called, "by": name_of(book, x.by)},
        )
        for x in one.left_behind
    ]


# When it leaves ---------------------------------------------------------------------------------


async def ask_instead(book: Book, one: Campaign) -> tuple[Text, ...]:
    """Word what stands under the message where no file can go: whom to ask for it."""
    files = tuple(one.files.values())
    if not files:
        return ()
    found = await book.tx.enclosed(files)
    names = tuple(found[name].called for name in files if name in found)
    office = {"office": book.office.name, "phone": book.office.phone}
    return (Text("enclosed.ask_us", {"names": names, **office}),)


async def file_posts(
    book: Book, one: Campaign, to: Sequence[tuple[To, str]], *, campaign: str | None
) -> list[Post]:
    """Word the files of messages, each of a place and under the name of its message.

    Where a door cannot show a file, words stand for it.
    """
    files = one.files
    found = await book.tx.enclosed(tuple(files.values())) if files and to else {}
    office = {"office": book.office.name, "phone": book.office.phone}
    words = {
        file: (Text("enclosed.instead", {"name": found[file].shown, **office}),) for file in found
    }
    return [
        Post(
            to=place,
            content=Content.NOTICE,
            parts=words[file],
            brief=words[file],
            dedupe=f"{name}/f{n}",
            title=Text("campaign.title", {"title": one.draft.title}),
            file=file,
            campaign=campaign,
        )
        for place, name in to
        for n, file in files.items()
        if file in found
    ]


async def asked_of(book: Book, one: Campaign) -> int:
    """Count the places of which a message, or a file of it, is to be taken back now."""
    standing = await book.tx.recalls.standing(one.number)
    asked = {number for number, found in standing.items() if found.state == "asked"}
    fates = await book.tx.campaigns.fates(one.number)
    return sum(not asked.isdisjoint(fate.rows) for fate in fates)


def takes_files(group: Group | None) -> bool:
    """Say whether files can go where a target is; to a person they can, or words stand for them."""
    return group is None or group.files


def _shown(found: Mapping[str, Enclosed], files: Iterable[str]) -> list[str]:
    return [found[name].shown for name in files if name in found]


def _without(book: Book, whom: Meant) -> list[str]:
    """Name the groups among those who get it that get no file."""
    closed = {f"g:{group.chat}" for group in book.roster.groups if not group.files}
    return [target.name for target in whom.reached if target.key in closed]


__all__ = [
    "STOPPED",
    "ask_instead",
    "asked_of",
    "carried",
    "chosen_files",
    "file_posts",
    "files_changed",
    "left_behind",
    "look_up_files",
    "named_files",
    "takes_files",
    "unfit",
    "unfit_files",
    "why_stopped",
]
