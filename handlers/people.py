"""The desks where people say who they are or ask to be called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.engine.flow import Flow, State
from flows.engine.words import Choice, Key, Refused, Submit
from flows.office import Content
from flows.people.binding import (
    BINDING,
    CALLBACK,
    BindingFacts,
    BindingForm,
    CallbackFacts,
    CallbackForm,
)
from handlers.notices import desk_staff, staff_groups
from handlers.ports import Person, Post, Task, Text, ToGroup, ToPerson
from handlers.visit import Visit


def task_posts(visit: Visit, task: int, kind: str, person: Person) -> list[Post]:
    """Tell the desk's people of a task: in the 工作群 only that there is one, the rest in 1:1."""
    groups = staff_groups(visit.book)
    posts = [
        Post(
            to=ToGroup(group.chat),
            content=Content.PROGRESS,
            parts=(Text(f"task.{kind}.group", {"task": task}),),
            dedupe=f"task:{task}:{group.chat}",
            choices=(Choice(Key("task.show"), f"b:show:{task}", "primary"),),
            title=Text(f"task.{kind}.title", {"task": task}),
            brief=(Text(f"task.{kind}.title", {"task": task}),),
            card=f"task:{task}:{group.chat}",
        )
        for group in groups
    ]
    if posts:
        return posts
    return [
        Post(
            to=ToPerson(staff.id),
            content=Content.CONTACT,
            parts=(task_text(task, kind, person),),
            dedupe=f"task:{task}:p{staff.id}",
            choices=task_choices(task, kind),
            title=Text(f"task.{kind}.title", {"task": task}),
            card=f"task:{task}:p{staff.id}",
        )
        for staff in desk_staff(visit.book)
    ]


def task_text(task: int, kind: str, person: Person) -> Text:
    """Word a task for one who may do it."""
    return Text(
        f"task.{kind}.told",
        {
            "task": task,
            "name": person.name or person.nick or Key("task.nobody"),
            "enterprise": person.enterprise or Key("task.unknown"),
            "phone": person.phone or Key("task.unknown"),
        },
    )


def task_choices(task: int, kind: str) -> tuple[Choice, ...]:
    """Return the buttons of a task."""
    verbs = ("verify", "unverify") if kind == "binding" else ("record", "called")
    styles = ("primary", "plain")
    return tuple(
        Choice(Key(f"task.{verb}"), f"b:{verb}:{task}", style)  # type: ignore[arg-type]
        for verb, style in zip(verbs, styles, strict=True)
    )


def claimed(person: Person, detail: Mapping[str, str]) -> Person:
    """Return a person as they say they are."""
    return replace(
        person, enterprise=detail["enterprise"], name=detail["name"], phone=detail["phone"]
    )


def agreed(visit: Visit, person: Person) -> Person:
    """Keep that 确认 accepted the notice under the personal-information law, once a version."""
    version = visit.book.office.consent
    if person.consent == version:
        return person
    visit.book.entries.append(
        visit.record(f"person:{person.id}", "consent", "reporter", public={"version": version})
    )
    return replace(person, consent=version)


@dataclass(frozen=True, slots=True)
class BindingDesk:
    """Files who somebody says they are; staff confirm it (核验)."""

    flow: Flow[BindingForm, BindingFacts] = BINDING

    def facts(self, visit: Visit, state: State) -> BindingFacts:
        """Return what is known of the person."""
        known = visit.person
        return BindingFacts(
            enterprise=known.enterprise,
            contact=known.name,
            phone=known.phone,
            known=visit.book.enterprises,
            gone=visit.book.deregistered,
            consent_due=known.consent != visit.book.office.consent,
        )

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that this form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep the claim as pending and ask staff to check it."""
        form = BindingForm.model_validate(submit.form)
        detail = {"enterprise": form.enterprise, "name": form.contact, "phone": form.phone}
        known = agreed(visit, visit.person)
        person = claimed(known, detail)
        if known.binding == "bound":  # stays who they are until the new claim is confirmed
            visit.book.put_person(known)
            detail["change"] = "yes"
        else:
            visit.book.put_person(replace(person, binding="pending"))
        task = await visit.book.writing.tasks.add(
            Task(0, "binding", person.id, detail, visit.book.now)
        )
        visit.book.entries.append(
            visit.record(
                f"person:{person.id}", "bind", "reporter", after="pending", personal=detail
            )
        )
        visit.say("binding.filed", office=visit.book.office.name)
        visit.book.posts.extend(task_posts(visit, task, "binding", person))
        return None


@dataclass(frozen=True, slots=True)
class CallbackDesk:
    """Files the wish to be called; staff write down for the caller (代录)."""

    flow: Flow[CallbackForm, CallbackFacts] = CALLBACK

    def facts(self, visit: Visit, state: State) -> CallbackFacts:
        """Return the number we have."""
        return CallbackFacts(visit.person.phone)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that this form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Make a task for staff."""
        form = CallbackForm.model_validate(submit.form)
        person = replace(visit.person, phone=form.phone)
        if person != visit.person:
            visit.book.put_person(person)
        task = await visit.book.writing.tasks.add(
            Task(0, "callback", person.id, {"phone": form.phone}, visit.book.now)
        )
        visit.book.entries.append(
            visit.record(
                f"person:{person.id}", "callback", "reporter", personal={"phone": form.phone}
            )
        )
        visit.say("callback.filed", phone=form.phone, office_phone=visit.book.office.phone)
        visit.book.posts.extend(task_posts(visit, task, "callback", person))
        return None
