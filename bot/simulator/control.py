"""The strings of the puppets: everything a test or a demonstration may order."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.simulator.chat import Bubble
from bot.simulator.deliveries import Delivery
from bot.simulator.events import push_event
from bot.simulator.faults import Cut, Fail, Hang, Throttle
from bot.simulator.gateway import Connection, Phase
from bot.simulator.observations import Breach
from bot.simulator.people import People
from bot.simulator.platform import Platform
from bot.simulator.wire import Ack


class Control:
    """Order the platform about, and look at what it has seen."""

    def __init__(self, platform: Platform, people: People) -> None:
        self._platform = platform
        self.people = people
        self.say = people.say
        self.press = people.press
        self.send_picture = people.send_picture
        self.send_rich_text = people.send_rich_text
        self.send_file = people.send_file
        self.send_audio = people.send_audio
        self.send_video = people.send_video
        self.send_unknown = people.send_unknown
        self.forward = people.forward
        self.withhold = people.withhold
        self.add_fields = people.add_fields
        self.message = people.message
        self.push_message = people.push_message

    # What happened.

    @property
    def connections(self) -> list[Connection]:
        """List the sockets that live, silent ones included."""
        return list(self._platform.gateway.connections)

    @property
    def opened(self) -> int:
        """Count the calls to connections/open so far."""
        return self._platform.gateway.opened

    @property
    def breaches(self) -> list[Breach]:
        """List what the client did against the documents."""
        return list(self._platform.observations.breaches)

    @property
    def acks(self) -> list[Ack]:
        """List every acknowledgement, pongs included."""
        return list(self._platform.gateway.deliveries.acks)

    def delivery(self, msg_id: str) -> Delivery:
        """Look up the pushes of a message (or of an event or card callback) by its id."""
        found = self._platform.gateway.deliveries.find(msg_id)
        if found is None:
            raise LookupError("no such message")
        return found

    def sent(self, *, user: str | None = None, place: str | None = None) -> list[Bubble]:
        """List the robots' messages in order, as far as a member (or anybody) sees them."""
        chat = self._platform.chat
        bubbles = chat.all() if user is None else chat.seen_by(user)
        return [
            bubble
            for bubble in bubbles
            if bubble.via != "person" and (place is None or bubble.place == place)
        ]

    def seen(self, user: str, place: str | None = None) -> list[Bubble]:
        """List every message that a member sees, in order."""
        return self._platform.chat.seen_by(user, place)

    def place_of(self, user: str) -> str:
        """Give the id of a member's 1:1 with the robot."""
        return self._platform.world.direct(user).place_id

    def custom_robot(self, group: str) -> tuple[str, str]:
        """Give the webhook address of a group's custom robot, and its secret ("" = none)."""
        found = self._platform.world.place(group).group
        if found is None or found.custom_token is None:
            raise LookupError("there is no custom robot")
        address = f"{self._platform.base_url}/robot/send?access_token={found.custom_token}"
        return address, found.custom_secret or ""

    def card(self, out_track_id: str, user: str | None = None) -> dict[str, str]:
        """Give a card's values, as one member sees them."""
        card = self._platform.cards.get(out_track_id)
        return card.shown_to(self._card_user(card.user_id_type, user))

    def media(self, media_id: str) -> bytes:
        """Return a file that the robot uploaded."""
        found = self._platform.attachments.by_media(media_id)
        if found is None:
            raise LookupError("no such medium")
        return found.data

    def _card_user(self, user_id_type: int, user: str | None) -> str:
        if user is None or user_id_type == 1:
            return user or ""
        return self._platform.world.user(user).union_id

    def usage(self) -> dict[str, int]:
        """Count the month's API calls and stream and webhook messages."""
        notes = self._platform.observations
        return {"api": notes.api_calls, "messages": notes.messages}

    def most_calls(self) -> dict[str, int]:
        """Give per OpenAPI path the most calls that came in any second, refused ones included."""
        return dict(self._platform.observations.by_second.most)

    def most_posts(self) -> dict[str, int]:
        """Give per group the most that came for its custom robot in any minute, refused or not."""
        return dict(self._platform.observations.by_minute.most)

    def calls(self) -> dict[str, int]:
        """Count the admitted OpenAPI calls by path."""
        return dict(self._platform.observations.calls_by_path)

    async def wait_for_ack(self, msg_id: str, timeout: float = 30) -> Ack:  # noqa: ASYNC109
        """Wait until a message is acknowledged with code 200."""
        delivery = self.delivery(msg_id)
        async with asyncio.timeout(timeout):
            await delivery.settled.wait()
        return next(ack for ack in delivery.acks if ack.ok)

    async def wait_connected(self, count: int = 1, timeout: float = 30) -> None:  # noqa: ASYNC109
        """Wait until so many sockets are open (silent ones do not count)."""
        async with asyncio.timeout(timeout):
            await self._platform.gateway.wait_open(count)

    # The stream.

    async def redeliver(self, msg_id: str, times: int = 1) -> None:
        """Push a message again, with the same msgId in new frames."""
        for _ in range(times):
            await self._platform.gateway.push(self.delivery(msg_id))

    async def event(self, event_type: str, data: dict[str, Any]) -> Delivery:
        """Push an event (robot_msg_read, chat_add_member …)."""
        return await push_event(self._platform, event_type, data)

    async def ping(self) -> list[str]:
        """Send the gateway's ping on every open socket; gives the frames' ids."""
        return [await self._platform.gateway.ping(connection) for connection in self._open()]

    async def disconnect(self, reason: str = "connection is expired") -> None:
        """Announce the end of every open socket: silence, then the close."""
        for connection in self._open():
            await self._platform.gateway.disconnect(connection, reason)

    def drop(self) -> None:
        """Tear every TCP connection of the client without a word."""
        for connection in self.connections:
            self._platform.gateway.drop(connection)

    async def close(self, code: int = 1000) -> None:
        """Close every open socket normally, with a websocket code."""
        for connection in self._open():
            await connection.socket.close(code=code)

    def repeat(self, most: int, within: float = 0.0) -> None:
        """Push every message from now on 1 to `most` times, with the same msgId.

        The further pushes follow at random within so many seconds, acknowledged or not.
        """
        gateway = self._platform.gateway
        gateway.most_pushes, gateway.within = most, within

    def hold(self, on: bool = True) -> None:
        """Keep what comes while no socket is open, and push it to the next one; else it is lost."""
        self._platform.gateway.holds = on

    def tell_reads(self, on: bool = True) -> None:
        """Tick the event robot_msg_read: from now on it is pushed when members read."""
        self._platform.tells_reads = on

    def use_old_sockets(self, on: bool = True) -> None:
        """Push to sockets that were told to disconnect, for as long as there is one."""
        self._platform.gateway.prefer_silent = on

    async def send_raw_frame(self, text: str) -> bool:
        """Send any text as a frame."""
        return await self._platform.gateway.send_raw(text)

    def _open(self) -> list[Connection]:
        return [c for c in self.connections if c.phase is Phase.OPEN]

    # The OpenAPI.

    def hang(self, path: str, seconds: float, times: int = 1, *, executed: bool = False) -> None:
        """Make the next calls of a path wait before (`executed`: after) they are carried out."""
        self._platform.faults.order(Hang(path, seconds, executed, times))

    def throttle(self, path: str, times: int = 1) -> None:
        """Refuse the next calls of a path with QpsLimitForAppkeyAndApi."""
        self._platform.faults.order(Throttle(path, times))

    def fail(
        self, path: str, status: int, body: Any, times: int = 1, *, executed: bool = False
    ) -> None:
        """Answer the next calls of a path so; a body that is text goes out as an HTML page."""
        self._platform.faults.order(Fail(path, status, body, executed, times))

    def cut(self, path: str, times: int = 1, *, executed: bool = True) -> None:
        """Drop the connection of the next calls of a path, after (or before) carrying them out."""
        self._platform.faults.order(Cut(path, executed, times))

    def clear_faults(self) -> None:
        """Forget the orders that are left."""
        self._platform.faults.clear()

    def expire_tokens(self) -> None:
        """Let every access token die now."""
        self._platform.access.expire()

    def expire_webhooks(self) -> None:
        """Let every sessionWebhook die now."""
        self._platform.sessions.clear()

    def expire_downloads(self) -> None:
        """Let every download code die now."""
        self._platform.attachments.expire_codes()

    def run_out_of_quota(self, *, api: bool = True, messages: bool = True) -> None:
        """Use the month up: calls get ApiCountLimitForOrg, messages arrive with 20001."""
        if api:
            self._platform.access.monthly_api_calls = 0
        if messages:
            self._platform.monthly_messages = 0

    def refill_quota(self) -> None:
        """Begin a new month without limits."""
        self._platform.access.monthly_api_calls = None
        self._platform.monthly_messages = None

    def flow_control(self, *user_ids: str) -> None:
        """Put these members (and nobody else) on flowControlledStaffIdList."""
        self._platform.flow_controlled.clear()
        self._platform.flow_controlled.update(user_ids)

    def filter_out(self, *user_ids: str) -> None:
        """Put these members (and nobody else) on filteredStaffIdList."""
        self._platform.filtered.clear()
        self._platform.filtered.update(user_ids)

    def block_space(self, *space_ids: str) -> None:
        """Take the robot out of these groups: sends are refused, cards fail in deliverResults."""
        self._platform.blocked_spaces.clear()
        self._platform.blocked_spaces.update(space_ids)

    def repeat_cards(self, *, error: bool) -> None:
        """Choose what a second creation under one outTrackId gets: an error or a quiet success."""
        self._platform.cards.repeat_is_error = error

    # The members.

    def forget_staff_id(self, user_id: str) -> None:
        """Leave senderStaffId out of a member's messages, as for outsiders."""
        self.withhold(user_id, "senderStaffId")

    def forget_webhook(self, user_id: str) -> None:
        """Leave sessionWebhook out of a member's messages."""
        self.withhold(user_id, "sessionWebhook", "sessionWebhookExpiredTime")

    def read(self, user_id: str, places: Sequence[str] = ()) -> None:
        """Let a member read what stands in these places, or everywhere (see tell_reads)."""
        world = self._platform.world
        for place_id in places or [place.place_id for place in world.places_of(user_id)]:
            self.people.read(user_id, place_id)
