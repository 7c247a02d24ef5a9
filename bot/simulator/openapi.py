"""The doors of the OpenAPI: token, quota and error shapes around each call."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from bot.simulator.errors import ApiError, OapiError, bad_parameter
from bot.simulator.faults import Handler
from bot.simulator.platform import Platform

Body = dict[str, Any]
Call = Callable[[Body], Awaitable[Body]]

OWN_PATHS = ("/control/", "/page", "/assets/")
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105 - the name of a header


def new_call(
    platform: Platform, method: str, path: str, call: Call, *, exempt: bool = False
) -> web.RouteDef:
    """Make a route of the new API (api.dingtalk.com)."""

    async def handle(request: web.Request) -> web.Response:
        platform.access.admit(path, request.headers.get(TOKEN_HEADER), exempt=exempt)
        return web.json_response(await call(await _body(request)), dumps=_dumps)

    return web.route(method, path, handle)


def old_call(platform: Platform, path: str, call: Call, *, exempt: bool = False) -> web.RouteDef:
    """Make a route of the old API (oapi.dingtalk.com)."""

    async def handle(request: web.Request) -> web.Response:
        platform.access.admit_old(path, request.query.get("access_token"), exempt=exempt)
        answer = await call(await _body(request))
        return web.json_response({"errcode": 0, "errmsg": "ok", **answer}, dumps=_dumps)

    return web.route(hdrs.METH_POST, path, handle)


async def _body(request: web.Request) -> Body:
    if request.method == hdrs.METH_GET:
        return dict(request.query)
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise ApiError(400, "invalidParameter", "body is not JSON") from error
    if not isinstance(body, dict):
        raise ApiError(400, "invalidParameter", "body is not a JSON object")
    return body


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def guard(platform: Platform) -> Middleware:
    """Make the middleware that applies ordered faults and writes errors as the platform does."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/" or request.path.startswith(OWN_PATHS):
            return await handler(request)
        try:
            return await platform.faults.apply(request, handler)
        except ApiError as error:
            request_id = platform.ids.hexadecimal(32).upper()
            return web.json_response(
                {"code": error.code, "requestid": request_id, "message": error.message},
                status=error.status,
                headers={"x-acs-dingtalk-request-id": request_id},
                dumps=_dumps,
            )
        except OapiError as error:
            body = {"errcode": error.errcode, "errmsg": error.errmsg}
            return web.json_response(body, dumps=_dumps)

    return middleware


def token_routes(platform: Platform) -> list[web.RouteDef]:
    """List the two addresses that give access tokens."""

    async def new(request: web.Request) -> web.Response:
        body = await _body(request)
        given = platform.access.token(str(body.get("appKey")), str(body.get("appSecret")))
        if given is None:
            raise ApiError(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return web.json_response({"accessToken": given[0], "expireIn": given[1]})

    async def old(request: web.Request) -> web.Response:
        query = request.query
        given = platform.access.token(query.get("appkey", ""), query.get("appsecret", ""))
        if given is None:
            raise OapiError(40089, "不合法的appkey或appsecret")
        return web.json_response(
            {
                "errcode": 0,
                "errmsg": "ok",
                "access_token": given[0],
                "expires_in": given[1],
            }
        )

    return [web.post("/v1.0/oauth2/accessToken", new), web.get("/gettoken", old)]


def text_list(body: Body, name: str, most: int) -> list[str]:
    """Read a list of at most so many strings."""
    value = body.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise bad_parameter(name)
    if len(value) > most:
        raise ApiError(400, "too.many.people", f"{name} 超过 {most} 个")
    return value


def text(body: Body, name: str) -> str:
    """Read a string that must be there."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise bad_parameter(name)
    return value
