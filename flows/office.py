"""What the flows know of the office: departments, categories, emergencies and exposure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Department:
    """A unit that may handle a report."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    phone: str = ""
    full: str = ""  # name as papers have it

    def __hash__(self) -> int:
        """Hash by the id, which no other has: its words are many, and it is looked up often."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Category:
    """A class of problems, with the unit that usually leads and the working days it may take."""

    id: str
    name: str
    group_name: str
    lead: str
    support: tuple[str, ...] = ()
    days: int = 5
    urgent: bool = False
    keywords: tuple[str, ...] = ()
    hotline: str = ""

    def __hash__(self) -> int:
        """Hash by the id, which no other has: its words are many, and it is looked up often."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Emergency:
    """Words after which a telephone number comes before any question."""

    words: tuple[str, ...]
    text: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Onward:
    """A body outside that something may be for; its words tell so before anything is filed."""

    name: str
    words: tuple[str, ...] = ()
    text: str = ""
    unless: tuple[str, ...] = ()


class Content(StrEnum):
    """A class of content that may want to leave the office."""

    PROGRESS = "progress"  # 编号与办理进度
    NOTICE = "notice"  # 通知公告
    FORM = "form"  # 提问与确认卡
    BODY = "body"  # 反映内容、答复正文
    CONTACT = "contact"  # 企业名、联系人、电话
    INTERNAL = "internal"  # 内部备注
    INSTRUCTION = "instruction"  # 领导批示
    SUPERVISION = "supervision"  # 督办函
    RATING = "rating"  # 企业评价


class Door(StrEnum):
    """A way out of the office."""

    ENTERPRISE_GROUP = "enterprise_group"  # 企业群
    STAFF_GROUP = "staff_group"  # 工作群
    DEPARTMENT_GROUP = "department_group"  # 部门群
    LEADER_GROUP = "leader_group"  # 领导群
    PRIVATE = "private"  # 单聊
    OFFICIAL_ACCOUNT = "official_account"  # 公众号
    LINK_PAGE = "link_page"  # 一单一链的网页

    @property
    def is_group(self) -> bool:
        """Say whether several people read what leaves here."""
        return self.value.endswith("_group")

    @property
    def is_one(self) -> bool:
        """Say whether one person reads what leaves here, in a chat of their own."""
        return self in (Door.PRIVATE, Door.OFFICIAL_ACCOUNT)


class Shown(StrEnum):
    """How much of a content a door lets through."""

    FULL = "full"  # 全文
    TITLE = "title"  # 仅标题
    LOGIN = "login"  # 请登录查看


@dataclass(frozen=True, slots=True)
class Exposure:
    """Which class of content may leave through which door, and how much of it."""

    cells: Mapping[tuple[Content, Door], Shown]

    def shown(self, content: Content, door: Door) -> Shown:
        """Say how much of this content the door lets through; a gap is the strictest."""
        return self.cells.get((content, door), Shown.LOGIN)
