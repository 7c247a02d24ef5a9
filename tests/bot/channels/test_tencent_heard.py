"""The XML of a callback: what the platform sends is read, everything else is refused in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import MOST, field, heard, name_of, read
from bot.channels.tencent.reply import text_reply

HEAD = (
    "<ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>"
    "<FromUserName><![CDATA[oOPENID]]></FromUserName><CreateTime>1348831860</CreateTime>"
)
TEXT = (
    f"<xml>{HEAD}<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[我要报名]]></Content>"
    "<MsgId>1234567890123456</MsgId></xml>"
)


def event(name: str, more: str = "") -> str:
    return f"<xml>{HEAD}<MsgType><![CDATA[event]]></MsgType><Event>{name}</Event>{more}</xml>"


def test_a_message_is_read() -> None:
    found = heard(TEXT)
    assert (found.account, found.to, found.kind) == ("oOPENID", "gh_7f083739789a", "text")
    assert (found.text, found.msg_id, found.identity) == ("我要报名", *["1234567890123456"] * 2)
    assert found.at == datetime(2012, 9, 28, 11, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", [TEXT, f'<?xml version="1.0" encoding="UTF-8"?>{TEXT}'])
def test_a_mark_that_it_is_utf_8_is_no_part_of_a_message(text: str) -> None:
    assert heard(f"\ufeff{text}") == heard(TEXT)
    assert read(f"\ufeff{text}".encode()) == read(TEXT)


def test_an_event_is_read_with_its_key() -> None:
    found = heard(event("CLICK", "<EventKey><![CDATA[SIGNUP]]></EventKey>"))
    assert (found.kind, found.event, found.key) == ("event", "click", "SIGNUP")


def test_two_clicks_in_one_second_on_other_buttons_are_two() -> None:
    first = heard(event("CLICK", "<EventKey>A</EventKey>"))
    again = heard(event("CLICK", "<EventKey>A</EventKey>"))
    other = heard(event("CLICK", "<EventKey>B</EventKey>"))
    assert first.identity == again.identity != other.identity


def test_two_presses_of_two_cards_in_one_second_are_two() -> None:
    told = [
        heard(event("template_card_event", f"<EventKey>yes</EventKey><TaskId>{n}</TaskId>"))
        for n in (1, 1, 2)
    ]
    assert told[0].identity == told[1].identity != told[2].identity


@pytest.mark.parametrize("name", ["MsgID", "TaskId", "Ticket"])
def test_two_reports_of_one_second_about_two_things_are_two(name: str) -> None:
    first, again, other = (
        heard(event("TEMPLATESENDJOBFINISH", f"<{name}>{told}</{name}>")) for told in "112"
    )
    assert first.identity == again.identity != other.identity
    assert name_of(first) == name_of(again) != name_of(other)


def test_a_message_without_a_number_has_a_name_all_the_same() -> None:
    told = heard(TEXT.replace("<MsgId>1234567890123456</MsgId>", ""))
    other = heard(TEXT.replace("<MsgId>1234567890123456</MsgId>", "").replace("oOPENID", "oB"))
    assert name_of(told) != name_of(other)
    assert "oOPENID" not in name_of(told)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("<xml/>", id="empty"),
        pytest.param("<xml>text</xml>", id="only text"),
        pytest.param("<html><body>x</body></html>", id="another root"),
        pytest.param("<xml><a></xml>", id="not closed"),
        pytest.param('{"Encrypt": "x"}', id="json"),
        pytest.param("<!DOCTYPE xml><xml><a>1</a></xml>", id="a doctype"),
        pytest.param('<!doctype xml [<!entity a "b">]><xml>&a;</xml>', id="an entity"),
        pytest.param('<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><a>1</a></xml>', id="a file"),
        pytest.param("<!-- <xml> --><!DOCTYPE x><xml><a>1</a></xml>", id="behind a remark"),
        pytest.param("<xml><a>1</a><!DOCTYPE x></xml>", id="a doctype inside"),
        pytest.param("<xml><a>1</a></xml><!DOCTYPE x>", id="a doctype behind"),
        pytest.param("<xmlx><a>1</a></xmlx>", id="a longer root"),
        pytest.param(b"\xff\xfe<\x00x\x00", id="utf-16"),
        pytest.param(b"<xml><a>\xff</a></xml>", id="no utf-8"),
        pytest.param("<xml><a>\x00</a></xml>", id="a zero"),
        pytest.param("<xml><a>&b;</a></xml>", id="an unknown entity"),
        pytest.param("<xml>" + "<a>" * 9000, id="deep"),
    ],
)
def test_what_no_platform_sends_is_a_bad_callback(body: str | bytes) -> None:
    with pytest.raises(BadCallback):
        read(body)


@pytest.mark.parametrize("typed", ["<!DOCTYPE html><p>", "<!ENTITY a>", "<?xml?><xml>", "&amp;"])
def test_what_looks_like_a_declaration_may_be_typed(typed: str) -> None:
    assert heard(TEXT.replace("我要报名", typed)).text == typed


def test_a_message_may_say_first_that_it_is_xml() -> None:
    assert heard(f'<?xml version="1.0" encoding="UTF-8"?>\n{TEXT}') == heard(TEXT)


def test_a_callback_of_any_length_costs_no_more_than_a_look() -> None:
    with pytest.raises(BadCallback) as refused:
        read(b"<xml>" + b" " * MOST + b"</xml>")
    assert refused.value.status == 413


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(TEXT.replace("MsgType", "Msgtype"), id="no type"),
        pytest.param(TEXT.replace("<CreateTime>1348831860", "<CreateTime>soon"), id="no time"),
        pytest.param(TEXT.replace("1348831860", "99999999999"), id="a time that never comes"),
        pytest.param(TEXT.replace("FromUserName", "From"), id="from nobody"),
        pytest.param(TEXT.replace("<MsgId>", "<MsgType>x</MsgType><MsgId>"), id="two types"),
        pytest.param(TEXT.replace("<![CDATA[我要报名]]>", "<b>x</b>"), id="elements as text"),
    ],
)
def test_a_message_that_lacks_something_is_a_bad_callback(body: str) -> None:
    with pytest.raises(BadCallback):
        heard(body)


def test_an_empty_text_is_empty_and_spaces_around_it_are_gone() -> None:
    assert heard(TEXT.replace("我要报名", "")).text == ""
    assert heard(TEXT.replace("我要报名", "  我要 报名\n")).text == "我要 报名"


@given(st.binary(max_size=2000))
def test_whatever_the_bytes_are_they_are_read_or_refused(body: bytes) -> None:
    try:
        heard(body.decode("utf-8", "surrogateescape") if body[:1] == b"<" else TEXT)
        read(body)
    except BadCallback:
        pass


NAMES = st.sampled_from(["MsgType", "Content", "CreateTime", "FromUserName", "MsgId", "Event", "a"])


@given(st.lists(st.tuples(NAMES, st.text(max_size=20)), max_size=8))
def test_whatever_the_elements_say_they_are_read_or_refused(told: list[tuple[str, str]]) -> None:
    body = "".join(f"<{name}>{text}</{name}>" for name, text in told)
    with suppress(BadCallback):
        heard(f"<xml>{HEAD}{body}</xml>")


@given(
    st.text(max_size=60) | st.sampled_from(["]]></Content><MsgType>news", "a]]>b", "\x0b\ud800"])
)
def test_what_people_typed_cannot_change_the_answer(text: str) -> None:
    answer = xmltodict.parse(text_reply("oOPENID", "gh_1", text, 1348831860.9))["xml"]
    assert set(answer) == {"MsgType", "FromUserName", "ToUserName", "CreateTime", "Content"}
    assert (answer["MsgType"], answer["CreateTime"]) == ("text", "1348831860")
    kept = [one for one in text if one.isprintable() and not 0xD800 <= ord(one) < 0xE000]
    assert (
        "".join(kept).split()
        == "".join(one for one in answer["Content"] or "" if one.isprintable()).split()
    )


def test_an_answer_says_from_whom_to_whom() -> None:
    answer = read(text_reply("oOPENID", "gh_1", "已收到", 0))
    assert field(answer, "ToUserName") == "oOPENID"
    assert field(answer, "FromUserName") == "gh_1"
    assert field(answer, "Content") == "已收到"
