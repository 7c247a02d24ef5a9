"""aiogram 3 with the form as its state machine, and a session that sends nothing.

`memory+lock+fast` and `redis+lock+fast` say where its states lie. Both take its lock per person,
without which two messages at once lose forms, and both use asynchronous filters: aiogram gives each
synchronous one (`F.text == ...`, a bare State) a thread, which makes it two to three times slower.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseEventIsolation, BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import Message

from tests.bench.peers.store import server
from tests.bench.script import DONE, FIELDS, PROMPTS, START, WRONG, after, update, usable

CONNECTIONS = 64
TOKEN = "42:BENCH"


class Asked(StatesGroup):
    """The open question."""

    name = State()
    company = State()
    phone = State()
    category = State()
    detail = State()
    confirm = State()


class Silence(BaseSession):
    """Count what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.delay = 0.0

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        """Count one call."""
        self.sent += 1
        if self.delay:
            await asyncio.sleep(self.delay)

    async def stream_content(self, *args: Any, **options: Any) -> AsyncGenerator[bytes, None]:
        """Have nothing to download."""
        yield b""

    async def close(self) -> None:
        """Close nothing."""


class Aiogram:
    """A dispatcher that is fed decoded updates."""

    def __init__(self, storage: BaseStorage, isolation: BaseEventIsolation) -> None:
        self._session = Silence()
        self._bot = Bot(TOKEN, session=self._session)
        self._dispatcher = Dispatcher(storage=storage, events_isolation=isolation)
        self._numbers = itertools.count(1)
        self._filed: list[tuple[int, dict[str, str]]] = []
        self._dispatcher.message.register(_open, _is_start)
        for field in FIELDS:
            self._dispatcher.message.register(self._step(field), StateFilter(getattr(Asked, field)))

    @property
    def replies(self) -> int:
        """Count what was handed to the transport."""
        return self._session.sent

    @property
    def delay(self) -> float:
        """Seconds the transport takes."""
        return self._session.delay

    @delay.setter
    def delay(self, seconds: float) -> None:
        self._session.delay = seconds

    async def send(self, user: int, text: str) -> None:
        """Let a message in."""
        raw = update(next(self._numbers), user, text, int(time.time() * 1000))
        await self._dispatcher.feed_raw_update(self._bot, raw)

    async def filed(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Return the finished forms."""
        return self._filed

    def _step(self, field: str) -> Any:
        following = after(field)

        async def answered(message: Message, state: FSMContext) -> None:
            answer = usable(field, message.text or "")
            if answer is None:
                await message.answer(WRONG)
            elif following is not None:
                await state.update_data({field: answer})
                await state.set_state(getattr(Asked, following))
                await message.answer(PROMPTS[following])
            else:
                form = {**await state.get_data(), field: answer}
                await state.clear()
                if message.from_user is not None:
                    self._filed.append((message.from_user.id - 1, form))
                await message.answer(DONE)

        return answered


async def _is_start(message: Message) -> bool:
    return message.text == START


async def _open(message: Message, state: FSMContext) -> None:
    await state.set_state(Asked.name)
    await message.answer(PROMPTS["name"])


@asynccontextmanager
async def peer(variant: str, folder: Path, other_core: int) -> AsyncIterator[Aiogram]:
    """Open a variant."""
    if variant.startswith("memory"):
        yield Aiogram(MemoryStorage(), SimpleEventIsolation())
        return
    from aiogram.fsm.storage.redis import RedisStorage  # noqa: PLC0415 - not for `memory`
    from redis.asyncio import (  # noqa: PLC0415
        BlockingConnectionPool,
        Redis,
        UnixDomainSocketConnection,
    )

    async with AsyncExitStack() as stack:
        socket = stack.enter_context(server(other_core))
        pool = BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=socket, max_connections=CONNECTIONS
        )
        storage = RedisStorage(await stack.enter_async_context(Redis(connection_pool=pool)))
        yield Aiogram(storage, storage.create_isolation())
