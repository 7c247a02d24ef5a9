"""The fields of a policy found in a pasted notice (申报通知), for staff to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from flows import reading
from flows.office import Department
from flows.policies import demands, docno, money, periods
from flows.policies.conditions import Condition
from flows.policies.demands import Known
from flows.policies.policy import Level, Way, host
from flows.policies.sections import Notice, Part, bodies, cut

LONGEST_TITLE = 120
_KIND = r"(?:通知|公告|通告|办法|意见|细则|政策|措施|方案|指南|规定|若干|计划|要点|清单|指引|启事)"
_ABOUT = re.compile(rf"(?:关于|印发).*{_KIND}(?:[（(][^）)]*[）)])?$")
_QUOTED = re.compile(rf"《(?P<title>[^《》]{{4,{LONGEST_TITLE}}})》")
_RIBBON = re.compile(
    r"^(?:【[^】]{0,8}(?:政策|通知|速递|提醒|申报|重要|转发|关注)[^】]{0,8}】\s*|@\S+\s+"
    r"|(?:转发|通知|公告|各位|尊敬的|大家)[^，,。：:]{0,15}[:：]\s*)+"
)
_ADDRESSED = re.compile(r"^各.{1,60}[:：]$|^(?:各位|尊敬的|大家).{0,20}[:：,，!！]?$|^.{0,12}文件$")
_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+", re.IGNORECASE)
_APPLY = re.compile(r"申报|申请|登录|登陆|入口|平台|系统|网址|填报|在线|网上|兑现")
_ORIGIN = re.compile(r"原文|全文|来源|详见|政策链接|解读")
_LOCAL_PHONE = re.compile(r"(?<![\d-])[2-9]\d{7}(?!\d)")
_CONTACT = re.compile(
    r"(?:联系人|经办人|咨询人)(?:(?:及|和|、)?(?:联系|咨询)?(?:电话|方式))?(?:[:：\s]|为|是)*"
    r"(?P<name>[\u4e00-\u9fff·]{2,4}?)(?=[^\u4e00-\u9fff]|$|联系|电话|咨询|手机)"
)
_LEVELS = (
    ("国家", Level.NATIONAL),
    ("省", Level.PROVINCIAL),
    ("区", Level.DISTRICT),
    ("市", Level.CITY),
)
_AFTER_PLACE = re.compile(
    r"[，,；;。\n]|\s(?=联系|咨询|电话)|(?=联系人|联系电话|咨询电话|电话[:：]|邮编)"
)
_PLACE = re.compile(
    r"(?:(?:受理|报送|办理|提交|申报|联系|办公)?(?:地址|地点|窗口))\s*(?:为|在|[:：])\s*(?P<place>[^，,；;。\n]{4,60})"
)
_SUPPORTS = re.compile(r"给予|奖励|奖补|补助|补贴|资助|贴息|减免|免费|最高")
_DIRECT, _FAST = re.compile(r"免申即享|无需申报|免申报"), re.compile(r"快申快享|即申即享")


@dataclass(frozen=True, slots=True)
class Notes:
    """What the reader knows of the office: when it closes, its departments, places and trades."""

    closes: time = time(17, 30)
    departments: tuple[Department, ...] = ()
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class Found:
    """What a notice gives away of a policy; empty where it is silent."""

    title: str = ""
    docno: str = ""
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    effective_on: date | None = None
    valid_until: date | None = None
    opens_on: date | None = None
    closes_at: datetime | None = None
    level: Level | None = None
    way: Way = Way.APPLY
    support: str = ""
    ceiling: Decimal | None = None
    conditions: tuple[Condition, ...] = ()
    materials: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # every link, also those that are not https
    apply_url: str = ""
    source_url: str = ""
    phone: str = ""
    contact: str = ""
    address: str = ""
    unit: str = ""  # id of the department


def read(text: str, today: date, notes: Notes | None = None) -> Found:
    """Read a pasted notice."""
    notes = notes or Notes()
    plain = reading.normalise(text)
    notice = cut(plain)
    issued = _issued(notice, plain, today)
    issuers = _issuers(notice)
    support = _support(notice, plain)
    when = periods.window(notice.get(Part.TIME), plain, today, notes.closes)
    holds = periods.validity(plain, issued, today)
    links = tuple(dict.fromkeys(one.group().rstrip(".,;") for one in _LINK.finditer(plain)))
    return Found(
        title=_title(notice),
        docno=_docno(notice, plain),
        issuers=issuers,
        issued_on=issued,
        effective_on=holds.effective_on,
        valid_until=holds.valid_until,
        opens_on=when.opens_on,
        closes_at=when.closes_at,
        level=_level(issuers, notice.get(Part.LEVEL)),
        way=_way(plain),
        support=support,
        ceiling=money.ceiling(support),
        conditions=demands.conditions(notice.get(Part.CONDITIONS), notes.known),
        materials=_materials(notice.get(Part.MATERIALS)),
        links=links,
        apply_url=_link(plain, _APPLY, links),
        source_url=_link(plain, _ORIGIN, links),
        phone=_phone(notice, plain),
        contact=_contact(notice, plain),
        address=_address(notice, plain),
        unit=_unit(notice, issuers, notes.departments),
    )


# The head of the paper ----------------------------------------------------------------------


def _title(notice: Notice) -> str:
    told = notice.get(Part.TITLE).split("\n")[0]
    if told:
        return told.strip("《》 ")[:LONGEST_TITLE]
    lines = [_RIBBON.sub("", line) for line in notice.head if not _is_preface(line)]
    for n, line in enumerate(lines):
        following = lines[n + 1] if n + 1 < len(lines) else ""
        for whole in (line, line + following):
            if _ABOUT.search(whole) and len(whole) <= LONGEST_TITLE:
                return whole.strip("《》 ")
    first = next((line for line in lines if len(line) >= 4), "")
    quoted = _QUOTED.search(first)
    if quoted and not quoted.start():
        return quoted["title"]
    if len(first) <= 60 and not re.search(r"[。！!；]", first[:-1]):
        return first.strip("《》。！! ")
    return quoted["title"] if quoted else re.split(r"[。！!；，,\n]", first)[0][:LONGEST_TITLE]


def _is_preface(line: str) -> bool:
    """Say whether a line above the title is none: the number, the letterhead, the address."""
    return bool(
        docno.normalise(line)
        or _ADDRESSED.search(line)
        or (bodies(line) and not re.search(_KIND, line))
        or _own_number(line)
    )


def _own_number(line: str) -> str:
    """Return the first of the numbers that a line consists of, besides who issues.

    The first of several bodies leads, and its number is the one that a paper goes by.
    """
    found = docno.find(line)
    rest = line
    for one in reversed(found):
        rest = rest[: one.start] + " " + rest[one.end :]
    left = [one for one in re.split(r"[\s（()）、，,/]+", rest) if one and not bodies(one)]
    return found[0].number if found and not left else ""


def _docno(notice: Notice, text: str) -> str:
    """Return the paper's own number: a line of it, its label, or behind the title.

    What stands in a sentence is another paper's (根据…).
    """
    for labelled in docno.find(notice.get(Part.DOCNO)):
        return labelled.number
    for line in text.split("\n"):
        own = _own_number(line)
        if own:
            return own
    for line in notice.head[:3]:
        found = docno.find(line)
        behind = line[found[-1].end :].strip("）)】] ") if found else ""
        if found and not behind and not re.search(r"根据|按照|依据|。", line):
            return found[-1].number
    return ""


def _issuers(notice: Notice) -> tuple[str, ...]:
    for told in (notice.get(Part.ISSUER), "\n".join(notice.signed)):
        found = bodies(told)
        if found:
            return found
    for line in notice.head:
        front = re.split(r"关于|印发", _RIBBON.sub("", line))[0]
        found = bodies(re.sub(r"文件$", "", front.strip()))
        if found:
            return found
    return ()


def _issued(notice: Notice, text: str, today: date) -> date | None:
    for told in (notice.get(Part.ISSUED), notice.signed_on):
        if told:
            return periods.day_of(told, today)
    printed = re.search(r"(20\d\d年\d{1,2}月\d{1,2}日)(?:印发|发布)", text)
    return periods.day_of(printed[1], today) if printed else None


def _level(issuers: Sequence[str], told: str) -> Level | None:
    """Tell whose policy it is: as it says itself, else by who signs it; the highest decides."""
    if told:
        return next((level for word, level in _LEVELS if word in told), None)
    marks = (
        (
            Level.NATIONAL,
            r"^国务院|^国家|^中央|^中共中央|^中华|^(?!.*[省市区县])[\u4e00-\u9fff]{2,8}部$|税务总局$",
        ),
        (Level.PROVINCIAL, r"^[\u4e00-\u9fff]{2,3}省|自治区"),
        (Level.DISTRICT, r"[区县](?!块|域)|街道|镇人民政府"),
        (Level.CITY, r"^[\u4e00-\u9fff]{2,4}市"),
    )
    found = {
        next((level for level, mark in marks if re.search(mark, one)), None) for one in issuers
    }
    return next((level for level, _ in _by_height(marks) if level in found), None)


def _by_height(marks: Sequence[tuple[Level, str]]) -> Iterator[tuple[Level, str]]:
    order = list(Level)
    yield from sorted(marks, key=lambda mark: order.index(mark[0]))


def _way(text: str) -> Way:
    if _DIRECT.search(text):
        return Way.DIRECT
    return Way.FAST if _FAST.search(text) else Way.APPLY


# What it gives, and where one applies --------------------------------------------------------


def _support(notice: Notice, text: str) -> str:
    told = notice.get(Part.SUPPORT).strip()
    if told:
        return told
    sentences = (
        re.sub(r"^第.{1,3}条\s*", "", one.strip()) for one in re.split(r"[。！!；;\n]", text)
    )
    giving = [one for one in sentences if _SUPPORTS.search(one) and next(money.amounts(one), None)]
    return "；".join(giving[:3])


def _link(text: str, marks: re.Pattern[str], links: Sequence[str]) -> str:
    """Return the https link in front of which its purpose is told."""
    for link in links:
        at = text.index(link)
        before = re.split(r"[。；;\n]|https?://\S+", text[:at])[-1]
        if marks.search(before) and host(link) is not None:
            return link
    return ""


def _phone(notice: Notice, text: str) -> str:
    for told in (notice.get(Part.CONTACT), notice.get(Part.UNIT), text):
        found = reading.phone(told, own=False)
        if found:
            return found
        short = _LOCAL_PHONE.search(told) if told is not text else None
        if short:
            return short.group()
    return ""


def _materials(section: str) -> tuple[str, ...]:
    """List the papers; what stands on one line is told apart by 、."""
    found = demands.items(section)
    return tuple(re.split(r"[、，,]", found[0])) if len(found) == 1 else found


def _contact(notice: Notice, text: str) -> str:
    for found in _CONTACT.finditer(text):
        if found["name"][-1] not in "科处室局股":
            return found["name"]
    below = re.sub(r"[\u4e00-\u9fff]+[处科室局]", " ", notice.get(Part.CONTACT))
    return reading.person_name(below) or ""


def _address(notice: Notice, text: str) -> str:
    told = notice.get(Part.ADDRESS)
    match = _PLACE.search(told or text)
    if match is None:
        return ""
    return _AFTER_PLACE.split(match["place"])[0].strip()


def _unit(notice: Notice, issuers: Sequence[str], departments: Sequence[Department]) -> str:
    """Return the department that pays out: the one that is named so, else the first that signs.

    A signature is compared as a whole: a bureau of the city is not the one of the district.
    """
    told = notice.get(Part.UNIT)
    named = [
        (len(name), one.id)
        for one in departments
        for name in (one.full, one.name, *one.aliases)
        if len(name) >= 2 and name in told
    ]
    if named:
        return max(named, key=lambda pair: pair[0])[1]
    signing = (
        one.id
        for issuer in issuers
        for one in departments
        if issuer == one.name or (one.full and issuer.endswith(one.full))
    )
    return next(signing, "")
