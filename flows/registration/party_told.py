"""How many people come in all, as somebody tells it on the telephone."""

from __future__ import annotations

import re

from flows.reading.dates import numeral

_ENDS = " \t\n，,。;；:：、"
_ONES = "一二两三四五六七八九"
_N = rf"[0-9]{{1,2}}|[{_ONES}]?十[{_ONES}]?|[{_ONES}]"
_ALONE = re.compile(rf"\s*({_N})\s*")
_PEOPLE = re.compile(
    rf"(?P<all>(?:[改变换成增加减少]|报)[为成到]|改|(?<!迟)到|总?共(?:计|有|来|是)?|合计)?\s*"
    # 120人, 3-4人, 第一位 tell no number of people that could be read out of them
    rf"(?<![0-9〇零{_ONES}十百千第.~～—-])(?P<n>{_N})\s*(?:个?人|位)"
)
# 多带一位, 少来两位, 带一位同事, 晚到一位: not how many come in all
_MORE_OR_LESS = re.compile(r"(?:[多少带再减迟晚]|(?<!参)加)[^\s，,。;；:：、0-9]{0,2}\s*\Z")
# 司机一人也来, 一位来不了: somebody besides, or of them
_ONE_OF_THEM = re.compile(r"\s*(?:也|不|来不|去不|没)")


def people_in(text: str) -> tuple[str, str]:
    """Read how many people come in all: ("3", the rest); "" where that is not told for certain.

    A number that leads is taken out of the rest; any other one is part of what was said.
    """
    found = tuple(_PEOPLE.finditer(text))
    whole = [one for one in found if one["all"]]
    if whole:
        return _told(text, whole[0]) if len({one["n"] for one in whole}) == 1 else ("", text)
    if found and _leads(text, found[0]):
        return _told(text, found[0])
    sure = len(found) == 1 and not _is_part(text, found[0])
    return _told(text, found[0]) if sure else ("", text)


def party_in(text: str) -> str | None:
    """Read the answer to how many come in all: 3, 十二, 改成3人; None = it does not say."""
    alone = _ALONE.fullmatch(text)
    return str(numeral(alone[1])) if alone else people_in(text)[0] or None


def _told(text: str, one: re.Match[str]) -> tuple[str, str]:
    leads = not text[: one.start()].strip(_ENDS)
    rest = text[one.end() :].strip(_ENDS) if leads else text
    return str(numeral(one["n"])), rest


def _leads(text: str, one: re.Match[str]) -> bool:
    """Say whether a text begins with a number that stands for itself: 3人 来电说多带一位."""
    behind = text[one.end() :]
    return not text[: one.start()].strip(_ENDS) and (not behind or behind[0] in _ENDS)


def _is_part(text: str, one: re.Match[str]) -> bool:
    before, behind = text[: one.start()], text[one.end() :]
    return bool(_MORE_OR_LESS.search(before) or _ONE_OF_THEM.match(behind))


__all__ = ["party_in", "people_in"]
