"""What the first message of a 走访 says already: 恒通紧固件 陈总 上门 昨天, then the problems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from flows import reading
from flows.office import Category
from flows.outreach.enterprises import candidates
from flows.outreach.problems import NONE, added
from flows.outreach.record import ASKED, BEEN
from flows.reading.names import CALLED, FULL_NAME
from flows.reading.past import past_day

_BEEN = re.compile(r"上门|实地|到厂|现场|走进|^进$|进企业|去了")
_ASKED = re.compile(r"电话(?:里|问|联系|沟通|走访)?$|打电话|微信|线上|聊天|会上|开会|^问$|问询")
_NOTHING = re.compile(r"^(?:没有|没|无|暂无)(?:什么)?问题$")
_PARTS = re.compile(r"[\s,，、;；]+")
_PROBLEMS = re.compile(
    r"\n|[：:](?=\s*\S{4})|(?<=[\s。；;])(?=[（(【]?1\s*(?:[）)】]|[.．、](?!\d)))"
)
_TELLING = 7  # characters from which what is no name, day or way must be what was told


def opening(
    text: str, today: date, known: Sequence[str], categories: Sequence[Category]
) -> Mapping[str, str]:
    """Return the answers that stand in the first message, as far as it goes."""
    cut = _PROBLEMS.search(text)
    head, rest = (text[: cut.start()], text[cut.end() :].strip()) if cut else (text, "")
    found: dict[str, str] = {}
    told: list[str] = []
    for part in (one for one in _PARTS.split(head) if one):
        _take(part, today, known, found, told)
    if (number := reading.phone(head)) is not None:
        found["phone"] = number
    found.setdefault("day", today.isoformat())
    if problems := "\n".join([*([" ".join(told)] if told else []), *([rest] if rest else [])]):
        found["problems"] = added(NONE, problems, (), categories)
    return found


def _take(
    part: str, today: date, known: Sequence[str], found: dict[str, str], told: list[str]
) -> None:
    """Sort one word of the first line: a problem begins where nothing else is meant."""
    day = past_day(part, today) or reading.day(part, today)
    if told:
        told.append(part)
    elif reading.phone(part) is not None:
        return
    elif _NOTHING.match(part):
        found["problems"] = NONE
    elif day is not None and len(part) <= 12:
        found["day"] = day.isoformat()
    elif _BEEN.search(part) and len(part) <= 6:
        found["mode"] = BEEN
    elif _ASKED.search(part) and len(part) <= 6:
        found["mode"] = ASKED
    elif "contact" not in found and _is_name(part, found):
        found["contact"] = part
    elif "enterprise" not in found and (candidates(part, known) or len(part) >= 2):
        found["enterprise"] = part
    elif len(part) >= _TELLING:
        told.append(part)


def _is_name(part: str, found: Mapping[str, str]) -> bool:
    """Take 陈总 for a person anywhere, a full name only behind the enterprise."""
    if CALLED.fullmatch(part):
        return True
    return "enterprise" in found and FULL_NAME.fullmatch(part) is not None
