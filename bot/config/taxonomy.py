"""taxonomy.toml: the classes of problems, and the words that bring a telephone number first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.config.departments import Identifier, Word
from bot.config.source import Table, entry, fault, parse
from flows.office import Category, Department, Emergency, Onward


class SubTable(Table):
    """One class of problems as the staff write it down."""

    id: Identifier
    name: Word
    lead: Identifier
    support: tuple[Identifier, ...] = ()
    days: Annotated[int, Field(ge=1, le=90, strict=True)]
    urgent: bool = False
    keywords: tuple[Word, ...] = ()
    hotline: str = ""


class CategoryTable(Table):
    """A group of classes."""

    id: Identifier
    name: Word
    sub: Annotated[tuple[SubTable, ...], Field(min_length=1)]


class EmergencyTable(Table):
    """Words of danger and what to say at once."""

    words: Annotated[tuple[Word, ...], Field(min_length=1)]
    unless: tuple[Word, ...] = ()
    text: Annotated[str, Field(min_length=1, max_length=200)]


class OnwardTable(Table):
    """A body outside: what it is called, and what to say where its words are heard."""

    name: Annotated[str, Field(min_length=2, max_length=30)]
    words: tuple[Word, ...] = ()
    unless: tuple[Word, ...] = ()
    text: Annotated[str, Field(max_length=200)] = ""


class TaxonomyFile(Table):
    """The whole file."""

    category: Annotated[tuple[CategoryTable, ...], Field(min_length=1)]
    emergency: tuple[EmergencyTable, ...] = ()
    onward: tuple[OnwardTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The classes by id, in the file's order, the emergencies, and the bodies outside."""

    categories: Mapping[str, Category]
    emergencies: tuple[Emergency, ...]
    onward: tuple[Onward, ...] = ()


def load_taxonomy(path: Path, departments: Mapping[str, Department]) -> Taxonomy:
    """Read taxonomy.toml; every unit it names must exist."""
    file = parse(TaxonomyFile, path)
    categories: dict[str, Category] = {}
    for table, group, sub in _subs(file):
        if sub.id in categories:
            raise fault(path, table, "id", f'the id "{sub.id}" is used twice')
        for key, units in (("lead", (sub.lead,)), ("support", sub.support)):
            for unit in units:
                if unit not in departments:
                    raise fault(path, table, key, f'no department has the id "{unit}"')
        categories[sub.id] = _category(group, sub)
    emergencies = tuple(
        Emergency(words=table.words, text=table.text, unless=table.unless)
        for table in file.emergency
    )
    onward = tuple(
        Onward(name=table.name, words=table.words, text=table.text, unless=table.unless)
        for table in file.onward
    )
    return Taxonomy(categories=categories, emergencies=emergencies, onward=onward)


def _subs(file: TaxonomyFile) -> Iterator[tuple[str, CategoryTable, SubTable]]:
    for position, group in enumerate(file.category):
        for sub_position, sub in enumerate(group.sub):
            place = f"{entry('category', position)} {entry('sub', sub_position)}"
            yield place, group, sub


def _category(group: CategoryTable, sub: SubTable) -> Category:
    return Category(
        id=sub.id,
        name=sub.name,
        group_name=group.name,
        lead=sub.lead,
        support=sub.support,
        days=sub.days,
        urgent=sub.urgent,
        keywords=sub.keywords,
        hotline=sub.hotline,
    )
