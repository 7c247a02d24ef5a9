"""Checks of what is kept: the database and the key it was sealed under, Redis, the month."""

from collections.abc import Sequence
from pathlib import Path

from bot.beside import NoRecords, beside
from bot.doctor.found import Found, Patient, fault, fine, mind, skipped
from bot.hub.redis import RedisHub
from bot.keys import Keys, Tampered, WrongKey
from bot.quota import limits_of
from bot.storage.database import DatabaseDown, UnusableAddress
from bot.storage.meters import month_of

NAMED = 20  # tickets that cannot be read
LARGE_LOG = 200_000_000  # bytes: SQLite's write-ahead log is written back at four


async def database(patient: Patient) -> Sequence[Found]:
    """Can the records be opened, with this key, and are their tables ours."""
    settings = patient.settings
    try:
        async with beside(settings) as records, records.read() as tx:
            engine, version = tx.vitals.engine(), await tx.vitals.schema()
            sealed = await tx.vitals.canary()
    except NoRecords:
        return [skipped("doctor.database.none")]
    except UnusableAddress:
        return [fault("doctor.database.address")]
    except DatabaseDown as error:
        return [fault("doctor.database.down", why=str(error))]
    except Exception as error:  # a file that is damaged, or that is no database
        return [fault("doctor.database.damaged", why=type(error).__name__)]
    found = [fine("doctor.database.ok", engine=engine, version=version)]
    if settings.secret_key is not None and sealed is not None:
        found.append(_opens(settings.secret_key.get_secret_value(), sealed))
    if (log := _log_size(settings.data_dir)) > LARGE_LOG:
        found.append(mind("doctor.database.log", size=log // 1_000_000))
    return found


def _opens(secret: str, sealed: bytes) -> Found:
    try:
        Keys(secret).open(sealed, "meta.value")
    except (WrongKey, Tampered):
        return fault("doctor.key.other")
    return fine("doctor.key.opens")


def _log_size(folder: Path) -> int:
    path = folder / "qinqing.db-wal"
    return path.stat().st_size if path.exists() else 0


async def tickets(patient: Patient) -> Sequence[Found]:
    """Can every ticket be read."""
    secret = patient.settings.secret_key
    if secret is None:
        return []
    try:
        keys = Keys(secret.get_secret_value())
        async with beside(patient.settings, keys) as records, records.read() as tx:
            broken = await tx.unreadable_tickets()
    except Exception:  # the checks of the database and of the key say why
        return []
    if not broken:
        return [fine("doctor.tickets.ok")]
    named = "、".join(broken[:NAMED])
    return [fault("doctor.tickets.unreadable", count=len(broken), numbers=named)]


async def redis(patient: Patient) -> Sequence[Found]:
    """Does Redis keep and give back."""
    address = patient.settings.redis_url
    if address is None:
        return [fine("doctor.redis.none")]
    hub = RedisHub(address.get_secret_value())
    try:
        await hub.put("doctor", b"1", 5)
        kept = await hub.get("doctor")
    finally:
        await hub.stop()
    return [fine("doctor.redis.ok") if kept == b"1" else fault("doctor.redis.down")]


async def month(patient: Patient) -> Sequence[Found]:
    """How much of the month's quota is used."""
    try:
        async with beside(patient.settings) as records, records.read() as tx:
            used = await tx.meters.used(month_of(patient.at))
    except Exception:  # the check of the database says why
        return []
    near = patient.config.quota.near.percent
    found: list[Found] = []
    for name, limit in limits_of(patient.settings).items():
        percent = 100 * used.get(name, 0) // limit if limit else 0
        if percent >= near:
            found.append(mind("doctor.month.near", percent=percent))
    return found or [fine("doctor.month.ok")]
