"""The control API over HTTP, for tests in other processes and for curl.

Every call is `POST /control/<name>` with a JSON object and answers a JSON object; 400 with
`{"error": …}` when the order makes no sense. Only same-machine callers without a foreign Origin.

    say             user, text, [group], [quoted: bubble key], [at_robot]     → bubble
    picture         user, base64, [name], [group], [at_robot]                 → bubble
    rich_text       user, parts: [text | {"base64": …}], [group], [at_robot]  → bubble
    file            user, name, base64                                        → bubble
    audio           user, recognition, [duration_ms]                          → bubble
    video           user, base64                                              → bubble
    unknown         user, [group]                                             → bubble
    forward         user, keys: [bubble key]                                  → bubble
    press           user, out_track_id, action_id             → pushed, answered, response
    redeliver       msg_id, [times]
    event           type, data                                                → event_id
    message         message: {…}   (pushed as it is)                          → msg_id
    raw             text           (sent as a frame as it is)                 → sent
    ping · drop · expire_tokens · expire_webhooks · expire_downloads · refill_quota · clear_faults
    disconnect      [reason]
    close           [code]
    use_old_sockets [on]
    repeat          most, [within]  (push everything 1 to `most` times from now on)
    hold            [on]            (keep what comes while no socket is open)
    tell_reads      [on]            (push robot_msg_read when members read)
    hang            path, seconds, [times], [executed]
    throttle        path, [times]
    fail            path, status, body, [times], [executed]
    cut             path, [times], [executed]
    run_out_of_quota [api], [messages]
    flow_control    users: […]
    filter_out      users: […]
    block_space     spaces: […]
    withhold        user, fields: […]
    add_fields      user, fields: {…}
    forget_staff_id user
    forget_webhook  user
    read            user, [places: […]]

`GET /control/sent?user=&place=` lists the robots' messages, `GET /control/seen?user=&place=` what a
member sees, `GET /control/state` sockets, breaches, usage, calls and acknowledgements, and
`GET /control/delivery?msg_id=` the pushes of one message. `GET /control/windows` gives the most
calls per path in any second and the most posts per custom robot (by its group) in any minute.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.simulator.chat import Bubble
from bot.simulator.control import Control
from bot.simulator.errors import ApiError
from bot.simulator.origin import refuse_strangers
from bot.simulator.wire import Ack, dumps

Body = dict[str, Any]
Order = Callable[[Control, Body], Awaitable[Body]]


class ControlHttp:
    """The routes under /control/."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.get("/control/sent", self._sent),
            web.get("/control/seen", self._seen),
            web.get("/control/state", self._state),
            web.get("/control/delivery", self._delivery),
            web.get("/control/windows", self._windows),
            web.post("/control/{name}", self._order),
        ]

    async def _order(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        order = ORDERS.get(request.match_info["name"])
        if order is None:
            return _json({"error": "no such order"}, 404)
        try:
            body = await request.json() if request.can_read_body else {}
            return _json(await order(self._control, body))
        except (LookupError, TypeError, ValueError, ApiError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    async def _sent(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        query = request.query
        bubbles = self._control.sent(user=query.get("user"), place=query.get("place"))
        return _json({"messages": [self._view(bubble) for bubble in bubbles]})

    async def _seen(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        bubbles = self._control.seen(request.query["user"], request.query.get("place"))
        return _json({"messages": [self._view(bubble) for bubble in bubbles]})

    async def _state(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        control = self._control
        return _json(
            {
                "connections": [
                    {"id": c.connection_id, "phase": c.phase.value} for c in control.connections
                ],
                "opened": control.opened,
                "breaches": [{"code": b.code, "detail": b.detail} for b in control.breaches],
                "usage": control.usage(),
                "calls": control.calls(),
                "acks": [_ack(ack) for ack in control.acks],
            }
        )

    async def _delivery(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        try:
            delivery = self._control.delivery(request.query.get("msg_id", ""))
        except LookupError as error:
            return _json({"error": str(error)}, 404)
        acks = [_ack(ack) for ack in delivery.acks]
        answer = {"acknowledged": delivery.acknowledged, "pushes": len(delivery.pushes)}
        return _json({**answer, "acks": acks})

    async def _windows(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        control = self._control
        return _json({"second": control.most_calls(), "minute": control.most_posts()})

    def _view(self, bubble: Bubble) -> Body:
        view = _bubble(bubble)
        if bubble.out_track_id is not None:
            view["card"] = self._control.card(bubble.out_track_id)
        return view


def _json(body: Body, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=dumps)


def _bubble(bubble: Bubble) -> Body:
    return {
        "key": bubble.key,
        "seq": bubble.seq,
        "place": bubble.place,
        "sender": bubble.sender,
        "kind": bubble.kind,
        "content": bubble.content,
        "via": bubble.via,
        "msg_id": bubble.msg_id,
        "query_key": bubble.query_key,
        "out_track_id": bubble.out_track_id,
        "mentions": list(bubble.mentions),
        "recalled": bubble.recalled,
        "sent_at": bubble.sent_at.isoformat(),
    }


def _ack(ack: Ack) -> Body:
    return {
        "message_id": ack.message_id,
        "code": ack.code,
        "data": ack.data,
        "connection_id": ack.connection_id,
    }


def _some(body: Body, *names: str) -> Body:
    return {name: body[name] for name in names if name in body}


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


async def _say(control: Control, body: Body) -> Body:
    options = _some(body, "group", "quoted", "at_robot")
    return _bubble(await control.say(body["user"], body["text"], **options))


async def _picture(control: Control, body: Body) -> Body:
    options = _some(body, "name", "group", "at_robot")
    return _bubble(await control.send_picture(body["user"], _bytes(body["base64"]), **options))


async def _rich_text(control: Control, body: Body) -> Body:
    parts = [p if isinstance(p, str) else _bytes(p["base64"]) for p in body["parts"]]
    options = _some(body, "group", "at_robot")
    return _bubble(await control.send_rich_text(body["user"], parts, **options))


async def _file(control: Control, body: Body) -> Body:
    return _bubble(await control.send_file(body["user"], body["name"], _bytes(body["base64"])))


async def _audio(control: Control, body: Body) -> Body:
    options = _some(body, "duration_ms")
    return _bubble(await control.send_audio(body["user"], body["recognition"], **options))


async def _video(control: Control, body: Body) -> Body:
    return _bubble(await control.send_video(body["user"], _bytes(body["base64"])))


async def _unknown(control: Control, body: Body) -> Body:
    return _bubble(await control.send_unknown(body["user"], **_some(body, "group")))


async def _forward(control: Control, body: Body) -> Body:
    return _bubble(await control.forward(body["user"], body["keys"]))


async def _press(control: Control, body: Body) -> Body:
    press = await control.press(body["user"], body["out_track_id"], body["action_id"])
    return {
        "callback_id": press.callback_id,
        "pushed": press.pushed,
        "answered": press.answered,
        "response": press.response,
    }


async def _redeliver(control: Control, body: Body) -> Body:
    await control.redeliver(body["msg_id"], body.get("times", 1))
    return {}


async def _event(control: Control, body: Body) -> Body:
    delivery = await control.event(body["type"], body.get("data", {}))
    return {"event_id": delivery.business_id}


async def _message(control: Control, body: Body) -> Body:
    delivery = await control.push_message(body["message"])
    return {"msg_id": delivery.business_id}


async def _raw(control: Control, body: Body) -> Body:
    return {"sent": await control.send_raw_frame(body["text"])}


async def _ping(control: Control, _body: Body) -> Body:
    return {"frames": await control.ping()}


async def _disconnect(control: Control, body: Body) -> Body:
    await control.disconnect(**_some(body, "reason"))
    return {}


async def _close(control: Control, body: Body) -> Body:
    await control.close(**_some(body, "code"))
    return {}


def _plain(act: Callable[[Control, Body], None]) -> Order:
    async def order(control: Control, body: Body) -> Body:
        act(control, body)
        return {}

    return order


ORDERS: Mapping[str, Order] = {
    "say": _say,
    "picture": _picture,
    "rich_text": _rich_text,
    "file": _file,
    "audio": _audio,
    "video": _video,
    "unknown": _unknown,
    "forward": _forward,
    "press": _press,
    "redeliver": _redeliver,
    "event": _event,
    "message": _message,
    "raw": _raw,
    "ping": _ping,
    "disconnect": _disconnect,
    "close": _close,
    "drop": _plain(lambda c, _: c.drop()),
    "expire_tokens": _plain(lambda c, _: c.expire_tokens()),
    "expire_webhooks": _plain(lambda c, _: c.expire_webhooks()),
    "expire_downloads": _plain(lambda c, _: c.expire_downloads()),
    "refill_quota": _plain(lambda c, _: c.refill_quota()),
    "clear_faults": _plain(lambda c, _: c.clear_faults()),
    "use_old_sockets": _plain(lambda c, b: c.use_old_sockets(**_some(b, "on"))),
    "repeat": _plain(lambda c, b: c.repeat(**b)),
    "hold": _plain(lambda c, b: c.hold(**_some(b, "on"))),
    "tell_reads": _plain(lambda c, b: c.tell_reads(**_some(b, "on"))),
    "hang": _plain(lambda c, b: c.hang(**b)),
    "throttle": _plain(lambda c, b: c.throttle(**b)),
    "fail": _plain(lambda c, b: c.fail(**b)),
    "cut": _plain(lambda c, b: c.cut(**b)),
    "run_out_of_quota": _plain(lambda c, b: c.run_out_of_quota(**b)),
    "flow_control": _plain(lambda c, b: c.flow_control(*b["users"])),
    "filter_out": _plain(lambda c, b: c.filter_out(*b["users"])),
    "block_space": _plain(lambda c, b: c.block_space(*b["spaces"])),
    "withhold": _plain(lambda c, b: c.withhold(b["user"], *b["fields"])),
    "add_fields": _plain(lambda c, b: c.add_fields(b["user"], b["fields"])),
    "forget_staff_id": _plain(lambda c, b: c.forget_staff_id(b["user"])),
    "forget_webhook": _plain(lambda c, b: c.forget_webhook(b["user"])),
    "read": _plain(lambda c, b: c.read(b["user"], b.get("places", ()))),
}
