"""Taking the names and numbers of who reports out of a text (对部门隐去企业名)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows import reading
from flows.reading.words import TRADES
from flows.tickets.case import Ticket


def hide(ticket: Ticket, text: str, shown: bool) -> str:
    """Take the enterprise's and the contact's names and every number out of a text (隐去企业名)."""
    if shown:
        return text
    core = distinctive(ticket.enterprise)
    brand = re.sub(rf"(?:{TRADES})+$", "", core)
    hidden = _MASKED.sub("某", reading.mask_numbers(text.replace(ticket.phone, "某")))
    for word in (ticket.enterprise, core, brand, ticket.contact):
        if len(word) > 1:
            hidden = hidden.replace(word, "某")
    return _called(ticket, hidden)


_MASKED = re.compile(r"\d*\*{4}\d*")  # what is left of a masked number still tells too much
_CALLED = "总经理|董事长|老板|厂长|经理|主任|师傅|女士|先生|总|董"


def apart(text: str, others: Iterable[Ticket]) -> str:
    """Take who else reported out of what an enterprise is told: names, telephone, number (并案).

    Other numbers stay: the department's telephone is what the enterprise needs.
    """
    for other in others:
        core = distinctive(other.enterprise)
        brand = re.sub(rf"(?:{TRADES})+$", "", core)
        for word in (other.enterprise, core, brand, other.contact, other.phone, other.number):
            if len(word) > 1:
                text = text.replace(word, "某")
        text = _called(other, text)
    return text


def _called(ticket: Ticket, text: str) -> str:
    """Take out how the contact is called: 陈总, 老陈."""
    surname = re.escape(ticket.contact[:1])
    return re.sub(rf"[老小阿]{surname}|{surname}(?:{_CALLED})", "某", text)


def distinctive(enterprise: str) -> str:
    """Return what is distinctive in a company's name: 镇海恒通紧固件有限公司 → 恒通紧固件."""
    name = enterprise
    for head in ("浙江省", "浙江", "宁波市", "宁波", "镇海区", "镇海"):
        name = name.removeprefix(head)
    for tail in ("股份有限公司", "有限责任公司", "有限公司", "公司", "厂"):
        name = name.removesuffix(tail)
    return name


@dataclass(frozen=True, slots=True)
class Giveaway:
    """A word of a report by which a department would know whose it is, and what to say instead."""

    word: str
    instead: str


def giveaways(text: str, enterprise: str, contact: str, phone: str) -> tuple[Giveaway, ...]:
    """Find what gives an enterprise away in its own words, in the order of the text (U3).

    Names, places, numbers and plates are found by how they are written; whoever reports decides.
    """
    found: list[tuple[int, int, str]] = []
    for start, end, instead in _given_away(text, enterprise, contact, phone):
        if all(end <= begun or start >= ended for begun, ended, _ in found):
            found.append((start, end, instead))
    words = {text[start:end]: instead for start, end, instead in sorted(found)}
    return tuple(Giveaway(word, instead) for word, instead in words.items())


def reworded(text: str, found: Iterable[Giveaway]) -> str:
    """Write a text without what gives the enterprise away; the longest word goes first."""
    for one in sorted(found, key=lambda one: -len(one.word)):
        text = text.replace(one.word, one.instead)
    return text


def _given_away(
    text: str, enterprise: str, contact: str, phone: str
) -> Iterator[tuple[int, int, str]]:
    """Find everything that could, the surest first: what overlaps an earlier one is left out."""
    core = distinctive(enterprise)
    maker = re.search(rf"厂|{TRADES}", enterprise)
    ours = "我厂" if maker else "我单位"
    names = [enterprise, core + "厂", core, re.sub(rf"(?:{TRADES})+$", "", core)]
    for name, instead in (*((name, ours) for name in names), (contact, "联系人")):
        if len(name) > 1:
            yield from _spans(re.escape(name), text, instead)
    if contact:
        surname = re.escape(contact[0])
        yield from _spans(rf"[老小阿]{surname}|{surname}(?:{_CALLED})", text, "联系人")
    if phone:
        yield from _spans(re.escape(phone), text, "另留的电话")
    for pattern, instead in _WRITTEN:
        yield from _spans(pattern, text, instead)


def _spans(pattern: str, text: str, instead: str) -> Iterator[tuple[int, int, str]]:
    for found in re.finditer(pattern, text):
        yield found.start(), found.end(), instead


_NO_NAME = "的在到从于沿往向是和与及了过这那条每整全我们你他本该各一两几段个"
_NAME = rf"(?:(?![{_NO_NAME}])[\u4e00-\u9fff]){{2}}"
_NUMBER = r"(?:\s*\d+\s*(?:弄|号))*"
_NO_ROAD = "[线电道公马铁短断管油气水出思销退半走修让支干小门回迷网来去班送货运料通进旁]路"
_NO_VILLAGE = "农村|乡村|山村|渔村"
_WRITTEN = (
    (r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}", "另留的电话"),
    (
        "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]"
        "[A-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])",
        "某车",
    ),
    (f"{_NAME}街道", "某街道"),
    (f"(?!.?(?:城镇|乡镇)){_NAME}镇(?!海)", "某镇"),
    (
        f"(?!.{_NO_ROAD}){_NAME}[东南西北中]?(?:大道|路(?![面灯由径障程况])|街(?!道)|弄){_NUMBER}",
        "某路段",
    ),
    (f"{_NAME}(?:工业园区|工业园|产业园|科技园|园区|工业区|开发区)", "某园区"),
    (f"(?!.?(?:{_NO_VILLAGE})){_NAME}村", "某村"),
    (f"{_NAME}社区", "某社区"),
)
