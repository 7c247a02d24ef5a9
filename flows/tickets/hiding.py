"""Taking the names and numbers of who reports out of a text (对部门隐去企业名)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows import reading
from flows.reading.words import TRADES
from flows.tickets.case import Ticket


def hide(ticket: Ticket, text: str, shown: bool) -> str:
    """Take the enterprise's and the contact's names and every number out of a text (隐去企业名)."""
    if shown:
        return text
    core = _core(ticket.enterprise)
    brand = re.sub(rf"(?:{TRADES})+$", "", core)
    hidden = _MASKED.sub("某", reading.mask_numbers(text.replace(ticket.phone, "某")))
    for word in (ticket.enterprise, core, brand, ticket.contact):
        if len(word) > 1:
            hidden = hidden.replace(word, "某")
    return _called(ticket, hidden)


_MASKED = re.compile(r"\d*\*{4}\d*")  # what is left of a masked number still tells too much
_CALLED = "总经理|董事长|老板|厂长|经理|主任|师傅|女士|先生|总|董"


def apart(text: str, others: Iterable[Ticket]) -> str:
    """Take who else reported out of what an enterprise is told: names, telephone, number (并案).

    Other numbers stay: the department's telephone is what the enterprise needs.
    """
    for other in others:
        core = _core(other.enterprise)
        brand = re.sub(rf"(?:{TRADES})+$", "", core)
        for word in (other.enterprise, core, brand, other.contact, other.phone, other.number):
            if len(word) > 1:
                text = text.replace(word, "某")
        text = _called(other, text)
    return text


def _called(ticket: Ticket, text: str) -> str:
    """Take out how the contact is called: 陈总, 老陈."""
    surname = re.escape(ticket.contact[:1])
    return re.sub(rf"[老小阿]{surname}|{surname}(?:{_CALLED})", "某", text)


def _core(enterprise: str) -> str:
    """Return what is distinctive in a company's name: 镇海恒通紧固件有限公司 → 恒通紧固件."""
    name = enterprise
    for head in ("浙江省", "浙江", "宁波市", "宁波", "镇海区", "镇海"):
        name = name.removeprefix(head)
    for tail in ("股份有限公司", "有限责任公司", "有限公司", "公司", "厂"):
        name = name.removesuffix(tail)
    return name
