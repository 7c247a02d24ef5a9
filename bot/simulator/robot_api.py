"""Robot messages through the OpenAPI: to one person, to a group; recall, read status."""

from datetime import timedelta
from typing import Any

from aiohttp import hdrs, web

from bot.simulator.chat import ROBOT, Bubble
from bot.simulator.errors import ApiError
from bot.simulator.messages import Outbound, read_template
from bot.simulator.openapi import Body, new_call, text, text_list
from bot.simulator.platform import Platform
from bot.simulator.trace import QueryKeyTrace
from bot.simulator.world import Place

MOST_RECIPIENTS = 20
MOST_RECALLS = 20
RECALL_LIFE = timedelta(hours=24)  # of a 1:1 message


class RobotApi:
    """What the robot may do with messages."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        calls = (
            (hdrs.METH_POST, "/v1.0/robot/oToMessages/batchSend", self._send_direct),
            (hdrs.METH_POST, "/v1.0/robot/groupMessages/send", self._send_group),
            (hdrs.METH_POST, "/v1.0/robot/groupMessages/query", self._read_group),
            (hdrs.METH_GET, "/v1.0/robot/oToMessages/readStatus", self._read_direct),
            (hdrs.METH_POST, "/v1.0/robot/groupMessages/recall", self._recall_group),
            # The documented path really has a lower-case "oto".
            (hdrs.METH_POST, "/v1.0/robot/otoMessages/batchRecall", self._recall_direct),
        )
        return [new_call(self._platform, method, path, call) for method, path, call in calls]

    def _check_robot(self, body: Body) -> None:
        if body.get("robotCode") != self._platform.app.robot_code:
            raise ApiError(400, "robot.oto.notExist", "机器人不存在")

    async def _send_direct(self, body: Body) -> Body:
        self._check_robot(body)
        users = text_list(body, "userIds", MOST_RECIPIENTS)
        message = read_template(body.get("msgKey"), body.get("msgParam"))
        world = self._platform.world
        known = [user_id for user_id in users if world.find_user(user_id)]
        if not known:
            raise ApiError(400, "staffId.notExisted", "员工不存在")
        slowed = [user_id for user_id in known if user_id in self._platform.flow_controlled]
        filtered = [user_id for user_id in known if user_id in self._platform.filtered]
        query_key = self._platform.ids.query_key()
        for user_id in known:
            if user_id not in slowed and user_id not in filtered:
                self._show(world.direct(user_id), message, query_key)
        return {
            "processQueryKey": query_key,
            "invalidStaffIdList": [user_id for user_id in users if user_id not in known],
            "flowControlledStaffIdList": slowed,
            **({"filteredStaffIdList": filtered} if filtered else {}),
        }

    async def _send_group(self, body: Body) -> Body:
        self._check_robot(body)
        place = self._group(body)
        message = read_template(body.get("msgKey"), body.get("msgParam"))
        query_key = self._platform.ids.query_key()
        self._show(place, message, query_key)
        return {"processQueryKey": query_key}

    def _group(self, body: Body) -> Place:
        place = self._platform.world.find_group(text(body, "openConversationId"))
        if place is None:
            raise ApiError(400, "invalid.openConversationId", "无效的群")
        if place.place_id in self._platform.blocked_spaces:
            raise ApiError(400, "resource.not.found", "机器人不在群内")
        return place

    def _show(self, place: Place, message: Outbound, query_key: str) -> None:
        self._platform.chat.add(
            place,
            ROBOT,
            message.kind,
            message.content,
            via="openapi",
            query_key=query_key,
            trace=QueryKeyTrace(query_key),
        )

    async def _read_group(self, body: Body) -> Body:
        self._check_robot(body)
        place = self._group(body)
        bubbles = self._sent(text(body, "processQueryKey"))
        readers = sorted({reader for bubble in bubbles for reader in bubble.readers})
        status = "RECALLED" if all(b.recalled for b in bubbles) else "SUCCESS"
        return {
            "sendStatus": status,
            "readUserIds": [user_id for user_id in readers if user_id in place.members],
            "nextToken": "",
            "hasMore": False,
        }

    async def _read_direct(self, body: Body) -> Body:
        self._check_robot(body)
        bubbles = self._sent(text(body, "processQueryKey"))
        infos: list[dict[str, Any]] = []
        for bubble in bubbles:
            user_id = self._platform.world.place(bubble.place).members[0]
            infos.append(
                {
                    "name": self._platform.world.user(user_id).nick,
                    "userId": user_id,
                    "readStatus": "READ" if user_id in bubble.readers else "UNREAD",
                }
            )
        # "SUCESS" is how the platform spells it.
        return {"sendStatus": "SUCESS", "messageReadInfoList": infos}

    def _sent(self, query_key: str) -> list[Bubble]:
        bubbles = self._platform.chat.sent_as(query_key)
        if not bubbles:
            raise ApiError(400, "processQueryKey.expireTime", "processQueryKey 已过期或未生成")
        return bubbles

    async def _recall_group(self, body: Body) -> Body:
        self._check_robot(body)
        return self._recall(body, self._group(body).place_id)

    async def _recall_direct(self, body: Body) -> Body:
        self._check_robot(body)
        return self._recall(body, None)

    def _recall(self, body: Body, place_id: str | None) -> Body:
        done: list[str] = []
        failed: dict[str, str] = {}
        for key in text_list(body, "processQueryKeys", MOST_RECALLS):
            bubbles = [
                bubble
                for bubble in self._platform.chat.sent_as(key)
                if self._is_recallable(bubble, place_id)
            ]
            for bubble in bubbles:
                bubble.recalled = True
                self._platform.chat.tell(bubble)
            if bubbles:
                done.append(key)
            else:
                failed[key] = "processQueryKey 不存在"
        return {"successResult": done, "failedResult": failed}

    def _is_recallable(self, bubble: Bubble, place_id: str | None) -> bool:
        if place_id is not None:
            return bubble.place == place_id
        in_group = self._platform.world.place(bubble.place).is_group
        return not in_group and self._platform.clock() - bubble.sent_at < RECALL_LIFE
