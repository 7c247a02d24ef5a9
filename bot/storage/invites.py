"""Invitations: codes that bind whoever knows them to an enterprise."""

from datetime import date, datetime

from sqlalchemy import insert, update

from bot.storage.session import Session
from bot.storage.tables import invite
from handlers.ports import Invite, PersonId


class Invites:
    """Stores invitations under the keyed digest of their code, each good for one use."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, new: Invite) -> None:
        """Store an invitation."""
        key = self._key(new.code)
        await self._session.connection.execute(
            insert(invite).values(
                code_key=key,
                enterprise=new.enterprise,
                name=self._session.seal_json(
                    [new.name, new.deputy_of, new.until], "invite.name", key.hex()
                ),
                by=new.by,
                expires_at=new.expires_at,
            )
        )

    async def redeem(self, code: str, person: PersonId, at: datetime) -> Invite | None:
        """Use an invitation up; None when unknown, used or expired."""
        key = self._key(code)
        result = await self._session.connection.execute(
            update(invite)
            .where(invite.c.code_key == key, invite.c.used_at.is_(None), invite.c.expires_at > at)
            .values(used_by=person, used_at=at)
            .returning(invite.c.enterprise, invite.c.name, invite.c.by, invite.c.expires_at)
        )
        row = result.one_or_none()
        if row is None:
            return None
        told = self._session.open_json(row.name, "invite.name", key.hex())
        # Those of earlier versions are of enterprises and keep the name alone.
        name, deputy_of, until = told if isinstance(told, list) else (told, None, None)
        last = date.fromisoformat(until) if until else None
        return Invite(code, row.enterprise, name, row.by, row.expires_at, deputy_of, last)

    def _key(self, code: str) -> bytes:
        return self._session.keys.lookup(f"invite:{code}")
