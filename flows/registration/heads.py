"""Head-counts: 一共3人 is a total, 带1人 and +1 come on top, 限2人 and 2点 are neither."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flows.reading.dates import numeral

ADDED_HERE = "\x01"  # stands where people were added, as their names may follow

_N = r"(?P<n>[0-9]{1,3}|[一二两三四五六七八九十]{1,3}|俩|仨)"
_UNIT = r"(?:个人(?![信隐所简])|人(?![社力事民工才大员])|位(?![数于置])|名(?![额单字称片企录]))"
FOLK = (
    "同事|朋友|家属|随行人员|随行|随从|司机|陪同|伙伴|同伴|员工|助理|秘书|孩子|小孩|儿子|女儿|老婆|爱人|夫人|先生"
    "|太太|老公|徒弟|父亲|母亲"
)
_ALONE = r"(?=$|[^\u4e00-\u9fff]|去|来|一起|一同|参加|过|到|报|同)"
_SELF = r"(?:我们?|本人|自己|俺|咱们?|司机|老板|他|她)"
_MORE = (
    r"(?:另外带|另带|再带|多带|还带|外带|带上?|携带?|随行|陪同|另加|外加|再加上?|多加|加上"
    r"|(?<![参增])加|另有|另外还有|还有)"
)

_SUM = re.compile(
    rf"(?<![+＋])(?<![+＋]\s){_N}\s?{_UNIT}?\s?[+＋]\s?(?P<m>[0-9]{{1,2}}|[一二两三])\s?{_UNIT}?(?![0-9])"
)
_SURE = re.compile(
    rf"(?:一共|总共|共计|合计|总计|共|一行|人数)(?:是|为|:|：|有|要|来|去|报)?\s?{_N}\s?(?:{_UNIT}|个)?{_ALONE}"
    rf"|(?:连同?|加上?|算上?|包括|包含|含){_SELF}(?:自己|本人)?(?:在内)?[ ,，]?"
    rf"(?:一共|总共|共)?(?:是|有)?\s?{_N.replace('<n>', '<k>')}\s?(?:{_UNIT}|个)"
)
_US = re.compile(
    r"(?:我们|咱们|我|咱|你们|他们|她们)(?:夫妻|夫妇|父子|父女|兄弟)?(?P<n>[俩仨]|两个(?![同问])|三个(?![同问])|[0-9]个(?![同问]))"
)
_ADDED = re.compile(
    rf"{_MORE}了?\s?{_N}\s?(?:{_UNIT}(?:{FOLK})?|[个位名](?:{FOLK}){_ALONE}?|(?:{FOLK})|个?{_ALONE})"
    rf"|{_MORE}(?:{FOLK})\s?{_N.replace('<n>', '<f>')}\s?{_UNIT}"
    rf"|(?:带上?|携带?)了?(?P<word>[\u4e00-\u9fff]{{1,4}}?)\s?{_N.replace('<n>', '<w>')}\s?{_UNIT}"
    rf"|(?:和|跟|与|同)\s?{_N.replace('<n>', '<k>')}\s?[个位名]?(?:{FOLK}|人)"
    rf"|[+＋]\s?{_N.replace('<n>', '<p>')}\s?(?:{_UNIT}|个)?(?![0-9])"
)
_FOLK_ADDED = re.compile(
    rf"(?:{_MORE}|[和跟与及、,，])\s?(?:我|他|她|一个|个)?(?:的)?(?P<who>{FOLK})(?![\u4e00-\u9fff]{{1,3}}\d{{7}})"
    rf"|(?P<also>{FOLK})(?:也|一起|一同|同去|同行)"
)
_PLAIN = re.compile(rf"(?<![0-9.])(?<![一二三四五六七八九十]){_N}\s?{_UNIT}")
_SEATS = re.compile(
    rf"(?:留|订|占|预留|预订|要|报|来|去|到)了?\s?{_N}\s?个?"
    rf"(?:位置|位子|座位|席位|名额|座|席|个{_ALONE})"
)
_SOLO = re.compile(r"就我(?:一个|自己)?|只有我|我自己(?=去|来|参加)|我一个(?!人)")

_NOT_AFTER = re.compile(
    r"(?:限|限报|限定|每家|每企业|每单位|每|各|最多|至多|不超过|上限|满|第|员工|职工|工人|招|招聘|剩|规模"
    r"|容纳|大约|约|是|共有员工|厂里|还差|前)\s?$"
)
_NOT_BEFORE = re.compile(
    r"\s?(?:的(?:工?厂|小?企业|公司|会|培训|规模|活动)|以上|以下|以内|规模|左右|上下|多|领导|老师|专家|嘉宾|一[组桌车]"
    r"|的?(?:企业|小?厂)|可以吗$|行不行|制)"
)
MOST = 20  # more people are no party, but the size of a firm or of a hall


@dataclass(frozen=True, slots=True)
class Heads:
    """How many people a text speaks of; `clear` = it does not contradict itself."""

    total: int | None = None  # told as the whole party
    added: int = 0  # told as coming besides who is named
    clear: bool = True

    @property
    def told(self) -> bool:
        """Say whether a number was told at all."""
        return self.total is not None or self.added > 0 or not self.clear

    def party(self, named: int, brought: int = 0) -> int | None:
        """Count the party: named = people by name, brought = those of them meant by the added.

        None = not told, or told in a way that does not add up.
        """
        if not self.clear:
            return None
        summed = named - brought + max(self.added, brought)
        if self.total is not None:
            return self.total if self.total >= max(summed, 1) else None
        return summed if self.added or named > 1 else None


@dataclass(slots=True)
class _Counted:
    """What was found so far."""

    sure: set[int]
    plain: set[int]
    added: int = 0


def read_heads(text: str) -> tuple[Heads, str]:
    """Read the head-counts of a text; return them and the rest, with `ADDED_HERE` marked."""
    counted = _Counted(set(), set())
    rest = _lift(_SUM, text, lambda match: _sum(match, counted))
    rest = _lift(_SURE, rest, lambda match: _sure(match, counted))
    rest = _lift(_US, rest, lambda match: _sure(match, counted))
    rest = _lift(_ADDED, rest, lambda match: _added(match, counted))
    rest = _lift(_SEATS, rest, lambda match: _plain(match, counted))
    rest = _lift(_PLAIN, rest, lambda match: _plain(match, counted))
    rest = _lift(_SOLO, rest, lambda match: _alone(counted))
    return _judged(counted), rest


def read_companions_untold(text: str) -> tuple[int, str]:
    """Count who comes along by what they are (带儿子, 司机一起), and return the rest."""
    found: list[str] = []

    def lifted(match: re.Match[str]) -> str:
        found.append(match["who"] or match["also"])
        return " "

    rest = _FOLK_ADDED.sub(lifted, text)
    return len(found), rest


def _lift(pattern: re.Pattern[str], text: str, take: Callable[[re.Match[str]], str | None]) -> str:
    """Take out what counts; what does not stays in its place."""

    def lifted(match: re.Match[str]) -> str:
        left = take(match)
        return match.group() if left is None else left

    return pattern.sub(lifted, text)


def _number(written: str) -> int:
    if written[0] in "俩仨":
        return 2 if written[0] == "俩" else 3
    return numeral(written.rstrip("个"))


def _is_other(match: re.Match[str]) -> bool:
    """Say whether the number is a limit, an order or the size of a firm."""
    before = match.string[max(0, match.start() - 6) : match.start()]
    after = match.string[match.end() : match.end() + 6]
    return bool(_NOT_AFTER.search(before) or _NOT_BEFORE.match(after))


def _sum(match: re.Match[str], counted: _Counted) -> str | None:
    if _is_other(match):
        return None
    counted.plain.add(_number(match["n"]) + _number(match["m"]))
    return " "


def _sure(match: re.Match[str], counted: _Counted) -> str | None:
    if match.string[match.end() : match.end() + 2] == "名额":
        return None
    counted.sure.add(_number(match["n"] or match["k"]))
    return " "


def _added(match: re.Match[str], counted: _Counted) -> str | None:
    if _is_other(match):
        return None
    told = ("n", "f", "w", "k", "p")
    counted.added += next(_number(match[name]) for name in told if match[name])
    return f" {ADDED_HERE}{match['word'] or ''} "


def _plain(match: re.Match[str], counted: _Counted) -> str | None:
    if _is_other(match):
        return None
    counted.plain.add(_number(match["n"]))
    return " "


def _alone(counted: _Counted) -> str:
    counted.plain.add(1)
    return "我"


def _judged(counted: _Counted) -> Heads:
    """Weigh a total against the others: 一共 before a bare number, and no two of a kind."""
    plain = {n for n in counted.plain if n <= MOST}
    totals = counted.sure or plain
    odd = 0 in counted.sure | counted.plain or any(n < 0 for n in counted.sure | counted.plain)
    beyond = bool(counted.plain) and not totals and not counted.added
    if len(totals) > 1 or odd or beyond or counted.added > MOST:
        return Heads(clear=False)
    return Heads(total=next(iter(totals), None), added=counted.added)


__all__ = ["ADDED_HERE", "FOLK", "MOST", "Heads", "read_companions_untold", "read_heads"]
