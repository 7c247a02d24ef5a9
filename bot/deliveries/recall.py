"""Take messages back through their channel, part by part, and note at once which are gone."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.beside import now, who
from bot.channels.base import Channel, Delivered, SendFault, SendUnknown
from bot.delivery.late import look_again
from bot.quota import Quota
from bot.storage.database import Database, DatabaseDown
from bot.storage.doubts import Act, Done
from bot.terminal import Terminal
from handlers.ports import Stale

WITHIN = 30.0  # seconds for a part
PART = 20  # keys; what shares a key is gone together
DONE: Mapping[Act, str] = {
    "resend": "deliveries.resend.done",
    "arrived": "deliveries.arrived.done",
    "drop": "deliveries.drop.done",
    "recall": "deliveries.recall.done",
}
UNDONE: Mapping[Done, str] = {
    "no_such": "deliveries.undone.no_such",
    "not_now": "deliveries.undone.not_now",
    "erased": "deliveries.undone.erased",
    "too_late": "mass.name_forgotten",
}
STANDS: Mapping[str, str] = {
    "no.key": "deliveries.stands.no_key",
    "custom.robot": "deliveries.stands.custom_robot",
    "unconfirmed": "deliveries.stands.unconfirmed",
    "mass.stays": "mass.stays",
}


async def take_back(
    database: Database, channel: Channel, quota: Quota, numbers: Sequence[int], terminal: Terminal
) -> int:
    """Take messages back and return the exit code; the calls count against the month."""
    async with database.read() as tx:
        found = await tx.doubts.recallable(numbers)
    if others := [number for number in found if number not in numbers]:
        terminal.say("deliveries.recall.others", count=len(others))
    undone = {n: one for n, one in found.items() if not isinstance(one, Delivered)}
    code = told("recall", undone, terminal)
    for part in _parts([one for one in found.values() if isinstance(one, Delivered)]):
        standing = await _standing(channel, part, terminal)
        gone = [number for number, why in standing.items() if not why]
        await _note(database, quota, gone, terminal)
        code |= told("recall", dict.fromkeys(gone, "done"), terminal)
        for number, why in standing.items():
            if why:
                said = terminal.word(STANDS[why]) if why in STANDS else why
                terminal.say("deliveries.recall.stands", number=number, why=said)
        if len(gone) < len(part):
            code = 1
    return code


def told(act: Act, done: Mapping[int, Done], terminal: Terminal) -> int:
    """Say how decisions ended; return the exit code."""
    for number, how in done.items():
        terminal.say(DONE[act] if how == "done" else UNDONE[how], number=number)
    return 0 if all(how == "done" for how in done.values()) else 1


async def _standing(
    channel: Channel, part: Sequence[Delivered], terminal: Terminal
) -> Mapping[int, str]:
    """Ask the platform; empty words = it is gone, and a platform that refuses leaves all out."""
    try:
        async with asyncio.timeout(WITHIN):
            return await channel.recall(part)
    except (SendFault, SendUnknown, TimeoutError) as fault:
        why = fault.code if isinstance(fault, SendFault) else type(fault).__name__
        named = "、".join(str(one.id) for one in part)
        terminal.say("deliveries.recall_failed", numbers=named, why=why)
        return {}


async def _note(database: Database, quota: Quota, gone: Sequence[int], terminal: Terminal) -> None:
    try:
        async with database.begin() as tx:
            await tx.queue.lock()
            await tx.doubts.recalled(gone, who())
            await look_again(tx, await tx.asked.campaigns(gone), now())
            await quota.flush(tx)
    except (DatabaseDown, Stale):
        named = "、".join(map(str, gone))
        terminal.say("deliveries.recall.unnoted", numbers=named)
        raise


def _parts(sent: Sequence[Delivered]) -> Iterator[Sequence[Delivered]]:
    sharing: defaultdict[str, list[Delivered]] = defaultdict(list)
    for one in sent:
        sharing[one.key].append(one)
    keys = list(sharing)
    for start in range(0, len(keys), PART):
        yield [one for key in keys[start : start + PART] for one in sharing[key]]
