"""The 接龙 of U7 in the real office: the enterprises it names are on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.flows.registration.relay_list import KNOWN
from tests.handlers.story import people, person

OWNERS: Mapping[str, str] = {
    "钱进": "浙江甬能新材料股份有限公司",
    "姜涛": "宁波万安食品有限公司",
}
"""Who of the list is bound to their enterprise."""


def relay_office(folder: Path, more: Sequence[str] = ()) -> Path:
    """Write the people of an office that knows every enterprise of the list."""
    named = [
        ("王敏", '["clerk"]', ""),
        ("周岚", '["clerk"]', ""),
        ("李强", '["liaison"]', 'unit = "gdj"'),
    ]
    named += [
        (name, '["entrepreneur"]', f'enterprise = "{firm}"')
        for name, firm in (
            *OWNERS.items(),
            *((f"办事员{n}", firm) for n, firm in enumerate(KNOWN)),
        )
    ]
    return people(folder, "".join(person(*one) for one in named) + "\n".join(more))
