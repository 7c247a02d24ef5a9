"""Numbers of official papers (发文字号, 文号): 镇政办发〔2024〕5号, however they are typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = r"\u4e00-\u9fff"
# Who an issuing code begins with: the state and its ministries, a province, a city, a district.
_BEGINS = (
    "国家|国|中|财政部|税总|工信部|工信|发改|科技部|人社部|商务部|住建部|农业农村部|市场监管总局|银保监|银|证监|海关|应急"
    "|宁波|镇海|浙江|北仑|鄞州|江北|海曙|奉化|慈溪|余姚|象山|宁海|前湾|高新区"
    "|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀黔贵滇云藏陕甘陇青宁新]"
    "|[甬镇仑鄞奉慈余象杭温嘉湖绍金衢舟台丽]"
)
# What follows there: an authority or what it does; ordinary words go on otherwise (中秋, 新厂).
_GOES_ON = (
    "政府办公室委党经科财发建农商环人社教民市省县区税金交文卫应急统审规土退医体侨"
    "综知海江波工信部家务共组宣总联石"
)
_MINISTRY = "财[税企建行教社金资关会预办农库综]|财政部|税务?总|发改[委办高价环资投产法能运经社农体]"
_CODE = rf"(?:(?:{_BEGINS})(?=[{_GOES_ON}])|{_MINISTRY})[{_HAN}]{{0,20}}"
_STARTS = re.compile(rf"(?={_CODE})")
# A code of a place that is not in the list ends like one.
_ENDS = rf"[{_HAN}]{{1,7}}(?:政办|政|党|办|局|委|府|联)[{_HAN}]{{0,2}}(?:发|字|函|规)"
_LEAD_IN = re.compile(
    r".*(?:根据|按照|依据|依照|参照|印发|执行|关于|转发|详见|参见|文号|字号|文件|落实|贯彻|政策|通知|办法|意见|细则|废止|代替|替代|请问"
    r"|查一下|查查|帮我查|查询|查|看一下|看看|看|搜|问|有关|对照|自|的|是|为|和|与|及|即|或|原)"
)
_TALK = re.compile(
    r"[我你您他她它们了吗呢吧啊这那]|公司|工厂|厂房|车间|合同|发票|订单|判决|裁定|地块|会议室|假"
)
_PLACE_ALONE = re.compile(r"[省市区县]$|^(?:宁波|镇海|浙江|北仑|江北|海曙|宁海)$")
_JOINED = r"(?:\s*[、，,/／·]\s*|\s+)"
_BRACKETED = re.compile(
    rf"(?P<codes>[{_HAN}]{{1,24}}(?:{_JOINED}[{_HAN}]{{1,24}}){{0,3}})"
    r"\s*[〔\[［(（【﹝〘〖{<＜]\s*(?P<year>(?:19|20)[0-9]{2})\s*年?\s*[〕\]］)）】﹞〙〗}>＞]\s*"
    r"第?\s*(?P<n>[0-9]{1,5})\s*号(?![楼门线库厂车机店院馆厅炉仓栋幢地桥泵井台路])"
)
_PLAIN = re.compile(
    rf"(?P<codes>(?:[{_HAN}]{{1,24}}{_JOINED}){{0,3}}[{_HAN}]{{1,24}}(?:发|办|规|函|字|公告))\s*(?P<year>20[0-9]{{2}})\s*年\s*"
    r"第?\s*(?P<n>[0-9]{1,5})\s*号(?![楼门线库厂车机店院馆厅炉仓栋幢地桥泵井台路])"
)
_BODY = re.compile(r"(?:办公室|人民政府|委员会|[局厅部会府])$")
_AFTER_BODY = re.compile(rf"(?<=[室府会局厅部])(?:{_CODE})(?<!公告)$")
_DIGITS = {0xFF10 + n: str(n) for n in range(10)}  # one for one: places stay what they were


@dataclass(frozen=True, slots=True)
class DocNo:
    """A number in a text, as it is kept, and the place of its words."""

    number: str
    start: int
    end: int


def find(text: str) -> tuple[DocNo, ...]:
    """Return the numbers of papers that a text names, in their order."""
    plain = text.translate(_DIGITS)
    found: list[DocNo] = []
    for pattern in (_BRACKETED, _PLAIN):
        for match in pattern.finditer(plain):
            told = _told(match)
            if told is not None and not any(_overlap(told, one) for one in found):
                found.append(told)
    return tuple(sorted(found, key=lambda one: one.start))


def normalise(typed: str) -> str:
    """Write what is nothing but a number as it is kept, "" = it is none or more than one."""
    found = find(typed)
    if len(found) != 1:
        return ""
    one = found[0]
    around = typed[: one.start] + typed[one.end :]
    return "" if re.search(rf"[{_HAN}A-Za-z0-9]", around) else one.number


def same(one: str, other: str) -> bool:
    """Say whether two texts name the same paper, whatever brackets and digits they use."""
    first = {found.number for found in find(one)}
    return not first.isdisjoint(found.number for found in find(other))


def _told(match: re.Match[str]) -> DocNo | None:
    pieces = re.split(_JOINED, match["codes"])
    codes: list[str] = []
    for piece in reversed(pieces):  # what stands in front of the last may be talk, or a signature
        code = _code(piece)
        if code is None or (codes and _is_signature(code, codes[-1])):
            break
        codes.insert(0, code)
        if code != piece:
            break
    if not codes:
        return None
    number = f"{'、'.join(codes)}〔{match['year']}〕{int(match['n'])}号"
    written = match["codes"]
    at = written.rindex(codes[0]) if len(codes) == 1 else written.index(codes[0])
    return DocNo(number, match.start() + at, match.end())


def _is_signature(code: str, last: str) -> bool:
    """Say whether a body only signs in front of a number; an announcement is numbered by bodies."""
    return _BODY.search(code) is not None and not last.endswith("公告")


def _code(piece: str) -> str | None:
    """Take the code out of the characters in front of a year: who issues, without lead-in."""
    bare = _LEAD_IN.sub("", piece)
    starts = [found.start() for found in _STARTS.finditer(bare)]
    if not starts and re.fullmatch(_ENDS, bare):
        starts = [0]
    codes = (bare[start:] for start in starts)
    code = next((one for one in codes if _is_code(one)), None)
    if code is None:
        return None
    signed = _AFTER_BODY.search(code)  # 镇海区人民政府办公室 镇政办发
    return signed.group() if signed else code


def _is_code(code: str) -> bool:
    """Say whether these characters can be a code: no talk, and not a place alone."""
    return 2 <= len(code) <= 20 and not _TALK.search(code) and not _PLACE_ALONE.search(code)


def _overlap(one: DocNo, other: DocNo) -> bool:
    return one.start < other.end and other.start < one.end
