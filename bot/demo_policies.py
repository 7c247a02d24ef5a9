"""Policies of the demo: invented, marked 【演示】, and closing so many days after today."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.app import App
from flows.calendar import OFFICE_ZONE
from flows.policies.checking import checked
from flows.policies.conditions import YEARS, Condition, Field, Op
from flows.policies.policy import Policy, Way
from flows.policies.validity import next_due
from flows.registration.number import number
from handlers.policies.keeping import POLICY
from handlers.ports import Due, PersonId, Role

BOTH = 2  # 受理员 whom it takes: one enters a policy, another one checks it
HERE = Condition(field=Field.REGION, op=Op.IN, value=("镇海区",), text="在镇海区登记注册")


@dataclass(frozen=True, slots=True)
class Sample:
    """One policy: so many days until its close (0 = all the year round), and what it says."""

    days: int
    title: str
    unit: str
    support: str
    more: dict[str, Any] = field(default_factory=dict)


SAMPLES = (
    Sample(
        23,
        "制造业设备更新补助",
        "jxj",
        "买新设备、做技术改造的，按设备投入的10%补，最多100万元。",
        {
            "industries": ("制造业",),
            "tags": ("技改", "设备更新"),
            "ceiling": Decimal(100),
            "conditions": (
                HERE,
                Condition(
                    field=Field.REVENUE,
                    op=Op.AT_LEAST,
                    value=("2000",),
                    unit="万元",
                    text="上年度营业收入2000万元以上",
                ),
            ),
        },
    ),
    Sample(
        49,
        "专精特新中小企业认定奖励",
        "jxj",
        "第一次认定为专精特新中小企业的，一次奖励20万元。",
        {
            "tags": ("专精特新", "认定"),
            "ceiling": Decimal(20),
            "conditions": (
                HERE,
                Condition(field=Field.TAG, op=Op.HAS, value=("专精特新",), text="已认定为专精特新"),
            ),
        },
    ),
    Sample(
        3,
        "外贸展会摊位费补助",
        "swj",
        "自己去参加境外展会的，摊位费补一半。",
        {
            "tags": ("展会", "外贸"),
            "conditions": (Condition(text="今年参加过名录内的境外展会"),),
        },
    ),
    Sample(
        28,
        "稳岗返还",
        "rsj",
        "不裁员、少裁员的，按上年度实缴失业保险费返还，钱直接打到账户。",
        {
            "way": Way.DIRECT,
            "tags": ("稳岗", "社保", "用工"),
            "conditions": (
                HERE,
                Condition(
                    field=Field.STAFF,
                    op=Op.AT_MOST,
                    value=("300",),
                    unit="人",
                    text="从业人员300人以下",
                ),
            ),
        },
    ),
    Sample(
        0,
        "科技型企业知识产权质押贷款贴息",
        "jrb",
        "用专利、商标质押贷款的，按实际付的利息贴一半。",
        {
            "tags": ("融资", "知识产权", "贷款"),
            "conditions": (
                Condition(
                    field=Field.FOUNDED_ON,
                    op=Op.AT_LEAST,
                    value=("1",),
                    unit=YEARS,
                    text="成立满1年",
                ),
                Condition(
                    field=Field.RD_SHARE,
                    op=Op.AT_LEAST,
                    value=("3",),
                    unit="%",
                    text="研发费用占营业收入3%以上",
                ),
            ),
        },
    ),
)


def policy_of(one: Sample, serial: int, app: App, by: PersonId) -> Policy:
    """Date a policy from the day it is; it closes with the office."""
    office, now = app.office.reception.office, app.office.clock()
    today = now.astimezone(OFFICE_ZONE).date()
    closes = datetime.combine(
        today + timedelta(days=one.days), office.days.closes, tzinfo=OFFICE_ZONE
    )
    told = {
        "number": number(office.policies.prefix, today.year, serial),
        "title": f"【演示】{one.title}",
        "support": one.support,
        "issued_on": today - timedelta(days=7),
        "closes_at": closes if one.days else None,
        "unit": one.unit,
        "phone": office.phone_of(one.unit),
        "demo": True,
        "created_by": by,
        "created_at": now,
    }
    return Policy.model_validate({**told, **one.more})


async def furnish(app: App) -> None:
    """Put the policies there, once."""
    office, now = app.office.reception.office, app.office.clock()
    today = now.astimezone(OFFICE_ZONE).date()
    async with app.office.database.begin() as tx:
        clerks = (await tx.people.roster(today)).holders(Role.CLERK)
        if len(clerks) < BOTH or await tx.policies.latest(1):
            return
        writer, other = clerks[:BOTH]
        for one in SAMPLES:
            serial = await tx.policies.next_number(today.year)
            policy = checked(policy_of(one, serial, app, writer.id), other.id, now)
            await tx.policies.save(policy)
            at = next_due(policy, now, (), office.policies.reminds_at)
            key = f"{POLICY}:{policy.number}"
            await tx.wind([Due(POLICY, policy.number, at, key)] if at else [])
