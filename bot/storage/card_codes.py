"""What lets a card be changed once, kept sealed until it is used or too old."""

from datetime import datetime

from sqlalchemy import delete

from bot.keys import Tampered, WrongKey
from bot.storage.session import Session
from bot.storage.tables import card_code


class CardCodes:
    """The newest code of each card, by channel."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, channel: str, card: str, code: str) -> None:
        """Keep a code instead of the one before."""
        sealed = self._session.seal(code, "card_code.code", channel, card)
        values = {"code": sealed, "at": self._session.clock()}
        insertion = self._session.insert(card_code).values(channel=channel, card=card, **values)
        await self._session.connection.execute(
            insertion.on_conflict_do_update(index_elements=["channel", "card"], set_=values)
        )

    async def take(self, channel: str, card: str) -> str:
        """Return the code of a card, and keep it no longer; empty = there is none."""
        result = await self._session.connection.execute(
            delete(card_code)
            .where(card_code.c.channel == channel, card_code.c.card == card)
            .returning(card_code.c.code)
        )
        sealed: bytes | None = result.scalar()
        if sealed is None:
            return ""
        try:
            return self._session.open(sealed, "card_code.code", channel, card).decode()
        except (Tampered, WrongKey):  # of a key that is no more: the card stays as it is
            return ""

    async def prune(self, before: datetime) -> int:
        """Forget codes from before then."""
        result = await self._session.connection.execute(
            delete(card_code).where(card_code.c.at < before)
        )
        return result.rowcount
