"""python-telegram-bot with the form as its ConversationHandler, in memory, with a mute bot."""

import asyncio
import itertools
import time
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ConversationHandler, ExtBot, MessageHandler, filters
from telegram.request import BaseRequest

from tests.bench.script import DONE, FIELDS, PROMPTS, START, WRONG, after, update, usable

ME = b'{"ok": true, "result": {"id": 42, "is_bot": true, "first_name": "b", "username": "b"}}'


class Silence(BaseRequest):
    """Answer what the bot asks about itself."""

    @property
    def read_timeout(self) -> float | None:
        """Give what the library asks for."""
        return 1.0

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Say who the bot is."""
        return 200, ME


class Mute(ExtBot):
    """Count what would be sent."""

    def __init__(self) -> None:
        super().__init__("42:BENCH", request=Silence(), get_updates_request=Silence())
        with self._unfrozen():
            self.sent, self.delay = 0, 0.0

    async def send_message(self, *args: Any, **options: Any) -> Any:
        """Count one message."""
        with self._unfrozen():
            self.sent += 1
        if self.delay:
            await asyncio.sleep(self.delay)


class Telegram:
    """An application that is fed decoded updates."""

    def __init__(self, bot: Mute, application: Any) -> None:
        self._bot = bot
        self._application = application
        self._numbers = itertools.count(1)
        self._filed: list[tuple[int, dict[str, str]]] = []
        text = filters.TEXT & ~filters.COMMAND
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            application.add_handler(
                ConversationHandler(
                    entry_points=[MessageHandler(filters.Text([START]), _open)],
                    states={
                        number: [MessageHandler(text, self._step(number, field))]
                        for number, field in enumerate(FIELDS)
                    },
                    fallbacks=[],
                )
            )

    @property
    def replies(self) -> int:
        """Count what was handed to the transport."""
        return self._bot.sent

    @property
    def delay(self) -> float:
        """Seconds the transport takes."""
        return self._bot.delay

    @delay.setter
    def delay(self, seconds: float) -> None:
        with self._bot._unfrozen():
            self._bot.delay = seconds

    async def send(self, user: int, text: str) -> None:
        """Let a message in."""
        raw = update(next(self._numbers), user, text, int(time.time() * 1000))
        await self._application.process_update(Update.de_json(raw, self._bot))

    async def filed(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Return the finished forms."""
        return self._filed

    def _step(self, number: int, field: str) -> Any:
        following = after(field)

        async def answered(told: Any, context: Any) -> int:
            answer = usable(field, told.message.text)
            if answer is None:
                await told.message.reply_text(WRONG)
                return number
            context.user_data[field] = answer
            if following is not None:
                await told.message.reply_text(PROMPTS[following])
                return number + 1
            self._filed.append((told.effective_user.id - 1, dict(context.user_data)))
            context.user_data.clear()
            await told.message.reply_text(DONE)
            return int(ConversationHandler.END)

        return answered


async def _open(told: Any, context: Any) -> int:
    await told.message.reply_text(PROMPTS["name"])
    return 0


@asynccontextmanager
async def peer(variant: str, folder: Path, other_core: int) -> AsyncIterator[Telegram]:
    """Open it; it knows one way to keep its states that is worth measuring."""
    bot = Mute()
    async with Application.builder().bot(bot).updater(None).job_queue(None).build() as application:
        yield Telegram(bot, application)
