"""The problems of one 走访: how messages become them, and how they are corrected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from flows import reading
from flows.office import Category
from flows.tickets.hiding import distinctive

NONE = "none"  # the answer that there is none
MOST = 10  # problems of one 走访; more are no list that anybody checks
SHORTEST = 4  # characters that say what is wrong

_NUMERALS = "一二三四五六七八九十"
_MARK = re.compile(
    rf"(?:^|(?<=[\s。；;！!：:]))(\d{{1,2}}|[{_NUMERALS}])\s*(?:[.．、](?!\d)|[:：](?!\d)|[）)])\s*"
    rf"|[（(【](\d{{1,2}}|[{_NUMERALS}])[）)】]\s*"
)
_PREFIX = re.compile(r"^([^：:\n]{2,30})[：:]\s*")
_OF_ONE = re.compile(
    rf"^(?:第\s*)?(\d{{1,2}}|[{_NUMERALS}])\s*[个条件]?\s*(?:的?(?:类别|分类))?\s*"
    r"(?:改成|改为|应该是|应是|属于|是|改|[:：，,、]|\s)\s*(.+)$",
    re.DOTALL,
)
_DROPPED = re.compile(
    rf"^(?:删|删除|删掉|去掉|不要)\s*第?\s*(\d{{1,2}}|[{_NUMERALS}])\s*[个条件]?$"
)


class Problem(BaseModel):
    """One problem as it was told, with what came along with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    files: tuple[str, ...] = ()
    category: str = ""  # as it was corrected; "" = as the text has it


def problems_of(raw: str) -> tuple[Problem, ...]:
    """Read an answer as it is stored."""
    if raw in {"", NONE}:
        return ()
    return tuple(Problem.model_validate(one) for one in json.loads(raw))


def stored(problems: Sequence[Problem]) -> str:
    """Write problems as an answer."""
    if not problems:
        return NONE
    plain = [one.model_dump(exclude_defaults=True) for one in problems]
    return json.dumps(plain, ensure_ascii=False)


def told(text: str) -> tuple[str, ...]:
    """Cut a message into problems: numbered lines, or lines that each begin with an enterprise."""
    marks = _sequence(list(_MARK.finditer(text)))
    if marks:
        head = text[: marks[0].start()].strip()
        head = "" if head.endswith(("：", ":")) else head  # 反映两件事：
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        parts = [text[m.end() : end].strip() for m, end in zip(marks, ends, strict=True)]
        return tuple(part for part in (head, *parts) if part)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(names_enterprise(line) for line in lines):
        return tuple(lines)
    return (text.strip(),) if text.strip() else ()


def _sequence(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """Keep marks that count on from one: 1. 2. 3.; any other number belongs to a sentence."""
    kept: list[re.Match[str]] = []
    for mark in marks:
        if _number(mark.group(1) or mark.group(2)) == len(kept) + 1:
            kept.append(mark)
    return kept if len(kept) > 1 or (kept and not kept[0].start()) else []


def names_enterprise(line: str) -> str:
    """Return what stands in front of a colon like the name of an enterprise, else ""."""
    match = _PREFIX.match(line)
    name = match.group(1).strip() if match else ""
    whole = reading.company(name) if name else None
    return name if whole is not None and len(whole) >= len(name) - 1 else ""


def _number(text: str) -> int:
    return _NUMERALS.index(text) + 1 if text in _NUMERALS else int(text)


def without_name(text: str, enterprise: str) -> str:
    """Drop the visited enterprise's own name in front of what it told."""
    match = _PREFIX.match(text)
    if match and enterprise and distinctive(match.group(1).strip()) in enterprise:
        return text[match.end() :].strip() or text
    return text


def another(text: str, enterprise: str, known: Sequence[str]) -> bool:
    """Say whether a problem names, in front, an enterprise that is not the visited one."""
    match = _PREFIX.match(text)
    if match is None or not enterprise:
        return False
    name = match.group(1).strip()
    if distinctive(name) in enterprise:
        return False
    begin = distinctive(name)
    return bool(names_enterprise(text)) or any(
        len(begin) > 1 and distinctive(one).startswith(begin) for one in known
    )


def added(
    before: str,
    text: str,
    files: tuple[str, ...],
    categories: Sequence[Category],
    cut: Callable[[str], tuple[str, ...]] = told,
) -> str:
    """Return the answer after another message: a correction, a problem more, or pictures to one.

    Files go to the problem that they came with. `cut` says which problems a message tells.
    """
    known = problems_of(before)
    changed = _corrected(known, text, categories) if known and text else None
    if changed is None and text:
        changed = (*known, *(Problem(text=one) for one in cut(text)))
    after = placed(known if changed is None else changed, files)
    return before if after == known else stored(after)


def placed(problems: tuple[Problem, ...], files: tuple[str, ...]) -> tuple[Problem, ...]:
    """Leave each problem those of its files that there are; what belongs to none goes to the last.

    A file may have been refused since it came.
    """
    there = frozenset(files)
    held = {name for one in problems for name in one.files}
    loose = tuple(name for name in files if name not in held)
    kept = [
        one.model_copy(update={"files": tuple(name for name in one.files if name in there)})
        for one in problems
    ]
    if kept and loose:
        kept[-1] = kept[-1].model_copy(update={"files": (*kept[-1].files, *loose)})
    return tuple(kept)


def _corrected(
    known: tuple[Problem, ...], text: str, categories: Sequence[Category]
) -> tuple[Problem, ...] | None:
    """Read 删 2, 2 供水, 2 改成 …; None = it is no correction."""
    if dropped := _DROPPED.match(text):
        at = _number(dropped.group(1)) - 1
        return (*known[:at], *known[at + 1 :]) if 0 <= at < len(known) else known
    meant = of_one(text)
    if meant is None:
        return None
    at, said = meant
    category = category_named(said, categories)
    rewritten = re.search(r"改成|改为", text[: text.rindex(said)])
    if not 0 <= at < len(known) or not (category or rewritten):
        return None
    update: dict[str, object] = {"category": category} if category else {"text": said}
    one = known[at].model_copy(update=update)
    return (*known[:at], one, *known[at + 1 :])


def of_one(text: str) -> tuple[int, str] | None:
    """Read what is said of one problem: 2 供水, 2 改成 …; its place, counted from 0, and that."""
    match = _OF_ONE.match(text)
    return None if match is None else (_number(match.group(1)) - 1, match.group(2).strip())


def category_named(said: str, categories: Sequence[Category]) -> str:
    """Return the class that a few words name, "" when they name none or say more than that."""
    bare = re.sub(r"[类吧。.\s]+$", "", said)
    exact = next((one.id for one in categories if one.name == bare), "")
    if exact or not 2 <= len(bare) <= 10:
        return exact
    within = [one for one in categories if bare in one.name]
    if len(within) == 1:
        return within[0].id
    worded = [one for one in categories if bare in one.keywords]
    return worded[0].id if worded else ""


def category_of(problem: Problem, categories: Sequence[Category], other: str) -> str:
    """Return the class of a problem: as corrected, else as the text has it."""
    if problem.category:
        return problem.category
    ranked = reading.propose_category(problem.text, categories)
    return ranked[0].id if ranked else other
