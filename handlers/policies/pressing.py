"""What people type and press about policies: "p:ACT:NUMBER", 查政策, 录政策, 推送政策."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from flows.campaigns.composing import COMPOSE
from flows.engine.words import Choice, Key, Start
from flows.office import Content
from flows.policies import docno
from flows.policies.asking import ASK_FACTS, tags_asked
from flows.policies.form import ENTER
from flows.policies.lookup import ranked
from flows.policies.policy import OVER, Policy
from flows.policies.record import answers_of
from flows.registration.number import TYPED, as_kept
from handlers.campaigns.parts import composes, oversees
from handlers.policies.checking import (
    check,
    check_choices,
    list_unchecked,
    readable,
    refuses_push,
    uncheck,
)
from handlers.policies.desk import asked_subject, replacing
from handlers.policies.files import PolicyFiles, send_facts_template, send_template
from handlers.policies.firm_facts import FirmFacts
from handlers.policies.firms import enterprise_of, known_of, match_of
from handlers.policies.pushing import subject_of, written
from handlers.policies.showing import (
    brief,
    choices,
    named,
    policy_choice,
    show,
    show_older,
)
from handlers.ports import Post, Text, ToArrival
from handlers.talk import Talk
from handlers.visit import Visit

SHOWN = 5  # policies of one answer
_LOOKED_AT = 500  # the latest ones; older ones are found by their number
_FIRM_ACTS = frozenset({"fact", "firm", "untell"})
_SAID = 40  # characters of a question that are repeated


@dataclass(frozen=True, slots=True)
class Policing:
    """The commands and buttons of policies."""

    talk: Talk

    # Everybody -----------------------------------------------------------------------------

    async def look_up(self, visit: Visit) -> None:
        """Answer 查政策 技改 with the three lines of a few policies."""
        asked = visit.request.rest
        one = readable(visit, await _typed(visit))
        if one is not None and visit.in_private:
            await self._view(visit, one)
            return
        found = [one] if one else await _meant(visit, asked)
        if not found:
            say = visit.say if visit.in_private else visit.tell
            phone = visit.book.office.phone
            key = "policy.not_found" if asked.strip() else "policy.none"
            say(key, asked=asked.strip()[:_SAID], phone=phone)
        elif visit.in_private:
            await _list(visit, found)
        else:
            _list_in_group(visit, found)

    async def _view(self, visit: Visit, one: Policy) -> None:
        """Show a policy, and remember who wants to hear of its close."""
        show(visit, one, await known_of(visit))
        await show_older(visit, one)
        if one.state(visit.book.now) not in OVER and not oversees(visit.book, visit.person):
            await visit.book.writing.policies.ask(one.number, visit.person.id, visit.book.now)

    async def _facts(self, visit: Visit, one: Policy) -> None:
        """Ask for just what is missing, of whoever speaks for an enterprise."""
        facts = await known_of(visit)
        if facts is None:
            visit.say("policy.bind_first")
            visit.offer(Choice(Key("policy.button.bind"), "w:bind"))
            return
        match = match_of(visit, one, facts)
        if match is None or not match.missing:
            show(visit, one, facts)
            return
        visit.say("policy.asks", title=one.title, count=len(match.missing))
        subject = asked_subject(one.number, match.missing, tags_asked(match.asks, facts))
        await self.talk.open(visit, ASK_FACTS.name, Start(), subject)

    # Staff ---------------------------------------------------------------------------------

    async def enter(self, visit: Visit) -> None:
        """Begin a policy: 录政策, with its notice pasted behind."""
        if composes(visit.book, visit.person):
            await self.talk.open(visit, ENTER.name, Start(text=visit.request.rest))
        else:
            visit.say("policy.not_yours")

    async def push(self, visit: Visit) -> None:
        """Write a campaign about a policy: 推送政策 ZC-2026-001."""
        await self._of_staff(visit, self._push)

    async def edit(self, visit: Visit) -> None:
        """Change a policy: 改政策 ZC-2026-001."""
        await self._of_staff(visit, self._edit)

    async def _of_staff(
        self, visit: Visit, act: Callable[[Visit, Policy], Awaitable[None]]
    ) -> None:
        if not composes(visit.book, visit.person):
            visit.say("policy.not_yours")
            return
        one = await _typed(visit)
        if one is None:
            visit.say("policy.which")
            return
        await act(visit, one)

    async def _push(self, visit: Visit, one: Policy) -> None:
        if not composes(visit.book, visit.person):
            visit.say("policy.not_yours")
        elif refuses_push(visit, one):
            visit.offer(*check_choices(visit, one), policy_choice("view", one.number))
        elif one.state(visit.book.now) in OVER:
            visit.say("policy.over_to_push", title=one.title)
            visit.private.append(brief(visit, one, None))
        else:
            start = written(visit.book, one)
            await self.talk.open(visit, COMPOSE.name, start, subject_of(one.number))

    async def _edit(self, visit: Visit, one: Policy) -> None:
        if not composes(visit.book, visit.person):
            visit.say("policy.not_yours")
            return
        given = {name: raw for name, raw in answers_of(one).items() if raw}
        await self.talk.open(visit, ENTER.name, Start(given=given), replacing(one))

    async def check(self, visit: Visit) -> None:
        """Show what is to be checked: 核对政策, 核对政策 ZC-2026-001."""
        one = await _typed(visit)
        if one is None or not oversees(visit.book, visit.person):
            await list_unchecked(visit, await visit.book.tx.policies.latest(_LOOKED_AT))
        else:
            show(visit, one, None)
            await show_older(visit, one)

    async def _check(self, visit: Visit, number: str, version: str) -> None:
        again = await check(visit, number, version)
        one = await visit.book.tx.policies.seen(number)
        if one is not None and again:
            show(visit, one, None)
        elif one is not None and composes(visit.book, visit.person):
            visit.offer(*choices(visit, one, None))

    # Buttons -------------------------------------------------------------------------------

    async def press(self, visit: Visit, rest: str) -> None:
        """Do what a button says; what it shows of an enterprise is for the person alone."""
        act, number, *more = rest.split(":", 2)
        presses = {
            "view": self._view,
            "facts": self._facts,
            "push": self._push,
            "edit": self._edit,
        }
        if act in _FIRM_ACTS:
            await FirmFacts(self.talk).press(visit, act, number, more[0] if more else "")
            return
        if act == "check":
            await self._check(visit, number, more[0] if more else "")
            return
        if act == "uncheck":
            await uncheck(visit, number)
            return
        one = await visit.book.tx.policies.seen(number)
        if act not in {"push", "edit"}:  # which are about what is kept, wherever they are pressed
            one = readable(visit, one)
        if one is None or act not in presses:
            visit.say("policy.unknown")
            return
        await presses[act](visit, one)


def policy_commands(talk: Talk) -> Mapping[str, Callable[[Visit], Awaitable[None]]]:
    """Return what typed words about policies do."""
    policing, files, firms = Policing(talk), PolicyFiles(talk), FirmFacts(talk)
    return {
        "policies": policing.look_up,
        "enter_policy": policing.enter,
        "edit_policy": policing.edit,
        "push_policy": policing.push,
        "check_policy": policing.check,
        "policy_file": files.begin,
        "policy_template": send_template,
        "firm_file": files.begin_facts,
        "firm_template": send_facts_template,
        "firm_facts": firms.view,
        "tell_facts": firms.tell,
    }


async def press_policy(visit: Visit, talk: Talk, rest: str) -> None:
    """Do what a button of a policy says."""
    await Policing(talk).press(visit, rest)


# Finding -------------------------------------------------------------------------------------


async def _typed(visit: Visit) -> Policy | None:
    """Return the policy whose number or 文号 was typed; None = none, or none is known."""
    policies = visit.book.tx.policies
    found = TYPED.search(visit.request.rest)
    if found:
        return await policies.seen(as_kept(found.group()))
    papers = docno.find(visit.request.rest)
    return await policies.by_doc_no(papers[0].number) if len(papers) == 1 else None


async def _meant(visit: Visit, asked: str) -> list[Policy]:
    kept = await visit.book.tx.policies.latest(_LOOKED_AT)
    latest = [one for one in (readable(visit, one) for one in kept) if one is not None]
    return list(ranked(asked, latest, visit.book.now, _units(visit)))


def _units(visit: Visit) -> Mapping[str, Collection[str]]:
    return {
        one.id: tuple(filter(None, (one.name, one.full, *one.aliases)))
        for one in visit.book.office.departments
    }


# Listing -------------------------------------------------------------------------------------


async def _list(visit: Visit, found: list[Policy]) -> None:
    """List policies to one person, with what each is to their enterprise."""
    facts = await known_of(visit)
    first = found[:SHOWN]
    visit.private.append(_head(found))
    visit.private += [brief(visit, one, match_of(visit, one, facts)) for one in first]
    if not enterprise_of(visit, visit.person) and not visit.person.roles:
        visit.say("policy.bind_first")
    visit.offer(*map(named, first))


def _head(found: list[Policy]) -> Text:
    key = "policy.found_more" if len(found) > SHOWN else "policy.found"
    return Text(key, {"count": len(found), "shown": SHOWN})


def _list_in_group(visit: Visit, found: list[Policy]) -> None:
    """List policies where everybody reads it: nothing of any enterprise; details go 1:1."""
    first = found[:SHOWN]
    parts = (_head(found), *(brief(visit, one, None) for one in first), Text("policy.see_private"))
    name = f"a:{visit.filed.id}:policies"
    visit.book.posts.append(
        Post(
            to=ToArrival(),
            content=Content.NOTICE,
            parts=parts,
            dedupe=name,
            choices=tuple(map(named, first)),
            title=Text("policy.title"),
            card=name,
            arrival=visit.filed.id,
        )
    )
    visit.quiet = True


__all__ = ["Policing", "policy_commands", "press_policy"]
