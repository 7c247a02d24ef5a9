"""What DingTalk pushes, read as arrivals."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.dingtalk.access import DingTalkAccess
from bot.channels.dingtalk.inbound import Inbound, Unreadable
from bot.channels.dingtalk.origins import Origins
from handlers.ports import Arrival, Button, Forwarded, Incoming, Place, Sender
from tests.bot.channels.platform import payload

ACCESS = DingTalkAccess("id", "secret", "dingrobot", api_base="http://127.0.0.1:9")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def inbound(known: Place | None = None) -> Inbound:
    return Inbound("dingrobot", Origins(ACCESS), lambda: NOW, lambda _: known)


def read(name: str, **changes: Any) -> Arrival:
    body = {k: v for k, v in (payload(name) | changes).items() if v is not None}
    return inbound().message(body, "frame-1")


def test_a_group_message_names_its_place_sender_time_and_reply_path() -> None:
    arrival = read("text_group")
    assert arrival.text == "你好"
    assert arrival.place == Place(False, "cid6EUexample00001sg==", "测试群")
    assert arrival.sender == Sender("0147example8602", None, "$:LWCP_v1:$vsender", "小钉")
    assert arrival.at == datetime(2024, 2, 19, 7, 20, 4, 136000, UTC)
    assert arrival.robot == "dingoexampledm3k"
    assert arrival.reply_path is not None
    assert (arrival.reply_path.expires_at - arrival.at).total_seconds() == 5400.18


def test_a_single_chat_is_private() -> None:
    assert read("text_private").place == Place(True, "cidsingle0000001==")


def test_without_a_conversation_type_the_marks_of_a_group_decide() -> None:
    assert not read("text_group", conversationType=None).place.private
    assert read("text_private", conversationType=None).place.private


def test_a_quoted_message_comes_along() -> None:
    arrival = read("text_quoting")
    assert (arrival.text, arrival.quoted) == ("就是这件事", "厂门口的路坏了")


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("picture", (Incoming("mIofexample", "picture"),)),
        ("audio", (Incoming("mIofaudio", "audio"),)),
        ("video", (Incoming("mIofvideo", "video"),)),
        ("file", (Incoming("LJYYexample", "file", "foobar.zip"),)),
        ("rich_text", (Incoming("mIof1", "picture"), Incoming("mIof2", "picture"))),
        ("chat_record", (Incoming("mIofrec", "picture"),)),
    ],
)
def test_files_are_named_by_their_download_codes(name: str, files: tuple[Incoming, ...]) -> None:
    assert read(name).files == files


def test_recognised_speech_is_marked_as_spoken() -> None:
    arrival = read("audio")
    assert (arrival.text, arrival.spoken) == ("钉钉，让进步发生", True)


def test_rich_text_keeps_its_words_in_order_without_the_mentions() -> None:
    assert read("rich_text").text == "这个问题示例图如下：\n请看"


def test_a_forwarded_record_given_as_json_text_is_read() -> None:
    assert read("chat_record").forwarded == (
        Forwarded("老陈", "门口的路坏了"),
        Forwarded("老陈", "[图片]"),
    )


@pytest.mark.parametrize("name", ["chat_record_opaque", "chat_record_summary"])
def test_names_of_a_forwarded_record_come_from_its_summary(name: str) -> None:
    assert read(name).forwarded == (
        Forwarded("老陈", "门口的路坏了"),
        Forwarded("小王", "已三天"),
    )


@pytest.mark.parametrize("content", [{}, {"chatRecord": "{[bad"}, {"chatRecord": [{}, 1, None]}, 5])
def test_a_record_nobody_can_read_is_unsupported_or_what_is_left(content: Any) -> None:
    arrival = read("chat_record", content=content)
    assert arrival.kind == ("text" if arrival.forwarded else "unsupported")


@pytest.mark.parametrize("name", ["unknown_type", "interactive_card"])
def test_other_types_are_unsupported(name: str) -> None:
    assert read(name).kind == "unsupported"


def test_over_quota_arrives_without_words() -> None:
    arrival = read("over_quota")
    assert (arrival.kind, arrival.text) == ("over_quota", "")
    assert arrival.sender.staff_id == "0147example8602"


def test_what_may_be_missing_may_be_missing() -> None:
    arrival = read(
        "text_group", senderStaffId=None, sessionWebhook=None, createAt=None, robotCode=None
    )
    assert arrival.sender.names == (("sender", "$:LWCP_v1:$vsender"),)
    assert arrival.reply_path is None
    assert (arrival.at, arrival.robot) == (NOW, "dingrobot")


@pytest.mark.parametrize("created", [1708327204136, "1708327204136"])
def test_the_time_may_be_a_number_or_text(created: object) -> None:
    assert read("text_group", createAt=created).at.year == 2024


@pytest.mark.parametrize("created", ["soon", "1e400", "-9e99", [], {}, True])
def test_an_odd_time_is_now(created: object) -> None:
    assert read("text_group", createAt=created).at == NOW


@pytest.mark.parametrize("text", ["\ud800 half", "a\x00b", "\u202eright", "字" * 10_000])
def test_odd_words_stay_as_they_are(text: str) -> None:
    assert read("text_group", text={"content": text}).text == text


@pytest.mark.parametrize("text", [None, "words", 5, [], {"content": {}}])
def test_a_text_of_another_shape_is_empty(text: object) -> None:
    assert read("text_group", text=text).text == ""


@pytest.mark.parametrize(
    "changes",
    [{"senderId": None, "senderStaffId": None}, {"senderId": {}, "senderStaffId": []}],
)
def test_nobody_can_answer_a_message_without_any_sender(changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read("text_group", **changes)


def test_without_a_msg_id_the_frame_names_the_message() -> None:
    assert read("text_group", msgId=None).msg_id == "frame-1"


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("https://oapi.dingtalk.com/robot/sendBySession?session=1", True),
        ("https://api.dingtalk.com/x", True),
        ("http://127.0.0.1:9/robot/sendBySession?session=1", True),
        ("http://127.0.0.1:10/robot/sendBySession?session=1", False),
        ("http://oapi.dingtalk.com/robot/sendBySession?session=1", False),
        ("https://oapi.dingtalk.com:8443/x", False),
        ("https://oapi.dingtalk.com.evil.example/x", False),
        ("https://oapi.dingtalk.com@evil.example/x", False),
        ("https://evil.example/oapi.dingtalk.com", False),
        ("file:///etc/passwd", False),
        ("not an address", False),
        ("http://[", False),
    ],
)
def test_answers_go_to_the_platform_only(
    url: str, accepted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    arrival = read("text_group", sessionWebhook=url)
    assert (arrival.reply_path is not None) is accepted
    assert url not in caplog.text


def pressed(known: Place | None = None, **changes: Any) -> Arrival:
    return inbound(known).pressed(payload("card_callback") | changes, "frame-9")


def test_a_pressed_button_names_its_card_action_and_person() -> None:
    arrival = pressed()
    assert arrival.kind == "button"
    assert arrival.button == Button("a:accept:ZH-2026-0001", "qq-card1")
    assert arrival.sender == Sender("user1", None, None)
    assert arrival.msg_id == "card:qq-card1:a:accept:ZH-2026-0001:user1:frame-9"


def test_a_press_is_answered_where_the_card_was_put() -> None:
    group = Place(False, "cid-group")
    assert pressed(group).place == group


def test_a_press_from_an_unknown_place_is_answered_in_private() -> None:
    assert pressed().place.private
    assert not pressed(spaceType="IM_GROUP").place.private


def test_the_type_of_the_user_id_is_respected() -> None:
    assert pressed(userIdType=2).sender == Sender(None, "user1", None)


def test_an_action_may_come_without_parameters() -> None:
    content = json.dumps({"cardPrivateData": {"actionIds": ["yes"], "params": {}}})
    assert pressed(content=content).button == Button("yes", "qq-card1")


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (1708327204136, datetime(2024, 2, 19, 7, 20, 4, 136000, UTC)),
        ("1708327204136", datetime(2024, 2, 19, 7, 20, 4, 136000, UTC)),
        (1708327204, datetime(2024, 2, 19, 7, 20, 4, tzinfo=UTC)),  # seconds
        ("soon", NOW),
    ],
)
def test_the_time_of_a_message_is_read_in_either_unit(told: object, at: datetime) -> None:
    assert inbound().message(payload("text_private") | {"createAt": told}, "f").at == at


@pytest.mark.parametrize("field", ["outTrackId", "userId", "content"])
def test_a_press_of_nothing_by_nobody_cannot_be_read(field: str) -> None:
    with pytest.raises(Unreadable):
        inbound().pressed(payload("card_callback") | {field: ""}, "frame-9")


@pytest.mark.parametrize(
    ("url", "fetched"),
    [
        ("http://127.0.0.1:9/f?a=%2B", "http://127.0.0.1:9/f?a=%2B"),
        (
            "http://x.oss-cn-hangzhou.aliyuncs.com/f?s=%2B",
            "https://x.oss-cn-hangzhou.aliyuncs.com/f?s=%2B",
        ),
        ("https://down.dingtalk.com/f", "https://down.dingtalk.com/f"),
        ("https://down.dingtalk.com:444/f", None),
        ("https://dingtalk.com.evil.example/f", None),
        ("http://169.254.169.254/latest", None),
        ("", None),
    ],
)
def test_files_are_fetched_from_the_platform_only(url: str, fetched: str | None) -> None:
    address = Origins(ACCESS).file_address(url)
    assert (str(address) if address else None) == fetched
