"""An audience in words: what staff write for whom it is, and how it is shown to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.campaigns.audience import EVERY
from flows.campaigns.campaign import Audience

_EVERY = re.compile(r"全部|所有|各(?:企业)?群|每个群|都发")
_PEOPLE = re.compile(r"负责人|联系人|企业家|本人|单聊|一对一|1对1|1:1|私聊|逐个|企业主")
# What means nothing by itself; whatever else is written must be known.
_FILLING = re.compile(
    r"全部|所有|每个|各|都|发给|发到|发|给|企业群|商会群|群聊|群里|群|企业家|企业主|企业|公司|单位"
    r"|负责人|联系人|本人|单聊|一对一|1对1|1:1|私聊|逐个|以及|还有|和|及|与|里|中|也|的|们|街道|镇|区|人"
)
_WORDS = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")
_SIZES = {"微型": "micro", "小型": "small", "中型": "medium", "大型": "large"}
_WRITTEN = {size: word for word, size in _SIZES.items()}
_SMALL = re.compile(r"中小微|小微")


@dataclass(frozen=True, slots=True)
class Places:
    """What can be named: groups, and what is noted of groups and enterprises."""

    chats: Mapping[str, str] = field(default_factory=dict)  # enterprise groups: chat → name
    chambers: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    enterprises: tuple[str, ...] = ()


def named(text: str, places: Places) -> Audience | None:
    """Read whom a text means; None = nobody that is known.

    "骆驼街道的专精特新企业负责人" is a rule, "总商会群、骆驼群" are two groups.
    """
    chats = _chats(text, places)
    enterprises = _found(text, places.enterprises)
    left = text
    for name in (*(places.chats[chat] for chat in chats), *enterprises):
        left = left.replace(name, "")  # 恒通紧固件 names an enterprise, and no trade
    tags = _found(left, places.tags)
    said = left
    for name in tags:
        said = said.replace(name, "")  # 科技型中小企业 is a tag, and no size
    rule = Audience(
        chambers=_found(left, places.chambers),
        towns=_towns(left, places.towns),
        industries=_found(said, places.industries),
        sizes=_sizes(said),
        tags=tags,
        enterprises=enterprises,
    )
    if _says_more(left, rule, places):
        return None  # a word that is not understood may narrow: nobody is sent it on a guess
    people = bool(_PEOPLE.search(left) or rule.enterprises or rule.sizes or rule.tags)
    every = bool(_EVERY.search(left)) and ("群" in left or not people)
    groups = (*chats, *((EVERY,) if every or (rule.narrows and not people) else ()))
    found = rule.model_copy(update={"chats": groups, "people": people})
    return None if found.empty else found


def _says_more(left: str, rule: Audience, places: Places) -> bool:
    """Say whether something remains that was not understood."""
    known = (*rule.chambers, *rule.towns, *rule.industries, *rule.tags, *_SIZES, "中小微", "小微")
    for name in sorted({*known, *map(_short, rule.towns)}, key=len, reverse=True):
        left = left.replace(name, "")
    return bool(_WORDS.search(_FILLING.sub("", left)))


def written(audience: Audience, places: Places) -> str:
    """Write an audience as staff read it."""
    rule = [
        *audience.towns,
        *audience.chambers,
        *audience.industries,
        *(_WRITTEN.get(size, size) for size in audience.sizes),
        *audience.tags,
    ]
    narrowed = "、".join(rule)
    parts = [places.chats.get(chat, chat) for chat in audience.chats if chat != EVERY]
    if EVERY in audience.chats:
        parts.append(f"{narrowed}的企业群" if narrowed else "全部企业群")
    if audience.people:
        parts += _people(audience, narrowed)
    return "、".join(parts)


def _people(audience: Audience, narrowed: str) -> list[str]:
    names = [f"{name}的人" for name in audience.enterprises]
    if narrowed or not names:
        names.append(f"{narrowed}企业的人（一对一）" if narrowed else "全部企业的人（一对一）")
    return names


def _chats(text: str, places: Places) -> tuple[str, ...]:
    """Name the groups whose names stand in the text, the longest names first."""
    found: list[str] = []
    left = text
    for chat, name in sorted(places.chats.items(), key=lambda one: -len(one[1])):
        if name and name in left:
            found.append(chat)
            left = left.replace(name, "")
    order: Sequence[str] = list(places.chats)
    return tuple(sorted(found, key=order.index))


def _found(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Find names, the longest first: 通用设备制造业 does not mean 制造业 besides."""
    here = [one for one in known if one in text and _names(one)]
    found = set()
    for one in sorted(here, key=len, reverse=True):
        if one in text:
            found.add(one)
            text = text.replace(one, "")
    return tuple(one for one in here if one in found)


def _names(told: str) -> bool:
    """Say whether a word can narrow whom a text means; one that somebody told may be 企业."""
    left = _SMALL.sub("", _FILLING.sub("", told))
    return len(told) > 1 and told not in _SIZES and bool(_WORDS.search(left))


def _towns(text: str, towns: Iterable[str]) -> tuple[str, ...]:
    """Find towns with or without 街道 and 镇 behind: 骆驼 is 骆驼街道."""
    short = {town: _short(town) for town in towns}
    return tuple(town for town, name in short.items() if len(name) > 1 and name in text)


def _short(town: str) -> str:
    return re.sub(r"(?:街道|镇)$", "", town)


def _sizes(text: str) -> tuple[str, ...]:
    if found := _SMALL.search(text):
        return ("micro", "small", "medium") if found.group() == "中小微" else ("micro", "small")
    return tuple(size for word, size in _SIZES.items() if word in text)


__all__ = ["Places", "named", "written"]
