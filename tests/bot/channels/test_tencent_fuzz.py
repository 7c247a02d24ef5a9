"""Bytes that mean nothing at both WeChats' addresses: no 5xx, no traceback, no answer unsigned."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.tencent.pace import Pace
from bot.simulator.tencent.calling import Caller
from tests import tencent, wechat, wecom

EXAMPLES = settings(max_examples=150, deadline=None)
AT_ONCE = Pace(answer=0.01, stop=1.0)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NAMES = ["signature", "msg_signature", "timestamp", "nonce", "encrypt_type", "echostr", "openid"]
QUERIES = st.dictionaries(st.sampled_from(NAMES), TEXTS | st.sampled_from(["aes", "raw", "1"]))
WORDS = ["xml", "Encrypt", "MsgType", "FromUserName", "<![CDATA[", "]]>", "<!DOCTYPE x>", "event"]
SNIPPETS = st.lists(
    st.sampled_from(WORDS).map(lambda word: f"<{word}>") | TEXTS | st.sampled_from(WORDS),
    max_size=12,
).map("".join)
BODIES = st.binary(max_size=400) | SNIPPETS.map(str.encode)
FIELDS = st.dictionaries(
    st.sampled_from(
        ["Content", "MediaId", "Event", "EventKey", "MsgId", "CreateTime", "Label", "Url", "Title"]
    ),
    TEXTS,
)
PRESSES = st.dictionaries(
    st.sampled_from(["Event", "EventKey", "TaskId", "CardType", "ResponseCode", "AgentID"]), TEXTS
)
KINDS = ["text", "image", "voice", "video", "file", "location", "link", "event"]
EVENTS = ["template_card_event", "enter_agent", "subscribe", "unsubscribe", "click", "SCAN", ""]
NOTHING = {"wechat": b"success", "wecom": b""}
Line = tencent.Line[Any, Any]


@dataclass(frozen=True, slots=True)
class Called:
    """A channel that answers at once, called from a thread beside the loop that serves it."""

    line: Line
    caller: Caller
    loop: asyncio.AbstractEventLoop
    caplog: pytest.LogCaptureFixture

    def post(self, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        answered = self.caller.post(query, body)
        return asyncio.run_coroutine_threadsafe(answered, self.loop).result(60)

    def get(self, query: dict[str, str]) -> tuple[int, str]:
        asked = self.caller.get(query)
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result(60)

    async def tried(self, examples: Callable[[], None]) -> None:
        """Run examples; nothing breaks off."""
        await asyncio.to_thread(examples)
        assert "Traceback" not in self.caplog.text
        assert "broke off:" not in self.caplog.text


@pytest.fixture(params=["wechat", "wecom"])
async def there(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Called]:
    caplog.set_level(logging.INFO)
    line: Line
    async with (wechat if request.param == "wechat" else wecom).line(AT_ONCE) as line:
        yield Called(line, line.platform.caller, asyncio.get_running_loop(), caplog)


async def test_what_nobody_signed_is_refused_whatever_it_is(there: Called) -> None:
    @EXAMPLES
    @given(QUERIES, BODIES)
    def examples(query: dict[str, str], body: bytes) -> None:
        status, told = there.post(query, body)
        assert (400 <= status < 500, told) == (True, b"")
        status, word = there.get(query)
        assert (400 <= status < 500, word) == (True, "")

    await there.tried(examples)
    assert there.line.taken == []


async def test_what_is_signed_and_damaged_is_refused_or_taken(there: Called) -> None:
    @EXAMPLES
    @given(SNIPPETS | TEXTS)
    def examples(inside: str) -> None:
        status, told = there.post(*there.caller.sealed(f"<xml>{inside}</xml>"))
        assert (400 <= status < 500, told) == (True, b"")

    await there.tried(examples)
    assert there.line.taken == []


async def test_a_message_of_any_kind_with_any_fields_never_breaks_the_call(there: Called) -> None:
    nothing = NOTHING[there.line.channel.name]

    @EXAMPLES
    @given(st.sampled_from(KINDS) | TEXTS, FIELDS | PRESSES, st.sampled_from(EVENTS))
    def examples(kind: str, fields: dict[str, str], event: str) -> None:
        told = {"Event": event, **fields} if kind == "event" and event else fields
        xml = there.line.platform.caller.message(there.line.who, kind, **told)
        status, body = there.post(*there.caller.sealed(xml))
        assert (status, body) == (200, nothing) or (400 <= status < 500 and body == b"")

    await there.tried(examples)
    assert there.line.taken != []
