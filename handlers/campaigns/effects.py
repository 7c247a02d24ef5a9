"""How a campaign worked (效果): everything that was counted of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.campaigns.campaign import Button, Campaign
from flows.campaigns.tally import Tally
from handlers.campaigns.records import Answered, Fate, tally_of
from handlers.ports import Tx

PERSON = "p:"  # how the key of a target begins that is a person


@dataclass(frozen=True, slots=True)
class Effect:
    """A campaign, what became of its targets, and what those did who got it."""

    one: Campaign
    fates: Sequence[Fate]
    answered: Answered
    presses: Mapping[Button, int]

    @property
    def tally(self) -> Tally:
        """Count its targets; the counts add up to everybody who was meant."""
        return tally_of(self.fates)

    @property
    def read(self) -> int:
        """Count who read what was sent 1:1, where the platform tells it."""
        return sum(one.read_at is not None for one in self.fates if one.key.startswith(PERSON))

    @property
    def read_in_groups(self) -> int:
        """Count readers in groups; who is in two groups reads twice."""
        return sum(self.answered.readers.values())

    @property
    def pressed(self) -> Sequence[tuple[Button, int]]:
        """Return how many people pressed each button that opens something."""
        offered = (one for one in self.one.draft.buttons if one is not Button.RECEIVED)
        return [(one, self.presses.get(one, 0)) for one in offered]


async def effect_of(tx: Tx, one: Campaign) -> Effect:
    """Count a campaign that has begun."""
    records = tx.campaigns
    return Effect(
        one,
        await records.fates(one.number),
        await records.answered(one.number, one.draft.topic, one.begun_at),
        await records.presses(one.number),
    )


__all__ = ["PERSON", "Effect", "effect_of"]
