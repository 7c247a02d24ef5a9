"""What a delivery is for, as the month's quota tells deliveries apart."""

from enum import StrEnum

from flows.office import Door


class Kind(StrEnum):
    """What a delivery is for."""

    ANSWER = "answer"  # 答复来信
    NOTICE = "notice"  # 发给个人的通知
    GROUP = "group"  # 发到群里的通知
    FILE = "file"  # 附件
    UPDATE = "update"  # 改卡片
    TASK = "task"  # 回电与核验任务
    ALARM = "alarm"  # 给管理员和受理员的提醒
    APOLOGY = "apology"  # 出错后的道歉


# How the dedupe keys begin of what must go out whatever the month says; see handlers/.
BEGINNINGS = (
    ("apology:", Kind.APOLOGY),
    ("task:", Kind.TASK),
    ("quota:", Kind.ALARM),
    ("budget:", Kind.ALARM),
    ("undelivered:", Kind.ALARM),
    ("unheard:", Kind.ALARM),
    ("file:", Kind.FILE),
    ("a:", Kind.ANSWER),
)
FILE_PART = ":file"  # of the key of an answer that is a file


def kind_of(dedupe: str, door: Door, *, update: bool) -> Kind:
    """Tell by its key and its way what a delivery is for."""
    if update:
        return Kind.UPDATE
    for beginning, kind in BEGINNINGS:
        if dedupe.startswith(beginning):
            return Kind.FILE if kind is Kind.ANSWER and FILE_PART in dedupe else kind
    return Kind.GROUP if door.is_group else Kind.NOTICE
