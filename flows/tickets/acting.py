"""What can be done with a ticket, and why something is not done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flows.tickets.parts import Actor, Part


class Act(StrEnum):
    """What somebody, or the clock, does with a ticket."""

    # Ways in
    FILE = "file"  # 登记 (T1)
    ASK_INFO = "ask_info"  # 请补充 (T2)
    SUPPLEMENT = "supplement"  # 补充 (T3)
    LAPSE = "lapse"  # 逾期未补充 (T3b, system)
    REVIVE = "revive"  # 补充后恢复 (T3b)
    ASK_REJECT = "ask_reject"  # 提请不予受理
    REJECT = "reject"  # 不予受理 (T4)
    OBJECT = "object"  # 提出异议 (T4)
    ACCEPT = "accept"  # 受理 (T5)
    MERGE = "merge"  # 并案 (T6)
    UNMERGE = "unmerge"  # 撤销并案 (T22)
    TRANSFER = "transfer"  # 移送 (T21)
    ASK_AFTER = "ask_after"  # 提醒移送回访 (T21, system)
    FOLLOW_UP = "follow_up"  # 移送回访 (T21)
    JOIN = "join"  # 我也有此问题
    WITHDRAW = "withdraw"  # 撤回 (T20)
    URGE = "urge"  # 催办
    LEAVE = "leave"  # 联系人离开企业
    RECONTACT = "recontact"  # 换联系人
    CONFIDE = "confide"  # 设为保密
    RELEASE = "release"  # 解除保密
    # The department's leg
    SOUND_OUT = "sound_out"  # 预交办
    OURS = "ours"  # 归我
    NOT_OURS = "not_ours"  # 不归我
    ASSIGN = "assign"  # 交办 (T7)
    SIGN = "sign"  # 签收 (T8)
    TAKE_AS_SIGNED = "take_as_signed"  # 视为签收 (T8b, system)
    PASS_ON = "pass_on"  # noqa: S105 - 转科室
    CONTACT = "contact"  # 首联
    RETURN = "return"  # 退单 (T9)
    RULE_MOVED = "rule_moved"  # 裁定改派 (T10)
    RULE_KEPT = "rule_kept"  # 裁定维持 (T10)
    OPINION = "opinion"  # 协办意见
    WAIVE = "waive"  # 免除协办
    NOTE = "note"  # 进展
    # Time
    ASK_LONGER = "ask_longer"  # 申请延期
    LONGER = "longer"  # 同意延期
    NOT_LONGER = "not_longer"  # 不同意延期
    ASK_REST = "ask_rest"  # 申请挂起 (T11)
    REST = "rest"  # 同意挂起 (T11)
    NO_REST = "no_rest"  # 不同意挂起
    RESUME = "resume"  # 恢复办理 (T12)
    RETIER = "retier"  # 改难易
    # The answer
    REPLY = "reply"  # 答复 (T13)
    STAGE = "stage"  # 阶段答复
    SEND_BACK = "send_back"  # 审核退回 (T14)
    AS_STAGE = "as_stage"  # 转阶段答复
    APPROVE = "approve"  # 审核通过 (T15)
    RATE = "rate"  # 满意 / 基本满意 (T16)
    RATE_FOR = "rate_for"  # 代录评价 (T16)
    RATE_ALSO = "rate_also"  # 一同反映的人评价
    TRY = "try"  # 回访未果
    MESSAGES_ONLY = "messages_only"  # 只发消息, 不打电话
    CALLS_TOO = "calls_too"  # 可以打电话
    REDO = "redo"  # 不满意, one more round (T17)
    CLOSE_UNHAPPY = "close_unhappy"  # 不满意 after the last round
    CLOSE_UNRATED = "close_unrated"  # 未评价 (T18, system)
    REOPEN = "reopen"  # 又出现了 (T19)
    TAKE_UP = "take_up"  # 督办重启 (T19)
    # Leaders and the ladder
    LEAD = "lead"  # 领办
    HAND_OVER = "hand_over"  # 移交领办
    MEET = "meet"  # 面商 / 协调会
    INSTRUCT = "instruct"  # 批示
    DONE = "done"  # 批示事项办结
    UNDONE = "undone"  # 撤销批示事项办结
    SUPERVISE = "supervise"  # 催办 / 督办
    PRESS = "press"  # 人工催办
    EMERGENCY = "emergency"  # 应急
    NO_EMERGENCY = "no_emergency"  # 取消应急
    CALL_OFF = "call_off"  # 先打个电话
    ANSWER = "answer"  # 督办回复


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not done: a key of the catalogue."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


def not_theirs(actor: Actor, allowed: frozenset[Part]) -> Refusal:
    """Refuse an act that takes other parts; of a case of one's own, say so and who else may."""
    if Part.APART in actor.parts:
        return Refusal("ticket.refused.confidential", {"others": allowed})
    if actor.barred & allowed:
        return Refusal("ticket.refused.own_case", {"others": allowed})
    return Refusal("ticket.refused.not_yours")
