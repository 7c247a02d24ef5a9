"""The acts on a campaign that a button or a word names, for whoever may do them."""

from __future__ import annotations

from collections.abc import Sequence

from flows.campaigns.audience import Meant, Target, difference
from flows.campaigns.blanks import blanks
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.enclosing import Look
from flows.campaigns.findings import Finding
from flows.campaigns.moves import Act, Told
from flows.engine.words import Key, Refused
from handlers.campaigns.chosen import buttons
from handlers.campaigns.confirming import expect_answers
from handlers.campaigns.digest import expect_digest, on_friday
from handlers.campaigns.enclosing import (
    asked_of,
    carried,
    file_posts,
    files_changed,
    left_behind,
    unfit,
)
from handlers.campaigns.exhausted import waits
from handlers.campaigns.fitting import no_room
from handlers.campaigns.forecast import costs, unpaid
from handlers.campaigns.foreseeing import foreseen
from handlers.campaigns.holding import call_off, hold_back, let_go
from handlers.campaigns.keeping import act
from handlers.campaigns.kept_by import kept_by
from handlers.campaigns.leaving import leaving, soonest
from handlers.campaigns.linking import awaited
from handlers.campaigns.mandate import counted, mandate
from handlers.campaigns.masses import massed, too_many
from handlers.campaigns.message import sample_post
from handlers.campaigns.parts import actor, approvers, composes
from handlers.campaigns.preview import (
    changed,
    choices,
    deciding,
    faults,
    findings,
    reached,
    reported,
    shown,
    too_long,
)
from handlers.campaigns.progress import show_stage
from handlers.campaigns.records import tally_of
from handlers.campaigns.templates import unfilled_in
from handlers.campaigns.told import to_approvers, to_writer, to_writer_of_another
from handlers.campaigns.waived import let_pass_by
from handlers.campaigns.world import passing, values_of, whom
from handlers.policies.pushing import withheld
from handlers.ports import Text, ToPerson
from handlers.visit import Visit

_LISTED = 60  # names of one message
_BEFORE = 2  # campaigns looked at for the one before
_LEFT = frozenset({Stage.SENDING, Stage.PAUSED, Stage.DONE, Stage.CANCELLED})


def line(one: Campaign) -> Text:
    """Word one line of the list of campaigns."""
    stage = Key(f"campaign.stage.{one.stage.value}")
    told = {"number": one.number, "title": one.draft.title, "stage": stage}
    return Text("campaign.line", told)


def offer(
    visit: Visit, one: Campaign, meant: Meant | None = None, found: Sequence[Finding] = ()
) -> None:
    """Put under an answer what this person can do with a campaign as it is."""
    book, person = visit.book, visit.person
    decides = person.id in {approver.id for approver in approvers(book, one)}
    writes = composes(book, person)
    visit.offer(*choices(one, meant, found, writes=writes, decides=decides))


async def show(visit: Visit, one: Campaign) -> None:
    """Show a campaign with what can be done: before it leaves the text, afterwards the counts."""
    book = visit.book
    if one.stage in _LEFT and one.targets:
        fates = await book.tx.campaigns.fates(one.number)
        visit.private += (*reported(one, fates), *await left_behind(book, one))
        visit.private += await waits(book, one)
        visit.offer(*(buttons(one, fates) if composes(book, visit.person) else ()))
        offer(visit, one)
        return
    meant = await whom(book, one)
    lines = (*shown(book, one, meant), *await massed(book, one, meant))
    lines = (*lines, *await carried(book, one, meant), *await foreseen(book, one, meant))
    visit.private += (*lines, *await let_pass_by(book, one, meant))
    visit.private += await counted(book, one)
    visit.private += await costs(book, one, meant) if one.open else []
    found = findings(book, one) if one.stage is Stage.DRAFT else ()
    if found:
        visit.say("campaign.faults", count=len(found), lines=tuple(faults(found)))
    offer(visit, one, meant, found)


async def submit(visit: Visit, one: Campaign) -> None:
    """Put a campaign before those who decide; what speaks against it is said before, not after."""
    book = visit.book
    over = too_long(book, one)
    if over or not approvers(book, one):
        visit.say("campaign.too_long" if over else "campaign.nobody_approves", over=over)
        offer(visit, one)
        return
    meant = await whom(book, one)
    found = findings(book, one)
    told = Told(open_findings=tuple(x.identity for x in found), targets=meant.hears)
    if _never_leaves(visit, one):
        offer(visit, one, meant, found)
        return
    held = unfilled_in(book, one) or awaited(visit, one) or await unfit(book, one, Look.WHOLE)
    held = held or no_room(book, one, meant) or await withheld(book, one)
    held = held or await too_many(book, one, meant)
    held = held or await mandate(book, one, visit.person.id)
    held = held or await unpaid(book, one, meant)
    done = held or await act(visit, one, Act.SUBMIT, actor(book, one, visit.person), told)
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        visit.private += faults(found)
        offer(visit, one, meant, found)
        return
    when = leaving(book, done, soonest(book, done)).lines
    said = (*await massed(book, one, meant), *await carried(book, done, meant))
    said = (*said, *await foreseen(book, done, meant), *await let_pass_by(book, done, meant))
    said = (*said, *await counted(book, done), *await costs(book, done, meant))
    parts = (*shown(book, done, meant), *when, *said, *changed(done), *files_changed(done))
    asked = to_approvers(book, done, parts, deciding(done))
    seen = [(post.to, post.dedupe) for post in asked]
    book.posts += [*asked, *await file_posts(book, done, seen, campaign=None)]
    names = "、".join(person.name or "" for person in approvers(book, done))
    visit.say("campaign.done.submit", number=done.number, names=names)
    offer(visit, done)


async def approve(visit: Visit, one: Campaign, version: int | None, *, past_quiet: bool) -> None:
    """Approve just this text for just these people; they are fixed now."""
    book = visit.book
    if _never_leaves(visit, one, past_quiet=past_quiet):
        offer(visit, one)
        return
    await book.writing.allowance.lock()
    meant = await whom(book, one)
    found = findings(book, one)
    told = Told(
        version=version,
        past_quiet=past_quiet,
        open_findings=tuple(x.identity for x in found),
        targets=meant.hears,
    )
    held = unfilled_in(book, one) or await unfit(book, one, Look.WHOLE)
    held = held or no_room(book, one, meant) or await withheld(book, one)
    held = held or await too_many(book, one, meant)
    held = held or await mandate(book, one, one.submitted_by or one.created_by)
    held = held or await unpaid(book, one, meant)
    done = held or await act(visit, one, Act.APPROVE, actor(book, one, visit.person), told)
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        if held is not None:
            offer(visit, one, meant, found)
        return
    await book.writing.campaigns.freeze(done.number, meant.targets)
    expect_digest(book, (target.why for target in meant.targets))
    when = leaving(book, done, done.begins_at or book.now)
    begins = {"at": when.at, "unsure": when.aside}
    book.posts += to_writer(book, done, "approved", **begins)
    visit.say("campaign.done.approve", number=done.number, count=len(meant.reached), **begins)
    visit.private += on_friday(meant)
    offer(visit, done)


def _never_leaves(visit: Visit, one: Campaign, *, past_quiet: bool = False) -> bool:
    """Say so where the first moment at which it may leave is too late already."""
    book, draft = visit.book, one.draft
    begins = soonest(book, one)
    at = begins if past_quiet and draft.urgent else leaving(book, one, begins).at
    if draft.expires_at is None or at < draft.expires_at or (draft.urgent and not past_quiet):
        return False
    visit.say("campaign.never_leaves", at=at)
    return True


async def stop(visit: Visit, one: Campaign, what: Act) -> None:
    """Pause, cancel, take back before it left: from now on nothing more leaves."""
    book = visit.book
    done = await act(visit, one, what, actor(book, one, visit.person))
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        return
    book.posts += to_writer_of_another(book, done, what.value, visit.person)
    if what is Act.CANCEL:
        await call_off(book, done)
        done = await expect_answers(book, done, tally_of(await book.tx.campaigns.fates(one.number)))
    else:
        await hold_back(book, done)
    await show_stage(book, done)
    visit.say(f"campaign.done.{what.value}", number=one.number, title=one.draft.title)
    await show(visit, done)


async def take_back(visit: Visit, one: Campaign) -> None:
    """Take back what was sent (撤回); how each group stands then is told when it is known."""
    book = visit.book
    done = await act(visit, one, Act.RECALL, actor(book, one, visit.person))
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        return
    before = await asked_of(book, one)
    await call_off(book, done)  # which has taken back what waits at the platform
    asked = await book.writing.recalls.ask(one.number)
    count = await asked_of(book, one)
    is_new = bool(asked) or count > before
    if is_new or done.stage is not one.stage:
        await show_stage(book, done)
    key = "campaign.done.recall" if is_new else "campaign.recalled_already"
    visit.say(key, number=one.number, title=one.draft.title, count=count)


async def go_on(visit: Visit, one: Campaign, what: Act) -> None:
    """Do what changes the stage alone: 继续发."""
    book = visit.book
    lost = await unfit(book, one, Look.WHOLE)
    held = await withheld(book, one) or lost
    done = held or await act(visit, one, what, actor(book, one, visit.person))
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        offer(visit, await kept_by(visit, one, lost) if lost else one)
        return
    await let_go(book, done)
    await show_stage(book, done)
    book.posts += to_writer_of_another(book, done, what.value, visit.person)
    visit.say(f"campaign.done.{what.value}", number=one.number, title=one.draft.title)
    offer(visit, done)


async def clear(visit: Visit, one: Campaign, numbers: frozenset[int]) -> None:
    """Let findings pass by name (确认无误 1、3); without a number all that are left."""
    book = visit.book
    found = findings(book, one)
    chosen = [x for x in found if not numbers or x.number in numbers]
    if not chosen:
        visit.say("campaign.nothing_to_clear")
        return
    cleared = one
    for finding in chosen:
        told = Told(finding=finding.identity)
        done = await act(visit, cleared, Act.WAIVE, actor(book, one, visit.person), told)
        if isinstance(done, Refused):
            visit.say(done.key, **done.params)
            return
        cleared = done
    visit.say("campaign.done.waive", count=len(chosen), name=visit.person.name or "")
    await show(visit, cleared)


async def let_pass(visit: Visit, one: Campaign, why: str) -> None:
    """Send it all the same to those who are left out for a reason, by name (署名放行)."""
    book = visit.book
    meant = await whom(book, one)
    reason = next((x for x in meant.left_out if x.value == why), None)
    if reason is None:
        visit.say("campaign.nothing_to_clear")
        return
    told = Told(finding=passing(reason))
    done = await act(visit, one, Act.WAIVE, actor(book, one, visit.person), told)
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        return
    visit.say("campaign.done.pass", count=len(meant.left_out[reason]), name=visit.person.name or "")
    await show(visit, done)


async def try_out(visit: Visit, one: Campaign) -> None:
    """Send it to whoever asks, as others will get it (试发)."""
    book = visit.book
    known = {name: value for name, value in values_of(visit.person).items() if value}
    values = {name: known.get(name, "××") for name in blanks(one.draft.body)}
    name = f"a:{visit.filed.id}:try"
    to = ToPerson(visit.person.id)
    book.posts.append(sample_post(book, one, to, values, name))
    book.posts += await file_posts(book, one, [(to, name)], campaign=None)
    visit.say("campaign.tried")
    offer(visit, one)


async def who(visit: Visit, one: Campaign) -> None:
    """Name everybody who gets it, and how that differs from the push before (谁会收到)."""
    book = visit.book
    meant = await whom(book, one)
    last = [x for x in await book.tx.campaigns.recent(_BEFORE, [Stage.DONE]) if x != one]
    visit.say(
        "campaign.who", number=one.number, names=_list(meant.reached), count=len(meant.reached)
    )
    visit.private += reached(meant)[1:]
    if last:
        fates = await book.tx.campaigns.fates(last[0].number)
        found = difference(meant.reached, [Target(x.key, x.name) for x in fates if x.why is None])
        visit.say(
            "campaign.than_before",
            title=last[0].draft.title,
            added=_list(found.added),
            gone=_list(found.gone),
        )
    offer(visit, one, meant)


def _list(names: Sequence[Target] | Sequence[str]) -> str:
    told = [x if isinstance(x, str) else x.name for x in names]
    more = f"……（共 {len(told)}）" if len(told) > _LISTED else ""
    return "、".join(told[:_LISTED]) + more


__all__ = [
    "approve",
    "clear",
    "go_on",
    "let_pass",
    "show",
    "stop",
    "submit",
    "take_back",
    "try_out",
    "who",
]
