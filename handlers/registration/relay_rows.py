"""The doubtful rows of a 接龙 in chat: asked together, answered in a line, never lost.

They wait with their activity; 接龙余下 brings them back, whoever of the staff asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.engine.flow import Flow, State
from flows.engine.words import Choice, Refused, Start, Submit
from flows.registration.firms import firms_of
from flows.registration.number import in_front
from flows.registration.relay_answers import is_keep, is_pass, read_answers, settled
from flows.registration.relay_filing import Became, Entered, pass_over
from flows.registration.relay_forms import RELAY_ROW, RelayRowFacts, RelayRowForm, quoted
from flows.registration.relay_pending import Pending, answered, pending
from flows.registration.relay_rows import Row
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import closed
from handlers.ports import Text
from handlers.registration.after import event_choice
from handlers.registration.keeping import keep
from handlers.registration.organisers import organises
from handlers.registration.relay_entering import Entering
from handlers.registration.relay_telling import settled as told_of
from handlers.talk import Talk
from handlers.visit import Visit

REST = "relay_rest"
SHOWN = 6  # activities that are offered
SAID = 30  # characters of an answer that is quoted


async def rest_word(visit: Visit, talk: Talk) -> None:
    """Bring the rows back that wait for an answer (接龙余下)."""
    book = visit.book
    if not organises(visit):
        visit.say("relay.not_yours")
        return
    number, _ = in_front(visit.request.rest)
    events = [one for one in await book.tx.rolls.open(book.now) if one.doubtful]
    meant = [one for one in events if number in {None, one.number}]
    if not meant:
        visit.say("relay_row.none")
    elif len(meant) == 1:
        await book.rolls.hold([meant[0].number])
        await press_rest(visit, talk, book.rolls.rolls[meant[0].number])
    else:
        visit.say("relay_row.which")
        visit.offer(
            *(Choice(one.title_whole[:20], f"e:{REST}:{one.number}") for one in meant[:SHOWN])
        )


async def press_rest(visit: Visit, talk: Talk, roll: Roll) -> None:
    """Ask about the rows of one activity that wait; nobody is signed up after the close."""
    why = closed(roll.event, visit.book.now)
    if why is not None and roll.event.doubtful:
        visit.say("relay_row.closed", why=Text(why.key, why.params))
    if roll.event.doubtful:
        await talk.open(visit, RELAY_ROW.name, Start(), roll.event.number)
    else:
        visit.say("relay_row.none")


def ask_rows(visit: Visit, roll: Roll) -> None:
    """Ask about the rows that wait; where there are none, offer the list."""
    number = roll.event.number
    if roll.event.doubtful:
        visit.follow = (RELAY_ROW.name, Start(), number)
    else:
        visit.offer(event_choice("names", number, primary=True))


def keep_relay(visit: Visit, before: Roll, rolled: Rolled) -> None:
    """Keep what a list changed; who was signed up hears of it."""
    if rolled.roll.registrations != before.registrations:
        keep(visit, rolled, "relay", new=str(len(rolled.happened)))
    elif rolled.roll != before:
        visit.book.rolls.put(rolled.roll)


@dataclass(slots=True)
class _Answering:
    """What becomes of the answers of one text."""

    rolled: Rolled
    entered: list[Entered] = field(default_factory=list)
    passed: list[Entered] = field(default_factory=list)
    odd: list[Text] = field(default_factory=list)

    def passes(self, one: Pending) -> None:
        """Note that nothing is wanted of a row."""
        roll = answered(pass_over(self.rolled.roll, one.digest), one.no)
        self.rolled = replace(self.rolled, roll=roll)
        self.passed.append(Entered(one.row, Became.PASSED))

    def waits(self, one: Pending, row: Row) -> None:
        """Keep what was understood of a row that is still in doubt."""
        self.rolled = replace(self.rolled, roll=answered(self.rolled.roll, one.no, row))

    def enters(self, one: Pending, row: Row, entering: Entering, *, sure: bool) -> None:
        """Sign a settled row up; it waits again where somebody there may be the same person."""
        rolled, entered = entering.one(self.rolled, row, sure=sure)
        again = entered.row if entered.became is Became.ASKED else None
        self.rolled = replace(rolled, roll=answered(rolled.roll, one.no, again))
        if again is None:
            self.entered.append(entered)


@dataclass(frozen=True, slots=True)
class RelayRowDesk:
    """Files doubtful rows as staff settle them, and asks about those that are left."""

    flow: Flow[RelayRowForm, RelayRowFacts] = RELAY_ROW

    def facts(self, visit: Visit, state: State) -> RelayRowFacts:
        """Return the rows that wait now."""
        roll = visit.book.rolls.get(state.subject)
        return RelayRowFacts(pending(roll.event) if roll else ())

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether nothing waits any more, or it is not the person's to settle."""
        roll = visit.book.rolls.get(state.subject)
        if roll is None or visit.book.now >= roll.event.ends_at:
            return True
        return not roll.event.doubtful or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Sign rows up or pass them over, as one text says of them."""
        form = RelayRowForm.model_validate(submit.form)
        roll = visit.book.rolls.get(state.subject)
        if roll is None or not organises(visit):
            visit.say("relay.not_yours")
            return None
        rows = pending(roll.event)
        if not rows:
            visit.say("relay_row.none")
            return None
        if not form.said and len(rows) > 1:
            visit.say("relay_row.cancelled")
            return None
        read = read_answers(form.said or "跳过", rows)
        why = closed(roll.event, visit.book.now)
        if why is not None and not all(is_pass(said) for said in read.said.values()):
            visit.say("relay_row.closed", why=Text(why.key, why.params))
            ask_rows(visit, roll)
            return None
        done = await _answered(visit, roll, rows, read.said)
        done.odd += [Text("relay_row.odd", {"said": _short(said)}) for said in read.odd]
        keep_relay(visit, roll, done.rolled)
        lines = (*told_of(done.entered, done.passed), *done.odd)
        if lines:
            visit.say("relay.result", lines=lines)
        ask_rows(visit, done.rolled.roll)
        return None


async def _answered(
    visit: Visit, roll: Roll, rows: Sequence[Pending], said: Mapping[int, str]
) -> _Answering:
    """Do what was said of each row, in their order."""
    firms = firms_of(visit.book.enterprises)
    done = _Answering(Rolled(roll))
    meant = [one for one in rows if one.no in said]
    told = {one.no: settled(one.row, said[one.no], firms) for one in meant}
    entering = await Entering.of(visit, [row for row in told.values() if row.doubt is None])
    for one in meant:
        row, answer = told[one.no], said[one.no]
        if is_pass(answer):
            done.passes(one)
        elif row == one.row:
            params = {"said": f"{one.no}={_short(answer)}", "row": quoted(one.row)}
            done.odd.append(Text("relay_row.unfit", params))
        elif row.doubt is not None:
            done.waits(one, row)
        else:
            of_list = replace(entering, pasting=one.pasting)
            done.enters(one, row, of_list, sure=is_keep(answer))
    return done


def _short(said: str) -> str:
    return said if len(said) <= SAID else f"{said[: SAID - 1]}…"


__all__ = ["REST", "RelayRowDesk", "ask_rows", "keep_relay", "press_rest", "rest_word"]
