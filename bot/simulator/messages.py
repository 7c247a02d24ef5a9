"""What a robot may send: message templates of the OpenAPI, message types of the webhooks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.errors import ApiError, OapiError, bad_parameter

MSG_PARAM_BYTES = 15_000
WEBHOOK_BYTES = 20_000

FILE_TYPES = ("xlsx", "pdf", "zip", "rar", "doc", "docx")

_BUTTONS = {f"sampleActionCard{n}": n for n in range(2, 6)}

# The fields that each template cannot do without.
MSG_KEYS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{
        key: (
            "title",
            "text",
            *(f"{part}{i}" for i in range(1, n + 1) for part in ("actionTitle", "actionURL")),
        )
        for key, n in _BUTTONS.items()
    },
    "sampleActionCard6": (
        "title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2",
    ),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("duration", "videoMediaId", "videoType"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message as a member will see it."""

    kind: str
    content: Mapping[str, Any]


def read_template(msg_key: Any, msg_param: Any) -> Outbound:
    """Read msgKey and msgParam; msgParam must be a JSON string of at most 15,000 bytes."""
    if not isinstance(msg_key, str) or msg_key not in MSG_KEYS:
        raise ApiError(400, "invalidParameter.msgKey.notExist", "msgKey 不存在")
    if not isinstance(msg_param, str):
        raise ApiError(400, "invalidParameter.msgParam.invalid", "msgParam 必须是 JSON 字符串")
    if len(msg_param.encode("utf-8", "surrogatepass")) > MSG_PARAM_BYTES:
        raise ApiError(400, "invalidParameter.msgParam.tooLong", "消息内容过长")
    try:
        param = json.loads(msg_param)
    except ValueError:
        param = None
    if not isinstance(param, dict):
        raise ApiError(400, "invalidParameter.msgParam.invalid", "msgParam 不是 JSON 对象")
    for name in MSG_KEYS[msg_key]:
        if param.get(name) in {None, ""}:
            raise bad_parameter(f"msgParam.{name}")
    if msg_key == "sampleFile" and param["fileType"] not in FILE_TYPES:
        raise bad_parameter("msgParam.fileType")
    return _shown(msg_key, param)


def _shown(msg_key: str, param: dict[str, Any]) -> Outbound:
    match msg_key:
        case "sampleText":
            return Outbound("text", {"text": str(param["content"])})
        case "sampleMarkdown":
            return Outbound("markdown", {"title": param["title"], "text": param["text"]})
        case "sampleImageMsg":
            return Outbound("picture", {"photo": param["photoURL"]})
        case "sampleLink":
            return Outbound(
                "link",
                {"title": param["title"], "text": param["text"], "url": param["messageUrl"]},
            )
        case "sampleAudio":
            return Outbound("audio", {"media": param["mediaId"], "duration": param["duration"]})
        case "sampleFile":
            return Outbound("file", {"media": param["mediaId"], "name": param["fileName"]})
        case "sampleVideo":
            return Outbound("video", {"media": param["videoMediaId"]})
        case _:
            return Outbound(
                "actionCard",
                {"title": param["title"], "text": param["text"], "links": _links(msg_key, param)},
            )


def _links(msg_key: str, param: dict[str, Any]) -> list[dict[str, str]]:
    if msg_key == "sampleActionCard":
        return [{"title": param["singleTitle"], "url": param["singleURL"]}]
    if msg_key == "sampleActionCard6":
        names, count = ("buttonTitle", "buttonUrl"), 2
    else:
        names, count = ("actionTitle", "actionURL"), _BUTTONS[msg_key]
    return [
        {"title": param[f"{names[0]}{i}"], "url": param[f"{names[1]}{i}"]}
        for i in range(1, count + 1)
    ]


def read_webhook(body: Any) -> Outbound:
    """Read the body of a webhook call; pictures and files cannot be sent this way."""
    if not isinstance(body, dict):
        raise OapiError(40035, "不合法的参数")
    if len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")) > WEBHOOK_BYTES:
        raise OapiError(460101, "message too long, exceed 20000 bytes")
    kind = body.get("msgtype")
    part = body.get(kind) if isinstance(kind, str) else None
    if not isinstance(part, dict):
        raise OapiError(40035, f"缺少参数 {kind}")
    match kind:
        case "text":
            return Outbound("text", {"text": _filled(part, "content")})
        case "markdown":
            return Outbound(
                "markdown", {"title": _filled(part, "title"), "text": _filled(part, "text")}
            )
        case "link":
            return Outbound(
                "link",
                {
                    "title": _filled(part, "title"),
                    "text": _filled(part, "text"),
                    "url": _filled(part, "messageUrl"),
                },
            )
        case "actionCard":
            return Outbound("actionCard", _action_card(part))
        case "feedCard":
            links = [
                {"title": str(link.get("title", "")), "url": str(link.get("messageURL", ""))}
                for link in part.get("links", [])
            ]
            return Outbound("actionCard", {"title": "", "text": "", "links": links})
        case _:
            raise OapiError(400105, f"unsupported msgtype {kind}")


def _action_card(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("btns"):
        links = [
            {"title": _filled(b, "title"), "url": _filled(b, "actionURL")} for b in part["btns"]
        ]
    else:
        links = [{"title": _filled(part, "singleTitle"), "url": _filled(part, "singleURL")}]
    return {"title": _filled(part, "title"), "text": _filled(part, "text"), "links": links}


def _filled(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value:
        raise OapiError(40035, f"缺少参数 {name}")
    return value
