"""What people typed, made inert for DingTalk's markdown."""

import re
import unicodedata

# DingTalk documents a subset of markdown and no escapes, and honours a backslash only here and
# there. So what could act is replaced by its full-width look-alike, which reads the same and means
# nothing to any renderer. Dates, numbers, file names and ordinary sentences stay as they are.
_ANYWHERE = str.maketrans("*`<>[]|~@", "＊｀＜＞［］｜～＠")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)")
_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_HEADING = re.compile(r"^#+")
_BULLET = re.compile(r"^([-+])(?=\s|$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_RULE = re.compile(r"^([-=])(?:\s*\1)+\s*$")
_WIDE = {"#": "＃", "-": "－", "+": "＋", "=": "＝", ".": "．", ")": "）", "_": "＿"}
BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What none of the above could change, were it to look: all that shows, on one line, inert already.
_MAY_ACT = re.compile(r"[*`<>\[\]|~@\\&_]|^(?:[ #+=-]|\d{1,9}[.)])| $")
_ZERO_WIDTH_JOINER = "\u200d"  # holds an emoji together; every other format character goes


def inert(text: str) -> str:
    """Make typed text show as it was typed: no markup, no mention, nothing invisible."""
    if text.isprintable() and not _MAY_ACT.search(text):
        return text
    lines = (_line(line) for line in BREAKS.split(text))
    return "\n".join(line for line in lines if line)


def visible(text: str) -> str:
    """Drop control and format characters and halves of characters; a tab becomes a space."""
    return "".join(c for c in text.replace("\t", " ") if _shows(c))


def _shows(character: str) -> bool:
    if character == _ZERO_WIDTH_JOINER:
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def _line(line: str) -> str:
    line = visible(line).strip()
    line = _BACKSLASH.sub("＼", line)
    line = _ENTITY.sub("＆", line).translate(_ANYWHERE)
    line = _UNDERSCORES.sub(_widen, line)
    line = _HEADING.sub(_widen, line)
    line = _RULE.sub(_widen, line)
    line = _BULLET.sub(_widen, line)
    return _NUMBERED.sub(lambda found: found[1] + _WIDE[found[2]], line)


def _widen(found: re.Match[str]) -> str:
    return "".join(_WIDE.get(character, character) for character in found[0])
