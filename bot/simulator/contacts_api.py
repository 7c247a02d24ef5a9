"""The directory: who has this telephone number, who is behind this user id."""

from aiohttp import web

from bot.simulator.errors import OapiError
from bot.simulator.openapi import Body, old_call
from bot.simulator.platform import Platform


class ContactsApi:
    """The few calls of the directory that a robot needs; exempt from the month's quota."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        calls = (
            ("/topapi/v2/user/getbymobile", self._by_mobile),
            ("/topapi/v2/user/get", self._user),
            ("/topapi/user/getbyunionid", self._by_union),
        )
        return [old_call(self._platform, path, call, exempt=True) for path, call in calls]

    async def _by_mobile(self, body: Body) -> Body:
        user = self._platform.world.find_mobile(str(body.get("mobile", "")))
        if user is None:
            raise OapiError(60121, "找不到该用户")
        return {"result": {"userid": user.user_id}}

    async def _by_union(self, body: Body) -> Body:
        user = self._platform.world.find_user(str(body.get("unionid", "")), 2)
        if user is None:
            raise OapiError(60121, "找不到该用户")
        return {"result": {"userid": user.user_id, "contact_type": 0}}

    async def _user(self, body: Body) -> Body:
        user = self._platform.world.find_user(str(body.get("userid", "")))
        if user is None:
            raise OapiError(60121, "找不到该用户")
        return {
            "result": {
                "userid": user.user_id,
                "unionid": user.union_id,
                "name": user.nick,
                "title": user.role,
                "active": True,
                "admin": user.is_admin,
                "dept_id_list": [1],
                "role_list": [],
            }
        }
