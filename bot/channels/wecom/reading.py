"""How 企业微信 seals its calls (path/90968): always, the echo of the console too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.channels.tencent.callback import FORGED, BadCallback
from bot.channels.tencent.called import Body
from bot.channels.tencent.heard import Heard, field, heard
from bot.channels.tencent.seal import Seal, Stamp, ciphertext

_ECHO = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What the console wants back is a number; messages, and our own answers, are XML."""
_SEALED = re.compile(r"[A-Za-z0-9+/]{1,1024}={0,2}")


class Reading:
    """Calls of one app: who is called for another one is turned away."""

    nothing = b""
    """An empty body says that a message was taken (path/90238); any word would be shown as such."""

    def __init__(self, seal: Seal, agent_id: int) -> None:
        self._seal = seal
        self._agent_id = str(agent_id)

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """Return what the sealed echostr says. Raises BadCallback."""
        stamp = Stamp.of(query, "msg_signature")
        # A plus sign that nobody percent-encoded is a blank by now.
        sealed = query.get("echostr", "").replace(" ", "+")
        if not _SEALED.fullmatch(sealed):
            raise BadCallback("an echostr is none")
        echo = self._seal.open(sealed, stamp, now)
        # Whatever else was sealed for us must not be opened to who recorded it on its way.
        if not _ECHO.fullmatch(echo):
            raise BadCallback("an echostr holds no number", FORGED)
        return echo

    async def opened(self, query: Mapping[str, str], body: Body, now: float) -> tuple[Heard, bool]:
        """Return the message; what stands in the open beside it counts for nothing.

        Raises BadCallback.
        """
        stamp = Stamp.of(query, "msg_signature")
        stamp.check(now)
        said = heard(self._seal.open(ciphertext(await body()), stamp, now))
        agent = field(said.fields, "AgentID")
        # What happens to the organisation as a whole names no app.
        if agent != self._agent_id and (agent or said.kind != "event"):
            raise BadCallback("a callback is for another app", FORGED)
        return said, True
