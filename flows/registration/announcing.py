"""A written notice (通知) as the office sends it around, as a pasted one would read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.registration.planning import PLAN

_TITLE = re.compile(
    r"关于(?:举办|召开|开展|组织开展|组织|举行|邀请参加|参加)?(?P<name>.+?)"
    r"的(?:预?通知|邀请函|函|公告|预告)"
)
_QUOTED = re.compile(r"[“\"「](?P<name>[^”\"」]{4,60})[”\"」](?:活动|会议)?")
_HEAD = 12  # lines in which the title stands: above it are a red head and a 文号 at most
_LABELS = frozenset(word for step in PLAN.steps for word in step.words)


def told(rows: Sequence[Sequence[str]]) -> str:
    """Return the text of a notice: a paragraph a line, a row of a table as 时间：…

    The activity's name comes first, without 关于举办……的通知 around it.
    """
    lines = [line for row in rows for line in _lines(row)]
    for n in range(min(len(lines), _HEAD)):
        for whole in (lines[n], "".join(lines[n : n + 2])):
            match = _TITLE.fullmatch("".join(whole.split()))
            if match:
                rest = lines[n + 1 :] if whole == lines[n] else lines[n + 2 :]
                return "\n".join((_bare(match["name"]), *rest))
    return "\n".join(lines)


def _lines(row: Sequence[str]) -> list[str]:
    """Write a row: what stands beside the name of something belongs to it."""
    cells = [" ".join(cell.split()) for cell in row if cell.strip()]
    if len(cells) == 1:
        return [line for cell in row for line in cell.splitlines() if line.strip()]
    names = [_label(cell) for cell in cells]
    if len(cells) % 2 == 0 and all(name in _LABELS for name in names[::2]):
        pairs = zip(names[::2], cells[1::2], strict=True)
        return [f"{name}：{value}" for name, value in pairs]
    if names[0] in _LABELS:
        return [f"{names[0]}：{' '.join(cells[1:])}"]
    return [" ".join(cells)]


def _label(cell: str) -> str:
    return "".join(cell.split()).rstrip("：:")


def _bare(name: str) -> str:
    quoted = _QUOTED.fullmatch(name)
    return quoted["name"] if quoted else name
