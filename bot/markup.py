"""Text laid out as DingTalk's markdown shows it."""

import re

from flows.markup import BREAKS, inert, visible

_ONE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_BLANK_LINES = re.compile(r"\n{3,}")


def laid_out(text: str) -> str:
    """Write line breaks the way DingTalk shows them: two spaces before, blank lines kept."""
    if "\n" not in text:
        return text.strip()
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return _ONE_BREAK.sub("  \n", _BLANK_LINES.sub("\n\n", lines))


def plain(text: str) -> str:
    """Undo `laid_out` for a door that breaks lines by itself."""
    return text.replace("  \n", "\n")


__all__ = ["BREAKS", "inert", "laid_out", "plain", "visible"]
