"""接龙 in chat: staff paste the list of a group, and its rows become places on the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.registration.firms import firms_of
from flows.registration.relay import Row, is_relay, read_relay
from flows.registration.relay_filing import Became, Entered, enter, known_already, pass_over
from flows.registration.relay_forms import (
    RELAY,
    RELAY_ROW,
    RelayFacts,
    RelayForm,
    RelayRowForm,
    kept_rows,
    rows_of,
    settled,
)
from flows.registration.relay_lines import key_of
from flows.registration.relay_rows import Doubt
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish, closed
from handlers.paragraphs import forwarded
from handlers.ports import Person, Text
from handlers.registration.after import event_choice
from handlers.registration.desk import code_for
from handlers.registration.keeping import keep
from handlers.registration.known import who_is
from handlers.registration.organisers import organises
from handlers.talk import Talk
from handlers.visit import Visit

CHOICES = 6  # activities that a list may be for; more would be more than a screen
NAMED = 40  # names of one line of the result; the whole list is a button away
ASKED = 30  # doubtful rows of one pasting; the rest are asked when it is pasted again
LEAD = 100  # characters in which a list says what it is
_WORD = "接龙"
_OURS = frozenset({RELAY.name, RELAY_ROW.name})

Speakers = Mapping[str, Sequence[Person]]
"""Who is bound to each enterprise."""


@dataclass(frozen=True, slots=True)
class Relaying:
    """The word 接龙, and lists that are pasted or forwarded without it."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Take the list that stands behind the word; nothing = it is asked for."""
        text = visit.request.rest
        if not organises(visit):
            visit.say("relay.not_yours")
            return
        await self._open(visit, f"#接龙 {text}" if text else "")

    async def took(self, visit: Visit) -> bool:
        """Take a list that was pasted or forwarded without a word; say whether it was one.

        In the middle of another form it may be what that form asks for.
        """
        frame = visit.open_frame()
        if frame is not None and frame.state.flow not in _OURS:
            return False
        text = forwarded(visit) if visit.filed.arrival.forwarded else visit.request.text
        ours = organises(visit)
        if not ours and _WORD not in text[:LEAD]:  # nobody else is read for a list
            return False
        if not is_relay(text, visit.book.enterprises):
            return False
        if ours:
            await self._open(visit, text)
        else:
            visit.say("relay.not_yours")
        return True

    async def _open(self, visit: Visit, text: str) -> None:
        book = visit.book
        events = (await book.tx.rolls.open(book.now))[:CHOICES]
        if not events:
            visit.say("relay.no_event")
            return
        numbers = [one.number for one in events]
        await book.rolls.hold(numbers)
        given = {"text": text} if text else {}
        await self.talk.open(visit, RELAY.name, Start(given=given), ",".join(numbers))


@dataclass(frozen=True, slots=True)
class RelayDesk:
    """Files a whole list in one transaction; what is doubtful is asked afterwards."""

    flow: Flow[RelayForm, RelayFacts] = RELAY

    def facts(self, visit: Visit, state: State) -> RelayFacts:
        """Return the activities that the list may be for."""
        held = (visit.book.rolls.get(number) for number in state.subject.split(","))
        events = [roll.event for roll in held if roll is not None]
        return RelayFacts(events, visit.book.today, visit.book.enterprises)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the list cannot be filed any more."""
        events = self.facts(visit, state).events
        open_ones = [one for one in events if closed(one, visit.book.now) is None]
        return not open_ones or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Sign the certain rows up, name what became of each, ask about the others."""
        form = RelayForm.model_validate(submit.form)
        roll = visit.book.rolls.rolls[form.event]
        if not organises(visit):
            visit.say("relay.not_yours")
            return None
        why = closed(roll.event, visit.book.now)
        if why is not None:
            visit.say(why.key, **why.params)
            visit.offer(event_choice("view", form.event))
            return None
        relay = read_relay(form.text, visit.book.enterprises)
        people = await _speakers(visit, [row for row in relay.rows if row.doubt is None])
        rolled, entered = _entered(visit, roll, relay.rows, people)
        _keep(visit, roll, rolled)
        visit.say("relay.result", lines=_result(rolled.roll, entered, relay.cut))
        _go_on(visit, rolled.roll, [one.row for one in entered if one.became is Became.ASKED])
        return None


@dataclass(frozen=True, slots=True)
class RelayRowDesk:
    """Files one doubtful row as staff settled it, and asks about the next."""

    flow: Flow[RelayRowForm, None] = RELAY_ROW

    def facts(self, visit: Visit, state: State) -> None:
        """Return nothing: the rows are among the answers."""

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether nobody can be signed up any more."""
        roll = visit.book.rolls.get(state.subject)
        over = roll is None or closed(roll.event, visit.book.now) is not None
        return over or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Sign the row up, or note that it is passed over."""
        form = RelayRowForm.model_validate(submit.form)
        roll = visit.book.rolls.get(state.subject)
        if roll is None or not organises(visit):
            visit.say("relay.not_yours")
            return None
        first, *rest = rows_of(form.rows)
        row = settled(form, firms_of(visit.book.enterprises))
        if row is None:
            after = pass_over(roll, _digest(visit, first))
            visit.book.rolls.put(after)
            visit.say("relay.passed", row=first.text)
        else:
            people = await _speakers(visit, [row])
            wish = _wish(visit, roll, row, people)
            sure = form.same == "yes"
            rolled, one = enter(Rolled(roll), row, wish, visit.book.now, sure=sure)
            _keep(visit, roll, rolled)
            after = rolled.roll
            if one.became is Became.ASKED:
                rest = [_in_doubt(one), *rest]
            else:
                visit.say("relay.one", line=_outcome(one))
        _go_on(visit, after, rest)
        return None


def _entered(
    visit: Visit, roll: Roll, rows: Sequence[Row], people: Speakers
) -> tuple[Rolled, list[Entered]]:
    """Enter every certain row of a list, in its order."""
    rolled, entered = Rolled(roll), list[Entered]()
    for row in rows:
        if row.doubt is not None:
            before = known_already(rolled.roll, _digest(visit, row))
            entered.append(Entered(row, before or Became.ASKED))
            continue
        wish = _wish(visit, rolled.roll, row, people)
        rolled, one = enter(rolled, row, wish, visit.book.now)
        entered.append(replace(one, row=_in_doubt(one)) if one.became is Became.ASKED else one)
    return rolled, entered


def _in_doubt(one: Entered) -> Row:
    """Return a row that may speak of somebody who is on the list under another name."""
    return replace(one.row, doubt=Doubt.REPEATED)


def _digest(visit: Visit, row: Row) -> str:
    """Return under what a row is known again: keyed, so that it gives nothing away."""
    return visit.book.tx.rolls.stranger(key_of(row.text), "接龙")


def _wish(visit: Visit, roll: Roll, row: Row, people: Speakers) -> Wish:
    """Say who comes by a row: somebody who is bound to the enterprise, where it names them."""
    known = who_is(people.get(row.enterprise, ()), row.name, row.phone)
    name = known.name if known else row.name
    return Wish(
        attendee=visit.book.tx.rolls.stranger(name, row.enterprise),
        person=known.id if known else None,
        by=visit.person.id,
        name=name,
        phone=row.phone or (known.phone if known else ""),
        enterprise=row.enterprise,
        also_for=row.also_for,
        post=row.post,
        party=row.party,
        companions=row.companions,
        plate=row.plate,
        code=code_for(roll),
        listed=(_digest(visit, row),),
        waits=roll.event.waitlist > 0,
    )


async def _speakers(visit: Visit, rows: Sequence[Row]) -> Speakers:
    """Look up who is bound to the enterprises of these rows; unknown ones have nobody."""
    names = {row.enterprise for row in rows} & set(visit.book.enterprises)
    return {name: await visit.book.tx.people.speakers(name) for name in sorted(names)}


def _keep(visit: Visit, before: Roll, rolled: Rolled) -> None:
    """Keep what a list changed; who was signed up hears of it."""
    if rolled.roll == before:
        return
    keep(visit, rolled, "relay", new=str(len(rolled.happened)))


def _go_on(visit: Visit, roll: Roll, rows: Sequence[Row]) -> None:
    """Ask about the next doubtful row; where there is none, offer the list."""
    number = roll.event.number
    if rows:
        given = {"rows": kept_rows(rows[:ASKED])}
        visit.follow = (RELAY_ROW.name, Start(given=given), number)
        return
    visit.offer(event_choice("names", number, primary=True))


# The result ------------------------------------------------------------------------------------


def _result(roll: Roll, entered: Sequence[Entered], cut: bool) -> tuple[Text, ...]:
    """Word what became of a list: so many lines of each kind, and whom they name."""
    kinds = {kind: [one for one in entered if one.became is kind] for kind in Became}
    new = [*kinds[Became.SEATED], *kinds[Became.WAITING]]
    lines = [Text("relay.headed", {"event": roll.event.title_whole, "free": max(roll.free, 0)})]
    if new:
        lines.append(_line("took", new))
        lines += _lines("waiting", kinds[Became.WAITING])
        lines += _lines("repeated", [one for one in new if one.lines > 1], extra=True)
        lines += _lines("there", kinds[Became.THERE])
    else:
        lines.append(Text("relay.nothing", {"count": _count(kinds[Became.THERE])}))
    lines += [
        Text(f"relay.row.{kind.value}", _about(one))
        for kind in (Became.DIFFERS, Became.REFUSED)
        for one in kinds[kind]
    ]
    lines += _lines("gone", kinds[Became.GONE])
    lines += _lines("passed_before", kinds[Became.PASSED])
    lines += _lines("asked", kinds[Became.ASKED])
    untold = [one for one in new if one.place is not None and one.place.person is None]
    lines += _lines("untold", untold)
    lines += [Text("relay.cut")] if cut else []
    return tuple(lines)


def _lines(kind: str, entered: Sequence[Entered], *, extra: bool = False) -> list[Text]:
    return [_line(kind, entered, extra=extra)] if entered else []


def _line(kind: str, entered: Sequence[Entered], *, extra: bool = False) -> Text:
    """Count lines and name the people; `extra` counts the lines beyond one for each."""
    count = _count(entered) - (len(entered) if extra else 0)
    names = tuple(_named(one) for one in entered[:NAMED])
    more = Text("relay.more", {"count": len(entered)}) if len(entered) > NAMED else ""
    return Text(f"relay.line.{kind}", {"count": count, "names": names, "more": more})


def _count(entered: Sequence[Entered]) -> int:
    return sum(one.lines for one in entered)


def _named(one: Entered) -> str:
    """Name a person, or quote a row that is not understood yet."""
    unsure = one.became in {Became.ASKED, Became.PASSED} or not one.row.name
    return f"“{one.row.text}”" if unsure else one.row.name


def _about(one: Entered) -> dict[str, object]:
    params: dict[str, object] = {
        "name": one.row.name,
        "enterprise": one.row.enterprise,
        "party": one.row.party,
        "was": one.place.party if one.place else 0,
    }
    if one.refused is not None:
        why = one.refused.key.rpartition(".")[2]
        params["why"] = Text(f"relay.why.{why}", dict(one.refused.params))
    return params


def _outcome(one: Entered) -> Text:
    return Text(f"relay.row.{one.became.value}", _about(one))


__all__ = ["RelayDesk", "RelayRowDesk", "Relaying"]
