"""How an official account signs and seals its calls (push/encryption)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.channels.tencent.callback import FORGED, BadCallback
from bot.channels.tencent.called import Body
from bot.channels.tencent.heard import Heard, heard
from bot.channels.tencent.reply import SUCCESS
from bot.channels.tencent.seal import Seal, Stamp, ciphertext

_ECHO = re.compile(r"[A-Za-z0-9_+/=-]{1,128}")


class Reading:
    """安全模式 and 兼容模式, where only what is sealed counts; 明文模式 where it is allowed."""

    nothing = SUCCESS

    def __init__(self, seal: Seal, *, plaintext: bool) -> None:
        """`plaintext`: calls are taken whose body nobody signed."""
        self._seal = seal
        self._plaintext = plaintext

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """Return the echostr, which stands in the open here. Raises BadCallback."""
        self._seal.check(Stamp.of(query, "signature"), now)
        echo = query.get("echostr", "")
        if not _ECHO.fullmatch(echo):
            raise BadCallback("an echostr is none")
        return echo

    async def opened(self, query: Mapping[str, str], body: Body, now: float) -> tuple[Heard, bool]:
        """Return the message, and whether it was sealed. Raises BadCallback."""
        if query.get("encrypt_type") == "aes":
            stamp = Stamp.of(query, "msg_signature")
            stamp.check(now)
            return heard(self._seal.open(ciphertext(await body()), stamp, now)), True
        if not self._plaintext:
            raise BadCallback("a callback is not sealed (安全模式 is required)", FORGED)
        self._seal.check(Stamp.of(query, "signature"), now)
        return heard((await body()).decode(errors="replace")), False
