"""The passive answer: XML that goes back on the call itself."""

from __future__ import annotations

import re

from wechatpy.replies import TextReply

SUCCESS = b"success"
"""What says that a callback was taken and is answered with nothing; never sealed."""
# XML 1.0 has no place for these; one of them, and the person sees that our service is broken.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def text_reply(to: str, sender: str, text: str, now: float) -> str:
    """Word an answer in text; what people typed cannot end its element."""
    reply = TextReply(target=inert(to), source=inert(sender), content=inert(text), time=int(now))
    rendered: str = reply.render()
    return rendered


def inert(text: str) -> str:
    """Keep a text from ending its element, and from being what XML has no place for."""
    return _UNFIT.sub("", text).replace("]]>", "]]]]><![CDATA[>")


__all__ = ["SUCCESS", "inert", "text_reply"]
