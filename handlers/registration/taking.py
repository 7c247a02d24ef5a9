"""What somebody sends without a word: the list of a group, a file that activities are in."""

from __future__ import annotations

from handlers.policies.firm_facts import hinted
from handlers.registration.documents import Documents
from handlers.registration.relay import Relaying
from handlers.talk import Talk
from handlers.visit import Visit


async def took(visit: Visit, talk: Talk) -> bool:
    """Take what belongs to activities, or what nearly told of an enterprise; say whether it was."""
    return (
        await Documents(talk).took(visit) or await Relaying(talk).took(visit) or await hinted(visit)
    )
