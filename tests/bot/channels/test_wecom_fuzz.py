"""Bytes that mean nothing at the address of 企业微信: no 5xx, no traceback, no answer unsigned."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom import Pace
from tests.bot.channels.test_wechat_fuzz import (
    BODIES,
    EXAMPLES,
    FIELDS,
    QUERIES,
    SNIPPETS,
    TEXTS,
    tried,
)
from tests.wecom import MEMBER, line

AT_ONCE = Pace(answer=0.01, stop=1.0)
PRESSES = st.dictionaries(
    st.sampled_from(["Event", "EventKey", "TaskId", "CardType", "ResponseCode", "AgentID"]), TEXTS
)


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
            status, word = asked.result(60)
            assert (400 <= status < 500, word) == (True, "")

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
        kinds = st.sampled_from(["text", "image", "voice", "video", "file", "location", "event"])
        cards = st.sampled_from(["template_card_event", "enter_agent", "unsubscribe", "click"])

        @EXAMPLES
        @given(kinds | TEXTS, FIELDS | PRESSES, cards)
        def examples(kind: str, fields: dict[str, str], event: str) -> None:
            told = {"Event": event, **fields} if kind == "event" else fields
            xml = caller.message(MEMBER, kind, **told)
            answered = asyncio.run_coroutine_threadsafe(caller.post(*caller.sealed(xml)), loop)
            status, body = answered.result(60)
            assert (status == 200 or 400 <= status < 500, body) == (True, b"")

        await tried(examples, caplog)
        assert there.taken != []
