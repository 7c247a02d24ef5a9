"""What people send to a 公众号, and what happens there, as arrivals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import Heard, heard, name_of
from bot.channels.tencent.inbound import Inbound
from bot.channels.wechat import inbound
from handlers.ports import Arrival, Incoming, ReplyPath

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FIRM, ACCOUNT = "oia2TjuEGTNoeX76QEjQNrcURxG8", "gh_7f083739789a"
INBOUND = Inbound(
    "wechat", timedelta(seconds=4), lambda said: inbound.happened(said, lambda: "菜单")
)


def told(kind: str, **fields: str) -> Heard:
    """Read a message of the documents."""
    more = "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items())
    return heard(
        f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{FIRM}</FromUserName>"
        f"<CreateTime>1348831860</CreateTime><MsgType>{kind}</MsgType>{more}</xml>"
    )


def taken(kind: str, **fields: str) -> Arrival:
    found = INBOUND.arrival(told(kind, MsgId="1234567890123456", **fields), NOW)
    assert found is not None
    return found


def happened(event: str, **fields: str) -> Arrival | None:
    return INBOUND.arrival(told("event", Event=event, **fields), NOW)


def test_a_text_says_who_wrote_what_when_and_how_long_its_call_waits() -> None:
    arrival = taken("text", Content=" 我要报名 ")
    assert (arrival.channel, arrival.robot, arrival.msg_id) == (
        "wechat",
        ACCOUNT,
        "1234567890123456",
    )
    assert (arrival.sender.staff_id, arrival.sender.nick) == (FIRM, "")
    assert (arrival.place.private, arrival.place.chat) == (True, FIRM)
    assert (arrival.text, arrival.kind) == ("我要报名", "text")
    assert arrival.at == datetime(2012, 9, 28, 11, 31, tzinfo=UTC)
    assert arrival.reply_path == ReplyPath("1234567890123456", NOW + timedelta(seconds=4))


@pytest.mark.parametrize(
    ("kind", "file"),
    [("image", "picture"), ("voice", "audio"), ("video", "video"), ("shortvideo", "video")],
)
def test_what_is_shown_or_heard_comes_as_a_file(kind: str, file: str) -> None:
    (found,) = taken(kind, MediaId="m-1", PicUrl="http://x/y", Format="amr").files
    assert found == Incoming("m-1", file)  # type: ignore[arg-type]


def test_what_a_voice_was_understood_as_is_its_text() -> None:
    arrival = taken("voice", MediaId="m-1", Recognition="厂门口的路坏了")
    assert (arrival.text, arrival.spoken) == ("厂门口的路坏了", True)
    assert not taken("voice", MediaId="m-1").spoken


def test_a_place_and_a_link_are_written_down() -> None:
    place = taken(
        "location", Location_X="29.95", Location_Y="121.71", Label="兴海路1号", Scale="15"
    )
    assert place.text == "兴海路1号 29.95 121.71"
    link = taken("link", Title="通知", Description="", Url="https://example.com/a")
    assert link.text == "通知\nhttps://example.com/a"


@pytest.mark.parametrize("kind", ["image", "hologram", "music"])
def test_what_nobody_can_read_is_said_to_be_so(kind: str) -> None:
    assert taken(kind).kind == "unsupported"


@pytest.mark.parametrize(
    ("event", "key", "text"),
    [
        ("subscribe", "", "菜单"),
        ("subscribe", "qrscene_123", "菜单"),
        ("subscribe", "qrscene_报名 12", "报名 12"),
        ("SCAN", "报名 12", "报名 12"),
        ("CLICK", "进度", "进度"),
    ],
)
def test_what_somebody_does_counts_as_what_they_would_type(event: str, key: str, text: str) -> None:
    arrival = happened(event, EventKey=key)
    assert arrival is not None
    assert (arrival.text, arrival.kind) == (text, "text")


@pytest.mark.parametrize(
    "event",
    [
        "unsubscribe",
        "VIEW",
        "LOCATION",
        "SCAN",
        "TEMPLATESENDJOBFINISH",
        "MASSSENDJOBFINISH",
        "new",
    ],
)
def test_what_asks_for_no_answer_is_no_arrival(event: str) -> None:
    assert happened(event) is None


def test_two_events_of_one_second_are_two_and_a_repetition_is_one() -> None:
    names = {
        name_of(told("event", Event="CLICK", EventKey=key)) for key in ("进度", "报名", "进度")
    }
    assert len(names) == 2
    assert all(FIRM not in name and len(name) < 64 for name in names)


def test_a_field_that_is_there_twice_makes_it_no_message() -> None:
    doubled = heard(
        f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{FIRM}</FromUserName>"
        "<CreateTime>1</CreateTime><MsgType>image</MsgType><MediaId>a</MediaId>"
        "<MediaId>b</MediaId></xml>"
    )
    with pytest.raises(BadCallback):
        INBOUND.arrival(doubled, NOW)
