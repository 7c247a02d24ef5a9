"""Bytes that mean nothing at the address of 公众号: no 5xx, no traceback, no answer unsigned."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat import Pace
from tests.bot.channels.test_wechat_callback import FIRM, line

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


async def tried(examples: Callable[[], None], caplog: pytest.LogCaptureFixture) -> None:
    """Run examples in a thread beside the loop that serves them; nothing breaks off."""
    caplog.set_level(logging.INFO)
    await asyncio.to_thread(examples)
    assert "Traceback" not in caplog.text
    assert "broke off:" not in caplog.text


async def test_what_nobody_signed_is_refused_whatever_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with line(AT_ONCE) as there:
        loop, caller = asyncio.get_running_loop(), there.platform.caller

        @EXAMPLES
        @given(QUERIES, BODIES)
        def examples(query: dict[str, str], body: bytes) -> None:
            answered = asyncio.run_coroutine_threadsafe(caller.post(query, body), loop)
            status, told = answered.result(60)
            assert (400 <= status < 500, told) == (True, b"")
            asked = asyncio.run_coroutine_threadsafe(caller.get(query), loop)
            assert asked.result(60) == (403, "")

        await tried(examples, caplog)
        assert there.taken == []


async def test_what_is_signed_and_damaged_is_refused_or_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with line(AT_ONCE) as there:
        loop, caller = asyncio.get_running_loop(), there.platform.caller

        @EXAMPLES
        @given(SNIPPETS | TEXTS)
        def examples(inside: str) -> None:
            query, body = caller.sealed(f"<xml>{inside}</xml>")
            answered = asyncio.run_coroutine_threadsafe(caller.post(query, body), loop)
            status, told = answered.result(60)
            assert (400 <= status < 500, told) == (True, b"")

        await tried(examples, caplog)
        assert there.taken == []


async def test_a_message_of_any_kind_with_any_fields_never_breaks_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with line(AT_ONCE) as there:
        loop, caller = asyncio.get_running_loop(), there.platform.caller
        kinds = st.sampled_from(["text", "image", "voice", "video", "location", "link", "event"])

        @EXAMPLES
        @given(kinds | TEXTS, FIELDS)
        def examples(kind: str, fields: dict[str, str]) -> None:
            xml = caller.message(FIRM, kind, **fields)
            answered = asyncio.run_coroutine_threadsafe(caller.post(*caller.sealed(xml)), loop)
            status, told = answered.result(60)
            assert (status, told) == (200, b"success") or (400 <= status < 500 and told == b"")

        await tried(examples, caplog)
        assert there.taken != []
