"""The desks of campaigns: writing one, and saying why one is rejected or stopped."""

from __future__ import annotations

from dataclasses import dataclass

from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import Button, Campaign, Draft, Kind
from flows.campaigns.composing import COMPOSE, NONE, NOW, ComposeFacts, ComposeForm
from flows.campaigns.moves import Act, Told
from flows.campaigns.reasons import REJECT, ReasonForm
from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from handlers.book import Book
from handlers.campaigns.acting import show
from handlers.campaigns.codes import drawn_code
from handlers.campaigns.copying import of_another
from handlers.campaigns.enclosing import chosen_files, look_up_files, named_files
from handlers.campaigns.firms import look_up_firms
from handlers.campaigns.keeping import act, keep
from handlers.campaigns.opening import look_up_events, upcoming
from handlers.campaigns.parts import actor, composes
from handlers.campaigns.templates import CORRECT, of_template
from handlers.campaigns.told import to_writer, to_writer_of_another
from handlers.campaigns.world import places
from handlers.policies.pushing import ABOUT, about_policy
from handlers.visit import Visit

EDIT = "edit:"  # the subject of a form that changes a campaign
_EDITS_POLICY = 3  # ":" of edit:NUMBER:VERSION:POLICY
_TRIES = 5  # codes drawn before a clash is a defect


@dataclass(frozen=True, slots=True)
class ComposeDesk:
    """Keeps what staff wrote as a draft; it leaves when somebody else approved it."""

    flow: Flow[ComposeForm, ComposeFacts] = COMPOSE

    def facts(self, visit: Visit, state: State) -> ComposeFacts:
        """Return the hour and the groups that can be meant."""
        book = visit.book
        return ComposeFacts(
            book.now,
            book.office.days,
            places(book),
            events=upcoming(book),
            policy=bool(policy_of(state.subject)),
            files=named_files(visit),
        )

    async def look_up(self, visit: Visit, state: State) -> bool:
        """Look up what 我要报名 may be for, what words may name, and the attachments."""
        named = await look_up_firms(visit, state)
        named = await look_up_files(visit, state) or named
        return await look_up_events(visit.book) or named

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person writes no campaigns any more."""
        return not composes(visit.book, visit.person)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep the draft and show it as others will see it, with what has to be seen to."""
        form = ComposeForm.model_validate(submit.form)
        if not composes(visit.book, visit.person):
            visit.say("campaign.not_yours")
            return None
        files = await chosen_files(visit, form, submit.files)
        if isinstance(files, Refused):
            return files
        if state.subject.startswith(EDIT):
            return await _edit(visit, state.subject.removeprefix(EDIT), form, files)
        written = drafted(form, files, policy=policy_of(state.subject))
        draft = await about_policy(visit.book, state.subject, written)
        draft = of_template(visit.book, state.subject, draft)
        draft = await of_another(visit.book, state.subject, draft)
        if state.subject.startswith(CORRECT):
            number = state.subject.removeprefix(CORRECT).partition(":")[0]
            draft = await _correcting(visit, number, draft)
        one = await _new(visit, draft)
        await show(visit, one)
        return None


async def _correcting(visit: Visit, number: str, draft: Draft) -> Draft:
    """Let a draft put another campaign right, by the title that its readers know."""
    wrong = await visit.book.tx.campaigns.seen(number)
    title = wrong.draft.title if wrong else number
    told = {"kind": Kind.CORRECTION, "corrects": number, "corrected": title}
    return draft.model_copy(update=told)


def policy_of(subject: str) -> str:
    """Return the number of the policy that what a form writes is about; empty = about none."""
    if subject.startswith(ABOUT):
        return subject.removeprefix(ABOUT)
    edits = subject.startswith(EDIT) and subject.count(":") >= _EDITS_POLICY
    return subject.split(":", _EDITS_POLICY)[-1] if edits else ""


def editing(one: Campaign) -> str:
    """Name a form that changes a campaign: which version was seen, and its policy."""
    about = f":{one.draft.policy}" if one.draft.policy else ""
    return f"{EDIT}{one.number}:{one.version}{about}"


def drafted(
    form: ComposeForm,
    files: tuple[str, ...],
    *,
    before: Draft | None = None,
    policy: str = "",
) -> Draft:
    """Make a draft of the form; what the form does not ask stays as it was."""
    kept = before.model_dump() if before else {"kind": Kind.NOTICE, "policy": policy}
    return Draft.model_validate(
        {
            **kept,
            "title": form.headline,
            "body": form.body,
            "audience": form.rule,
            "send_at": form.send_at,
            "expires_at": form.expires_at,
            "buttons": form.pressed,
            "event": form.event if Button.SIGN_UP in form.pressed else "",
            "files": files,
            "topic": form.topic,
            "remind": form.remind == "yes",
            "urgent": form.urgent == "yes",
            "mandatory": form.mandatory == "yes",
        }
    )


def answers_of(draft: Draft) -> dict[str, str]:
    """Return a draft as answers of the form, to be changed or copied."""
    return {
        "headline": draft.title,
        "body": draft.body,
        "audience": draft.audience.model_dump_json(),
        "send": draft.send_at.isoformat() if draft.send_at else NOW,
        "until": draft.expires_at.isoformat() if draft.expires_at else NONE,
        "buttons": ",".join(one.value for one in draft.buttons) or NONE,
        **({"event": draft.event} if draft.event else {}),
        "topic": draft.topic,
        "remind": "yes" if draft.remind else "no",
        "urgent": "yes" if draft.urgent else "no",
        "mandatory": "yes" if draft.mandatory else "no",
    }


async def _new(visit: Visit, draft: Draft) -> Campaign:
    book = visit.book
    year = book.now.astimezone(OFFICE_ZONE).year
    serial = await book.writing.campaigns.next_number(year)
    one = Campaign(
        number=f"{book.office.campaigns.sending.prefix}-{year}-{serial:03d}",
        draft=draft,
        created_by=visit.person.id,
        created_at=book.now,
        code=await _free_code(book),
    )
    await keep(book, one, visit.record(f"campaign:{one.number}", "compose", "sender"))
    return one


async def _free_code(book: Book) -> str:
    for _ in range(_TRIES):
        code = drawn_code()
        if await book.tx.campaigns.by_code(code) is None:
            return code
    raise AssertionError("no free code was drawn")


async def _edit(
    visit: Visit, subject: str, form: ComposeForm, files: tuple[str, ...]
) -> Refused | None:
    book = visit.book
    number, seen, *_ = (*subject.split(":"), "")
    one = await book.writing.campaigns.hold(number)
    if one is None:
        visit.say("campaign.unknown")
        return None
    told = Told(
        draft=drafted(form, files, before=one.draft),
        version=int(seen) if seen.isdecimal() else None,
    )
    done = await act(visit, one, Act.EDIT, actor(book, one, visit.person), told)
    if isinstance(done, Refused):
        overtaken = done.key.endswith(".changed")
        visit.say("campaign.overtaken" if overtaken else done.key, body=form.body, **done.params)
        await show(visit, one)
        return None
    book.posts += to_writer_of_another(book, done, "edit", visit.person)
    await show(visit, done)
    return None


@dataclass(frozen=True, slots=True)
class RejectDesk:
    """Sends a campaign back to who wrote it, with the reason; the subject is NUMBER:VERSION."""

    flow: Flow[ReasonForm, None] = REJECT

    def facts(self, visit: Visit, state: State) -> None:
        """Need nothing."""

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that whoever was asked may answer; the act itself knows better."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Send it back, unless it was decided about or changed meanwhile."""
        book = visit.book
        number, _, version = state.subject.partition(":")
        one = await book.writing.campaigns.hold(number)
        if one is None:
            visit.say("campaign.unknown")
            return None
        told = Told(reason=ReasonForm.model_validate(submit.form).reason, version=int(version))
        done = await act(visit, one, Act.REJECT, actor(book, one, visit.person), told)
        if isinstance(done, Refused):
            visit.say(done.key, **done.params)
            return None
        book.posts += to_writer(book, done, "rejected")
        visit.say("campaign.done.reject", number=number, title=done.draft.title)
        return None


__all__ = ["CORRECT", "EDIT", "ComposeDesk", "RejectDesk", "answers_of", "drafted", "editing"]
