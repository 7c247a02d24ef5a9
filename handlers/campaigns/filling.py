"""The desk of templates: what stands before the form of a campaign."""

from __future__ import annotations

from dataclasses import dataclass

from flows.campaigns.campaign import Kind
from flows.campaigns.composing import COMPOSE
from flows.campaigns.filling import FILL, TemplateFacts, TemplateForm, answers
from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from handlers.campaigns.desk import CORRECT, answers_of
from handlers.campaigns.parts import composes
from handlers.campaigns.templates import TEMPLATE, offered
from handlers.talk import Talk
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class TemplateDesk:
    """Hands the filled template, or the text that was pasted instead, to the form of a campaign."""

    flow: Flow[TemplateForm, TemplateFacts] = FILL

    def facts(self, visit: Visit, state: State) -> TemplateFacts:
        """Return the templates that fit: for a correction, or for anything else."""
        return TemplateFacts(offered(visit.book, correcting=state.subject.startswith(CORRECT)))

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person writes no campaigns any more."""
        return not composes(visit.book, visit.person)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Go on with the form of the campaign."""
        form = TemplateForm.model_validate(submit.form)
        given = await _given(visit, state.subject)
        template = self.facts(visit, state).named(form.which)
        if template is None:
            start = Start(text=form.which, given=given)
            visit.follow = (COMPOSE.name, start, state.subject)
            return None
        subject = f"{state.subject}:{template.name}" if state.subject else ""
        subject = subject or f"{TEMPLATE}{template.name}"
        visit.follow = (COMPOSE.name, Start(given=given | answers(template, form)), subject)
        return None


async def begin(visit: Visit, talk: Talk, text: str = "", subject: str = "") -> bool:
    """Begin a campaign: with the template that is named, with a pasted text, or with the choice.

    False: the template that is named is one for corrections, which begin elsewhere.
    """
    book = visit.book
    here = offered(book, correcting=subject.startswith(CORRECT))
    named = next((one for one in book.office.templates if one.name == text.strip()), None)
    if named is not None and named not in here and named.kind is Kind.CORRECTION:
        return False
    if here and (named is not None or not text):
        given = {"which": named.name} if named is not None else {}
        await talk.open(visit, FILL.name, Start(given=given), subject)
    else:
        start = Start(text=text, given=await _given(visit, subject))
        await talk.open(visit, COMPOSE.name, start, subject)
    return True


async def _given(visit: Visit, subject: str) -> dict[str, str]:
    """Return what is known before anybody writes: a correction is for who got what it corrects."""
    if not subject.startswith(CORRECT):
        return {}
    wrong = await visit.book.tx.campaigns.seen(subject.removeprefix(CORRECT))
    return {"audience": answers_of(wrong.draft)["audience"]} if wrong else {}


__all__ = ["TemplateDesk", "begin"]
