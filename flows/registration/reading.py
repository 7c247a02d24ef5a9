"""What a sentence says of a sign-up: "明天的面对面我报名,2个人", "替陈总报个名, 他电话139…"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flows import reading
from flows.registration.choosing import POINTS
from flows.registration.event import Event
from flows.registration.firms import Firms, firms_of
from flows.registration.heads import ADDED_HERE, FOLK, Heads, read_companions_untold, read_heads
from flows.registration.lifting import lift_phones, lift_plates
from flows.registration.number import TYPED
from flows.registration.people import (
    HAN,
    POST,
    SPOKEN,
    SPOKEN_LIST,
    Named,
    people,
    person,
    post,
)

_WHOLE = 4  # characters of a name that stands for an enterprise wherever it is found
LONGEST = 2_000  # a longer text is no sentence; what stands further back is not read


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a sentence gives away of a sign-up; None or () where it is silent."""

    name: str | None = None  # who comes; None = whoever writes
    phone: str | None = None
    enterprise: str | None = None  # as it is on record, else as it was written
    post: str | None = None
    party: int | None = None  # people who come, the attendee included; None also where unclear
    companions: tuple[str, ...] = ()
    plate: str | None = None
    for_other: bool = False  # whoever writes signs somebody else up (代报)
    event: str | None = None  # the words that point to an activity, for `choosing.matching`


class ReadsSignUps(Protocol):
    """Reads a sign-up out of a sentence; a better reader may take this one's place.

    `known` are the enterprises on record, `events` the activities that may be meant.
    """

    def __call__(
        self, text: str, known: Sequence[str] = (), events: Sequence[Event] = ()
    ) -> SignUp: ...


# What stands around facts in such a sentence and is none itself.
_VERBS = re.compile(
    r"(?:我|我们|咱们|咱)?(?:要|想|想要|打算|准备|可以|能)?(?:报(?:个|一下|一个)?名(?:参加)?|登记(?:一下)?|参加|出席|参会|接龙)"
    r"|请|麻烦|谢谢|您好|你好|收到|好的|[吧啊呀哈哦了]+(?=$|[^\u4e00-\u9fff])"
)
_PIECE_ENDS = re.compile(r"[,，。;；:：!！?？\n\t |｜（）()【】\[\]]+")
_FOR = re.compile(
    r"(?:替|代替|代|帮|给|为)(?P<whose>我们|咱们|我|咱|公司|单位|厂里|我司)?的?"
    rf"(?P<role>老板|老总|领导|[爸妈]{{1,2}}|{FOLK}|{POST})?(?P<name>{SPOKEN.pattern})?的?"
    r"(?:他|她)?[ ,，]?(?:来|去|也)?(?P<act>报(?:个|一下|一个)?名?|登记|签到?|参加|(?=[留订占]))?"
)
_OURS_COMES = re.compile(
    rf"(?:(?:我们|我|咱们|咱)(?:家|公司|厂)?的?|(?:^|(?<=[，,。 ])))"
    rf"(?P<role>老板|老总|领导|{POST})(?P<name>{SPOKEN.pattern})?"
    r"(?=要|想|也|去|来|带|参加|报|出席)"
)
_WITH = re.compile(
    rf"(?:和|跟|与|同|及|还有|加上|以及|连同|叫上|再加|(?<=我)、)\s?(?:{FOLK}|{POST})?(?P<names>{SPOKEN_LIST.pattern})"
    rf"|(?:{FOLK})(?P<folk>{SPOKEN_LIST.pattern})"
)
_BROUGHT = re.compile(
    rf"(?:带上|带着|带|携|偕同?)了?\s?(?:{FOLK}|{POST})?(?P<names>{SPOKEN_LIST.pattern})(?:等?\s?(?P<n>[0-9]{{1,2}}|[一二两三四五])(?:个人|人|位|名))?"
)
_ADDED_NAMES = re.compile(rf"{ADDED_HERE}[ :：,，(（是]*(?P<names>{SPOKEN_LIST.pattern})")
_OF_FIRM = re.compile(
    rf"(?:我是|我们是|这里是|^)?(?P<firm>[{HAN}A-Za-z0-9()（）]{{2,30}}?)的(?P<name>{SPOKEN.pattern})"
)
# Who writes, where the sentence is for somebody else.
_WRITER = re.compile(
    rf"(?:我是|我叫|本人是?)(?:{SPOKEN.pattern})|^(?:{SPOKEN.pattern})(?=代|替|帮|给)"
)
_AND_ME = re.compile(r"(?:还有|加上|[和跟与、])我(?![们的司厂家公单])")
_JUST_MORE = re.compile(r"(?<![0-9人个位名])\s?[+＋]\s?[0-9一二两三]{1,2}")
_CONTACT = re.compile(rf"(?:联系人|联络人)[是为 :：]*(?:{SPOKEN.pattern})?")
_ATTENDS = re.compile(r"(?:参会|参加|出席|与会)(?:人员?|者|嘉宾)?[是为 :：]")
_SPEAKS_FOR = re.compile(
    rf"(?:代表|来自|单位是?)[ :：]?(?P<firm>[{HAN}A-Za-z]{{2,20}}?)"
    rf"(?=参加|报名|出席|来|$|[^{HAN}A-Za-z])"
)
_ROLE = re.compile(r"^(?:老板|老总|领导|嘉宾)(?=.{2})|(?:也|都|要|会)[去来]$|去$")
_GOES_THERE = re.compile(r"(?:一起|一同|也|都|要|想)*[去来]")
_IS_NAMED = re.compile(r"(?:我叫|我是|本人|姓名|名字|参会人|参加人|联系人)[是叫为 :：]{0,2}")
# Whoever says that this is the name is believed, whatever the surname: 我叫阿依古丽.
_INTRODUCED = re.compile(
    rf"(?:我叫|姓名|名字)[是叫为 :：]{{0,3}}(?P<name>[{HAN}]{{2,6}})(?=$|[,，。;； \n])"
)


class _Sentence:
    """A sentence in reading: what was found leaves it, the rest is read further."""

    def __init__(self, text: str, firms: Firms) -> None:
        self.rest = text
        self.firms = firms
        self.names: list[Named] = []
        self.companions: list[str] = []
        self.brought = 0
        self.untold = 0  # who comes along without a name: a son, a driver, whoever writes
        self.post: str | None = None
        self.for_other = False
        self.enterprise: str | None = None
        self.hints: list[str] = []

    def take(self, pattern: re.Pattern[str], into: list[str]) -> int:
        """Take lists of names that follow a word; return how many names."""
        taken: list[str] = []

        def lifted(match: re.Match[str]) -> str:
            names = people(match.groupdict().get("folk") or match["names"])
            taken.extend(one.name for one in names)
            return " " if names else match.group()

        self.rest = pattern.sub(lifted, self.rest)
        into.extend(taken)
        return len(taken)


def read_sign_up(text: str, known: Sequence[str] = (), events: Sequence[Event] = ()) -> SignUp:
    """Read a sentence by its words and their order; fulfils `ReadsSignUps`."""
    plain = reading.normalise(text[:LONGEST])
    plate, rest = lift_plates(plain)
    number, _, rest = lift_phones(rest)
    said = _Sentence(rest, firms_of(known))
    _hints_of_titles(said, events)
    _enterprise_told(said, known)
    _for_whom(said)
    said.brought = said.take(_BROUGHT, said.companions)
    heads, said.rest = read_heads(said.rest)
    said.brought += said.take(_ADDED_NAMES, said.companions)
    said.take(_WITH, said.companions)
    said.untold, said.rest = read_companions_untold(said.rest)
    _pieces(said)
    name = said.names[0] if said.names else None
    others = _others(said, name)
    return SignUp(
        name=name.name if name else None,
        phone=number or None,
        enterprise=said.enterprise,
        post=(name.post if name else "") or said.post,
        party=None if name is None and _is_just_more(plain) else _party(said, heads, len(others)),
        companions=others,
        plate=plate or None,
        for_other=said.for_other,
        event=" ".join(dict.fromkeys(said.hints)) or None,
    )


def _hints_of_titles(said: _Sentence, events: Sequence[Event]) -> None:
    """Take out the activities that are named in full, so that no word of them is a name."""
    names = {event.number for event in events} | {event.title for event in events}
    names |= {event.series for event in events if event.series}
    for name in sorted(names, key=len, reverse=True):
        if name and name in said.rest:
            said.hints.append(name)
            said.rest = said.rest.replace(name, " ")
    for found in TYPED.findall(said.rest):
        said.hints.append(found)
    said.rest = TYPED.sub(" ", said.rest)


def _enterprise_told(said: _Sentence, known: Sequence[str]) -> None:
    """Take the enterprise out: one on record first, then what is of (的) somebody."""
    whole = [name for name in known if len(name) >= _WHOLE and name in said.rest]
    if whole:
        said.enterprise = max(whole, key=len)
        said.rest = said.rest.replace(said.enterprise, " ")
    found = _SPEAKS_FOR.search(said.rest)
    firm = said.firms.read(found["firm"]) if found else None
    if found and firm and firm.name and said.enterprise is None:
        said.enterprise = firm.name
        said.rest = f"{said.rest[: found.start()]} {said.rest[found.end() :]}"
    found = _OF_FIRM.search(said.rest)
    if found and said.enterprise is None and not POINTS.search(found["firm"]):
        firm = said.firms.read(found["firm"])
        told = firm.name if firm else reading.company(found.group())
        if told:
            said.enterprise = told
            said.rest = said.rest[: found.start()] + " " + said.rest[found.start("name") :]


def _for_whom(said: _Sentence) -> None:
    """Find whom the sentence signs up, where it is not whoever writes."""
    for pattern in (_FOR, _OURS_COMES):
        found = pattern.search(said.rest)
        if found is None or not (found["role"] or found["name"] or found.group()[:2] == "代报"):
            continue
        if pattern is _FOR and found["act"] is None and not found["name"]:
            continue
        said.for_other = True
        writer = _WRITER.search(said.rest)
        role = found["role"] or ""
        said.post = post(role)
        if found["name"] and (named := person(found["name"])):
            said.names.append(named)
        said.rest = f"{said.rest[: found.start()]} {said.rest[found.end() :]}"
        said.rest = said.rest.replace(writer.group(), " ", 1) if writer else said.rest
        return


def _pieces(said: _Sentence) -> None:
    """Read what is left piece by piece: hints of the activity, the enterprise, names, posts."""
    if _ATTENDS.search(said.rest):
        said.rest = _CONTACT.sub(" ", _ATTENDS.sub(" ", said.rest))
    introduced = _INTRODUCED.search(said.rest)
    and_me = _AND_ME.search(said.rest)
    left = _IS_NAMED.sub(" ", _VERBS.sub(" ", said.rest.replace(ADDED_HERE, " ")))
    for piece in filter(None, _PIECE_ENDS.split(left)):
        bare = _ROLE.sub("", piece.strip("的、-—/&~ ")).removesuffix("等")
        if POINTS.search(bare):
            said.hints.append(_going(said, bare))
        elif firm := said.firms.read(bare):
            said.enterprise = said.enterprise or firm.name or None
        elif named := people(bare):
            said.names.extend(named)
        elif told := post(bare):
            said.post = said.post or told
        elif said.enterprise is None or not said.names:
            _glued(said, bare)
    if introduced and not said.names:
        said.names.append(Named(introduced["name"]))
    if and_me and said.names:
        said.untold += 1


def _going(said: _Sentence, piece: str) -> str:
    """Read who goes (李明、王芳去面对面); return where."""
    found = SPOKEN_LIST.match(piece)
    goes = _GOES_THERE.match(piece, found.end()) if found else None
    if found is None or goes is None:
        return piece
    said.names.extend(people(found.group()))
    return piece[goes.end() :]


def _glued(said: _Sentence, piece: str) -> None:
    """Read 恒通李总, and a name that a sentence goes on behind."""
    for firm, behind in said.firms.split(piece):
        if (named := people(behind)) and firm.name:
            said.enterprise = said.enterprise or firm.name
            said.names.extend(named)
            return
    found = SPOKEN.match(piece)
    if found and not said.names and (one := person(found.group())):
        said.names.append(one)


def _others(said: _Sentence, name: Named | None) -> tuple[str, ...]:
    """Return who comes along: those named as such, and every further name of the list."""
    listed = [one.name for one in said.names[1:]]
    found = dict.fromkeys([*listed, *said.companions])
    return tuple(one for one in found if name is None or one != name.name)


def _party(said: _Sentence, heads: Heads, others: int) -> int | None:
    """Count the people; a number that was told stands, unless it cannot be."""
    brought = min(said.brought, others)
    if heads.told or not said.untold:
        return heads.party(1 + others, brought)
    return 1 + others + said.untold


def _is_just_more(text: str) -> bool:
    """Say whether +1 may as well mean "me too": it names nobody whom one more could join."""
    return _JUST_MORE.search(text) is not None and "我" not in text


__all__ = ["LONGEST", "ReadsSignUps", "SignUp", "read_sign_up"]
