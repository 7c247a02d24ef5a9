"""What staff tell of enterprises (一企一档): 登记 恒通紧固件 规模 中型, 企业档案 恒通紧固件."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.engine.flow import Flow, State
from flows.engine.words import Choice, Key, Refused, Start, Submit
from flows.outreach.enterprises import candidates
from flows.policies.asking import AskedFacts, FactsForm
from flows.policies.conditions import EnterpriseFact, Field, Source
from flows.policies.firm_facts import FIRM_FACTS, named, read_told
from flows.policies.known import added, known
from flows.policies.matching import shown
from flows.policies.written import day
from handlers.campaigns.parts import composes, oversees
from handlers.outreach_desk import known_enterprises
from handlers.ports import Text
from handlers.talk import Talk
from handlers.visit import Visit

_SHOWN = 5  # enterprises that a short name may stand for
_FIELDS = tuple(one for one in Field if one)
_BEGINS = re.compile(r"登记[\s:：，,]+(?P<firm>[^\s:：，,、;；。]{2,60})")


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """The commands and buttons about what is known of an enterprise."""

    talk: Talk

    async def tell(self, visit: Visit) -> None:
        """Keep what is typed: 登记 恒通紧固件 规模 中型，人数 86."""
        if not _may(visit):
            return
        said, cells = named(visit.request.rest)
        firm = await _firm(visit, said)
        if firm is None:
            return
        told = read_told(cells, visit.book.today, visit.book.office.policies)
        facts = told.facts(firm, Source.STAFF, visit.book.today, str(visit.person.id))
        if facts:
            await keep_facts(visit, facts)
        if told.wrong:
            lines = tuple(wrong_line(field, Text(x.key, x.params)) for field, x in told.wrong)
            visit.say("firm_facts.wrong", lines=lines)
        if facts:
            _say_kept(visit, firm, facts)

    async def view(self, visit: Visit) -> None:
        """Show what is known, by whom and since when: 企业档案 恒通紧固件."""
        if not _may(visit, reading=True):
            return
        firm = await _firm(visit, visit.request.rest)
        if firm is not None:
            await self._show(visit, firm)

    async def _show(self, visit: Visit, firm: str) -> None:
        facts = await visit.book.tx.facts.of(firm)
        counts = known(facts)
        lines = tuple(_line(visit, one) for one in _in_order(facts, counts.values()))
        missing = tuple(_name(field) for field in _FIELDS if field not in counts)
        visit.say("firm_facts.shown" if lines else "firm_facts.empty", enterprise=firm, lines=lines)
        if missing and lines:
            visit.say("firm_facts.missing", fields=missing)
        if composes(visit.book, visit.person):
            visit.offer(*_changes(firm))

    async def press(self, visit: Visit, act: str, about: str, more: str) -> None:
        """Do what a button says: change a field, show an enterprise, take a telling back."""
        if not _may(visit, reading=act == "firm"):
            return
        if act == "untell":
            await _undo(visit, about)
            return
        firm = more if act == "fact" else f"{about}{':' if more else ''}{more}"
        if firm not in await known_enterprises(visit.book):
            visit.say("firm_facts.unknown", enterprise=firm)
        elif act == "firm":
            await self._show(visit, firm)
        elif about in {field.value for field in _FIELDS}:
            await self.talk.open(visit, FIRM_FACTS.name, Start(), f"{about}:{firm}")
        else:
            visit.say("card.unknown")


@dataclass(frozen=True, slots=True)
class FirmFactsDesk:
    """Keeps one thing that staff tell of an enterprise, asked for by a button."""

    flow: Flow[FactsForm, AskedFacts] = FIRM_FACTS

    def facts(self, visit: Visit, state: State) -> AskedFacts:
        """Return the day and which field is asked about; the subject holds it."""
        asked = Field(state.subject.partition(":")[0])
        return AskedFacts(visit.book.today, (asked,), (), visit.book.office.policies)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person tells nothing of enterprises any more."""
        return not composes(visit.book, visit.person)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep it as the word of staff."""
        if not composes(visit.book, visit.person):
            visit.say("policy.not_yours")
            return None
        firm = state.subject.partition(":")[2]
        form = FactsForm.model_validate(submit.form)
        facts = form.facts(firm, visit.book.today, str(visit.person.id), Source.STAFF)
        if facts:
            await keep_facts(visit, facts)
            _say_kept(visit, firm, facts)
        else:
            visit.say("firm_facts.nothing", enterprise=firm)
        return None


async def hinted(visit: Visit) -> bool:
    """Say how facts are told where 登记 and an enterprise are understood, and nothing behind them.

    What else begins so is a sentence.
    """
    match = _BEGINS.match(visit.request.text)
    if match is None or visit.open_frame() is not None or not visit.in_private:
        return False
    if not composes(visit.book, visit.person):
        return False
    found = candidates(match["firm"], await known_enterprises(visit.book))
    if found:
        visit.say("firm_facts.hint", enterprise=match["firm"])
    return bool(found)


async def keep_facts(visit: Visit, facts: Sequence[EnterpriseFact]) -> None:
    """Store facts of one enterprise; its history names the fields and never what they say."""
    book = visit.book
    firm, source = facts[0].enterprise, facts[0].source
    before = known(one for one in await book.tx.facts.of(firm) if one.source is source)
    new = [added(before.get(one.field), one) for one in facts]
    number = await book.writing.facts.save(new, visit.person.id, str(visit.filed.id))
    public = {"fields": ",".join(one.field.value for one in new), "source": source.value}
    book.entries.append(visit.record(f"enterprise:{number}", "facts", "sender", public=public))


def undo_choice(visit: Visit, source: Source) -> Choice:
    """Make the button that takes back what was told just now."""
    return Choice(Key("firm_facts.button.untell"), f"p:untell:{source.value}.{visit.filed.id}")


def wrong_line(field: str, what: Text) -> Text:
    """Say what is wrong with one field."""
    return Text("firm_facts.wrong_line", {"field": Key(f"policy.field.{field}"), "what": what})


async def _undo(visit: Visit, about: str) -> None:
    source, _, mark = about.partition(".")
    if source not in {Source.STAFF.value, Source.IMPORT.value}:
        visit.say("card.unknown")
        return
    book = visit.book
    undone = await book.writing.facts.undo(mark, Source(source))
    if not undone:
        visit.say("firm_facts.not_undone")
        return
    for number, (_, fields) in undone.items():
        public = {"fields": ",".join(one.value for one in fields), "source": source}
        subject = f"enterprise:{number}"
        book.entries.append(visit.record(subject, "facts_undone", "sender", public=public))
    name, _ = next(iter(undone.values()))
    key = "firm_facts.undone_one" if len(undone) == 1 else "firm_facts.undone"
    visit.say(key, count=len(undone), enterprise=name)


def _may(visit: Visit, *, reading: bool = False) -> bool:
    """Say whether this person may, here, or say why not: nothing of an enterprise in a group."""
    may = oversees if reading else composes
    if not may(visit.book, visit.person):
        visit.say("firm_facts.not_yours")
    elif not visit.in_private:
        visit.tell("firm_facts.private_only")
    else:
        return True
    return False


async def _firm(visit: Visit, said: str) -> str | None:
    """Return the one enterprise that was meant, None = said why there is none."""
    said = said.strip()
    found = candidates(said, await known_enterprises(visit.book)) if said else ()
    if len(found) == 1:
        return found[0]
    if not said:
        visit.say("firm_facts.which")
    elif not found:
        visit.say("firm_facts.unknown", enterprise=said)
    else:
        visit.say("firm_facts.several", given=said, names=found[:_SHOWN])
        visit.offer(*(Choice(name[-20:], f"p:firm:{name}") for name in found[:_SHOWN]))
    return None


def _say_kept(visit: Visit, firm: str, facts: Sequence[EnterpriseFact]) -> None:
    lines = tuple(_line(visit, one) for one in facts)
    visit.say("firm_facts.kept", enterprise=firm, lines=lines)
    visit.offer(
        undo_choice(visit, facts[0].source),
        Choice(Key("firm_facts.button.firm"), f"p:firm:{firm}"),
    )


def _in_order(
    facts: Sequence[EnterpriseFact], counts: Iterable[EnterpriseFact]
) -> list[EnterpriseFact]:
    """Put what counts of each field first, and below it what others told."""
    first = {(one.field, one.source, one.on) for one in counts}
    place = {field: n for n, field in enumerate(_FIELDS)}
    return sorted(
        facts,
        key=lambda one: (place[one.field], (one.field, one.source, one.on) not in first),
    )


def _line(visit: Visit, one: EnterpriseFact) -> Text:
    told = {
        "field": _name(one.field),
        "value": shown(one),
        "source": Key(f"firm_facts.source.{one.source.value}"),
        "day": day(one.on, visit.book.today),
    }
    return Text("firm_facts.line", told)


def _name(field: Field) -> Key:
    return Key(f"policy.field.{field.value}")


def _changes(firm: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(Key(f"firm_facts.change.{field.value}"), f"p:fact:{field.value}:{firm}")
        for field in _FIELDS
    )


__all__ = ["FirmFacts", "FirmFactsDesk", "hinted", "keep_facts", "undo_choice", "wrong_line"]
