"""Notices as they are sent around, invented, with everything that is to be read of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.office import Department
from flows.policies.demands import Known
from flows.policies.policy import Level, Way
from flows.policies.reading import Notes

TODAY = date(2026, 11, 27)
NOTES = Notes(
    closes=time(17, 30),
    departments=(
        Department("jxj", "区经信局", ("经信局",), full="镇海区经济和信息化局"),
        Department("czj", "区财政局", ("财政局",), full="镇海区财政局"),
        Department("kjj", "区科技局", ("科技局",), full="镇海区科学技术局"),
        Department("rsj", "区人社局", ("人社局",), full="镇海区人力资源和社会保障局"),
        Department("swj", "区商务局", ("商务局",), full="镇海区商务局"),
    ),
    known=Known(
        home={"区": "镇海区", "市": "宁波市", "省": "浙江省", "甬": "宁波市", "浙": "浙江省"},
        places=("镇海区", "宁波市", "浙江省", "骆驼街道"),
        industries=("制造业", "软件和信息技术服务业"),
    ),
)


def at(month: int, day: int, hour: int = 17, minute: int = 30, year: int = 2026) -> datetime:
    """Return a moment of the office."""
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_ZONE)


@dataclass(frozen=True)
class Pasted:
    """A pasted text and what it says; whatever is not named here is not in it."""

    name: str
    text: str
    says: Mapping[str, Any]
    asks: tuple[tuple[str, ...], ...] = ()  # (field, op, *value) of each condition, or ("", words)
    materials: tuple[str, ...] = field(default=())


PASTED = (
    Pasted(
        "red head",
        """宁波市镇海区经济和信息化局文件
镇经信〔2026〕15号

关于组织申报2026年度镇海区制造业设备更新补助项目的通知

各镇（街道）、有关企业：
根据《关于推进制造业高质量发展的若干意见》（镇政发〔2024〕5号），现将有关事项通知如下：
一、申报条件
1.在镇海区依法登记注册、具有独立法人资格的规模以上工业企业；
2.上年度营业收入2000万元以上；
3.上年度研发费用占营业收入比重不低于3%；
4.设备投资额不低于200万元。
二、支持标准
按设备投入的10%给予补助，最高不超过100万元。
三、申报材料
1.项目申报表；
2.设备购置合同及发票；
3.上年度审计报告。
四、申报时间
2026年11月1日至2026年12月20日（逾期不予受理）。
五、联系方式
联系人：王工，电话：0574-86290001
受理地址：镇海区民和路000号3楼企业科
申报网址：https://example.gov.cn/apply

宁波市镇海区经济和信息化局
2026年10月25日
""",
        {
            "title": "关于组织申报2026年度镇海区制造业设备更新补助项目的通知",
            "docno": "镇经信〔2026〕15号",
            "issuers": ("宁波市镇海区经济和信息化局",),
            "issued_on": date(2026, 10, 25),
            "opens_on": date(2026, 11, 1),
            "closes_at": at(12, 20),
            "level": Level.DISTRICT,
            "support": "按设备投入的10%给予补助，最高不超过100万元。",
            "ceiling": Decimal(100),
            "links": ("https://example.gov.cn/apply",),
            "apply_url": "https://example.gov.cn/apply",
            "phone": "0574-86290001",
            "contact": "王工",
            "address": "镇海区民和路000号3楼企业科",
            "unit": "jxj",
        },
        (
            ("region", "in", "镇海区"),
            ("tag", "has", "规上企业"),
            ("revenue", ">=", "2000"),
            ("rd_share", ">=", "3"),
            ("", "设备投资额不低于200万元"),
        ),
        ("项目申报表", "设备购置合同及发票", "上年度审计报告"),
    ),
    Pasted(
        "one line of chat",
        "【政策速递】专精特新中小企业认定奖励开始申报啦！对首次认定"
        "的企业给予20万元一次性奖励，请于12月15日17:00前"
        "登录 https://zwfw.example.gov.cn/p/2 申报，咨询电话：86290002",
        {
            "title": "专精特新中小企业认定奖励开始申报啦",
            "closes_at": at(12, 15, 17, 0),
            "support": (
                "对首次认定的企业给予20万元一次性奖励，请于12月15日17:00前登录"
                " https://zwfw.example.gov.cn/p/2 申报，"
                "咨询电话：86290002"
            ),
            "ceiling": Decimal(20),
            "links": ("https://zwfw.example.gov.cn/p/2",),
            "apply_url": "https://zwfw.example.gov.cn/p/2",
            "phone": "86290002",
        },
    ),
    Pasted(
        "labels on lines",
        """政策名称：镇海区新升规企业成长奖励
文号：镇政办发[2025]12号
发文机关：镇海区人民政府办公室
发布日期：2025年3月1日
适用对象：在本区注册的首次升规的中小微企业
奖励标准：一次性奖励10万元
申报截止：2027年2月28日
有效期至：2027年12月31日
受理部门：区经信局
所需材料：申请表；营业执照
联系人：李明
联系电话：0574-86290003
受理地点：行政服务中心2楼综合窗口
政策原文：https://www.example.gov.cn/zc/12
""",
        {
            "title": "镇海区新升规企业成长奖励",
            "docno": "镇政办发〔2025〕12号",
            "issuers": ("镇海区人民政府办公室",),
            "issued_on": date(2025, 3, 1),
            "valid_until": date(2027, 12, 31),
            "closes_at": at(2, 28, year=2027),
            "level": Level.DISTRICT,
            "support": "一次性奖励10万元",
            "ceiling": Decimal(10),
            "links": ("https://www.example.gov.cn/zc/12",),
            "source_url": "https://www.example.gov.cn/zc/12",
            "phone": "0574-86290003",
            "contact": "李明",
            "address": "行政服务中心2楼综合窗口",
            "unit": "jxj",
        },
        (
            ("region", "in", "镇海区"),
            ("size", "in", "micro", "small", "medium"),
            ("", "在本区注册的首次升规的中小微企业"),
        ),
        ("申请表", "营业执照"),
    ),
    Pasted(
        "joint paper of a city in force for years",
        """宁波市科学技术局 宁波市财政局关于印发《宁波市企业研发投入后补助实施办法》的通知
甬科高〔2024〕30号、甬财教〔2024〕55号
第一条 支持对象：认定为高新技术企业或科技型中小企业的企业；从业人员不少于20人
第二条 补助标准：对研发投入总额超过500万元的企业，按增量的5%给予补助，单家企业每年最多50万元
第三条 附则：本办法自2024年3月1日起施行，有效期3年。

宁波市科学技术局
宁波市财政局
2024年1月20日
""",
        {
            "title": "宁波市科学技术局 宁波市财政局"
            "关于印发《宁波市企业研发投入后补助实施办法》的通知",
            "docno": "甬科高〔2024〕30号",
            "issuers": ("宁波市科学技术局", "宁波市财政局"),
            "issued_on": date(2024, 1, 20),
            "effective_on": date(2024, 3, 1),
            "valid_until": date(2027, 2, 28),
            "level": Level.CITY,
            "support": (
                "对研发投入总额超过500万元的企业，按增量的5%给予补助，单家企业每年最多50万元"
            ),
            "ceiling": Decimal(50),
        },
        (
            ("tag", "in", "高新技术企业", "科技型中小企业"),
            ("staff", ">=", "20"),
        ),
    ),
    Pasted(
        "unasked",
        """关于2026年度稳岗返还“免申即享”的公告
一、适用范围
参保人数30人以上的企业，未被列入严重失信名单。
二、返还标准
中小微企业按60%返还，大型企业按30%返还。
符合条件的企业无需申报，资金直接拨付。政策执行至2026年12月31日。
咨询电话：0574-86290005（区人社局失业保险科）
镇海区人力资源和社会保障局
二〇二六年五月八日
""",
        {
            "title": "关于2026年度稳岗返还“免申即享”的公告",
            "issuers": ("镇海区人力资源和社会保障局",),
            "issued_on": date(2026, 5, 8),
            "valid_until": date(2026, 12, 31),
            "level": Level.DISTRICT,
            "way": Way.DIRECT,
            "support": (
                "中小微企业按60%返还，大型企业按30%返还。\n符合条件的"
                "企业无需申报，资金直接拨付。政策执行至2026年12月31日。"
            ),
            "phone": "0574-86290005",
            "unit": "rsj",
        },
        (
            ("staff", ">=", "30"),
            ("tag", "not", "失信"),
        ),
    ),
    Pasted(
        "dots and slashes",
        """数字化改造诊断免费服务
申报时间：2026.11.20-12.31
支持内容：入库服务商上门诊断，企业免费
申报条件：从事制造业的企业
申报入口 https://digital.example.gov.cn/zd?id=4
""",
        {
            "title": "数字化改造诊断免费服务",
            "opens_on": date(2026, 11, 20),
            "closes_at": at(12, 31),
            "support": "入库服务商上门诊断，企业免费",
            "links": ("https://digital.example.gov.cn/zd?id=4",),
            "apply_url": "https://digital.example.gov.cn/zd?id=4",
        },
        (("industry", "in", "制造业"),),
    ),
    Pasted(
        "from now on",
        """镇海区商务局关于开展外贸企业出口信用保险补贴申报的通知
各外贸企业：
即日起至12月10日下午5点，我局受理2026年度出口信用保险补贴。
（一）申报对象
（1）在宁波市镇海区注册；
（2）上年出口额不超过3亿元；
（3）成立满2年。
（二）补贴标准
按实缴保费的50%给予补贴，上限30万元。
（三）报送材料
（1）补贴申请表（2）保单复印件（3）保费发票
（四）咨询联系
联系人及联系电话：陈芳 0574-86290007；地址：镇海区骆驼街道民和路000号
镇海区商务局
2026-11-20
""",
        {
            "title": "镇海区商务局关于开展外贸企业出口信用保险补贴申报的通知",
            "issuers": ("镇海区商务局",),
            "issued_on": date(2026, 11, 20),
            "closes_at": at(12, 10, 17, 0),
            "level": Level.DISTRICT,
            "support": "按实缴保费的50%给予补贴，上限30万元。",
            "ceiling": Decimal(30),
            "phone": "0574-86290007",
            "contact": "陈芳",
            "address": "镇海区骆驼街道民和路000号",
            "unit": "swj",
        },
        (
            ("region", "in", "镇海区"),
            ("", "上年出口额不超过3亿元"),
            ("founded_on", ">=", "2"),
        ),
        ("补贴申请表", "保单复印件", "保费发票"),
    ),
    Pasted(
        "either of several conditions",
        """关于组织开展2027年度科技创新券申领工作的通知
镇科〔2026〕8 号
申领时间自2027年1月4日起至2027年1月29日止，每天9:00至16:30。
申报条件：
符合下列条件之一：
1.高新技术企业
2.上年度营业收入1亿元以上
奖补标准：每家企业最高5万元
申报系统：http://old.example.com/ksq
受理窗口：区科技局302室
镇海区科学技术局 2026年11月18日
""",
        {
            "title": "关于组织开展2027年度科技创新券申领工作的通知",
            "docno": "镇科〔2026〕8号",
            "issuers": ("镇海区科学技术局",),
            "issued_on": date(2026, 11, 18),
            "opens_on": date(2027, 1, 4),
            "closes_at": at(1, 29, year=2027),
            "level": Level.DISTRICT,
            "support": "每家企业最高5万元",
            "ceiling": Decimal(5),
            "links": ("http://old.example.com/ksq",),
            "address": "区科技局302室",
            "unit": "kjj",
        },
        (
            ("", "高新技术企业"),
            ("", "上年度营业收入1亿元以上"),
        ),
    ),
    Pasted(
        "a national announcement",
        """财政部 税务总局关于先进制造业企业增值税加计抵减政策的公告
财政部 税务总局公告2023年第43号
为进一步支持先进制造业发展，现公告如下：
自2023年1月1日至2027年12月31日，允许先进制造业企业按照当期可抵扣进项税额加计5%抵减应纳增值税税额。
本公告自2023年1月1日起执行，执行期限至2027年12月31日。
特此公告。
财政部 税务总局
2023年9月3日
""",
        {
            "title": "财政部 税务总局关于先进制造业企业增值税加计抵减政策的公告",
            "docno": "财政部、税务总局公告〔2023〕43号",
            "issuers": ("财政部", "税务总局"),
            "issued_on": date(2023, 9, 3),
            "effective_on": date(2023, 1, 1),
            "valid_until": date(2027, 12, 31),
            "level": Level.NATIONAL,
        },
    ),
    Pasted(
        "of the province, from the day it was printed",
        """浙江省经济和信息化厅关于印发《浙江省首台套装备奖励细则》的通知
浙经信装备（２０２６）第３号
（一）奖励标准
国际首台套200万元、国内首台套100万元、省内首台套50万元，分别给予一次性奖励。
（二）附则
本细则自印发之日起30日后施行，有效期为五年。
浙江省经济和信息化厅
2026年6月1日
""",
        {
            "title": "浙江省经济和信息化厅关于印发《浙江省首台套装备奖励细则》的通知",
            "docno": "浙经信装备〔2026〕3号",
            "issuers": ("浙江省经济和信息化厅",),
            "issued_on": date(2026, 6, 1),
            "effective_on": date(2026, 7, 1),
            "valid_until": date(2031, 6, 30),
            "level": Level.PROVINCIAL,
            "support": (
                "国际首台套200万元、国内首台套100万元、省内首台套50万元，分别给予一次性奖励。"
            ),
            "ceiling": Decimal(200),
        },
    ),
    Pasted(
        "a longer time to apply",
        """关于延长2026年度绿色制造项目申报时间的通知
各有关企业：申报截止时间延长至2026年12月31日24:00。其他事项不变。
快申快享，兑现时限不超过60个工作日。
联系电话：0574-86290011
""",
        {
            "title": "关于延长2026年度绿色制造项目申报时间的通知",
            "closes_at": at(1, 1, 0, 0, year=2027),
            "way": Way.FAST,
            "phone": "0574-86290011",
        },
    ),
    Pasted(
        "emoji and hashes of a chat",
        """📌惠企政策｜小微企业招用毕业生社保补贴
💰补贴标准：每人每月补贴500元，每家企业最高1.2万元
✅申报条件：小微企业；招用毕业年度高校毕业生；员工300人以下
⏰截止时间：12月底
📍地址：镇海区人才市场1号窗口，周一至周五
📞电话：0574-86290012
🔗https://rs.example.gov.cn/sb
""",
        {
            "title": "📌惠企政策｜小微企业招用毕业生社保补贴",
            "closes_at": at(12, 31),
            "support": "每人每月补贴500元，每家企业最高1.2万元",
            "ceiling": Decimal("1.2"),
            "links": ("https://rs.example.gov.cn/sb",),
            "phone": "0574-86290012",
            "address": "镇海区人才市场1号窗口",
        },
        (
            ("size", "in", "micro", "small"),
            ("", "招用毕业年度高校毕业生"),
            ("staff", "<=", "300"),
        ),
    ),
    Pasted(
        "two of ours on the signature",
        """关于开展2026年第二批企业技术改造贷款贴息申报工作的通知
镇经信发（2026）22号  镇财企（2026）31号
一、支持范围和条件
注册地在镇海区，2023年12月31日前成立，获评省级以上绿色工厂。
二、支持政策
对项目贷款给予2%贴息，每家企业每年不超过80万元。
三、申报程序
请各企业于2026年12月5日前将材料报送至区经信局投资科，过时不候。
四、其他
咨询：张工，13900000013
镇海区经济和信息化局　镇海区财政局
2026年11月15日
附件：申报表
""",
        {
            "title": "关于开展2026年第二批企业技术改造贷款贴息申报工作的通知",
            "docno": "镇经信发〔2026〕22号",
            "issuers": ("镇海区经济和信息化局", "镇海区财政局"),
            "issued_on": date(2026, 11, 15),
            "closes_at": at(12, 5),
            "level": Level.DISTRICT,
            "support": "对项目贷款给予2%贴息，每家企业每年不超过80万元。",
            "ceiling": Decimal(80),
            "phone": "13900000013",
            "contact": "张工",
            "unit": "jxj",
        },
        (
            ("region", "in", "镇海区"),
            ("founded_on", "<=", "2023-12-31"),
            ("tag", "has", "绿色工厂"),
            ("", "获评省级以上绿色工厂"),
        ),
    ),
    Pasted(
        "next year in words",
        """《镇海区软件产业扶持办法》已印发，明年1月1日起施行，有效期至2029年12月31日。
软件和信息技术服务业企业营业收入不低于500万元的，奖励一百万元。""",
        {
            "title": "镇海区软件产业扶持办法",
            "effective_on": date(2027, 1, 1),
            "valid_until": date(2029, 12, 31),
            "support": "软件和信息技术服务业企业营业收入不低于500万元的，奖励一百万元",
            "ceiling": Decimal(100),
        },
    ),
    Pasted(
        "either half of an item",
        """关于申报2026年镇海区首届“瞪羚企业”培育名单的通知

各镇（街道）经发办，各有关企业：
    为加快培育一批高成长性企业，根据镇政办发〔2025〕3号文件精神，决定开展申报工作。

    一、申报对象及条件
    （一）工商注册地和税务登记地均在镇海区，成立时间3年以上；
    （二）近三年营业收入年均增长率不低于20%；
    （三）上一年度营业收入不低于5000万元；
    （四）上一年度研发经费支出占营业收入的比重达到5%以上，或拥有发明专利5件以上；
    （五）近两年未发生重大安全、环保事故，未列入严重违法失信名单。

    二、申报程序
    企业自愿申报，于2026年12月25日（星期五）17:00前将申报材料（一式两份）报送至所在镇（街道）。

    三、支持政策
    对认定的区级瞪羚企业，给予一次性奖励15万元；对认定为省级瞪羚企业的，再给予最高30万元奖励。

    联系人：胡一鸣，联系电话：86290021，邮箱：abc@example.com

    附件：1.瞪羚企业申报表
          2.真实性承诺书

                                   宁波市镇海区经济和信息化局
                                        2026年11月24日
""",
        {
            "title": "关于申报2026年镇海区首届“瞪羚企业”培育名单的通知",
            "issuers": ("宁波市镇海区经济和信息化局",),
            "issued_on": date(2026, 11, 24),
            "closes_at": at(12, 25, 17, 0),
            "level": Level.DISTRICT,
            "support": (
                "对认定的区级瞪羚企业，给予一次性奖励15万元；"
                "对认定为省级瞪羚企业的，再给予最高30万元奖励。"
            ),
            "ceiling": Decimal(30),
            "phone": "86290021",
            "contact": "胡一鸣",
            "unit": "jxj",
        },
        (
            ("region", "in", "镇海区"),
            ("founded_on", ">=", "3"),
            ("", "近三年营业收入年均增长率不低于20%"),
            ("revenue", ">=", "5000"),
            ("", "上一年度研发经费支出占营业收入的比重达到5%以上，或拥有发明专利5件以上"),
            ("tag", "not", "失信"),
            ("", "近两年未发生重大安全、环保事故"),
        ),
    ),
    Pasted(
        "the paper behind its covering note",
        """镇海区人民政府办公室关于印发镇海区支持民营经济高质量发展若干政策的通知
镇政办发﹝2026﹞18号
各镇人民政府、街道办事处，区政府各部门、各直属单位：
《镇海区支持民营经济高质量发展若干政策》已经区政府同意，现印发给你们，请认真贯彻执行。
镇海区人民政府办公室
2026年9月1日
镇海区支持民营经济高质量发展若干政策
第一条 对首次上规的工业企业，给予10万元奖励。
第十条 本政策自2026年10月1日起施行，有效期至2028年12月31日。
《若干意见》（镇政发〔2023〕7号）同时废止。
""",
        {
            "title": "镇海区人民政府办公室关于印发镇海区支持民营经济高质量发展若干政策的通知",
            "docno": "镇政办发〔2026〕18号",
            "issuers": ("镇海区人民政府办公室",),
            "issued_on": date(2026, 9, 1),
            "effective_on": date(2026, 10, 1),
            "valid_until": date(2028, 12, 31),
            "level": Level.DISTRICT,
            "support": "对首次上规的工业企业，给予10万元奖励",
            "ceiling": Decimal(10),
        },
    ),
    Pasted(
        "the towns hand on by another day",
        """宁波市经济和信息化局 宁波市财政局
关于组织开展2027年度宁波市级工业投资（技术改造）
项目计划申报工作的通知
甬经信技改〔2026〕88号
各区（县、市）经信局、财政局：
一、申报范围
（一）项目单位在甬注册；
（二）项目固定资产投资在1000万元（含）以上。
二、申报时间
请各地于2026年12月18日（周五）前完成审核上报，企业网上申报截止时间为12月11日24时。
三、补助标准
按照设备投资额的8%—12%予以补助，单个项目补助额不超过2,000万元。
四、联系方式
市经信局投资处 林海 89186000
宁波市经济和信息化局        宁波市财政局
2026年11月26日
（此件公开发布）
""",
        {
            "title": "关于组织开展2027年度宁波市级工业投资（技术改造）项目计划申报工作的通知",
            "docno": "甬经信技改〔2026〕88号",
            "issuers": ("宁波市经济和信息化局", "宁波市财政局"),
            "issued_on": date(2026, 11, 26),
            "closes_at": at(12, 12, 0, 0),
            "level": Level.CITY,
            "support": "按照设备投资额的8%—12%予以补助，单个项目补助额不超过2,000万元。",
            "ceiling": Decimal(2000),
            "phone": "89186000",
            "contact": "林海",
        },
        (
            ("region", "in", "宁波市"),
            ("", "项目固定资产投资在1000万元（含）以上"),
        ),
    ),
)
