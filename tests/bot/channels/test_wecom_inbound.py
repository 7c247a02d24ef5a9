"""What members send to an app of 企业微信, and what happens there, as arrivals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import Heard, heard, name_of
from bot.channels.tencent.inbound import Inbound
from bot.channels.wecom import inbound
from handlers.ports import Arrival, Button, Incoming, ReplyPath

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MEMBER, CORP = "zhangsan", "wx5823bf96d3bd56c7"
INBOUND = Inbound("wecom", timedelta(seconds=4), inbound.happened)


def told(kind: str, **fields: str) -> Heard:
    """Read a message of the documents (path/90239, path/90240)."""
    more = "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items())
    return heard(
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>{MEMBER}</FromUserName>"
        f"<CreateTime>1348831860</CreateTime><MsgType>{kind}</MsgType>{more}"
        "<AgentID>218</AgentID></xml>"
    )


def taken(kind: str, **fields: str) -> Arrival:
    found = INBOUND.arrival(told(kind, MsgId="1234567890123456", **fields), NOW)
    assert found is not None
    return found


def happened(event: str, **fields: str) -> Arrival | None:
    return INBOUND.arrival(told("event", Event=event, **fields), NOW)


def pressed(event: str = "template_card_event", **fields: str) -> Heard:
    given = {"EventKey": "a:claim:1:3", "TaskId": "qq-1", "ResponseCode": "c", **fields}
    return told("event", Event=event, CardType="button_interaction", **given)


def test_a_text_says_who_wrote_what_when_and_how_long_its_call_waits() -> None:
    arrival = taken("text", Content=" 我要报名 ")
    assert (arrival.channel, arrival.robot) == ("wecom", CORP)
    assert (arrival.sender.staff_id, arrival.place.private) == (MEMBER, True)
    assert (arrival.text, arrival.kind) == ("我要报名", "text")
    assert arrival.at == datetime(2012, 9, 28, 11, 31, tzinfo=UTC)
    assert arrival.reply_path == ReplyPath("1234567890123456", NOW + timedelta(seconds=4))


@pytest.mark.parametrize(
    ("kind", "fields", "file"),
    [
        ("image", {"PicUrl": "http://x/y"}, Incoming("m-1", "picture")),
        ("voice", {"Format": "amr"}, Incoming("m-1", "audio")),
        ("video", {"ThumbMediaId": "t"}, Incoming("m-1", "video")),
        ("file", {"FileName": "批复.pdf"}, Incoming("m-1", "file", "批复.pdf")),
        ("file", {"Title": "批复.pdf"}, Incoming("m-1", "file", "批复.pdf")),
        ("file", {}, Incoming("m-1", "file")),
    ],
)
def test_what_is_shown_heard_or_read_comes_as_a_file(
    kind: str, fields: dict[str, str], file: Incoming
) -> None:
    assert taken(kind, MediaId="m-1", **fields).files == (file,)


def test_a_place_and_a_link_are_written_down() -> None:
    place = taken("location", Location_X="29.95", Location_Y="121.71", Label="兴海路1号")
    assert place.text == "兴海路1号 29.95 121.71"
    link = taken("link", Title="通知", Description="", Url="https://example.com/a")
    assert link.text == "通知\nhttps://example.com/a"


@pytest.mark.parametrize("kind", ["image", "file", "hologram"])
def test_what_nobody_can_read_is_said_to_be_so(kind: str) -> None:
    assert taken(kind).kind == "unsupported"


@pytest.mark.parametrize("event", ["template_card_event", "template_card_menu_event"])
def test_a_pressed_card_is_a_button_with_its_card(event: str) -> None:
    arrival = INBOUND.arrival(pressed(event), NOW)
    assert arrival is not None
    assert (arrival.kind, arrival.button) == ("button", Button("a:claim:1:3", "qq-1"))
    assert (arrival.place.private, arrival.text, arrival.reply_path) == (True, "", None)


def test_a_click_on_the_menu_counts_as_what_it_says() -> None:
    arrival = happened("click", EventKey="进度")
    assert arrival is not None
    assert (arrival.text, arrival.kind) == ("进度", "text")


@pytest.mark.parametrize(
    "event",
    ["enter_agent", "subscribe", "unsubscribe", "view", "LOCATION", "change_contact", "new"],
)
def test_what_asks_for_no_answer_is_no_arrival(event: str) -> None:
    assert happened(event, EventKey="") is None


def test_a_press_that_is_brought_again_is_the_same_and_each_other_is_another() -> None:
    presses = (
        pressed(),
        pressed(),
        pressed(TaskId="qq-2"),
        pressed(EventKey="a:return:1:3"),
    )
    names = [name_of(one) for one in presses]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert all(MEMBER not in name for name in names)


def test_an_element_that_is_there_twice_is_refused() -> None:
    twice = told("event", Event="template_card_event", EventKey="a")
    fields = {**twice.fields, "TaskId": ["qq-1", "qq-2"]}
    with pytest.raises(BadCallback):
        INBOUND.arrival(twice.model_copy(update={"fields": fields}), NOW)
