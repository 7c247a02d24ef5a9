"""How people are named in a list or a sentence: 欧阳𠮷, 阿卜杜拉·买买提, 李总, 总经理陈国强."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.reading.words import DOUBLE_SURNAMES, NOT_NAMES, SINGLE_SURNAMES

# Names use characters far beyond the common block: 𠮷 is U+20BBF.
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
DOT = "·•・‧∙．."  # however it is typed, it is kept as "·"

_TITLES = (
    "董事长|总经理|副总经理|副总|总监|厂长|副厂长|会长|副会长|秘书长|主席|主任|部长|科长|处长|局长|院长|校长"
    "|所长|行长|站长|队长|经理|主管|老板|教授|博士|师傅|律师|秘书|女士|先生|小姐|会计|老师|书记|总|董|工|姐|哥"
)
_SURNAME = rf"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SINGLE_SURNAMES}])"
_COURTESY = "先生|女士|小姐|同志|老师"
POST = (
    r"(?:财务|人事|行政|销售|技术|生产|外贸|采购|市场|运营|商务|质量|研发|法务|常务|执行|办公室|公司|企业){0,2}"
    r"(?:(?:副|总)?(?:董事长|总经理|总裁|厂长|经理|总监|主管|主任|会长|秘书长|主席|部长|书记|工程师|助理|行长|院长)"
    r"|副总|法定代表人|法人代表|法人|董秘|会计|出纳|文员|行政|财务|人事|HR|hr|CEO|CFO|CTO|合伙人|股东|监事|董事)"
)

CALLED = re.compile(rf"[老小阿大][{SINGLE_SURNAMES}]|{_SURNAME}(?:{_TITLES})")
DOTTED = re.compile(rf"[{HAN}]{{1,12}}(?:[{DOT}][{HAN}]{{1,12}}){{1,3}}")
FULL = re.compile(rf"{_SURNAME}[{HAN}]{{1,2}}")
LATIN = re.compile(r"[A-Za-z][A-Za-z'\-]{1,20}(?:[ .][A-Za-z][A-Za-z'\-]{0,20}){0,2}")

# What is no given name where a sentence goes on without a space.
_GOES_ON = (
    "我你您他她它的是在有厂公司电手这那说也就还和跟与了吗呢吧要想请帮能不没去来到把被给从对报都"
)
_END = (
    rf"(?=$|[^{HAN}]|一起|一同|一块|一行|同去|同行|[两俩仨三二四五]|[去来也都共的和跟与同及带到要报代签占他她这坐替帮给]"
    r"|参加|出席|登记|过来|总共|先生|女士|电话|手机|号码|开车|参会)"
)
_SPOKEN = (
    rf"(?:{DOTTED.pattern}|{CALLED.pattern}|{_SURNAME}(?:(?![{_GOES_ON}])[{HAN}]){{1,2}})"
    rf"(?:{POST})?{_END}"
)
SPOKEN = re.compile(_SPOKEN)
SPOKEN_LIST = re.compile(rf"{_SPOKEN}(?:\s?(?:[、,，和跟与及]|还有)\s?{_SPOKEN})*")

_BEFORE = re.compile(rf"({POST})[ :：]?(.+)")
_AFTER = re.compile(rf"({_SURNAME}[{HAN}]{{1,2}}|{DOTTED.pattern}) ?(?:({POST})|{_COURTESY})")
_POST_ALONE = re.compile(POST)
_BETWEEN = re.compile(r"\s?(?:[、,，/／和跟与及&＆+＋]|还有)\s?")
# Words that begin or end like a name, in the talk about an activity.
_PAIRS = (
    "小车小时老总大巴大金小单小包小施大家大会大楼大厅小会大单大安安静高兴马上金融文旅全部全程"
    "全天全体路过连同应邀许可方可能否何时牛肉鱼肉时间单位地点包车车位"
)
_NO_PERSON = frozenset(_PAIRS[n : n + 2] for n in range(0, len(_PAIRS), 2))
_PLACE_OR_EVENT = re.compile(r"[会课班厅楼厂店司局室场餐]$|报名|参加|接龙|人数|电话|姓名|工商")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as they were written, with their post where it stands beside the name."""

    name: str
    post: str = ""


def person(token: str) -> Named | None:
    """Read a piece that is nothing but somebody's name, with or without a post."""
    token = token.strip().lstrip("@")
    if not 2 <= len(token) <= 40:
        return None
    if CALLED.fullmatch(token):
        return Named(token) if _is_person(token) else None
    if DOTTED.fullmatch(token):
        return Named(_dotted(token)) if _is_person(token) else None
    if (found := _AFTER.fullmatch(token)) and _is_person(found[1]):
        return Named(_dotted(found[1]), found[2] or "")
    if (found := _BEFORE.fullmatch(token)) and (named := _bare(found[2])):
        return Named(named, found[1])
    return Named(token) if FULL.fullmatch(token) and _is_person(token) else None


def people(token: str) -> tuple[Named, ...]:
    """Read a piece that is nothing but names: 张三、李四 or 张三和李四; () when it is not."""
    found = [person(part) for part in _BETWEEN.split(token)]
    named = tuple(one for one in found if one is not None)
    return named if len(named) == len(found) else ()


def post(token: str) -> str | None:
    """Read a piece that is nothing but a post (职务)."""
    return token if _POST_ALONE.fullmatch(token) else None


def is_called(name: str) -> bool:
    """Say whether a name is a form of address (李总, 小王), which many people share."""
    return CALLED.fullmatch(name) is not None


def surname(name: str) -> str:
    """Return the surname of a name or of a form of address; "" when it has none."""
    found = re.match(_SURNAME, name.lstrip("老小阿大") if is_called(name) else name)
    return found.group() if found else ""


def _bare(name: str) -> str | None:
    if not _is_person(name):
        return None
    if DOTTED.fullmatch(name):
        return _dotted(name)
    return name if CALLED.fullmatch(name) or FULL.fullmatch(name) else None


def _dotted(name: str) -> str:
    return re.sub(f"[{DOT}]", "·", name)


def _is_person(name: str) -> bool:
    if name[:2] in NOT_NAMES or name[:2] in _NO_PERSON:
        return False
    return _PLACE_OR_EVENT.search(name) is None


__all__ = [
    "DOT",
    "HAN",
    "LATIN",
    "POST",
    "SPOKEN",
    "SPOKEN_LIST",
    "Named",
    "is_called",
    "people",
    "person",
    "post",
    "surname",
]
