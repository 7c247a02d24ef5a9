"""A campaign before it leaves, as staff read it: who gets it, who does not, what speaks against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.campaigns.audience import Meant, Target, Why
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.difference import difference, rendered
from flows.campaigns.findings import Fault, Finding
from flows.campaigns.lengths import framed
from flows.campaigns.wording import check, uncleared
from flows.engine.words import Choice, Key
from handlers.book import Book, name_of
from handlers.campaigns.chosen import how, lacking, lines, to_confirm
from handlers.campaigns.disturbance import reasons
from handlers.campaigns.enclosing import STOPPED
from handlers.campaigns.fitting import in_parts
from handlers.campaigns.linking import not_found_out, worded
from handlers.campaigns.masses import reached_by_mass
from handlers.campaigns.message import choice
from handlers.campaigns.reached import less_than_all
from handlers.campaigns.records import Fate, tally_of
from handlers.campaigns.templates import unfilled_in
from handlers.campaigns.told import counts
from handlers.campaigns.world import passed
from handlers.ports import Text

_DOOR = "dingtalk_robot"
_NAMED = 5  # names of one line; the whole list has a button of its own
_ACTS = {
    Stage.DRAFT: ("submit", "test", "edit", "who", "cancel"),
    Stage.PENDING: ("who", "test", "withdraw", "cancel"),
    Stage.APPROVED: ("who", "withdraw", "cancel"),
    Stage.SENDING: ("pause", "cancel", "report", "effect"),
    Stage.PAUSED: ("resume", "cancel", "report", "effect"),
    Stage.DONE: ("report", "recall", "correct", "effect"),
    Stage.CANCELLED: ("report", "recall", "copy", "effect"),
    Stage.EXPIRED: ("copy",),
}


def findings(book: Book, one: Campaign) -> tuple[Finding, ...]:
    """Return what was found in the text and let pass by nobody (错敏词)."""
    draft = one.draft
    found = check(f"{draft.title}\n{draft.body}", book.office.lexicon, book.now, one.looked)
    return uncleared(found, {waiver.finding for waiver in one.waivers})


def too_long(book: Book, one: Campaign) -> int:
    """Return by how many bytes the message is too long for a group; 0 = it fits."""
    room = book.office.campaigns.rooms[_DOOR]
    return framed(one.draft.body, room, one.draft.title).over


def shown(book: Book, one: Campaign, whom: Meant) -> list[Text]:
    """Word a campaign that has not left: what it says, for whom, and what has to be seen to."""
    draft = one.draft
    parts = [
        Text(
            "campaign.shown",
            {
                "number": one.number,
                "stage": Key(f"campaign.stage.{one.stage.value}"),
                "title": draft.title,
                "body": draft.body,
                "by": name_of(book, one.created_by),
            },
        ),
        *_when(one),
        *reached(whom),
    ]
    over = too_long(book, one)
    parts += [Text("campaign.too_long", {"over": over})] if over else in_parts(book, one, whom)
    held = unfilled_in(book, one)
    parts += [Text(held.key, held.params)] if held else []
    return [*parts, *not_found_out(one)]


def _when(one: Campaign) -> list[Text]:
    draft = one.draft
    words: list[Text] = []
    if draft.send_at is not None:
        words.append(Text("campaign.send_at", {"at": draft.send_at}))
    if draft.expires_at is not None:
        words.append(Text("campaign.expires_at", {"at": draft.expires_at}))
    return words


def reached(whom: Meant) -> list[Text]:
    """Count who gets it, and name who does not with the reason."""
    groups = sum(target.key.startswith("g:") for target in whom.reached)
    told = [Text("campaign.reached", {"groups": groups, "people": len(whom.reached) - groups})]
    told += _left_out(whom.left_out)
    told += reasons(whom.left_out.get(Why.DISTURBED, ()))
    told += [Text(f"calm.unsaid.{lack.value}", {"count": n}) for lack, n in whom.unsaid.items()]
    return told


def _left_out(found: Mapping[Why, Sequence[Target]]) -> list[Text]:
    return [
        Text(
            f"campaign.left_out.{why.value}",
            {"count": len(targets), "names": _names(targets), "blanks": _blanks(targets)},
        )
        for why, targets in found.items()
    ]


def faults(found: Sequence[Finding]) -> list[Text]:
    """Word what was found in the text, one line each, with what is proposed."""
    return [
        Text(
            f"campaign.fault.{one.fault.value}",
            {
                "n": one.number,
                "words": one.words,
                "proposal": one.proposal,
                "about": worded(one.about) if one.fault is Fault.DEAD_LINK else one.about,
                "line": one.line,
            },
        )
        for one in found
    ]


def changed(one: Campaign) -> list[Text]:
    """Show word for word what is different from what was decided about before."""
    if one.before is None or one.before == one.draft:
        return []
    whole = [f"{draft.title}\n{draft.body}" for draft in (one.before, one.draft)]
    words = [Text("campaign.changed", {"text": rendered(difference(*whole))})]
    if one.before.audience != one.draft.audience:
        words.append(Text("campaign.changed_audience"))
    return words


def reported(one: Campaign, fates: Sequence[Fate]) -> list[Text]:
    """Word how a campaign stands: the counts, and everybody who did not get it."""
    tally = tally_of(fates)
    named = {"number": one.number, "title": one.draft.title}
    told = [Text("campaign.report", {**named, **counts(tally)})]
    waiting = tally.waiting + tally.under_way
    told += [Text("campaign.waiting_too", {"waiting": waiting})] if waiting else []
    if tally.cancelled:
        told.append(Text("campaign.cancelled_too", {"cancelled": tally.cancelled}))
    for state in ("failed", "unknown"):
        which = [fate for fate in fates if fate.state == state and not fate.again]
        if which:
            names = lines(fates, state)
            told.append(Text(f"campaign.fates.{state}", {"count": len(which), "lines": names}))
    told += reached_by_mass(fates)
    told += [*to_confirm(one, fates), *lacking(fates), *less_than_all(one, fates)]
    return [*told, *_skipped(fates), *how(one, fates)]


def _skipped(fates: Sequence[Fate]) -> list[Text]:
    """Name who was left out, by the reason."""
    left_out: dict[Why, list[Target]] = {}
    for fate in fates:
        if fate.state == "skipped" and fate.why is not None:
            left_out.setdefault(fate.why, []).append(Target(fate.key, fate.name, fate.why))
    return _left_out(left_out)


def choices(
    one: Campaign,
    whom: Meant | None = None,
    found: Sequence[Finding] = (),
    *,
    writes: bool = True,
    decides: bool = False,
) -> tuple[Choice, ...]:
    """Return what somebody can do with a campaign as it is, who writes campaigns or decides."""
    acts = _ACTS.get(one.stage, ()) if writes else ("who", "report", "effect")
    if not one.begun:
        acts = tuple(act for act in acts if act not in {"recall", "effect"})
    if one.stage is Stage.PAUSED and one.reason in STOPPED and decides:
        acts = ("without", *acts)
    if found and one.stage is Stage.DRAFT:
        acts = ("edit", "clear", *(act for act in acts if act != "edit"))
    offered = [choice(act, one.number, primary=n == 0) for n, act in enumerate(acts)]
    if decides and one.stage is Stage.PENDING:
        offered = [*deciding(one), *offered]
    known = passed(one)
    passable = [why for why in (whom.left_out if whom else ()) if why in _PASSABLE]
    offered += [
        Choice(Key(f"campaign.pass.{why.value}"), f"c:pass:{one.number}:{why.value}")
        for why in passable
        if why not in known and one.stage is Stage.DRAFT
    ]
    return tuple(offered)


def deciding(one: Campaign) -> tuple[Choice, ...]:
    """Return the buttons of who decides; each says of which version it speaks."""
    acts = ("approve", *(("approve_now",) if one.draft.urgent else ()), "reject")
    made = (choice(act, one.number, primary=n == 0) for n, act in enumerate(acts))
    return tuple(Choice(x.label, f"{x.value}:{one.version}", x.style, x.words) for x in made)


_PASSABLE = (Why.TWICE, Why.DISTURBED, Why.DIGEST)


def _names(targets: Sequence[Target]) -> str:
    return "、".join(one.name for one in targets[:_NAMED])


def _blanks(targets: Sequence[Target]) -> str:
    return "、".join(dict.fromkeys(name for one in targets for name in one.told))


__all__ = [
    "changed",
    "choices",
    "deciding",
    "faults",
    "findings",
    "reached",
    "reported",
    "shown",
    "too_long",
]
