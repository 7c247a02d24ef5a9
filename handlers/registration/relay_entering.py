"""Entering the rows of a 接龙: under what a row is known again, and who comes by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flows.registration.relay_filing import Became, Entered, enter, known_already
from flows.registration.relay_lines import key_of
from flows.registration.relay_rows import Doubt, Row
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish
from handlers.ports import Person
from handlers.registration.desk import code_for
from handlers.registration.known import who_is
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class Entering:
    """Enters rows of one pasted list; `people` = who is bound to each enterprise they name."""

    visit: Visit
    people: Mapping[str, Sequence[Person]]
    pasting: int

    @classmethod
    async def of(cls, visit: Visit, rows: Sequence[Row], pasting: int = 0) -> Entering:
        """Look up, in one query, who is bound to the enterprises of these rows."""
        names = {row.enterprise for row in rows} & set(visit.book.enterprises)
        return cls(visit, await visit.book.tx.people.speakers_of(sorted(names)), pasting)

    def digest(self, row: Row) -> str:
        """Return under what a row is known again: keyed, so that it gives nothing away."""
        return self.visit.book.tx.rolls.stranger(key_of(row.text), "接龙")

    def all(self, roll: Roll, rows: Sequence[Row]) -> tuple[Rolled, list[Entered]]:
        """Enter every certain row of a list, in its order; the others are to be asked."""
        rolled, entered = Rolled(roll), list[Entered]()
        for row in rows:
            if row.doubt is None:
                rolled, one = self.one(rolled, row)
                entered.append(one)
            else:
                before = known_already(rolled.roll, self.digest(row))
                entered.append(Entered(row, before or Became.ASKED))
        return rolled, entered

    def one(self, done: Rolled, row: Row, *, sure: bool = False) -> tuple[Rolled, Entered]:
        """Enter one row; who may be on the list under another name is to be asked, unless sure."""
        wish = self._wish(done.roll, row)
        rolled, one = enter(done, row, wish, self.visit.book.now, sure=sure)
        if one.became is Became.ASKED:
            one = replace(one, row=replace(row, doubt=Doubt.REPEATED))
        return rolled, one

    def _wish(self, roll: Roll, row: Row) -> Wish:
        """Say who comes by a row: somebody bound to the enterprise, where it names them."""
        visit = self.visit
        known = who_is(self.people.get(row.enterprise, ()), row.name, row.phone)
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
            listed=(self.digest(row),),
            pasting=self.pasting,
            waits=roll.event.waitlist > 0,
        )


__all__ = ["Entering"]
