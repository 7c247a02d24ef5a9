"""Files that staff send: activities are set up from them, policies or facts are entered.

When a file counts as one is in docs/events.md; everybody else's files go with a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.engine.flow import Flow, State
from flows.engine.words import Choice, Key, Picked, Refused, Resume, Start, Submit
from flows.policies.form import ENTER
from flows.registration.announcing import told
from flows.registration.documents import DOCUMENT, DocumentForm
from flows.registration.planning import PLAN
from flows.tickets import case
from flows.tickets.report import REPORT
from handlers.documents import tell_read, waits
from handlers.paragraphs import is_report, opening_words
from handlers.policies.files import POLICIES, PURPOSES, PolicyFiles
from handlers.ports import Document, Incoming
from handlers.registration.organisers import organises
from handlers.registration.plan_sheet import file_plan
from handlers.talk import Talk
from handlers.visit import Visit

PLANS = "plan"
"""What a file is read for: activities."""
TEMPLATE = "plan_sheet:"
"""How the order of an empty plan begins; behind it is the day of its example."""
_TEMPLATE_FILE = "活动计划表.xlsx"
_AHEAD = timedelta(days=30)  # of the example in an empty plan
_WRITTEN = (".docx", ".xlsx", ".doc", ".xls", ".wps", ".et", ".docm", ".xlsm")


@dataclass(frozen=True, slots=True)
class Documents:
    """Takes the files of staff, and what was read in them."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Say which files can be sent (活动文件), and wait for one as 建活动 does."""
        if not organises(visit):
            visit.say("event.not_yours")
            return
        visit.say("document.begin")
        await self.talk.open(visit, PLAN.name, Start())
        visit.offer(Choice(Key("document.template_button"), "w:plan_template"))

    async def took(self, visit: Visit) -> bool:
        """Take a file, or what was read in one; say whether it was taken."""
        document = visit.filed.arrival.document
        if document is not None and document.purpose in PURPOSES:
            await PolicyFiles(self.talk).read(visit, document)
            return True
        if document is not None:
            await self._read(visit, document)
            return True
        frame = visit.open_frame()
        flow = frame.state.flow if frame else ""
        if flow == DOCUMENT.name and is_report(visit.request.text):
            await self.talk.go_on(visit, Picked("meant", "attachment"))  # it tells what for
            return True
        if visit.request.text or not visit.files or not visit.in_private or not organises(visit):
            return False
        for form, purpose in ((PLAN, PLANS), (ENTER, POLICIES)):
            if waits(visit, form.name):
                await have_read(visit, visit.files, purpose)
                return True
        if flow not in {"", PLAN.name, ENTER.name} or (not flow and _info_is_asked(visit)):
            return False  # it is evidence, or what that form asks for
        if not all(_is_written(file) for file in visit.filed.arrival.files):
            return False
        await self.talk.open(visit, DOCUMENT.name, Start(files=visit.files))
        return True

    async def _read(self, visit: Visit, document: Document) -> None:
        """Make activities of what was read."""
        if not organises(visit):
            visit.say("event.not_yours")
        elif tell_read(visit, document):
            await self._planned(visit, document)
        elif waits(visit, PLAN.name):
            await self.talk.go_on(visit, Resume())

    async def _planned(self, visit: Visit, document: Document) -> None:
        if not document.table:
            frame = visit.open_frame()
            if frame is not None and frame.state.flow == PLAN.name and frame.state.answers:
                self.talk.put_aside(visit)
                visit.say("document.aside")
            await self.talk.open(visit, PLAN.name, Start(text=told(document.rows)))
            return
        waited = waits(visit, PLAN.name)
        filed = await file_plan(visit, document.rows)
        if waited and filed:
            self.talk.drop(visit)
        if waited and not filed:
            await self.talk.go_on(visit, Resume())


async def have_read(visit: Visit, files: tuple[str, ...], purpose: str = PLANS) -> None:
    """Have files read; what is in them comes as an arrival of its own."""
    for file in files:
        await visit.book.writing.read_file(visit.filed, file, purpose)
    visit.say("document.reading")


async def send_template(visit: Visit) -> None:
    """Have an empty plan made (活动模板); it comes as soon as it is there."""
    if not organises(visit):
        visit.say("event.not_yours")
        return
    if not visit.in_private:
        visit.tell("event_paper.private_only")
        return
    example = visit.book.today + _AHEAD
    code = f"{TEMPLATE}{example.isoformat()}"
    await visit.book.writing.make_file(visit.filed, code, _TEMPLATE_FILE)
    visit.say("plan_sheet.making")


@dataclass(frozen=True, slots=True)
class DocumentDesk:
    """Asks what a file is for, and sees to that."""

    flow: Flow[DocumentForm, None] = DOCUMENT

    def facts(self, visit: Visit, state: State) -> None:
        """Return nothing: the question is the same for every file."""

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person runs no activities any more."""
        return not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Have the files read, or open a report that they go with."""
        meant = DocumentForm.model_validate(submit.form).meant
        if meant != "attachment":
            await have_read(visit, submit.files, meant)
            return None
        text = visit.request.text if is_report(visit.request.text) else ""
        visit.warn(*opening_words(visit.book.office, text))
        visit.follow = (REPORT.name, Start(text=text, files=submit.files), "")
        return None


def _info_is_asked(visit: Visit) -> bool:
    own = visit.book.own(visit.person.id)
    return any(one.state is case.State.NEED_INFO for one in own)


def _is_written(file: Incoming) -> bool:
    """Say whether a file looks like one that text is in; what it is is told by its content."""
    return file.kind == "file" and file.name.lower().endswith(_WRITTEN)
