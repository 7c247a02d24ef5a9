"""Failed arrivals, run again after what broke them was repaired."""

import logging

from bot.app import Office
from bot.logs import place_of
from handlers.ports import Filed

log = logging.getLogger(__name__)

LIMIT = 10_000


async def replay(office: Office) -> tuple[int, int]:
    """Run failed arrivals again, oldest first; say how many succeeded and how many did not."""
    async with office.database.read() as tx:
        waiting = await tx.failed_arrivals(LIMIT)
    done = [await _again(office, filed) for filed in waiting]
    return done.count(True), done.count(False)


async def _again(office: Office, filed: Filed) -> bool:
    try:
        async with office.database.begin() as tx:
            outcome = await office.reception.receive(tx, [filed])
            if filed.id in outcome.failed:
                await tx.fail(filed.id, outcome.failed[filed.id])
                return False
            await tx.replayed(filed.id)
    except Exception as error:  # one that fails again must not keep the others waiting
        log.error("arrival=%d failed again: %s", filed.id, place_of(error))
        return False
    log.info("arrival=%d done at last", filed.id)
    return True
