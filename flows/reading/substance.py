"""Whether an answer says something: 正在研究, 已转, 请咨询 alone do not."""

from __future__ import annotations

import re
from datetime import date

from flows.calendar import WorkingDays
from flows.reading.dates import names_when

_PUTTING_OFF = re.compile(
    r"正在(?:研究|协调|推进|核实|处理|办理|跟进|对接|沟通|落实|了解)|(?:将|会)(?:尽快|及时|抓紧|进一步|继续)|"
    r"尽快(?:处理|解决|办理|答复|落实)|已(?:转|转交|转办|转送|移交|反馈给|上报)|"
    r"请(?:您|贵企业|企业)?(?:再|直接|自行)?(?:咨询|联系|耐心等待|等待|关注)|高度重视|积极争取|研究后|另行通知"
)
# A character that also begins an everyday word (处理, 办理, 全部) names no office there.
_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{1,12}(?:局(?![部面限])|科(?![学技])|处(?![理置在于以境])|室(?![内外])|股(?!份|东)|"
    r"中心|所(?![有以需述在反提])|站|办(?![理结法事件好完妥公])|(?<![贵你您我该])公司|街道|镇(?!海)|"
    r"委(?![托员])|(?<![全内外局])部(?![分门署位])|班组|窗口|大队|队)"
)
_TELEPHONE = re.compile(r"(?:0\d{2,3}[-－ ]?)?\d{7,8}|1\d{10}|(?<!\d)\d{5}(?!\d)")


def lacking(text: str, today: date, days: WorkingDays) -> tuple[str, ...]:
    """Name what an answer that puts off lacks: "date", "office", "phone"; () = it can pass."""
    if not _PUTTING_OFF.search(text):
        return ()
    looked = (("office", _OFFICE), ("phone", _TELEPHONE))
    missing = tuple(name for name, pattern in looked if not pattern.search(text))
    return missing if names_when(text, today, days) else ("date", *missing)
