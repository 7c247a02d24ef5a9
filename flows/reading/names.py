"""Who writes: the enterprise and the person, as they call themselves in the text."""

import re
from collections.abc import Iterator, Sequence

from flows.reading.labels import labelled
from flows.reading.numbers import phone
from flows.reading.words import (
    DOUBLE_SURNAMES,
    LEGAL,
    NOT_NAMES,
    PLACES,
    SINGLE_SURNAMES,
    TRADES,
)

TITLES = (
    "董事长|总经理|副总|厂长|经理|老板|教授|博士|主任|师傅|女士|先生|小姐|会计|老师|书记|总|董|工"
)

HAN = r"\u4e00-\u9fff"
_SURNAME = rf"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SINGLE_SURNAMES}])"
_NOT_GIVEN = (
    "我你您他她它的是在来有厂公司电手这那说也就还和跟与了吗呢吧要想请帮能不没去到把被给从对"
)
_GIVEN = rf"(?:(?![{_NOT_GIVEN}])[{HAN}])"
FULL_NAME = re.compile(rf"{_SURNAME}{_GIVEN}{{1,2}}")
CALLED = re.compile(rf"[老小阿][{SINGLE_SURNAMES}]|{_SURNAME}(?:{TITLES})")
# What may follow a name without a space.
NAME_END = (
    rf"(?=$|[^{HAN}]|我们|我厂|我司|我是|就|的?电|手机|联系|微信|号码|座机|团队|报名|反映"
    r"|这边|来自|女士|先生)"
)
_NAME = rf"((?:{CALLED.pattern}|{FULL_NAME.pattern}))"
INTRODUCED = re.compile(
    r"(?:我叫|叫我|名叫|姓名|名字|联系人|联络人|反映人|经办人|负责人|本人|我是|法定代表人|法人代表|法人"
    r"|董事长|总经理|厂长|经理|老板|会计|财务|行政|出纳|文员|联络员|联系|找)"
    rf"(?:是|叫|为)?[ :：,，]*{_NAME}{NAME_END}"
)
OF_ENTERPRISE = re.compile(
    rf"(?:我是|我们是|这里是)?[{HAN}A-Za-z0-9()（）]{{2,30}}的{_NAME}{NAME_END}"
)

_STEM = rf"[{HAN}A-Za-z0-9()（）·]{{2,24}}?"
WHOLE_COMPANY = re.compile(rf"{_STEM}(?:{LEGAL}|{TRADES})")
PLACED_COMPANY = re.compile(rf"(?:{PLACES})[{HAN}]{{2,6}}")
LIMITED = re.compile(rf"[{HAN}A-Za-z0-9()（）·]{{2,30}}?(?:有限责任公司|股份有限公司|有限公司)")
CLAIMED = re.compile(
    r"(?:我们公司是|我公司是|我们厂是|我厂是|我单位是|公司名称|单位名称|企业名称|公司叫|单位叫|厂名|公司名"
    r"|我是|我们是|我们叫|这里是|这边是|单位是|公司是|厂叫|(?<=[，, 。])叫"
    r"|代表|来自|我在|我司|本公司|公司|单位|企业)"
    rf"(?:是|叫|为|名)?[ :：,，“\"'「《]*({_STEM}(?:{LEGAL}|{TRADES}))"
    rf"(?=$|[^{HAN}]|的|我|老板|总经理|厂长|经理|法人|联系人|反映|报|客户经理|财务|行政|负责人)"
)
CLAIMED_PLACE = re.compile(
    rf"(?:我是|我们是|我们叫|公司叫)((?:{PLACES})[{HAN}]{{2,6}})(?=$|[^{HAN}])"
)
OF_NAME = re.compile(
    rf"(?:我是|我们是|这里是|^|(?<=[，,。！!：: ]))([{HAN}A-Za-z0-9()（）]{{2,24}}?)"
    rf"的{_NAME}{NAME_END}"
)
FILLERS = re.compile(
    r"^(?:你好|您好|各位|领导|老师|我们公司|我公司|本公司|我司|我们厂|我厂|我们是|我是|我们|这里是|这边是|公司名称"
    r"|公司叫|公司是|单位是|公司|单位|企业|代表|来自|关于|我在|在|是|叫|本人|名称)+"
)
GENERIC = re.compile(
    r"^(?:[我你他她它这那本该老新旧各某两]|隔壁|附近|整个|工厂|[一二三几]家|供电|担保|劳务|派遣|物业|燃气|自来水|热力"
    r"|保险|快递|外贸公司|银行|总包|国企|平台|客户|对方|供应|所有|很多|好多|其他|别的|全|民营|有限|做|想|要|有|没|被|把"
    r"|是|园区|村|街道|区|市(?!场)|镇(?!海)|轻资产|小微|中小|初创|空壳|债权|网上|化工厂$|机械厂$|加工厂$|紧固件厂$|电子厂$|[大小]厂)"
)
# A line of business is no name, and a name does not talk.
TRADE_ONLY = re.compile(
    rf"(?:{TRADES}|装修|设计|运输|房地产|建筑|测绘|代理|咨询|评估|检测|监理|清洗|保洁|保安|律师|会计师|货运|拆迁"
    rf"|搬家|广告|租赁|代账|中介|人力|总|分|子|母|上市|外资|合资|国有|加工|外协|配套)+"
)
TALK = re.compile(r"什么|怎么|我们|他们|你们|[要没不被把想了的吗卖挂欠说叫给让催拖做搞]")
SOMEBODY_ELSE = re.compile(
    r"(?:对方|客户|供应商|甲方|房东|隔壁|欠款方|被告|总包|起诉|告|欠|找|骗|向)[^。！？\n]{0,6}$"
)
PIECES = re.compile(rf"[{HAN}A-Za-z()（）·]+|[0-9][0-9 \-]*")
NEAR = 2  # pieces between a contact's name and number


def company(text: str, known: Sequence[str] = ()) -> str | None:
    """Find the enterprise that the text speaks for; a known name wins over a guess."""
    value = labelled(text).get("企业")
    if value:
        return _known_in(value, known) or value[:60]
    return _known_in(text, known) or _claimed(text) or _standing_alone(text) or _limited(text)


def person_name(text: str) -> str | None:
    """Find what the person calls themselves."""
    value = labelled(text).get("联系人")
    if value and (written := re.match(rf"[{HAN}·A-Za-z ]{{1,20}}", value)):
        return written.group().strip()
    for pattern in (INTRODUCED, OF_ENTERPRISE):
        for found in pattern.finditer(text):
            if not _is_word(found.group(1)):
                return found.group(1)
    return next(_names_by_contact(text), None)


def _known_in(text: str, known: Sequence[str]) -> str | None:
    found = [name for name in known if len(name) >= 2 and name in text]
    return max(found, key=len) if found else None


def _claimed(text: str) -> str | None:
    for found in (*CLAIMED.finditer(text), *CLAIMED_PLACE.finditer(text)):
        if name := _own(found.group(1)):
            return name
    for found in OF_NAME.finditer(text):
        name = FILLERS.sub("", found.group(1))
        if len(name) >= 2 and not GENERIC.match(name) and not _is_word(found.group(2)):
            return name
    return None


def _standing_alone(text: str) -> str | None:
    """Find a piece that is nothing but an enterprise's name."""
    pieces = [piece.removesuffix("的") for piece in _pieces(text)]
    for piece in pieces:
        if len(piece) <= 30 and WHOLE_COMPANY.fullmatch(piece) and (name := _own(piece)):
            return name
    has_contact = phone(text) is not None
    for piece in pieces:
        if has_contact and PLACED_COMPANY.fullmatch(piece):
            return piece
    return None


def _limited(text: str) -> str | None:
    for found in LIMITED.finditer(text):
        before = text[max(0, found.start() - 10) : found.start()]
        if not SOMEBODY_ELSE.search(before) and (name := _own(found.group())):
            return name
    return None


def _own(name: str) -> str | None:
    """Drop the words that lead to a name, and refuse what names no one enterprise."""
    bare = FILLERS.sub("", name.lstrip("（( ")).strip("“”\"'「」《》（( ")
    if bare.count("(") + bare.count("（") != bare.count(")") + bare.count("）"):
        return None
    stem = re.sub(rf"(?:{LEGAL})$", "", bare)
    if len(stem) < 2 or TRADE_ONLY.fullmatch(stem) or TALK.search(stem) or GENERIC.match(bare):
        return None
    return bare


def _names_by_contact(text: str) -> Iterator[str]:
    """Find a piece that is nothing but a name, near a number or an enterprise."""
    pieces = _pieces(text)
    asked = "名字" in text or "姓名" in text or "@" in text
    anchors = {n for n, piece in enumerate(pieces) if _is_anchor(piece)}
    for n, piece in enumerate(pieces):
        whole = FULL_NAME.fullmatch(piece) or CALLED.fullmatch(piece)
        if whole and not _is_word(piece):
            near = anchors.intersection(range(n - NEAR, n + NEAR + 1))
            if near or asked:
                yield piece


def _is_anchor(piece: str) -> bool:
    if piece[0].isdigit():
        return sum(char.isdigit() for char in piece) >= 7
    return WHOLE_COMPANY.fullmatch(piece) is not None and _own(piece) is not None


def _is_word(name: str) -> bool:
    return name[:2] in NOT_NAMES


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in PIECES.findall(text)]
