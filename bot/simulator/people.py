"""What a member does: write, send files, forward, press buttons."""

import re
from collections.abc import Sequence
from typing import Any

from bot.simulator import inbound
from bot.simulator.attachments import Attachment, picture_type
from bot.simulator.card_api import CardApi, Press
from bot.simulator.chat import CUSTOM_ROBOT, ROBOT, Bubble
from bot.simulator.deliveries import Delivery
from bot.simulator.events import push_reads
from bot.simulator.inbound import Body, Envelope
from bot.simulator.platform import Platform, WebhookSession
from bot.simulator.trace import InboundTrace
from bot.simulator.webhooks import SESSION_PATH
from bot.simulator.wire import ROBOT_TOPIC, FrameType, dumps
from bot.simulator.world import Place, User

SESSIONS_KEPT = 50_000


class People:
    """The hands of the members; the page and the control API both use them."""

    def __init__(self, platform: Platform, cards: CardApi) -> None:
        self._platform = platform
        self._cards = cards
        self._withheld: dict[str, set[str]] = {}
        self._added: dict[str, Body] = {}

    def withhold(self, user_id: str, *names: str) -> None:
        """Leave fields out of a member's messages from now on (senderStaffId, sessionWebhook …)."""
        self._withheld.setdefault(user_id, set()).update(names)

    def add_fields(self, user_id: str, fields: Body) -> None:
        """Add or replace fields in a member's messages from now on."""
        self._added.setdefault(user_id, {}).update(fields)

    async def say(
        self,
        user_id: str,
        text: str,
        *,
        group: str | None = None,
        quoted: str | None = None,
        at_robot: bool = True,
    ) -> Bubble:
        """Write a text; in a group the robot gets it only when it is @-mentioned."""
        place = self._place(user_id, group)
        name = f"@{self._platform.world.robot_name}"
        bare = re.sub(rf"^\s*{re.escape(name)}\s*", "", text) if place.is_group else text
        at_robot = at_robot or bare != text
        body = inbound.text_body(bare, in_group=place.is_group)
        quoted_bubble = self._platform.chat.find(quoted) if quoted else None
        if quoted_bubble is not None:
            world, robot_code = self._platform.world, self._platform.app.robot_code
            body = inbound.quote(body, quoted_bubble, world, robot_code)
        shown = f"{name} {bare}" if place.is_group and at_robot else bare
        return await self._send(
            user_id, place, "text", body, {"text": shown}, at_robot=at_robot, quoted=quoted
        )

    async def send_picture(
        self,
        user_id: str,
        data: bytes,
        *,
        name: str = "图片.png",
        group: str | None = None,
        at_robot: bool = True,
    ) -> Bubble:
        """Send one picture."""
        place = self._place(user_id, group)
        picture = self._store(name, data, picture_type(data) or "application/octet-stream")
        body = inbound.picture_body(self._code(picture), self._code(picture))
        shown = {"attachment": picture.attachment_id, "name": name}
        return await self._send(user_id, place, "picture", body, shown, at_robot=at_robot)

    async def send_rich_text(
        self,
        user_id: str,
        parts: Sequence[str | bytes],
        *,
        group: str | None = None,
        at_robot: bool = True,
    ) -> Bubble:
        """Send a text with pictures in it: strings are text, bytes are pictures."""
        place = self._place(user_id, group)
        wired: list[Body] = []
        shown: list[dict[str, Any]] = []
        for part in parts:
            if isinstance(part, str):
                wired.append({"text": part})
                shown.append({"text": part})
                continue
            picture = self._store("图片.png", part, picture_type(part) or "image/png")
            wired.append(inbound.picture_part(self._code(picture), self._code(picture)))
            shown.append({"attachment": picture.attachment_id})
        body = inbound.rich_text_body(wired)
        return await self._send(
            user_id, place, "richText", body, {"parts": shown}, at_robot=at_robot
        )

    async def send_file(self, user_id: str, name: str, data: bytes) -> Bubble:
        """Send a file, in the 1:1 (groups do not pass files to robots)."""
        file = self._store(name, data, "application/octet-stream")
        ids = self._platform.ids
        body = inbound.file_body(name, self._code(file), ids.hexadecimal(10), ids.hexadecimal(11))
        shown = {"attachment": file.attachment_id, "name": name, "size": len(data)}
        return await self._send(user_id, self._place(user_id), "file", body, shown)

    async def send_audio(
        self,
        user_id: str,
        recognition: str,
        *,
        duration_ms: int = 4000,
        data: bytes = b"#!AMR\n",
    ) -> Bubble:
        """Send a voice message, in the 1:1, with what the platform recognised in it."""
        voice = self._store("语音.amr", data, "audio/amr")
        body = inbound.audio_body(self._code(voice), duration_ms, recognition)
        shown = {"recognition": recognition, "duration": duration_ms}
        return await self._send(user_id, self._place(user_id), "audio", body, shown)

    async def send_video(self, user_id: str, data: bytes, *, duration: str = "5") -> Bubble:
        """Send a video, in the 1:1."""
        video = self._store("视频.mp4", data, "video/mp4")
        body = inbound.video_body(self._code(video), duration)
        shown = {"attachment": video.attachment_id, "name": "视频.mp4", "size": len(data)}
        return await self._send(user_id, self._place(user_id), "video", body, shown)

    async def send_unknown(self, user_id: str, *, group: str | None = None) -> Bubble:
        """Send something that robots cannot receive (a sticker, a location)."""
        place = self._place(user_id, group)
        shown = {"text": "[不支持的消息]"}
        return await self._send(user_id, place, "unknownMsgType", inbound.unknown_body(), shown)

    async def forward(self, user_id: str, keys: Sequence[str]) -> Bubble:
        """Forward messages that the member sees to the robot's 1:1, as one chat record."""
        chat, robot_code = self._platform.chat, self._platform.app.robot_code
        bubbles = [b for key in keys if (b := chat.find(key)) and chat.visible(b, user_id)]
        records = [
            (self.nick(b), inbound.record_of(b, robot_code, self._picture_code(b))) for b in bubbles
        ]
        shown = {
            "records": [
                {"nick": self.nick(b), "text": inbound.plain(b) or "[图片]"} for b in bubbles
            ]
        }
        body = inbound.chat_record_body(records)
        return await self._send(user_id, self._place(user_id), "chatRecord", body, shown)

    async def press(self, user_id: str, out_track_id: str, action_id: str) -> Press:
        """Press a card's button; whether the member can see the card is not asked."""
        user = self._platform.world.user(user_id)
        return await self._cards.press(user, out_track_id, action_id)

    def read(self, user_id: str, place_id: str) -> None:
        """Read what stands in a place; the robot is told where the app asked for it."""
        new = self._platform.chat.mark_read(user_id, place_id)
        if new and self._platform.tells_reads:
            self._platform.gateway.spawn(push_reads(self._platform, user_id, new))

    def nick(self, bubble: Bubble) -> str:
        """Give the name that stands above a bubble."""
        if bubble.sender == ROBOT:
            return self._platform.world.robot_name
        if bubble.sender == CUSTOM_ROBOT:
            return "群通知机器人"
        return self._platform.world.user(bubble.sender).nick

    def message(self, user_id: str, msgtype: str, body: Body, *, group: str | None = None) -> Body:
        """Word a message without sending it, so that a test may spoil it first."""
        envelope = self._envelope(user_id, self._place(user_id, group))
        return self._altered(user_id, envelope.around(msgtype, body))

    async def push_message(self, message: Body) -> Delivery:
        """Push a message as it is, whatever it looks like."""
        business_id = str(message.get("msgId") or self._platform.ids.message())
        delivery = Delivery(FrameType.CALLBACK, ROBOT_TOPIC, dumps(message), business_id)
        await self._platform.gateway.deliver(delivery)
        return delivery

    async def _send(
        self,
        user_id: str,
        place: Place,
        msgtype: str,
        body: Body,
        shown: dict[str, Any],
        *,
        at_robot: bool = True,
        quoted: str | None = None,
    ) -> Bubble:
        to_robot = at_robot or not place.is_group
        envelope = self._envelope(user_id, place) if to_robot else None
        bubble = self._platform.chat.add(
            place,
            user_id,
            msgtype,
            shown,
            via="person",
            msg_id=envelope.msg_id if envelope else None,
            trace=InboundTrace(envelope.msg_id) if envelope else None,
            to_robot=to_robot,
            quoted=quoted,
        )
        if envelope is not None:
            over = self._platform.over_quota
            message = envelope.over_quota() if over else envelope.around(msgtype, body)
            await self.push_message(self._altered(user_id, message))
        return bubble

    def _altered(self, user_id: str, message: Body) -> Body:
        withheld = self._withheld.get(user_id, set())
        altered = {**message, **self._added.get(user_id, {})}
        return {name: value for name, value in altered.items() if name not in withheld}

    def _envelope(self, user_id: str, place: Place) -> Envelope:
        platform = self._platform
        now = platform.clock()
        expires_at = now + platform.timings.webhook_life
        session = platform.ids.hexadecimal(32)
        msg_id = platform.ids.message()
        platform.sessions[session] = WebhookSession(msg_id, place.place_id, expires_at)
        if len(platform.sessions) > SESSIONS_KEPT:
            platform.sessions.popitem(last=False)
        user: User = platform.world.user(user_id)
        webhook = f"{platform.base_url}{SESSION_PATH}?session={session}"
        return Envelope(
            platform.world, platform.app.robot_code, user, place, msg_id, now, webhook, expires_at
        )

    def _place(self, user_id: str, group: str | None = None) -> Place:
        world = self._platform.world
        if group is None:
            return world.direct(user_id)
        place = world.place(group)
        if user_id not in place.members:
            raise LookupError(f"{user_id} is not in the group")
        return place

    def _store(self, name: str, data: bytes, content_type: str) -> Attachment:
        return self._platform.attachments.store(name, data, content_type)

    def _code(self, attachment: Attachment) -> str:
        return self._platform.attachments.code_for(attachment)

    def _picture_code(self, bubble: Bubble) -> str | None:
        attachment_id = bubble.content.get("attachment")
        found = self._platform.attachments.get(attachment_id) if attachment_id else None
        return self._code(found) if found is not None else None
