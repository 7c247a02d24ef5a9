"""What is known of an enterprise, put together from all who told it (一企一档)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from flows.policies.conditions import EnterpriseFact, Field, Source

_WEIGHT = {Source.SELF: 0, Source.IMPORT: 1, Source.STAFF: 2}


def known(facts: Iterable[EnterpriseFact]) -> Mapping[Field, EnterpriseFact]:
    """Return one fact a field: the last one told, of one day that of staff; tags add up."""
    told: dict[Field, list[EnterpriseFact]] = defaultdict(list)
    for one in sorted(facts, key=lambda fact: (fact.on, _WEIGHT[fact.source])):
        told[one.field].append(one)
    return {
        field: _together(several) if field is Field.TAG else several[-1]
        for field, several in told.items()
    }


def added(before: EnterpriseFact | None, new: EnterpriseFact) -> EnterpriseFact:
    """Add tags that are told to those told before; what is told anew of one is what counts."""
    if before is None or new.field is not Field.TAG:
        return new
    return _together([before, new])


def _together(several: Sequence[EnterpriseFact]) -> EnterpriseFact:
    has: dict[str, bool] = {}
    for one in several:
        has |= dict.fromkeys(one.value, True) | dict.fromkeys(one.lacks, False)
    return several[-1].model_copy(
        update={
            "value": tuple(tag for tag, there in has.items() if there),
            "lacks": tuple(tag for tag, there in has.items() if not there),
        }
    )


__all__ = ["added", "known"]
