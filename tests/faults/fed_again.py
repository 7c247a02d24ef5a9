"""`python -m bot` whose campaigns forget what the ledger has, and name it otherwise every time.

    python -m tests.faults.fed_again run

For the tests that see whether a group that gets a message twice is found.
"""

import dataclasses
import secrets
import sys
from collections.abc import Sequence
from typing import Any

from bot import __main__ as program
from bot.storage.campaigns import CampaignRows
from handlers.campaigns import feeding
from handlers.campaigns.message import target_post
from handlers.ports import Post

FORGETFUL = ((CampaignRows, "owe"), (feeding, "target_post"))


async def _forgets(self: CampaignRows, number: str, keys: Sequence[str]) -> None:
    """Leave the targets waiting that the ledger has now."""


def _otherwise(*given: Any) -> Post:
    post = target_post(*given)
    name = f"{post.dedupe}/{secrets.token_hex(4)}"
    return dataclasses.replace(post, dedupe=name, card=name)


if __name__ == "__main__":
    for (place, name), stand_in in zip(FORGETFUL, (_forgets, _otherwise), strict=True):
        setattr(place, name, stand_in)
    sys.exit(program.main())
