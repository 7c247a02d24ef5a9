"""Whether an answer says something: 正在研究, 已转, 请咨询 alone do not."""

from __future__ import annotations

import re

_PUTTING_OFF = re.compile(
    r"正在(?:研究|协调|推进|核实|处理|办理|跟进|对接|沟通|落实|了解)|(?:将|会)(?:尽快|及时|抓紧|进一步|继续)|"
    r"尽快(?:处理|解决|办理|答复|落实)|已(?:转|转交|转办|转送|移交|反馈给|上报)|"
    r"请(?:您|贵企业|企业)?(?:再|直接|自行)?(?:咨询|联系|耐心等待|等待|关注)|高度重视|积极争取|研究后|另行通知"
)
_DATE = re.compile(
    r"20\d\d\s*[年/.-]\s*\d{1,2}|(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}(?!\d)|\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号]|底|初|中旬|上旬|下旬)?|"
    r"\d{1,2}\s*[日号]前|[一二三四五六七八九十两\d]+\s*个?(?:工作日|天|日|周|月)内|本[周月]|下[周月]|[本明]年|月底|年底"
)
# A character that also begins an everyday word (处理, 办理, 全部) names no office there.
_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{1,12}(?:局(?![部面限])|科(?![学技])|处(?![理置在于以境])|室(?![内外])|股(?!份|东)|"
    r"中心|所(?![有以需述在反提])|站|办(?![理结法事件好完妥公])|(?<![贵你您我该])公司|街道|镇(?!海)|"
    r"委(?![托员])|(?<![全内外局])部(?![分门署位])|班组|窗口|大队|队)"
)
_TELEPHONE = re.compile(r"(?:0\d{2,3}[-－ ]?)?\d{7,8}|1\d{10}|(?<!\d)\d{5}(?!\d)")


def lacking(text: str) -> tuple[str, ...]:
    """Name what an answer that puts off lacks: "date", "office", "phone"; () = it can pass."""
    if not _PUTTING_OFF.search(text):
        return ()
    looked = (("date", _DATE), ("office", _OFFICE), ("phone", _TELEPHONE))
    return tuple(name for name, pattern in looked if not pattern.search(text))
