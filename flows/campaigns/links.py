"""The links of a text: where they lead, as a browser would read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flows.campaigns.findings import Fault, Hit

# An address ends where ASCII does: 打开https://www.example.cn点击申报.
_LINK = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*(?:://|：//))(?P<rest>[!-~]*)"
    r"|(?<![@A-Za-z0-9_.-])(?P<bare>(?:[a-z0-9-]+\.)+(?:com|cn|net|org|gov|edu|top|xyz|vip|cc|info|site)"
    r"(?![\w.-]*@)(?![A-Za-z0-9-])(?::\d+)?(?:[/?#][!-~]*)?)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[.,;:!?'\"<>\])}*]+$")  # of the sentence, not of the address


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a text; whether it is dead (死链) is for others to find out."""

    start: int
    end: int
    written: str
    scheme: str  # "" = written without one
    host: str


def links(text: str) -> tuple[Link, ...]:
    """List the links of a text in their order."""
    return tuple(map(_link, _LINK.finditer(text)))


def unsafe(text: str, hosts: Collection[str]) -> Iterator[Hit]:
    """Find links that are not https, and links to hosts that are none of those known."""
    for link in links(text):
        known = any(link.host == host or link.host.endswith(f".{host}") for host in hosts)
        if not known:
            yield Hit(Fault.HOST, link.start, link.end, about=link.host)
        elif link.scheme != "https":
            proposal = f"https://{link.written.partition('//')[2] or link.written}"
            yield Hit(Fault.NOT_HTTPS, link.start, link.end, proposal)


def _link(match: re.Match[str]) -> Link:
    written = _TAIL.sub("", match.group())
    scheme = match["scheme"] or ""
    rest = written[len(scheme) :] if scheme else written
    return Link(
        match.start(),
        match.start() + len(written),
        written,
        scheme.rstrip("/").rstrip(":：").lower(),
        _host(rest),
    )


def _host(rest: str) -> str:
    r"""Return the host of what follows a scheme: of good.cn@bad.cn\.good.cn it is bad.cn."""
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    return re.sub(r":\d*$", "", host).rstrip(".").lower()


__all__ = ["Link", "links", "unsafe"]
