"""Leaders in a text: the post they are named with (职务), and their order (排序)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from flows.campaigns.findings import Fault, Hit
from flows.campaigns.lexicon import Leader, Lexicon, longest_first
from flows.reading.words import DOUBLE_SURNAMES, NOT_NAMES, SINGLE_SURNAMES

_HAN = "\u4e00-\u9fff"
_RANK = (
    r"(?:第一|常务|名誉|执行)?副?"
    r"(?:书记|[省市区县镇乡]长|主席|主任|部长|局长|会长|秘书长|常委|委员|院长|检察长|处长|科长)"
)
_OFFICE = (
    r"(?:[省市区县镇乡]|街道)?(?:党工委|管委会|人大常委会|人大|政协|纪委监委|纪委|监委|政府|委"
    r"|工商联|总商会|法院|检察院)?(?:党组|党委|办公室|组织部|宣传部|统战部|政法委)?"
)
_UNLISTED = re.compile(rf"(?P<office>{_OFFICE})(?P<rank>{_RANK})$")
_BEHIND = re.compile(rf"(?:同志)?(?P<rank>{_RANK})(?![处室办助])")
_NEAR = 80  # so far before a name its posts are looked for
_WAS = r"(?:原任?|(?<![日目此之以年月天])前任?|时任|曾任)"
_FORMER = re.compile(rf"{_WAS}$")
_FORMER_OF = re.compile(rf"{_WAS}[{_HAN}]{{0,10}}$")  # 原经济局 before 局长
_LESSER = ("副", "代", "代理")  # before a post: another post
_LINKS = ("、", "兼")
_AND = r"[、，,；;\s和与及以并]{1,4}"
_LINK = re.compile(rf"(?:同志)?{_AND}")
_NEXT = re.compile(rf"(?:同志)?(?:、[{_HAN}]{{2,20}}){{0,3}}{_AND}")  # others may stand between
_SURNAME = rf"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SINGLE_SURNAMES}])"
_VERBS = (
    "出席|参加|主持|讲话|致辞|带队|走访|调研|表示|强调|指出|介绍|宣布|要求|率队"
    "|赴|前往|为|在|与|和|及|同|对|到|说|的"
)
_NAME = re.compile(rf"(?P<name>{_SURNAME}[{_HAN}]{{1,2}}?)(?=[^{_HAN}]|$|同志|等|一行|{_VERBS})")
_NO_NAME = re.compile(rf"(?:{_VERBS})")


@dataclass(frozen=True, slots=True)
class _Title:
    """A post as it stands before or behind a name."""

    start: int
    text: str
    listed: bool  # with the lexicon's own words; else only what it ends in can be compared
    former: bool = False  # 原, 时任
    elsewhere: bool = False  # another place's


@dataclass(frozen=True, slots=True)
class _Named:
    """A leader as they are named in a text, with every post around the name."""

    leader: Leader
    start: int  # of the name
    end: int  # of the name, or of the post behind it
    before: tuple[_Title, ...]
    behind: _Title | None

    @property
    def begins(self) -> int:
        """Return where the first post, or the name, begins."""
        return min((title.start for title in self.before), default=self.start)


def leaders(text: str, lexicon: Lexicon, today: date) -> Iterator[Hit]:
    """Find leaders with a wrong post, posts with a wrong holder, and leaders out of order."""
    if not lexicon.leaders:
        return
    named = tuple(_named(text, lexicon))
    for one in named:
        yield from _posts(one, today)
    yield from _strangers(text, lexicon, today)
    yield from _order(text, named, lexicon, today)


def _named(text: str, lexicon: Lexicon) -> Iterator[_Named]:
    names = longest_first(one.name for one in lexicon.leaders)
    for match in re.finditer("|".join(map(re.escape, names)), text):
        behind = _BEHIND.match(text, match.end())
        title = _Title(match.end(), behind["rank"], listed=False) if behind else None
        yield _Named(
            lexicon.named(match.group()),
            match.start(),
            behind.end() if behind else match.end(),
            tuple(_titles_before(text, match.start(), lexicon)),
            title,
        )


def _titles_before(text: str, at: int, lexicon: Lexicon) -> Iterator[_Title]:
    """Give the posts before a place, the nearest first: 区委常委、宣传部部长李四."""
    while True:
        begins = max(at - _NEAR, 0)
        title = _title_at_end(text[begins:at].rstrip(" \u3000:："), lexicon)
        if title is None:
            return
        at = begins + title.start
        yield replace(title, start=at)
        if not text.endswith(_LINKS, 0, at):
            return
        at -= 1


def _title_at_end(before: str, lexicon: Lexicon) -> _Title | None:
    for known in lexicon.all_titles():
        if before.endswith(known):
            lead = before[: -len(known)]
            if lead.endswith(_LESSER):
                break
            return _placed(lead, known, lexicon, listed=True)
    match = _UNLISTED.search(before)
    if match is None:
        return None
    lead = before[: match.start()]
    return _placed(lead, match.group(), lexicon, listed=bool(match["office"]))


def _placed(lead: str, title: str, lexicon: Lexicon, *, listed: bool) -> _Title:
    """Return a post with what stands before it: another place, 原 or 时任."""
    places = (place + unit for place in lexicon.elsewhere for unit in ("", *"省市区县"))
    place = next((one for one in places if lead.endswith(one)), "")
    lead = lead.removesuffix(place)
    was = (_FORMER if listed else _FORMER_OF).search(lead)
    start = was.start() if was else len(lead)
    former, elsewhere = was is not None, bool(place)
    return _Title(start, place + title, listed=listed, former=former, elsewhere=elsewhere)


def _posts(one: _Named, today: date) -> Iterator[Hit]:
    """Judge the posts around a name; one finding a name, about the first post that is wrong."""
    titles = [*one.before, *([one.behind] if one.behind else [])]
    for title in titles:
        judged = _judged(title, one.leader, today)
        if judged is not None:
            fault, about = judged
            right = "、".join(one.leader.titles(today))
            proposal = f"{right}{one.leader.name}" if right else ""
            yield Hit(fault, one.begins, one.end, proposal, about)
            return


def _judged(title: _Title, leader: Leader, today: date) -> tuple[Fault, str] | None:
    """Say what is wrong with a post of a leader; None = nothing."""
    meant = [post for post in leader.posts if _means(title, post.title)]
    if any(post.held_on(today) for post in meant):
        return (Fault.POST_WRONG, title.text) if title.former else None
    if title.former:  # what somebody was is not all listed
        return None
    over = [post.until for post in meant if post.until is not None and post.until < today]
    if over:
        return Fault.POST_OVER, max(over).isoformat()
    ahead = [post.since for post in meant if post.since is not None]
    if ahead:
        return Fault.POST_AHEAD, min(ahead).isoformat()
    return Fault.POST_WRONG, title.text


def _means(title: _Title, post: str) -> bool:
    """Say whether a post as written means one of the lexicon: 主席 also means 区工商联主席."""
    if title.listed or not post.endswith(title.text):
        return title.text == post
    return not post.removesuffix(title.text).endswith(_LESSER)


def _strangers(text: str, lexicon: Lexicon, today: date) -> Iterator[Hit]:
    """Find posts of the lexicon before a name that is not their holder's and no leader's at all."""
    titles, names = lexicon.all_titles(), tuple(one.name for one in lexicon.leaders)
    if not titles:
        return
    for match in re.finditer("|".join(map(re.escape, titles)), text):
        lead = text[max(match.start() - _NEAR, 0) : match.start()]
        title = _placed(lead, match.group(), lexicon, listed=True)
        other = title.former or title.elsewhere or lead.endswith(_LESSER)
        stranger = _NAME.match(text, match.end())
        if other or stranger is None or text.startswith(names, match.end()):
            continue
        if stranger["name"][:2] in NOT_NAMES or _NO_NAME.match(stranger["name"]):
            continue
        holders = lexicon.holders(match.group(), today)
        right = f"{match.group()}{holders[0].name}" if len(holders) == 1 else ""
        about = "、".join(one.name for one in holders)
        yield Hit(Fault.NOT_HOLDER, match.start(), stranger.end("name"), right, about)


def _order(text: str, named: tuple[_Named, ...], lexicon: Lexicon, today: date) -> Iterator[Hit]:
    """Find lists of leaders, 张三、李四, that are not in the order of the lexicon.

    Where others stand among them, whose order is not known here, nothing is proposed.
    """
    for together in _lists(text, named):
        ranked = [one for one in together if one.leader.titles(today)]
        ranks = [lexicon.leaders.index(one.leader) for one in ranked]
        if len(set(ranks)) < len(ranks) or ranks == sorted(ranks):
            continue
        right = sorted(ranked, key=lambda one: lexicon.leaders.index(one.leader))
        between = [text[a.end : b.begins] for a, b in pairwise(together)]
        proposal = ""
        if len(ranked) == len(together) and all(map(_LINK.fullmatch, between)):
            said = [text[one.begins : one.end] for one in right]
            proposal = "".join(a + b for a, b in zip(said, [*between, ""], strict=True))
        about = "、".join(one.leader.name for one in right)
        yield Hit(Fault.ORDER, ranked[0].begins, ranked[-1].end, proposal, about)


def _lists(text: str, named: tuple[_Named, ...]) -> Iterator[tuple[_Named, ...]]:
    """Give the leaders who are named one right after the other."""
    together: list[_Named] = []
    for one in named:
        if together and not _NEXT.fullmatch(text, together[-1].end, one.begins):
            yield tuple(together)
            together = []
        together.append(one)
    yield tuple(together)


__all__ = ["leaders"]
