"""Forms: notices as the template messages of a 公众号, for who has not written for a while."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from bot.channels.base import Form, Message
from bot.channels.tencent.wording import shown
from bot.config.wechat import BLANK, FIELD, LIMITS, WeChatRules
from bot.markup import plain
from bot.texts import OFFICE_TIME
from flows.office import Door, Exposure, Shown
from handlers.ports import Clock, Post, ToPerson

_CAMPAIGN = "campaign.message."
_ACTIVITY = frozenset({"event", "registration", "survey", "proxy"})
_ASCII = frozenset({"character_string", "number", "letter", "phone_number", "symbol"})
_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]")
_CUT = "…"
_KEY = 32  # characters of a key
_WHOLE = 1_000_000  # bytes: a message is never that long


class Forms:
    """Fills the office's forms with what may be shown at the account."""

    def __init__(self, rules: WeChatRules, exposure: Exposure, office: str, clock: Clock) -> None:
        self._templates = {str(one.kind): one for one in rules.template}
        self._exposure = exposure
        self._office = office
        self._clock = clock

    def on(self, post: Post, message: Message) -> Message:
        """Put the form on a message that has one: a notice to one person, which nobody asked for.

        What the account may not show in words stands in no form.
        """
        template = self._templates.get(kind_of(post))
        if template is None or not isinstance(post.to, ToPerson) or post.arrival is not None:
            return message
        if post.update or self._shown(post) is not Shown.FULL:
            return message
        fields = tuple(
            (name, self._value(name, post, message, told)) for name, told in template.blanks.items()
        )
        if not all(value for _, value in fields):  # the platform takes no form with an empty field
            return message
        key = sha256(f"form:{post.dedupe}".encode()).hexdigest()[:_KEY]
        form = Form(id=template.id, fields=fields, url=template.url, key=key)
        return message.model_copy(update={"form": form})

    def _shown(self, post: Post) -> Shown:
        return self._exposure.shown(post.content, Door.OFFICIAL_ACCOUNT)

    def _value(self, name: str, post: Post, message: Message, told: str) -> str:
        words = shown(message.model_copy(update={"spelt": ""}), _WHOLE)
        lines = [line.strip() for line in words.splitlines() if message.text and line.strip()]
        blanks = {
            "title": plain(message.title).strip(),
            "text": lines[0] if lines else "",
            "number": post.ticket or post.campaign or "",
            "time": moment(self._clock()),
            "office": self._office,
        }
        return fitted(name, BLANK.sub(lambda found: blanks[found[1]], told))


def of_part(message: Message, n: int) -> Message:
    """Say on the form of a part which part of its message it stands for."""
    if message.form is None or n == 1:
        return message
    return message.model_copy(update={"form": message.form.model_copy(update={"part": n})})


def kind_of(post: Post) -> str:
    """Say what kind of notice it is; empty = none that a form is for."""
    key = post.parts[0].key if post.parts else ""
    if key.startswith(_CAMPAIGN):
        return f"push.{key.removeprefix(_CAMPAIGN)}"
    if post.ticket is not None:
        return "case"
    return "event" if key.partition(".")[0] in _ACTIVITY else ""


def fitted(name: str, value: str) -> str:
    """Make a value fit its field, as the platform documents the fields' types."""
    found = FIELD.fullmatch(name)
    kind = found[1] if found else "thing"
    said = " ".join(value.split())
    if kind in _ASCII:
        said = "".join(char for char in said if char.isascii())
    if kind == "phrase":
        said = _NOT_CHINESE.sub("", said)
    limit = LIMITS[kind]
    if len(said) <= limit:
        return said
    if kind == "const":  # cut, it is none of the words that the platform has approved
        return ""
    cut = _CUT if kind == "thing" else ""
    return said[: limit - len(cut)] + cut


def moment(at: datetime) -> str:
    """Write a time as its field wants it."""
    local = at.astimezone(OFFICE_TIME)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


__all__ = ["Forms", "fitted", "kind_of", "moment", "of_part"]
