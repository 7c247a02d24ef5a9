"""Facts of enterprises out of the rows of a file (企业信息表), and what its rows lack."""

from __future__ import annotations

from collections.abc import Sequence

from flows.engine.words import Key
from flows.outreach.enterprises import candidates
from flows.policies.conditions import Source
from flows.policies.firm_sheet import FirmRow, read_firms
from handlers.outreach_desk import known_enterprises
from handlers.policies.firm_facts import keep_facts, undo_choice
from handlers.policies.sheet import few
from handlers.ports import Text
from handlers.visit import Visit

_NAMED = 3  # enterprises that a short name may stand for


async def file_facts(visit: Visit, rows: Sequence[Sequence[str]]) -> bool:
    """Keep what each row tells of an enterprise on record; False when there was nothing."""
    book = visit.book
    settings = book.office.policies
    sheet = read_firms(rows, book.today, settings)
    if not sheet.header or not sheet.rows:
        visit.say("firm_facts.no_rows" if sheet.header else "firm_facts.no_header")
        return False
    if len(sheet.rows) > settings.files.rows:
        visit.say("policy_file.too_many", limit=settings.files.rows)
        return False
    names = await known_enterprises(book)
    lacking: list[Text] = []
    kept: set[str] = set()
    for row in sheet.rows:
        firm = _meant(row, names, lacking)
        lacking += [_wrong(row, field, Text(x.key, x.params)) for field, x in row.told.wrong]
        facts = (
            row.told.facts(firm, Source.IMPORT, book.today, str(visit.person.id)) if firm else ()
        )
        if facts:
            await keep_facts(visit, facts)
            kept.add(firm)
    if lacking:
        visit.say("firm_facts.lacking", lines=few(lacking))
    if kept:
        visit.say("firm_facts.imported", count=len(kept))
        visit.offer(undo_choice(visit, Source.IMPORT))
    if sheet.unused:
        visit.say("policy_file.unused", columns=sheet.unused)
    return True


def _meant(row: FirmRow, names: Sequence[str], lacking: list[Text]) -> str:
    """Return the enterprise on record that a row is about, "" = none, or more than one."""
    found = candidates(row.firm, names) if row.firm else ()
    if len(found) == 1:
        return found[0]
    told = {"row": row.row, "enterprise": row.firm}
    if not row.firm:
        lacking.append(Text("firm_facts.nameless_line", {"row": row.row}))
    elif found:
        lacking.append(Text("firm_facts.several_line", {**told, "names": found[:_NAMED]}))
    else:
        lacking.append(Text("firm_facts.unknown_line", told))
    return ""


def _wrong(row: FirmRow, field: str, what: Text) -> Text:
    name = Key(f"policy.field.{field}")
    told = {"row": row.row, "enterprise": row.firm, "field": name, "what": what}
    return Text("firm_facts.row_line", told)


__all__ = ["file_facts"]
