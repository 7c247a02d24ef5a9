"""Robot messages as the platform words them: the envelope and each kind of body."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.chat import Bubble
from bot.simulator.wire import dumps, milliseconds
from bot.simulator.world import Place, User, World, sender_id

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around every robot message."""

    world: World
    robot_code: str
    user: User
    place: Place
    msg_id: str
    sent_at: datetime
    webhook: str
    webhook_expires_at: datetime

    def around(self, msgtype: str, body: Body) -> Body:
        """Wrap the body of one message."""
        corp = self.world.corp_id
        robot_id = sender_id("robot", self.robot_code)
        message: Body = {
            "senderPlatform": "Mac",
            "conversationId": self.place.place_id,
            "chatbotCorpId": corp,
            "chatbotUserId": robot_id,
            "msgId": self.msg_id,
            "senderNick": self.user.nick,
            "isAdmin": self.user.is_admin,
            "senderStaffId": self.user.user_id,
            "sessionWebhookExpiredTime": milliseconds(self.webhook_expires_at),
            "createAt": milliseconds(self.sent_at),
            "senderCorpId": corp,
            "conversationType": "2" if self.place.is_group else "1",
            "senderId": sender_id(self.user.user_id, self.robot_code),
            "sessionWebhook": self.webhook,
            "robotCode": self.robot_code,
            "msgtype": msgtype,
            **body,
        }
        if self.place.is_group:
            message["atUsers"] = [{"dingtalkId": robot_id}]
            message["conversationTitle"] = self.place.title
            message["isInAtList"] = True
        return message

    def over_quota(self) -> Body:
        """Word the frame that arrives when the month's quota is used up: no text, no content."""
        message = self.around("text", {})
        message["errorCode"] = "20001"
        message["errorMessage"] = "受调用量超量影响，机器人无法正常响应，请联系管理员"
        return message


def text_body(text: str, *, in_group: bool) -> Body:
    """Word a text; in a group the space after the stripped @ remains."""
    return {"text": {"content": f" {text}" if in_group else text}}


def quote(body: Body, quoted: Bubble, world: World, robot_code: str) -> Body:
    """Add what a quoting reply carries (undocumented, as seen in the field)."""
    sender = "robot" if quoted.sender not in {u.user_id for u in world.users} else quoted.sender
    replied = {
        "msgType": quoted.kind if quoted.kind != "card" else "interactiveCard",
        "msgId": quoted.msg_id,
        "senderId": sender_id(sender, robot_code),
        "createdAt": milliseconds(quoted.sent_at),
        "content": {"text": plain(quoted)} if plain(quoted) else {},
    }
    extra: Body = {"originalMsgId": quoted.msg_id}
    if quoted.query_key is not None:
        extra["originalProcessQueryKey"] = quoted.query_key
    text = {**body["text"], "isReplyMsg": True, "repliedMsg": replied}
    return {"text": text, **extra}


def picture_body(code: str, picture_code: str) -> Body:
    """Word a picture."""
    return {"content": {"pictureDownloadCode": picture_code, "downloadCode": code}}


def rich_text_body(parts: Sequence[Body]) -> Body:
    """Word a text with pictures in it."""
    return {"content": {"richText": list(parts)}}


def picture_part(code: str, picture_code: str) -> Body:
    """Word one picture of a rich text."""
    return {"pictureDownloadCode": picture_code, "downloadCode": code, "type": "picture"}


def file_body(name: str, code: str, space_id: str, file_id: str) -> Body:
    """Word a file."""
    content = {"spaceId": space_id, "fileName": name, "downloadCode": code, "fileId": file_id}
    return {"content": content}


def audio_body(code: str, duration_ms: int, recognition: str) -> Body:
    """Word a voice message with its recognised text."""
    content = {"duration": duration_ms, "downloadCode": code, "recognition": recognition}
    return {"content": content}


def video_body(code: str, duration: str) -> Body:
    """Word a video; its duration is a string."""
    return {"content": {"duration": duration, "videoType": "mp4", "downloadCode": code}}


def unknown_body() -> Body:
    """Word a message of a kind that robots cannot receive."""
    return {"content": {"unknownMsgType": "用户发送了一条消息，机器人暂不支持接收。"}}


def chat_record_body(records: Sequence[tuple[str, Body]]) -> Body:
    """Word a forwarded chat record: two JSON strings, names in the summary only (field reports)."""
    summary = [f"{nick}:{_gist(record)}" for nick, record in records]
    return {
        "content": {
            "isForwardMsg": "1",
            "summary": dumps(summary),
            "chatRecord": dumps([record for _, record in records]),
        }
    }


def record_of(bubble: Bubble, robot_code: str, download_code: str | None) -> Body:
    """Word one line of a chat record, with an opaque sender."""
    content: Body = {"text": plain(bubble)}
    if download_code is not None:
        content = {"downloadCode": download_code}
    return {
        "senderId": sender_id(bubble.sender, robot_code),
        "msgId": bubble.msg_id,
        "msgType": "picture" if download_code is not None else "text",
        "createAt": milliseconds(bubble.sent_at),
        "content": content,
    }


def plain(bubble: Bubble) -> str:
    """Give the words of a bubble, as far as it has any."""
    content = bubble.content
    if bubble.kind == "richText":
        return "".join(str(part.get("text", "")) for part in content["parts"])
    if bubble.kind == "audio":
        return str(content.get("recognition", ""))
    return str(content.get("text", ""))


def _gist(record: Body) -> str:
    return str(record["content"].get("text") or "[图片]")
