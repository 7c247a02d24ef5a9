"""Events: what the platform tells the bot that happened in the organisation."""

from typing import Any

from bot.simulator.chat import Bubble
from bot.simulator.deliveries import Delivery
from bot.simulator.gateway import event_headers
from bot.simulator.platform import Platform
from bot.simulator.wire import EVENT_TOPIC, FrameType, dumps, milliseconds

READ = "robot_msg_read"


async def push_event(platform: Platform, event_type: str, data: dict[str, Any]) -> Delivery:
    """Push one event."""
    event_id = platform.ids.hexadecimal(16)
    born = milliseconds(platform.clock())
    extra = event_headers(event_type, event_id, platform.world.corp_id, born)
    delivery = Delivery(FrameType.EVENT, EVENT_TOPIC, dumps(data), event_id, extra)
    await platform.gateway.deliver(delivery)
    return delivery


async def push_reads(platform: Platform, user_id: str, bubbles: list[Bubble]) -> None:
    """Push an event for each message of the robot that a member has read now."""
    user = platform.world.user(user_id)
    for bubble in bubbles:
        if bubble.query_key is not None:
            data = {
                "unionId": user.union_id,
                "operatTime": str(milliseconds(platform.clock())),
                "robotCode": platform.app.robot_code,
                "openConversationId": bubble.place,
                "userId": user_id,
                "processQueryKey": bubble.query_key,
            }
            await push_event(platform, READ, data)
