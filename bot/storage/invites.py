"""Invitations: codes that bind whoever knows them to an enterprise."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from bot.keys import Tampered, WrongKey
from bot.storage.session import Session
from bot.storage.tables import invite
from handlers.ports import Invite, PersonId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Used:
    """An invitation that was used up."""

    key: bytes  # digest of its code
    by: PersonId
    name: str
    deputy_of: PersonId | None


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
        name, deputy_of, until = self._told(key, row.name)
        last = date.fromisoformat(until) if until else None
        return Invite(code, row.enterprise, name, row.by, row.expires_at, deputy_of, last)

    async def used(self, person: PersonId) -> Sequence[Used]:
        """Return the invitations that somebody used up; one that cannot be read says no name."""
        result = await self._session.connection.execute(
            select(invite.c.code_key, invite.c.by, invite.c.name).where(invite.c.used_by == person)
        )
        found = []
        for row in result:
            try:
                name, deputy_of, _ = self._told(row.code_key, row.name)
            except (Tampered, WrongKey) as error:
                log.error("an invitation cannot be read: %s", type(error).__name__)
                name, deputy_of = "", None
            found.append(Used(row.code_key, row.by, name, deputy_of))
        return found

    async def unname(self, key: bytes) -> None:
        """Let an invitation, by its digest, say no name any more."""
        nobody = self._session.seal_json(["", None, None], "invite.name", key.hex())
        await self._session.connection.execute(
            update(invite).where(invite.c.code_key == key).values(name=nobody)
        )

    def _told(self, key: bytes, sealed: bytes) -> tuple[str, PersonId | None, str | None]:
        told = self._session.open_json(sealed, "invite.name", key.hex())
        # Those of earlier versions are of enterprises and keep the name alone.
        name, deputy_of, until = told if isinstance(told, list) else (told, None, None)
        return name, deputy_of, until

    def _key(self, code: str) -> bytes:
        return self._session.keys.lookup(f"invite:{code}")
