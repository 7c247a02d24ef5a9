"""Seals: signed lists of the histories' heads, so that a lost end is noticed."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Row, func, insert, select

from bot.storage.history import START, History
from bot.storage.session import Session
from bot.storage.tables import history, history_head, history_seal


class Seals:
    """Seals the histories' heads and checks histories against them."""

    def __init__(self, session: Session, entries: History) -> None:
        self._session = session
        self._history = entries

    async def seal(self, now: datetime) -> int:
        """Sign the heads that moved since the last seal; return how many."""
        moved = await self._moved()
        if not moved:
            return 0
        heads = await self._history.heads(moved)
        latest = await self._latest()
        number, prev = (latest.number + 1, latest.mac) if latest else (1, START)
        listed = [(subject, *heads[subject]) for subject in sorted(heads)]
        digest = _digest(listed)
        await self._session.connection.execute(
            insert(history_seal).values(
                number=number,
                at=now,
                heads=digest,
                prev=prev,
                mac=self._mac(number, now, digest, prev),
            )
        )
        await self._session.connection.execute(
            insert(history_head),
            [
                {"seal": number, "subject": subject, "seq": seq, "mac": mac}
                for subject, seq, mac in listed
            ],
        )
        return len(listed)

    async def verify(self, subject: str) -> int | None:
        """Return the number of a subject's first bad or missing entry; None = sound."""
        bad = await self._history.first_bad(subject)
        if bad is not None:
            return bad
        result = await self._session.connection.execute(
            select(history_head)
            .where(history_head.c.subject == subject)
            .order_by(history_head.c.seal.desc())
            .limit(1)
        )
        head = result.one_or_none()
        if head is None:
            return None
        result = await self._session.connection.execute(
            select(history.c.mac).where(history.c.subject == subject, history.c.seq == head.seq)
        )
        kept = result.scalar()
        if kept is None:
            heads = await self._history.heads([subject])
            return heads.get(subject, (0, START))[0] + 1
        return None if kept == head.mac else int(head.seq)

    async def first_bad_seal(self) -> int | None:
        """Follow the chain of seals; return the number of the first that is not as signed."""
        result = await self._session.connection.execute(
            select(history_seal).order_by(history_seal.c.number)
        )
        prev = START
        for number, row in enumerate(result.all(), start=1):
            listed = await self._listed(number)
            digest = _digest(listed)
            signed = self._mac(number, row.at, digest, prev)
            if (row.number, row.prev, row.heads, row.mac) != (number, prev, digest, signed):
                return number
            prev = row.mac
        return None

    async def verify_all(self) -> Sequence[str]:
        """Return every subject, also a vanished one, whose history is not sound."""
        result = await self._session.connection.execute(
            select(history.c.subject).union(select(history_head.c.subject))
        )
        subjects = sorted(result.scalars())
        return [one for one in subjects if await self.verify(one) is not None]

    async def _moved(self) -> Sequence[str]:
        sealed = (
            select(history_head.c.subject, func.max(history_head.c.seq).label("seq"))
            .group_by(history_head.c.subject)
            .subquery()
        )
        last = func.max(history.c.seq)
        result = await self._session.connection.execute(
            select(history.c.subject)
            .outerjoin(sealed, sealed.c.subject == history.c.subject)
            .group_by(history.c.subject, sealed.c.seq)
            .having(last > func.coalesce(sealed.c.seq, 0))
        )
        return result.scalars().all()

    async def _latest(self) -> Row[tuple[object, ...]] | None:
        result = await self._session.connection.execute(
            select(history_seal).order_by(history_seal.c.number.desc()).limit(1).with_for_update()
        )
        return result.one_or_none()

    async def _listed(self, number: int) -> list[tuple[str, int, bytes]]:
        result = await self._session.connection.execute(
            select(history_head).where(history_head.c.seal == number)
        )
        return sorted((row.subject, row.seq, row.mac) for row in result)

    def _mac(self, number: int, at: datetime, digest: bytes, prev: bytes) -> bytes:
        told = ["seal", number, at.isoformat(), digest.hex(), prev.hex()]
        return self._session.keys.mac(json.dumps(told).encode())


def _digest(listed: Sequence[tuple[str, int, bytes]]) -> bytes:
    plain = [[subject, seq, mac.hex()] for subject, seq, mac in listed]
    return sha256(json.dumps(plain, separators=(",", ":")).encode()).digest()
