"""departments.toml: the units a report may go to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.config.source import Table, entry, fault, parse
from flows.office import Department
from flows.tickets.forms.common import NO_UNITS


def _not_reserved(ident: str) -> str:
    if ident == NO_UNITS:
        raise ValueError(f'"{NO_UNITS}" says that no department supports a case')
    return ident


Identifier = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,39}$"), AfterValidator(_not_reserved)
]
Word = Annotated[str, Field(min_length=1, max_length=40)]


class DepartmentTable(Table):
    """One department as the staff write it down."""

    id: Identifier
    name: Word
    full: Word
    aliases: tuple[Word, ...] = ()
    duties: tuple[Word, ...] = ()
    keywords: tuple[Word, ...] = ()
    phone: str = ""
    source: str = ""
    verified: bool = False

    def value(self) -> Department:
        """What the flows need of it."""
        return Department(
            id=self.id,
            name=self.name,
            aliases=self.aliases,
            keywords=self.keywords,
            phone=self.phone,
            full=self.full,
        )


class DepartmentsFile(Table):
    """The whole list."""

    department: Annotated[tuple[DepartmentTable, ...], Field(min_length=1)]


def load_departments(path: Path) -> Mapping[str, Department]:
    """Read departments.toml, in its order, by id."""
    found: dict[str, Department] = {}
    for position, table in enumerate(parse(DepartmentsFile, path).department):
        if table.id in found:
            raise fault(
                path, entry("department", position), "id", f'the id "{table.id}" is used twice'
            )
        found[table.id] = table.value()
    return found
