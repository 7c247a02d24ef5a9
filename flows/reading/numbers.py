"""Telephone numbers in free text, and the masking of every number that names a person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

HAN_DIGIT = "零〇○一二三四五六七八九幺"
SPOKEN = str.maketrans(HAN_DIGIT, "0001234567891")
DIGIT = rf"[0-9０-９{HAN_DIGIT}]"

MOBILE = re.compile(r"1[3-9][0-9]{9}")
RUN = re.compile(r"[0-9]+(?:[ \-]{1,3}[0-9]+)*")
SPOKEN_MOBILE = re.compile(rf"(?<!{DIGIT})[一幺][三四五六七八九][{HAN_DIGIT}]{{9}}(?!{DIGIT})")
LANDLINE = re.compile(
    r"(?<![0-9A-Za-z_\-+*.])[(（]?(0(?:10|2[0-9]|[3-9][0-9]{2}))[)）]?[ \-]{0,2}"
    r"([2-9][0-9]{2,3})[ \-]?([0-9]{4})(?![0-9A-Za-z_])"
)
NUMBER_RUN = re.compile(
    rf"(?<!{DIGIT})(?<!\*){DIGIT}+(?:[ \-.·()（）]{{1,3}}{DIGIT}+)*(?!{DIGIT})(?!\*)"
)
TOKEN = re.compile(rf"{DIGIT}+")

LABEL_BEFORE = re.compile(r"(?:tel|phone|mobile|mob|cell|wx|vx|wechat)[ .:：]*$", re.IGNORECASE)
OTHER_NUMBER = re.compile(
    r"(?:单号|编号|卡号|账号|帐号|账户|合同号|发票|税号|身份证|信用代码|证号|批号|序列号|QQ|qq)"
    r"[^，。；！？,;!?\n]{0,4}$"
)
SOMEBODY_ELSE = re.compile(
    r"(?:对方|客户|客服|供电所|供电局|供电公司|热线|抢修|城管|物业|房东|街道|社区|法院|窗口|银行"
    r"|包工头|中介|他们|骗子|派出所|税务所|医院|局)[^，。；！？,;!?\n]{0,8}$"
)
OWN_LABEL = re.compile(
    r"(?:我|本人|联系|电话|手机|号码|打给|tel|phone)[^，。；！？,;!?\n]{0,8}$", re.I
)
CORRECTED = re.compile(r"(?:应该是|应为|改成|改为|更正为?|正确的?是?)[ :：]*$")
UNIT_AFTER = re.compile(r"\s?(?:元|万|吨|度|千瓦|平方|米|%|\.[0-9])")
CONTEXT = 16  # characters before a number that say whose it is


@dataclass(frozen=True, slots=True)
class _Number:
    digits: str
    start: int
    end: int
    mobile: bool


def phone(text: str, *, own: bool = True) -> str | None:
    """Find a telephone number, mobile before landline; own leaves out what is somebody else's."""
    numbers = [number for number in _numbers(text) if _is_phone(text, number)]
    if own:
        numbers = [number for number in numbers if not _is_somebody_elses(text, number)]
    return max(numbers, key=lambda number: _weight(text, number)).digits if numbers else None


def mobiles(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find every mobile number, however it is grouped or spelt: where it stands, and its digits."""
    found = (one for one in _numbers(text) if one.mobile and _is_phone(text, one))
    return tuple(sorted((one.start, one.end, one.digits) for one in found))


def mask_numbers(text: str) -> str:
    """Mask telephone, identity-card, bank-card and other long numbers; dates stay."""
    return NUMBER_RUN.sub(_mask_run, text)


def _numbers(text: str) -> Iterator[_Number]:
    plain = text.translate({0xFF10 + n: str(n) for n in range(10)})
    for run in RUN.finditer(plain):
        yield from _mobiles(plain, run)
    for spoken in SPOKEN_MOBILE.finditer(plain):
        yield _Number(spoken.group().translate(SPOKEN), spoken.start(), spoken.end(), mobile=True)
    for line in LANDLINE.finditer(plain):
        area, front, back = line.groups()
        if len(front) == 4 or len(area) == 4:
            yield _Number(f"{area}-{front}{back}", line.start(), line.end(), mobile=False)


def _mobiles(text: str, run: re.Match[str]) -> Iterator[_Number]:
    """Find mobile numbers in a run of digit groups: written in one, or in the usual groups."""
    tokens = list(re.finditer(r"[0-9]+", run.group()))
    n = 0
    while n < len(tokens):
        width = _mobile_width([token.group() for token in tokens[max(0, n - 1) : n + 5]], n > 0)
        if width:
            first, last = tokens[n], tokens[n + width - 1]
            digits = "".join(token.group() for token in tokens[n : n + width])
            start, end = run.start() + first.start(), run.start() + last.end()
            yield _Number(digits[-11:], start, end, mobile=True)
        elif text[max(0, run.start() - 1) : run.start()] == "+" and n == 0:
            digits = tokens[0].group()
            if digits.startswith("86") and MOBILE.fullmatch(digits[2:]):
                yield _Number(digits[2:], run.start(), run.start() + len(digits), mobile=True)
        n += max(width, 1)


def _mobile_width(tokens: list[str], has_previous: bool) -> int:
    """Say how many groups from here form one mobile number; 0 when they do not."""
    previous = tokens[0] if has_previous else ""
    groups = tokens[1:] if has_previous else tokens
    if MOBILE.fullmatch(groups[0]):
        return 1
    # Groups of four before or after make it part of a card number.
    if len(previous) > 2 and previous != "0086":
        return 0
    for width in (2, 3, 4):
        joined = "".join(groups[:width])
        if len(groups) >= width and len(joined) == 11:
            follows = groups[width] if len(groups) > width else ""
            fits = len(groups[0]) >= 3 and len(follows) <= 2 and MOBILE.fullmatch(joined)
            return width if fits else 0
    return 0


def _is_somebody_elses(text: str, number: _Number) -> bool:
    before = text[max(0, number.start - CONTEXT) : number.start]
    return SOMEBODY_ELSE.search(before) is not None


def _is_phone(text: str, number: _Number) -> bool:
    before = text[max(0, number.start - CONTEXT) : number.start]
    after = text[number.end : number.end + 4]
    letter_before = before[-1:].isascii() and (before[-1:].isalnum() or before[-1:] in {"_", "."})
    if before and letter_before and not LABEL_BEFORE.search(before):
        return False
    if after[:1].isascii() and (after[:1].isalnum() or after[:1] == "_"):
        return False
    return not UNIT_AFTER.match(after) and not OTHER_NUMBER.search(before)


def _weight(text: str, number: _Number) -> tuple[bool, bool, bool, int]:
    before = text[max(0, number.start - CONTEXT) : number.start]
    return (
        number.mobile,
        CORRECTED.search(before) is not None,
        OWN_LABEL.search(before) is not None,
        -number.start,
    )


def _mask_run(run: re.Match[str]) -> str:
    """Mask long groups of a run, and neighbouring middle-sized groups that add up to a number."""
    text = run.group()
    tokens = list(TOKEN.finditer(text))
    spans: list[tuple[int, int]] = []
    waiting: list[re.Match[str]] = []
    for token in [*tokens, None]:
        if token is not None and 3 <= len(token.group()) <= 7:
            waiting.append(token)
            continue
        if sum(len(part.group()) for part in waiting) >= 10:
            spans.append((waiting[0].start(), waiting[-1].end()))
        waiting = []
        if token is not None and len(token.group()) >= 8 and not _is_date(token.group()):
            spans.append(token.span())
    for start, end in reversed(spans):
        text = text[:start] + _masked(text[start:end]) + text[end:]
    return text


def _masked(number: str) -> str:
    digits = "".join(TOKEN.findall(number))
    if MOBILE.fullmatch(digits):
        return f"{digits[:3]}****{digits[-4:]}"
    return f"{digits[:2]}****{digits[-2:]}"


def _is_date(digits: str) -> bool:
    if len(digits) != 8 or digits[:2] not in {"19", "20"}:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
