"""What a callback says: its XML read with suspicion, and its fields in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict
from pydantic import BaseModel, ConfigDict

from bot.channels.tencent.callback import BadCallback

MOST = 64 * 1024
"""Bytes of a callback; real ones have less than 8 KB."""
_BEGINS = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*)?<xml[\s/>]")
"""A DTD can stand before the first element alone; behind it the same signs are what people typed,
or no XML."""
_MARK = "\ufeff"
"""Says of a text that it is UTF-8, before its first character."""
_MSG_ID = re.compile(r"\d{1,32}")
_LATEST = 2**33  # seconds: a time that no clock shows in this century

Fields = Mapping[str, Any]


class Heard(BaseModel):
    """One message or event, as the platform tells it; `fields` are all that it says."""

    model_config = ConfigDict(frozen=True)

    account: str  # openid, userid
    to: str  # gh_…, corpid
    at: datetime  # aware, UTC
    kind: str  # text, image, voice, video, location, link, file, event, …
    event: str = ""  # subscribe, click, template_card_event, …, in small letters
    key: str = ""  # EventKey
    text: str = ""
    msg_id: str = ""
    fields: dict[str, Any] = {}

    @property
    def identity(self) -> str:
        """Name it: the same for each of the platform's tries, and for no other."""
        if self.msg_id and self.kind != "event":
            return self.msg_id
        told = (self.account, str(int(self.at.timestamp())), self.event, self.key)
        more = (field(self.fields, name) for name in ("MsgID", "TaskId", "Ticket"))
        return ":".join((*told, *(one for one in more if one)))


def name_of(heard: Heard) -> str:
    """Name a message: the same for each of the platform's tries, without saying from whom."""
    if heard.kind != "event" and _MSG_ID.fullmatch(heard.msg_id):
        return heard.msg_id
    return f"e{sha256(heard.identity.encode()).hexdigest()[:40]}"


def joined(heard: Heard, between: str, *names: str) -> str:
    """Join what these elements say, as far as they say anything."""
    return between.join(told for name in names if (told := field(heard.fields, name)))


def read(body: bytes | str) -> Fields:
    """Read the elements below <xml>. Raises BadCallback, whatever the bytes are."""
    if len(body) > MOST:
        raise BadCallback("a callback is too large", 413)
    try:
        text = body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError as error:
        raise BadCallback("a callback is no UTF-8") from error
    text = text.removeprefix(_MARK)
    if not _BEGINS.match(text):
        raise BadCallback("a callback does not begin as a message does")
    try:
        found = xmltodict.parse(text.strip()).get("xml")
    except (ExpatError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise BadCallback("a callback is no XML") from error
    if not isinstance(found, dict):
        raise BadCallback("a callback is empty")
    return found


def field(fields: Fields, name: str) -> str:
    """Return what one element says; empty when it is not there. Raises BadCallback for two."""
    found = fields.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise BadCallback("an element is there twice, or holds others")
    return found.strip()


def heard(text: str) -> Heard:
    """Read the message inside a callback. Raises BadCallback."""
    fields = read(text)
    created, kind = field(fields, "CreateTime"), field(fields, "MsgType").lower()
    account, to = field(fields, "FromUserName"), field(fields, "ToUserName")
    if not (account and to and kind):
        raise BadCallback("a message does not say from whom, to whom or what it is")
    if not re.fullmatch(r"\d{1,12}", created) or int(created) > _LATEST:
        raise BadCallback("a message does not say when")
    return Heard(
        account=account,
        to=to,
        at=datetime.fromtimestamp(int(created), UTC),
        kind=kind,
        event=field(fields, "Event").lower(),
        key=field(fields, "EventKey"),
        text=field(fields, "Content"),
        msg_id=field(fields, "MsgId"),
        fields=dict(fields),
    )


__all__ = ["MOST", "Fields", "Heard", "field", "heard", "joined", "name_of", "read"]
