"""wechat.toml: which notices of a 公众号 may go as template messages, and how often it may mass."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.config.source import Table, fault, parse

Noticed = Literal["case", "event", "push.notice", "push.correction"]
"""A kind of notice; what recruits or advertises is none of them."""

LIMITS = {
    **{"thing": 20, "phrase": 5, "name": 10, "const": 20, "symbol": 5},
    **{"character_string": 32, "number": 32, "letter": 32, "phone_number": 17, "car_number": 8},
    **{"time": 32, "date": 32, "amount": 13},
}
"""Characters that a field may have, by the name of its type (类目模板消息参数值内容限制说明, in
Template_Message_Interface.html; older types stand in 订阅消息参数值内容限制说明)."""
_AMOUNT = re.compile(r"[^\w\s]?\d{1,10}(\.\d+)?元?")
"""A currency's sign, digits (10 in one of these tables, 12 in the other), decimals, 元."""
BLANKS = frozenset({"title", "text", "number", "time", "office"})
FIELD = re.compile(rf"({'|'.join(sorted(LIMITS, key=len, reverse=True))})\d{{1,2}}")
BLANK = re.compile(r"\$\{([a-z]*)\}")


def _fields(fields: dict[str, str]) -> dict[str, str]:
    for name, value in fields.items():
        if FIELD.fullmatch(name) is None:
            raise ValueError(f"the platform has no field of the name {name}")
        unknown = set(BLANK.findall(value)) - BLANKS
        if unknown:
            raise ValueError(f"nothing fills the blank {sorted(unknown)[0]!r}")
        _same_each_time(name, value)
    return fields


def _same_each_time(name: str, value: str) -> None:
    """Refuse what no message can fill: the platform answers it with 47003, each time."""
    blanks = set(BLANK.findall(value))
    if name.startswith("const"):
        if blanks - {"office"}:
            raise ValueError(f"{name} takes nothing but words that the platform has approved")
        if not blanks and len(value) > LIMITS["const"]:
            raise ValueError(f"{name} has more than {LIMITS['const']} characters")
    if name.startswith("amount") and not _AMOUNT.fullmatch(value):
        raise ValueError(f"{name} takes nothing but a sum of money")


class Template(Table):
    """One template, and which notices go by it."""

    kind: Annotated[Noticed, Field(alias="for")]
    id: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w-]+$")]
    url: Annotated[str, Field(max_length=1024, pattern=r"^(https://\S+)?$")] = ""
    blanks: Annotated[
        dict[str, str], Field(alias="fields", min_length=1), AfterValidator(_fields)
    ]  # what each field says


class Mass(Table):
    """How often a subscriber may be reached."""

    a_month: Annotated[int, Field(ge=1, le=31, strict=True)]


class WeChatRules(Table):
    """The whole file."""

    template: tuple[Template, ...] = ()
    mass: Mass


def load_wechat(path: Path) -> WeChatRules:
    """Read wechat.toml; each kind of notice has one template."""
    rules = parse(WeChatRules, path)
    kinds = [one.kind for one in rules.template]
    for position, kind in enumerate(kinds):
        if kind in kinds[:position]:
            raise fault(
                path, f"[[template]] no. {position + 1}", "for", "it has a template already"
            )
    return rules
