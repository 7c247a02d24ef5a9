"""A message in plain text, for doors without markdown."""

import re

from bot.channels.base import Message

_CUT = "…"
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


def plain(text: str) -> str:
    """Take our markup from a text.

    What people typed has no markup any more (flows/markup.py), so this takes away ours alone.
    """
    return _QUOTED.sub("", _BOLD.sub(r"\1", text.replace("  \n", "\n"))).strip()


def shown(message: Message, limit: int) -> str:
    """Word a message for a door without markdown and buttons, in at most `limit` bytes."""
    told = "\n\n".join(part for part in (message.text, message.spelt) if part)
    content = (plain(told) or message.title).encode()
    if len(content) <= limit:
        return content.decode(errors="ignore")
    return content[: limit - len(_CUT.encode())].decode(errors="ignore") + _CUT
