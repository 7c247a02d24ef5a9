"""Links: signed addresses of pages, and which devices they let in."""

import base64
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, true, update

from bot.storage.session import Session
from bot.storage.tables import link
from handlers.link import Link

_TOKEN = re.compile(r"([0-9a-f]{16})([a-z2-7]{26})")
_MAC_BYTES = 16  # 26 characters; more only makes an address that is typed wrong


class LinkRows:
    """Stores links, and makes and reads their addresses."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def token(self, one: Link) -> str:
        """Return what stands in the address: letters and digits alone, so that no app cuts it."""
        signed = self._session.keys.link(
            "address", one.id, one.ticket, one.holder, one.expires_at.isoformat()
        )
        mac = base64.b32encode(signed[:_MAC_BYTES]).decode().rstrip("=").lower()
        return one.id + mac

    def digest(self, one: Link, kind: str, secret: str) -> str:
        """Return under what a device's or a code's secret is kept."""
        return self._session.keys.link(kind, one.id, secret).hex()

    async def end(self, new: Link) -> None:
        """Take back what a new link replaces; to be done before its ticket is held."""
        await self._session.connection.execute(
            update(link)
            .where(
                link.c.ticket == new.ticket,
                link.c.part == new.part,
                link.c.unit == new.unit,
                link.c.person == new.person if new.part == "leader" else true(),
                link.c.revoked_at.is_(None),
                link.c.expires_at > new.made_at,
            )
            .values(revoked_at=new.made_at)
        )

    async def add(self, new: Link) -> None:
        """Store a link."""
        await self._session.connection.execute(insert(link).values(**self._row(new)))

    async def find(self, token: str) -> Link | None:
        """Return the link of an address, held until the commit; None when it is not whole."""
        return await self._of(token, held=True)

    async def seen(self, token: str) -> Link | None:
        """Return the link of an address as it stands, without waiting for whoever holds it."""
        return await self._of(token, held=False)

    async def _of(self, token: str, *, held: bool) -> Link | None:
        found = _TOKEN.fullmatch(token.lower())
        if found is None:
            return None
        asked = select(link).where(link.c.id == found[1])
        result = await self._session.connection.execute(asked.with_for_update() if held else asked)
        row = result.one_or_none()
        one = None if row is None else _link(row)
        known = one is not None and hmac.compare_digest(self.token(one), token.lower())
        return one if known else None

    async def of(self, ticket: str) -> Sequence[Link]:
        """Return all links of a ticket, the latest first, held until the commit."""
        result = await self._session.connection.execute(
            select(link)
            .where(link.c.ticket == ticket)
            .order_by(link.c.made_at.desc(), link.c.id)
            .with_for_update()
        )
        return [_link(row) for row in result]

    async def prune(self, before: datetime) -> int:
        """Forget links that were over before then; the history keeps what was done by them."""
        result = await self._session.connection.execute(
            delete(link).where(link.c.expires_at < before)
        )
        return result.rowcount

    async def save(self, changed: Link) -> None:
        """Store what became of a link."""
        row = self._row(changed)
        await self._session.connection.execute(
            update(link).where(link.c.id == row.pop("id")).values(**row)
        )

    def _row(self, one: Link) -> dict[str, Any]:
        return {
            "id": one.id,
            "ticket": one.ticket,
            "part": one.part,
            "unit": one.unit,
            "person": one.person,
            "by": one.by,
            "made_at": one.made_at,
            "expires_at": one.expires_at,
            "revoked_at": one.revoked_at,
            "devices": " ".join(one.devices),
            "code": one.code,
            "failures": one.failures,
        }


def _link(row: Row[Any]) -> Link:
    return Link(**{**row._asdict(), "devices": tuple(row.devices.split())})
