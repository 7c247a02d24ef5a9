"""The activities of one batch, held until its commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.registration.event import Event
from flows.registration.hearing import for_another
from flows.registration.registration import Registration
from flows.registration.roll import Roll
from handlers.arrival import PersonId
from handlers.rolls import Proxies, Rolls


@dataclass(slots=True)
class HeldRolls:
    """Lists that were looked up, and which of them changed."""

    rows: Rolls
    proxies: Proxies
    rolls: dict[str, Roll] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    barred: set[tuple[PersonId, PersonId]] = field(default_factory=set)  # (owner, assistant)
    upcoming: Sequence[Event] | None = None  # what is published and not over; None = not asked yet

    async def hold(self, numbers: Sequence[str]) -> None:
        """Look up lists that nobody held before, in the order in which all do."""
        strange = sorted(set(numbers) - self.rolls.keys())
        if strange:
            found = await self.rows.hold(strange)
            self.rolls.update(found)
            await self._learn(found.values())

    async def see(self, numbers: Sequence[str]) -> Mapping[str, Roll]:
        """Return lists to be shown, as they were committed last; nothing of them may be changed.

        Who looks waits for nobody, and nobody for them. What this batch holds is seen as it is.
        """
        held = {number: self.rolls[number] for number in numbers if number in self.rolls}
        strange = sorted(set(numbers) - held.keys())
        found = await self.rows.count(strange) if strange else {}
        await self._learn(found.values())
        return {**held, **found}

    async def _learn(self, found: Iterable[Roll]) -> None:
        """Look up who may not act for whom on these lists."""
        every = (one for roll in found for one in roll.registrations.values())
        owners = {one.person for one in every if one.person and for_another(one)}
        self.barred.update(await self.proxies.barred(sorted(owners)) if owners else ())

    async def bars(self, owner: PersonId | None, assistant: PersonId) -> bool:
        """Say whether somebody forbade another to sign them up."""
        if owner is None or owner == assistant:
            return False
        return (owner, assistant) in await self.proxies.barred([owner])

    def concerns(self, one: Registration, person: PersonId) -> bool:
        """Say whether a place is somebody's own, or they act for whoever it is."""
        acts = one.by == person and (one.person, person) not in self.barred
        return one.person == person or acts

    def get(self, number: str) -> Roll | None:
        """Return a list that is held."""
        return self.rolls.get(number)

    def put(self, roll: Roll) -> None:
        """Keep a changed list."""
        self.rolls[roll.event.number] = roll
        self.changed.add(roll.event.number)

    def snapshot(self) -> HeldRolls:
        """Return a copy to go back to when an arrival fails."""
        return replace(
            self,
            rolls=dict(self.rolls),
            changed=set(self.changed),
            barred=set(self.barred),
        )

    async def flush(self) -> None:
        """Store what changed."""
        if self.changed:
            await self.rows.save([self.rolls[number] for number in sorted(self.changed)])
            self.changed.clear()
