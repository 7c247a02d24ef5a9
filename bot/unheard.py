"""The daily look for tickets whose first answer (回执) has not arrived."""

import logging
from datetime import datetime, timedelta

from bot.schedules import Schedule
from bot.storage.doubts import STUCK_AFTER
from bot.storage.transaction import Transaction
from handlers.ports import Office
from handlers.unheard import tell_of_unheard

log = logging.getLogger(__name__)

DAY = timedelta(days=1)


def first_answers(office: Office) -> Schedule:
    """Return what names them to the desk, with the day's first messages."""

    async def work(tx: Transaction, now: datetime) -> None:
        """Tell of them."""
        numbers = await tx.doubts.unheard(now - STUCK_AFTER)
        await tell_of_unheard(tx, office, now, numbers)
        log.info("%d tickets whose reporter has heard nothing", len(numbers))

    first = office.ladder.slots[0]
    return Schedule("unheard", f"{first.minute} {first.hour} * * *", work, DAY)
