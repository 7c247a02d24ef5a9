"""The parts of a notice: its headings with what stands below each, and its signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a heading announces."""

    TITLE = "title"
    DOCNO = "docno"
    ISSUER = "issuer"
    ISSUED = "issued"
    CONDITIONS = "conditions"
    SUPPORT = "support"
    MATERIALS = "materials"
    TIME = "time"
    VALIDITY = "validity"
    WAY = "way"
    CONTACT = "contact"
    ADDRESS = "address"
    UNIT = "unit"
    LINK = "link"
    LEVEL = "level"
    OTHER = "other"


_HEADS: Mapping[Part, str] = {
    Part.TITLE: "标题 政策名称 政策标题 文件名称 项目名称",
    Part.DOCNO: "文号 发文字号 文件编号 文件号",
    Part.ISSUER: "发文机关 发文单位 发布单位 发布机关 发布机构 印发单位 联合发文 制定机关",
    Part.ISSUED: "发布日期 发布时间 成文日期 印发日期 发文日期 印发时间",
    Part.CONDITIONS: (
        "申报条件 申请条件 支持条件 享受条件 认定条件 奖励条件 补助条件 基本条件 "
        "支持对象 申报对象 适用对象 惠及对象 奖励对象 补助对象 补贴对象 扶持对象 "
        "享受对象 服务对象 申报主体 适用范围 支持范围 申报范围 申报要求 申请对象 "
        "政策对象 条件 申领条件 申领对象 参评条件 适用企业 兑现对象 对象"
    ),
    Part.SUPPORT: (
        "支持标准 奖励标准 补助标准 补贴标准 资助标准 扶持标准 奖补标准 支持内容 "
        "支持政策 支持方式 奖励金额 补贴金额 补助金额 奖励政策 奖励措施 扶持政策 "
        "政策内容 奖补内容 优惠内容 补助方式 补贴方式 奖励办法 支持力度 标准 返还标准 "
        "兑现标准 贴息标准 优惠政策 奖励 补贴 补助"
    ),
    Part.MATERIALS: (
        "申报材料 申请材料 所需材料 提交材料 报送材料 材料清单 需提供材料 办理材料 材料要求 材料"
    ),
    Part.TIME: (
        "申报截止时间 申报截止日期 申报截止 报名截止 截止时间 截止日期 截止 申报时间 "
        "申报期限 申请时间 申请期限 受理时间 受理期限 申报日期 办理时间 办理时限 "
        "时间安排 时间要求 申报起止时间 起止时间 申领时间 征集时间 报名时间 "
        "申领期限"
    ),
    Part.VALIDITY: (
        "政策有效期 有效期限 有效期 实施期限 执行期限 实施日期 施行日期 执行时间 "
        "实施时间 施行时间 生效日期 失效日期 生效时间 附则"
    ),
    Part.WAY: (
        "申报程序 申报方式 申报流程 申请方式 申请流程 办理方式 办理流程 兑现方式 "
        "兑现流程 申报途径 申报渠道 申报步骤 申领流程 申领方式 程序"
    ),
    Part.CONTACT: (
        "联系方式 咨询方式 联系人及联系方式 联系人及联系电话 联系人及电话 联系人和电话 "
        "联系人 咨询电话 联系电话 咨询热线 服务热线 政策咨询 业务咨询 咨询联系 咨询 "
        "电话"
    ),
    Part.ADDRESS: (
        "受理地址 受理地点 报送地址 报送地点 办理地点 办理地址 提交地点 申报地点 "
        "联系地址 受理窗口 办公地址 地址 地点"
    ),
    Part.UNIT: (
        "受理部门 兑现部门 责任部门 责任单位 责任科室 主管部门 牵头部门 受理单位 "
        "兑现单位 主管单位 承办部门 承办单位"
    ),
    Part.LINK: (
        "申报网址 申报入口 申报链接 申报平台 申报系统 网上申报 办理入口 原文链接 "
        "政策原文 原文 网址 链接 入口"
    ),
    Part.LEVEL: "政策级别 政策层级 级别 层级",
    Part.OTHER: (
        "兑现时限 兑现时间 其他事项 其它事项 工作要求 有关要求 注意事项 监督管理 附件 附 "
        "抄送 其他 备注 说明 政策依据 目标任务 总体要求 组织实施 解读"
    ),
}
_NAMED = {word: part for part, words in _HEADS.items() for word in words.split()}
_WORDS = "|".join(sorted(map(re.escape, _NAMED), key=len, reverse=True))
_ORDINAL = (
    r"(?:第?[一二三四五六七八九十]{1,3}[、.．章条]|[（(][一二三四五六七八九十\d]{1,2}[)）]"
    r"|\d{1,2}[.．、)）](?!\d)|[①-⑳]|[-*•·◆●■▶★☆✅📌📍📞⏰🔗💰]+\ufe0f?)?\s*"
)
_ORDINAL_ALONE = re.compile(_ORDINAL)
_BEFORE = r"(?:项目|政策|具体|主要|业务|有关|相关)?"
# 一、申报条件 and 申报条件：… ; a heading without its colon has a line of its own.
_HEAD = re.compile(
    rf"^{_ORDINAL}[【\[]?{_BEFORE}(?P<word>{_WORDS})"
    rf"(?:[及和与、](?:{_WORDS}|[\u4e00-\u9fff]{{2,4}}))?(?:[（(][^）)]{{1,20}}[）)])?[】\]]?\s*"
    r"(?:(?:[:：]\s*|\s+(?=https?://|0\d{2,3}-?\d{7}|\d{7}))(?P<rest>.*)|(?P<alone>))$"
)
# Several labels on one line: …。支持标准：…
_INLINE = re.compile(
    rf"(?<=[。！!；;，,、\s|｜])\s*(?={_BEFORE}(?:{_WORDS})(?:[及和与、](?:{_WORDS}))?[:：](?!//))"
)
_SHORT = {
    "对象",
    "奖励",
    "补贴",
    "补助",
    "条件",
    "标准",
    "材料",
    "截止",
    "程序",
    "电话",
    "地址",
    "地点",
    "说明",
    "原文",
    "附",
}
BODY = (
    r"(?:人民政府办公室|人民政府|办公厅|办公室|管理委员会|管委会|委员会|工商业联合会|总商会|税务总局|税务局|科学技术厅|局|厅|国务院"
    r"|[\u4e00-\u9fff]{1,6}(?<![全各局本外内])部|银行|海关|领导小组|中心)"
)
_SIGNED = re.compile(rf"(?:[\u4e00-\u9fff（）()]{{2,28}}?{BODY}(?:[、，\s]+|$))+")
_DAY = re.compile(
    r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*[年./-]\s*[\d一二三四五六七八九十]{1,3}\s*[月./-]\s*[\d一二三四五六七八九十]{1,3}\s*日?(?:印发)?"
)


# Which of the part's facts a line holds is told by its label alone.
_TOLD_BY_LABEL = frozenset({Part.CONTACT, Part.LINK, Part.VALIDITY, Part.TIME, Part.ADDRESS})
_CHAPTER = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]\s*(?P<words>[\u4e00-\u9fff、“”（）]{2,16})"
)
_HINTS = (
    (Part.MATERIALS, "材料"),
    (Part.CONDITIONS, "条件|对象|范围"),
    (Part.TIME, "时间|期限"),
    (Part.SUPPORT, "支持|奖励|奖补|补助|补贴|资助|标准"),
    (Part.WAY, "程序|流程|方式|途径|办法"),
    (Part.CONTACT, "联系|咨询"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in its parts; a part that it does not have is empty."""

    head: tuple[str, ...]  # lines above the first heading
    parts: Mapping[Part, str]
    signed: tuple[str, ...]  # lines of the signature, without the day
    signed_on: str  # the day below it, as written

    def get(self, *parts: Part) -> str:
        """Return what stands below headings, together."""
        return "\n".join(self.parts[part] for part in parts if self.parts.get(part))


def cut(text: str) -> Notice:
    """Cut a notice into its parts."""
    lines, signed, day = _unsigned([line.strip() for line in text.split("\n") if line.strip()])
    head: list[str] = []
    parts: dict[Part, list[str]] = {}
    at: Part | None = None
    for line in _single(lines):
        part, rest = _heading(line)
        if part is not None:
            at = part
            parts.setdefault(part, []).extend([rest] if rest else [])
        elif at is None:
            head.append(line)
        else:
            parts[at].append(line)
    return Notice(tuple(head), {p: "\n".join(own) for p, own in parts.items()}, signed, day)


def _single(lines: list[str]) -> Iterator[str]:
    """Give every label a line of its own."""
    for line in lines:
        ordinal = ""
        for piece in (one.strip() for one in _INLINE.split(line)):
            if _ORDINAL_ALONE.fullmatch(piece):  # 第三条 附则：…
                ordinal = piece
            elif piece:
                yield ordinal + piece
                ordinal = ""


def _heading(line: str) -> tuple[Part | None, str]:
    """Return what a line announces, and what of it stands behind the heading."""
    match = _HEAD.match(line)
    if match is None or (match["rest"] is None and match["word"] in _SHORT):
        return _numbered(line), ""
    part = _NAMED[match["word"]]
    rest = (match["rest"] or "").strip()
    if part in _TOLD_BY_LABEL and rest:
        rest = f"{match['word']}：{rest}"
    return part, rest


def _numbered(line: str) -> Part | None:
    """Return what a heading in other words announces: 二、经费支持."""
    match = _CHAPTER.fullmatch(line)
    if match is None:
        return None
    return next((part for part, word in _HINTS if re.search(word, match["words"])), Part.OTHER)


def _unsigned(lines: list[str]) -> tuple[list[str], tuple[str, ...], str]:
    """Take the signature off the end: bodies, and the day below them."""
    for n in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        day = _DAY.fullmatch(lines[n].strip("（）() "))
        first = n
        while first and _SIGNED.fullmatch(lines[first - 1]):
            first -= 1
        if day and (first < n or n == len(lines) - 1):
            return lines[:first] + lines[n + 1 :], tuple(lines[first:n]), day.group()
        joined = re.fullmatch(rf"(?P<who>{_SIGNED.pattern})\s*(?P<day>{_DAY.pattern})", lines[n])
        if joined:
            return lines[:n] + lines[n + 1 :], (joined["who"],), joined["day"]
    return lines, (), ""


def bodies(text: str) -> tuple[str, ...]:
    """Return the authorities in a line of names: 区经信局 区财政局."""
    pieces = re.split(r"[、，,；;\s]+|(?<=[局厅室])(?=[\u4e00-\u9fff]{2,}[局厅室部会府])", text)
    own = (re.sub(r"文件$", "", piece.strip()) for piece in pieces)
    return tuple(
        dict.fromkeys(
            one
            for one in own
            if re.fullmatch(rf"[\u4e00-\u9fff（）()]*{BODY}", one) and len(one) > 2
        )
    )


__all__ = ["BODY", "Notice", "Part", "bodies", "cut"]
