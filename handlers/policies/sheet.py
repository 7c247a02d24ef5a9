"""Policies out of the rows of a file: what is new is kept, what differs waits for a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.engine.words import Key, Start
from flows.policies.answers import PolicyFacts
from flows.policies.policy import Policy
from flows.policies.record import differences, with_record
from flows.policies.sheet import Row, read_sheet
from flows.policies.versions import VERSIONS
from flows.registration.registration import enterprise_key
from handlers.policies.checking import ask_for_checks
from handlers.policies.desk import made, replaced
from handlers.policies.keeping import keep
from handlers.ports import Text
from handlers.talk import Talk
from handlers.visit import Visit

LINES = 40  # of one list; who corrects these sends the rest again
_LOOKED_AT = 500  # the latest policies, among which one without a 文号 is known by its title
_APART = ","  # between the numbers in the subject of the question


@dataclass
class _Filing:
    """What becomes of the rows of one file."""

    made: list[tuple[Row, Policy]] = field(default_factory=list)
    differs: list[Policy] = field(default_factory=list)
    known: list[Text] = field(default_factory=list)
    lacking: list[Text] = field(default_factory=list)
    by_row: dict[str, int] = field(default_factory=dict)  # numbers that came of this very file


async def file_policies(visit: Visit, talk: Talk, rows: Sequence[Sequence[str]]) -> bool:
    """Keep each row that is a policy of its own; False when there was nothing to keep."""
    book = visit.book
    notes = book.office.policies.notes(book.office.departments, book.office.days.closes)
    sheet = read_sheet(rows, PolicyFacts(book.today, notes, book.office.policies))
    if not sheet.header or not sheet.rows:
        visit.say("policy_file.no_rows" if sheet.header else "policy_file.no_header")
        return False
    if len(sheet.rows) > book.office.policies.files.rows:
        visit.say("policy_file.too_many", limit=book.office.policies.files.rows)
        return False
    filing = _Filing()
    titled = _by_title(await book.tx.policies.latest(_LOOKED_AT))
    for row in sheet.rows:
        await _file(visit, row, filing, titled)
    _say(visit, filing)
    if sheet.unused:
        visit.say("policy_file.unused", columns=sheet.unused)
    several = [one for _, one in filing.made]
    book.posts += ask_for_checks(book, several, visit.person, f"a{visit.filed.id}")
    if filing.differs:
        subject = _APART.join(one.number for one in filing.differs)
        await talk.open(visit, VERSIONS.name, Start(), subject)
    return True


async def _file(visit: Visit, row: Row, filing: _Filing, titled: dict[str, Policy]) -> None:
    form = row.form
    if form is None:
        filing.lacking += _faults(row)
        return
    policies = visit.book.tx.policies
    before = await policies.by_doc_no(form.docno) if form.docno else titled.get(_key(form.name))
    if before is not None and before.number in filing.by_row:
        told = {"row": row.row, "name": row.name, "first": filing.by_row[before.number]}
        filing.known.append(Text("policy_file.twice_line", told))
        return
    older = await replaced(visit, form, before.number if before else "")
    if isinstance(older, Text):
        filing.lacking.append(_fault(row, "replaces", older))
        return
    if before is not None:
        await _compare(visit, row, filing, before, older)
        return
    one = await made(visit, form, None, older)
    one = one.model_copy(update={"demo": row.demo})
    await keep(visit, one, "enter")
    filing.made.append((row, one))
    filing.by_row[one.number] = row.row
    titled[_key(one.title)] = one


async def _compare(
    visit: Visit, row: Row, filing: _Filing, seen: Policy, older: Policy | None
) -> None:
    """Keep with a policy what the file says otherwise, until somebody confirms it."""
    book, form = visit.book, row.form
    if form is None:
        return
    before = await book.writing.policies.hold(seen.number) or seen
    filing.by_row[before.number] = row.row
    told = {"row": row.row, "name": row.name, "number": before.number}
    ends = older.number if older else ""
    form = with_record(form, before, row.told)
    after = form.policy(before.number, visit.person.id, book.now, before, ends)
    if not differences(before, after, ()):
        filing.known.append(Text("policy_file.known_line", told))
    elif len(filing.differs) >= book.office.policies.files.versions:
        filing.known.append(Text("policy_file.later_line", told))
    else:
        waiting = before.model_copy(update={"proposed": after})
        await book.writing.policies.save(waiting)
        book.policies[before.number] = waiting
        filing.differs.append(waiting)


def numbers_in(subject: str) -> tuple[str, ...]:
    """Return the policies that the question is about."""
    return tuple(filter(None, subject.split(_APART)))


def _by_title(latest: Sequence[Policy]) -> dict[str, Policy]:
    return {_key(one.title): one for one in reversed(latest) if not one.replaced_by}


def _key(title: str) -> str:
    return enterprise_key(title)


# What is said --------------------------------------------------------------------------------


def _say(visit: Visit, filing: _Filing) -> None:
    """Say in one message what became of the rows."""
    if filing.lacking:  # first: a channel cuts what is too long at its end
        visit.say("policy_file.lacking", lines=few(filing.lacking))
    if filing.known:
        visit.say("policy_file.known", lines=few(filing.known))
    if filing.made:
        lines = few([_made(row, one) for row, one in filing.made])
        visit.say("policy_file.made", count=len(filing.made), lines=lines)


def _made(row: Row, one: Policy) -> Text:
    told: Mapping[str, object] = {"number": one.number, "title": one.title, "row": row.row}
    if not row.open:
        return Text("policy_file.made_line", told)
    fields = tuple(Key(f"policy_form.{name}.label") for name in row.open)
    return Text("policy_file.made_open_line", {**told, "fields": fields})


def _faults(row: Row) -> list[Text]:
    """Say of a row what is missing, and of each cell what is wrong with it."""
    found: list[Text] = []
    if row.missing:
        fields = tuple(Key(f"policy_form.{name}.label") for name in row.missing)
        told = {"row": row.row, "name": row.name, "fields": fields}
        found.append(Text("policy_file.missing_line", told))
    return [*found, *(_fault(row, name, Text(said.key, said.params)) for name, said in row.wrong)]


def _fault(row: Row, name: str, what: Text) -> Text:
    label = "policy_form.conditions.label" if name == "has" else f"policy_form.{name}.label"
    told = {"row": row.row, "name": row.name, "column": Key(label), "what": what}
    return Text("policy_file.wrong_line", told)


def few(lines: Sequence[Text]) -> tuple[Text, ...]:
    """Cut a list that is too long for one message, and say how much is left out."""
    over = len(lines) - LINES
    rest = (Text("policy_file.more_line", {"count": over}),) if over > 0 else ()
    return (*lines[:LINES], *rest)


__all__ = ["few", "file_policies", "numbers_in"]
