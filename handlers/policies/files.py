"""Files with policies, and with facts of enterprises: which one it is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.engine.words import Choice, Key, Resume, Start
from flows.policies import firm_sheet, sheet
from flows.policies.form import ENTER
from handlers.arrival import Document
from handlers.campaigns.parts import composes
from handlers.documents import tell_read, waits
from handlers.policies.firm_sheet import file_facts
from handlers.policies.sheet import file_policies
from handlers.talk import Talk
from handlers.visit import Visit

POLICIES, FACTS = "policies", "facts"
"""What a file is read for."""
PURPOSES = frozenset({POLICIES, FACTS})
TEMPLATE, FACTS_TEMPLATE = "policy_sheet:", "firm_sheet:"
"""How the orders of empty sheets begin; behind it is the day of the example."""
_TEMPLATE_FILE, _FACTS_FILE = "政策模板表.xlsx", "企业信息表.xlsx"
_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """Takes what was read in the files of those who enter policies."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Say which files can be sent (政策文件), and wait for one as 录政策 does."""
        if _may(visit):
            visit.say("policy_file.begin")
            await self.talk.open(visit, ENTER.name, Start())
            visit.offer(Choice(Key("policy_file.template_button"), "w:policy_template"))

    async def begin_facts(self, visit: Visit) -> None:
        """Say which file can be sent (企业信息); what it is for is asked when it comes."""
        if _may(visit):
            visit.say("firm_facts.begin")
            visit.offer(Choice(Key("firm_facts.template_button"), "w:firm_template"))

    async def read(self, visit: Visit, document: Document) -> None:
        """Make policies, or facts, of what was read."""
        waited = waits(visit, ENTER.name)
        if not composes(visit.book, visit.person):
            visit.say("policy.not_yours")
        elif _too_large(visit, document.rows):
            limit = visit.book.office.policies.files.kilobytes
            visit.say("policy_file.too_large", limit=limit)
        elif tell_read(visit, document):
            await self._file(visit, document, waited=waited)
            return
        if waited:
            await self.talk.go_on(visit, Resume())

    async def _file(self, visit: Visit, document: Document, *, waited: bool) -> None:
        """File what was read; a form that waited for it goes on only if there was nothing."""
        if not document.table:
            await self.talk.open(visit, ENTER.name, Start(text=_text(document.rows)))
            return
        if waited:
            self.talk.drop(visit)
        if _is_about_firms(document):
            filed = await file_facts(visit, document.rows)
        else:
            filed = await file_policies(visit, self.talk, document.rows)
        if waited and not filed:
            await self.talk.open(visit, ENTER.name, Start())


async def send_template(visit: Visit) -> None:
    """Have an empty sheet of policies made (政策模板表)."""
    await _order(visit, TEMPLATE, _TEMPLATE_FILE)


async def send_facts_template(visit: Visit) -> None:
    """Have an empty sheet of facts made (企业信息表)."""
    await _order(visit, FACTS_TEMPLATE, _FACTS_FILE)


async def _order(visit: Visit, kind: str, name: str) -> None:
    if _may(visit):
        code = f"{kind}{visit.book.today.isoformat()}"
        await visit.book.writing.make_file(visit.filed, code, name)
        visit.say("policy_file.making" if kind == TEMPLATE else "firm_facts.making")


def _may(visit: Visit) -> bool:
    """Say whether files are taken from this person here, or say why not."""
    if not composes(visit.book, visit.person):
        visit.say("policy.not_yours")
        return False
    if not visit.in_private:
        visit.tell("policy_file.private_only")
        return False
    return True


def _is_about_firms(document: Document) -> bool:
    """Say what a table is: its header decides, whatever it was said to be."""
    if any(map(sheet.is_header, document.rows)):
        return False
    return document.purpose == FACTS or any(map(firm_sheet.is_header, document.rows))


def _too_large(visit: Visit, rows: Sequence[Sequence[str]]) -> bool:
    size = sum(len(cell.encode()) for row in rows for cell in row)
    return size > visit.book.office.policies.files.kilobytes * _KILOBYTE


def _text(rows: Sequence[Sequence[str]]) -> str:
    """Return a notice as it would have been pasted; the row of a table as 时间：…"""
    lines = (tuple(cell for cell in row if cell) for row in rows)
    return "\n".join(
        f"{one[0]}：{'，'.join(one[1:])}" if one[1:] else one[0] for one in lines if one
    )


__all__ = [
    "FACTS",
    "FACTS_TEMPLATE",
    "POLICIES",
    "PURPOSES",
    "TEMPLATE",
    "PolicyFiles",
    "send_facts_template",
    "send_template",
]
