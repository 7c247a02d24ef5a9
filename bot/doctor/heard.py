"""The check that whoever reported something was answered."""

from collections.abc import Sequence

from bot.beside import beside
from bot.doctor.found import Found, Patient, fine, mind
from bot.storage.doubts import STUCK_AFTER

NAMED = 20  # tickets


async def heard(patient: Patient) -> Sequence[Found]:
    """Has the reporter of every ticket been told of it."""
    try:
        async with beside(patient.settings) as records, records.read() as tx:
            numbers = await tx.doubts.unheard(patient.at - STUCK_AFTER)
    except Exception:  # the check of the database says why
        return []
    if not numbers:
        return [fine("doctor.heard.ok")]
    return [mind("doctor.heard.none", count=len(numbers), numbers="、".join(numbers[:NAMED]))]
