"""The main job from each role's side: reported, accepted, assigned, answered, rated, closed."""

from dataclasses import dataclass

from tests.wire.chat import CHIEF, CLERK, LIAISON, OWNER, STAFF_GROUP, SUPPORTS, Wire

REPORT = (
    "昨天下午三点起我们厂又停电了，跳闸三次，炉子里的料全报废，"
    "希望供电公司尽快查清原因并告知什么时候修好。"
)
OPINION = "配电房扩容的备案我们配合，不收费用"
CONTACT = "今天上午已和企业电话联系，约明天到厂里看线路"
REPLY = "线路已检修完毕，原因是支线开关老化跳闸，11月26日前更换开关，有事找客户服务班李强。"
UNIT = "国网镇海供电公司"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays the story."""

    owner: str = OWNER
    clerk: str = CLERK
    chief: str = CHIEF
    liaison: str = LIAISON
    supports: tuple[str, ...] = SUPPORTS  # who gives an opinion for the proposed 协办
    group: str | None = STAFF_GROUP  # where the desk is told; None = each of it in 1:1


async def report(wire: Wire, owner: str = OWNER) -> str:
    """Report in one paragraph, confirm, and return the number."""
    await wire.say(owner, REPORT)
    await wire.hears(owner, "95598")
    card = await wire.hears(owner, "谁能看到")
    assert REPORT[:20] in card
    await wire.choose(owner, "确认")
    filed = await wire.hears(owner, "已登记，编号 ")
    return filed.split("编号 ")[1].split("。")[0]


async def dispatch(wire: Wire, number: str, cast: Cast) -> None:
    """Accept and assign."""
    place = cast.group
    notice = await wire.hears(cast.clerk, f"新问题 {number}", group=place)
    assert (REPORT[:10] in notice) == (place is None)
    await wire.choose(cast.clerk, "受理", group=place)
    await wire.hears(cast.owner, number)
    await wire.hears(cast.clerk, f"已受理 {number}")
    await wire.choose(cast.clerk, UNIT)
    await wire.hears(cast.clerk, f"交办 {number}")
    await wire.choose(cast.clerk, "确认")
    await wire.hears(cast.owner, number)


async def work(wire: Wire, number: str, cast: Cast) -> None:
    """Sign for it, contact the enterprise, have all opinions, answer."""
    await wire.hears(cast.liaison, f"请签收 {number}")
    await wire.choose(cast.liaison, "签收")
    await wire.hears(cast.liaison, f"已签收 {number}")
    await wire.hears(cast.owner, number)
    await wire.say(cast.liaison, f"首联 {number} {CONTACT}")
    await wire.hears(cast.liaison, "已记下首联")
    for support in cast.supports:
        await wire.say(support, f"协办意见 {number} {OPINION}")
        await wire.hears(support, "意见已发给主办单位")
    await wire.say(cast.liaison, f"答复 {number}")
    await wire.hears(cast.liaison, "请写给企业的答复")
    await wire.say(cast.liaison, REPLY)
    await wire.hears(cast.liaison, "解决到什么程度")
    await wire.choose(cast.liaison, "已解决")
    await wire.hears(cast.liaison, "等审核")


async def close(wire: Wire, number: str, cast: Cast) -> None:
    """Audit by another person, rate, close."""
    await wire.hears(cast.chief, f"{number} 部门已答复，请审核", group=cast.group)
    await wire.choose(cast.chief, "查看", group=cast.group)
    assert number in await wire.hears(cast.chief, REPLY)
    await wire.choose(cast.chief, "审核通过")
    await wire.hears(cast.chief, f"已通过，{number}")
    assert UNIT in await wire.hears(cast.owner, REPLY)
    await wire.choose(cast.owner, "满意")
    await wire.hears(cast.owner, f"{number} 办结")
    await wire.hears(cast.liaison, f"{number} 已办结")


async def whole(wire: Wire, cast: Cast | None = None) -> str:
    """Play all of it."""
    cast = cast or Cast()
    number = await report(wire, cast.owner)
    await dispatch(wire, number, cast)
    await work(wire, number, cast)
    await close(wire, number, cast)
    await wire.quiet()
    return number
