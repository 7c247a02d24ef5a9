"""One row of a 接龙: which enterprise, who, how many; and what of it has to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from flows.registration.firms import Firm, Firms
from flows.registration.heads import (
    ADDED_HERE,
    MOST,
    Heads,
    read_companions_untold,
    read_heads,
)
from flows.registration.lifting import lift_phones, lift_plates
from flows.registration.people import HAN, LATIN, Named, people, post
from flows.registration.relay_lines import LONGEST_ROW


class Doubt(StrEnum):
    """Why a row is to be asked before it counts."""

    WHICH_ENTERPRISE = "which_enterprise"  # 几家都叫这个名字
    NO_ENTERPRISE = "no_enterprise"  # 没看出单位
    NO_NAME = "no_name"  # 没看出姓名
    HEADS = "heads"  # 人数对不上
    REPEATED = "repeated"  # 可能与前面是同一人
    TWO_FIRMS = "two_firms"  # 一人两家, 还是各是各的
    UNCLEAR = "unclear"  # 有没看懂的字


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says; rows that say the same are equal, wherever they stand in the list."""

    enterprise: str = ""
    name: str = ""
    party: int = 1
    companions: tuple[str, ...] = ()
    phone: str = ""
    plate: str = ""
    post: str = ""
    remark: str = ""
    also_for: tuple[str, ...] = ()  # other enterprises that the same person speaks for
    doubt: Doubt | None = None
    doubts: tuple[Doubt, ...] = ()  # what is to be asked after that
    candidates: tuple[str, ...] = ()  # enterprises it may mean
    guess: str = ""  # the word that stands where an enterprise would
    text: str = field(default="", compare=False)  # as it was written, without its number
    lines: tuple[int, ...] = field(default=(), compare=False)  # where it stands, from 0


_BRACKET = re.compile(r"[(（【\[]([^()（）【】\[\]]{0,60})(?:[)）】\]]|$)")
# 宁波ABC（集团）有限公司: a bracket inside a name is followed by how the name ends.
_IN_NAME = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]{0,16}?(?:公司|集团|厂|合作社|事务所|中心|研究院)")
_ENDS = re.compile(
    r"[\s,，;；。:：|｜/／\\＋+~～—–_＆&!！?？\"“”'‘’<>《》=]+|-+|(?<=[\u4e00-\u9fff])[.．](?=[\u4e00-\u9fff])"
)
_LISTED = re.compile(r"[、]")
_LABEL = re.compile(
    r"单位(?:名称)?|企业(?:名称)?|公司(?:名称)?|姓名|名字|参会人员?|参加人员?|人员|联系人"
    r"|人数|参会人数|职务|电话|手机号?|联系方式"
    r"|车牌号?|备注|报名|参加|出席|参会|接龙|准时参加|准时|已报名?|同意|收到"
    r"|加|连|共|人|个|位|名|序号|嘉宾|等|和|及|的|另|谢谢"
)
# Remarks that say something of a person, and are neither a person nor an enterprise.
_REMARK = re.compile(
    r"素|清真|不吃|过敏|忌口|停车|开车|自驾|车位|车牌|有车|晚到|晚点|迟到|早退|提前|用餐|就餐|午餐|晚餐|午饭|晚饭"
    r"|线上|线下|视频|代报|代签|司机|住宿|不住|需要|准时|参加|参会|报名|发言"
    r"|议题|材料|资料|第一次|新会员|会员单位|理事单位|助理|秘书|一起|旁听|接送|地铁|步行|高铁|会来|会到"
    r"|能到|能来|带[儿女司家]|负责人|分管|女士$|先生$|本人|厂里|分钟|号楼|[今明后]天[到来]|第[0-9]{1,2}批|^[男女]$|^[0-9]桌$"
)
_WORD = re.compile(rf"[{HAN}]")
# Who may stay away, or was put in somebody's place, is asked.
_UNSURE = re.compile(
    r"取消|请假|不来|不去|去不了|来不了|退出|不参加|作废|待定|待确认|可能|暂定|换成|换人|改为|改成|删"
)
_CLOCK = re.compile(
    r"(?:[上下]午|中午|晚上)?[0-9]{1,2}(?:[:：][0-9]{2}|点(?:半|[0-9]{1,2}分?)?)[前后]?(?:[到来]|签到)?"
)
_ALSO_FOR = re.compile(r"(?:同时代表|代表|兼任?|兼代|另代|代)(.+)")
_ALONG = re.compile(r"(?:带上?|携|偕|同行|随行|陪同|还有|加上|及|和)[:：]?(.+)")
_COUNT = re.compile(r"(?:人数|共|计)[是为]?([0-9]{1,2})")
_MOST_BARE = 9  # people in a column of bare numbers; more is more likely something else
_MANY_DIGITS = re.compile(r"[0-9]{5,}")


@dataclass(slots=True)
class _Reading:
    """A row in reading."""

    firms: list[Firm] = field(default_factory=list)
    people: list[Named] = field(default_factory=list)
    brought: int = 0
    post: str = ""
    total: list[int] = field(default_factory=list)  # bare numbers in a column of their own
    remarks: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # not understood, in front of the name
    odd: list[str] = field(default_factory=list)  # not understood, behind it


def read_row(text: str, firms: Firms) -> Row:
    """Read a row without its number; whatever is not certain is its doubt."""
    if len(text) > LONGEST_ROW:
        return Row(doubt=Doubt.UNCLEAR, text=text[:LONGEST_ROW])
    plate, rest = lift_plates(text)
    phone, others, rest = lift_phones(rest)
    found = _Reading(remarks=list(others))
    found.remarks += (time for time in _CLOCK.findall(rest))
    rest = _CLOCK.sub(" ", rest)
    rest, brackets = _without_brackets(rest)
    heads, rest = read_heads(rest)
    if not heads.told:
        untold, rest = read_companions_untold(rest)
        heads = Heads(added=untold)
    for bracket in brackets:
        heads = _bracket(bracket, heads, found)
    for token in _tokens(rest):
        _token(token, firms, found)
    _settle_brackets(found, brackets, firms)
    return _row(text, plate, phone, heads, found)


def _without_brackets(text: str) -> tuple[str, list[str]]:
    """Take the remarks in brackets out, and leave those that belong to an enterprise's name."""
    taken: list[str] = []

    def lifted(match: re.Match[str]) -> str:
        before = match.string[match.start() - 1 : match.start()]
        inside, after = match[1].strip(), match.string[match.end() :]
        if before.isalnum() and inside and _IN_NAME.match(after) and len(inside) <= 8:
            return match.group()
        taken.append(inside)
        return " "

    return _BRACKET.sub(lifted, text), [inside for inside in taken if inside]


def _bracket(inside: str, heads: Heads, found: _Reading) -> Heads:
    """Read what a bracket says of the head-count: (+1), (2人), (含司机)."""
    own, _ = read_heads(inside)
    if not own.told:
        return heads
    if heads.total is not None and own.total is not None and heads.total != own.total:
        return Heads(clear=False)
    total = own.total if heads.total is None else heads.total
    return Heads(total, heads.added + own.added, heads.clear and own.clear)


def _settle_brackets(found: _Reading, brackets: list[str], firms: Firms) -> None:
    """Take names and posts in brackets for what they are; the rest are remarks."""
    for inside in brackets:
        _, rest = read_heads(inside)
        bare = rest.replace(ADDED_HERE, " ").strip(" ,，、:：")
        named = people(bare) if bare else ()
        if candidates := _known(bare, firms):
            found.firms.append(Firm(bare, candidates))
        elif named and not _REMARK.search(bare):
            found.brought += len(named) if found.people else 0
            found.people.extend(named)
        elif bare and (told := post(bare)):
            found.post = found.post or told
        elif bare:
            found.remarks.append(bare)


def _tokens(text: str) -> list[str]:
    """Split a row into its pieces; 王 芳 is one name that was spread out."""
    pieces = (part.strip("@·.、-（）()【】[]") for part in _ENDS.split(text))
    parts = [piece.removesuffix("等") if len(piece) > 2 else piece for piece in pieces]
    tokens: list[str] = []
    for part in filter(None, parts):
        spread = tokens and len(tokens[-1]) == 1 and len(part) == 1
        if spread and people(tokens[-1] + part):
            tokens[-1] += part
        else:
            tokens.append(part)
    return tokens


def _token(token: str, firms: Firms, found: _Reading) -> None:
    """Read one piece as an enterprise, a name, a post, a number or something else."""
    added, token = token.startswith(ADDED_HERE), token.replace(ADDED_HERE, "")
    if not token or _LABEL.fullmatch(token):
        return
    if candidates := _known(token, firms):
        found.firms.append(Firm(token, candidates))
    elif named := people(token):
        found.people.extend(named)
        found.brought += len(named) if added else 0
    elif firm := firms.read(token):
        found.firms.append(firm)
    elif told := post(token):
        found.post = found.post or told
    elif (count := token if token.isdecimal() else _counted(token)) and _is_few(count):
        found.total.append(int(count))
    elif (along := _ALONG.fullmatch(token)) and (named := people(along[1])):
        found.people.extend(named)
        found.brought += len(named)
    elif "、" in token:
        for part in filter(None, _LISTED.split(token)):
            _token(part, firms, found)
    elif not _glued(token, firms, found):
        _other(token, found)


def _known(token: str, firms: Firms) -> tuple[str, ...]:
    """Return the enterprises that a piece names, also as those that somebody comes for as well."""
    also = _ALSO_FOR.fullmatch(token)
    return firms.known(token) or (firms.known(also[1]) if also else ())


def _counted(token: str) -> str:
    found = _COUNT.fullmatch(token)
    return found[1] if found else ""


def _is_few(count: str) -> bool:
    return len(count) == 1 and 0 < int(count) <= _MOST_BARE


def _glued(token: str, firms: Firms, found: _Reading) -> bool:
    """Read 恒通李总, 恒通总经理李明."""
    for firm, behind in firms.split(token):
        named = people(behind.strip("·-"))
        if named:
            found.firms.append(firm)
            found.people.extend(named)
            return True
    return False


def _other(token: str, found: _Reading) -> None:
    """Keep what is no fact: as a remark, or as something that has to be asked."""
    if LATIN.fullmatch(token) and found.firms and not found.people:
        found.people.append(Named(token))
    elif _REMARK.search(token) and not people(_REMARK.sub("", token)):
        found.remarks.append(token)
    elif _WORD.search(token) or token.isdecimal():
        (found.odd if found.people else found.before).append(token)
    else:
        found.remarks.append(token)


def _row(text: str, plate: str, phone: str, heads: Heads, found: _Reading) -> Row:
    """Put a row together, with the first doubt that it leaves."""
    names = tuple(dict.fromkeys(one.name for one in found.people))
    firms = {firm.candidates or (firm.written,): firm for firm in found.firms}
    own = tuple(firms.values())
    if found.total and heads.total is None:
        heads = Heads(found.total[0], heads.added, heads.clear and len(set(found.total)) == 1)
    party = heads.party(max(len(names), 1), min(found.brought, max(len(names) - 1, 0)))
    told = heads.told
    size = party if party is not None else max(len(names), 1)
    unread = [*found.before, *found.odd]
    odd = (told and party is None) or size > MOST
    doubts = tuple(_doubts(text, own, names, found, odd=odd, told=told))
    return Row(
        enterprise=own[0].name if own else "",
        name=names[0] if names else "",
        party=size,
        companions=names[1:],
        phone=phone,
        plate=plate,
        post=next((one.post for one in found.people if one.post), found.post),
        remark="，".join(dict.fromkeys([*found.remarks, *unread])),
        also_for=tuple(firm.name for firm in own[1:]),
        doubt=next(iter(doubts), None),
        doubts=doubts[1:],
        candidates=next((firm.candidates for firm in own if not firm.name), ()),
        guess=next(iter(found.before), "") if not own else "",
        text=text,
    )


def _doubts(
    text: str,
    firms: tuple[Firm, ...],
    names: tuple[str, ...],
    found: _Reading,
    *,
    odd: bool,
    told: bool,
) -> Iterator[Doubt]:
    if any(not firm.name for firm in firms):
        yield Doubt.WHICH_ENTERPRISE
    if not firms:
        yield Doubt.NO_ENTERPRISE
    if not names:
        yield Doubt.NO_NAME
    if len(firms) > 1 and len(names) > 1:
        yield Doubt.TWO_FIRMS
    if odd:
        yield Doubt.HEADS
    # What stands in front of the name is likely the enterprise that is asked for.
    before = found.before if firms else found.before[1:]
    # A word behind the name may be one more person, unless the number of people was told.
    behind = [word for word in found.odd if not told or _MANY_DIGITS.search(word)]
    if before or behind or _UNSURE.search(text):
        yield Doubt.UNCLEAR


__all__ = ["Doubt", "Row", "read_row"]
