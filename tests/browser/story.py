"""The story, act by act, as the personas of the demo click and type it on the page."""

from dataclasses import dataclass
from typing import Any, Self

from tests.browser.chat import Seat
from tests.days import first_number

ENTERPRISE_GROUP = "cidDemoEnterprise=="
STAFF_GROUP = "cidDemoStaff=="
ENTERPRISE = "镇海恒通紧固件有限公司"
PHONE = "13805740001"
REPORT = (
    "昨天下午三点起我们厂又停电了，跳闸三次，炉子里的料全报废，希望供电公司尽快查清原因，"
    "告诉我们什么时候修好。"
)
FIRST_CONTACT = "今天上午到厂里看了线路，和企业约好明天带备件再来"
ANSWER = "已查明是支线开关老化跳闸，两天内换好新开关；有事找客户服务班李强。"

# What the entrepreneur took of his switch box, drawn.
_BOX = """<body style="margin:0"><svg width="480" height="320" viewBox="0 0 480 320">
<rect width="480" height="320" fill="#6d7683"/>
<rect y="250" width="480" height="70" fill="#4a515c"/>
<rect x="120" y="30" width="240" height="240" rx="6"
 fill="#c9ced6" stroke="#8c95a3" stroke-width="6"/>
<rect x="145" y="60" width="190" height="70" rx="4" fill="#eef1f5"/>
<g fill="#2b3340"><rect x="155" y="70" width="34" height="50"/>
<rect x="199" y="70" width="34" height="50"/>
<rect x="243" y="70" width="34" height="50"/><rect x="287" y="70" width="34" height="50"/></g>
<g fill="#4ade80"><rect x="164" y="74" width="16" height="20"/>
<rect x="296" y="74" width="16" height="20"/></g>
<g fill="#ef4444"><rect x="208" y="96" width="16" height="20"/>
<rect x="252" y="96" width="16" height="20"/></g>
<path d="M150 170h180M150 195h180M150 220h120" stroke="#9aa3b0" stroke-width="6"/></svg></body>"""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, each in their own pane of one page."""

    chen: Seat  # 企业家
    wang: Seat  # 受理员
    zhou: Seat  # 受理负责人
    li: Seat  # 供电公司联络员

    @classmethod
    def on(cls, tab: Any) -> Self:
        """Seat everybody on an open page."""
        return cls(
            chen=Seat(tab, "demo-owner-chen"),
            wang=Seat(tab, "demo-clerk-wang"),
            zhou=Seat(tab, "demo-supervisor-zhou"),
            li=Seat(tab, "demo-liaison-li"),
        )


async def drawn(browser: Any) -> bytes:
    """Draw the picture that goes with the report."""
    sheet = await browser.new_page(viewport={"width": 480, "height": 320})
    await sheet.set_content(_BOX)
    picture: bytes = await sheet.screenshot()
    await sheet.close()
    return picture


async def starts_in_the_group(cast: Cast) -> None:
    """陈建国 wants to report in the 企业群 and is led to his 1:1."""
    await cast.chen.open_group(ENTERPRISE_GROUP)
    await cast.chen.say("我要反映问题")
    await cast.chen.sees("已私聊您")
    await cast.chen.open_robot()
    await cast.chen.sees("请告诉我", "问题、发生时间、诉求")


async def tells_all(cast: Cast, picture: bytes) -> None:
    """One paragraph and a picture fill the confirm card; the enterprise's name is hidden."""
    await cast.chen.say(REPORT)
    await cast.chen.sees("供电抢修 95598")
    await cast.chen.sees("谁能看到：", f"企业：{ENTERPRISE}", f"电话：{PHONE}", "图片：0")
    await cast.chen.show("跳闸的配电箱.png", picture)
    await cast.chen.sees("谁能看到：", "图片：1")
    await cast.chen.press("对部门隐去企业名")
    await cast.chen.sees("部门看不到您的企业名", "告知：", "图片：1")


async def files(cast: Cast) -> None:
    """He confirms and gets the number; the 工作群 gets a card."""
    await cast.chen.press("确认")
    await cast.chen.sees(f"编号 {first_number()}", "您要做什么：")
    for staff in (cast.wang, cast.zhou):
        await staff.open_group(STAFF_GROUP)
        await staff.sees_status("新问题", "待受理")


async def accepts(cast: Cast) -> None:
    """王敏 accepts in the 工作群 and reads the report in 1:1."""
    await cast.wang.press("受理")
    await cast.zhou.sees_status("新问题", "待交办")
    await cast.wang.open_robot()
    await cast.wang.sees(f"已受理 {first_number()}", REPORT)
    await cast.chen.sees(f"{first_number()} 已受理")


async def dispatches(cast: Cast) -> None:
    """王敏 takes the proposed lead department, which needs nobody's support."""
    await cast.wang.press("国网镇海供电公司")
    await cast.wang.sees("主办：国网镇海供电公司", "协办：区经信局", "办理期限：")
    await cast.wang.say("修改协办")
    await cast.wang.sees("哪些部门协办")
    await cast.wang.say("协办无")
    await cast.wang.sees("主办：国网镇海供电公司", "协办：无")
    await cast.wang.press("确认")
    await cast.wang.sees("已交国网镇海供电公司主办")
    await cast.chen.sees(f"{first_number()} 已交办")


async def signs(cast: Cast) -> None:
    """李强 signs for it and records the first contact."""
    await cast.li.sees("请签收", "炉子里的料全报废")
    await cast.li.press("签收")
    await cast.li.sees("请先联系企业")
    await cast.chen.sees("部门已接单", "国网镇海供电公司 李强")
    await cast.li.press("首联")
    await cast.li.sees("记下联系情况")
    await cast.li.say(FIRST_CONTACT)
    await cast.li.sees("已记下首联")


async def answers(cast: Cast) -> None:
    """李强 answers; the 工作群 gets a card to audit."""
    await cast.li.press("答复")
    await cast.li.sees("请写给企业的答复")
    await cast.li.say(ANSWER)
    await cast.li.sees("解决到什么程度")
    await cast.li.press("已解决")
    await cast.li.sees("答复已提交")
    await cast.zhou.sees_status("部门已答复", "待审核")


async def looks(cast: Cast, enterprise: str = ENTERPRISE) -> None:
    """周岚 opens the whole case from the 工作群."""
    await cast.zhou.press("查看")
    await cast.zhou.open_robot()
    await cast.zhou.sees(f"{first_number()} 待审核", f"企业：{enterprise}", ANSWER)


async def audits(cast: Cast) -> None:
    """周岚, who did not write the answer, lets it go out."""
    await cast.zhou.press("审核通过")
    await cast.zhou.sees("答复已发给企业")
    await cast.zhou.open_group(STAFF_GROUP)
    await cast.zhou.sees_status("答复已审核", "待评价")


async def rates(cast: Cast) -> None:
    """陈建国 is content, and the ticket closes."""
    await cast.chen.sees("国网镇海供电公司的答复（已解决）", ANSWER)
    await cast.chen.press("满意")
    await cast.chen.sees(f"{first_number()} 办结")
    await cast.li.sees(f"{first_number()} 已办结")
    await cast.chen.say("进度")
    await cast.chen.sees(f"{first_number()} 已办结", "有疑问请打：")
