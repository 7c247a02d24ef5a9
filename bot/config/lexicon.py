"""lexicon.toml: how leaders, institutions and set phrases are written."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.config.office import Text
from bot.config.source import Table, entry, fault, parse
from flows.campaigns import lexicon

# One character alone would be found everywhere.
Words = Annotated[str, Field(min_length=2, max_length=200)]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Mobile = Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]


def _titled(value: object) -> object:
    return {"title": value} if isinstance(value, str) else value


class Post(Table):
    """A post, and when it is held."""

    title: Words
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError("a post ends before it began")
        return self


class Leader(Table):
    """A leader; their place in the file is their place in any list (排序)."""

    name: Words
    posts: Annotated[
        tuple[Annotated[Post, BeforeValidator(_titled)], ...], Field(min_length=1, max_length=40)
    ]


class Body(Table):
    """An institution and how it is called."""

    full: Words
    wrong: tuple[Words, ...] = ()
    short: tuple[Words, ...] = ()


class Wording(Table):
    """A set phrase and how it is written wrongly."""

    right: Text
    wrong: Annotated[tuple[Words, ...], Field(min_length=1)]
    unless: tuple[Words, ...] = ()


class LexiconFile(Table):
    """The whole file."""

    demo: bool = False
    elsewhere: tuple[Words, ...]
    numbers: tuple[Mobile, ...]
    hosts: tuple[Host, ...]
    leader: tuple[Leader, ...] = ()
    body: tuple[Body, ...] = ()
    wording: tuple[Wording, ...] = ()

    def lexicon(self, numbers: Iterable[str] = ()) -> lexicon.Lexicon:
        """Return it as the check needs it; `numbers` are telephones of the office besides."""
        digits = ("".join(filter(str.isdigit, one)) for one in numbers)
        return lexicon.Lexicon(
            leaders=tuple(_leader(one) for one in self.leader),
            bodies=tuple(lexicon.Body(one.full, one.wrong, one.short) for one in self.body),
            wordings=tuple(
                lexicon.Wording(one.right, one.wrong, one.unless) for one in self.wording
            ),
            elsewhere=self.elsewhere,
            numbers=frozenset((*self.numbers, *filter(None, digits))),
            hosts=frozenset(self.hosts),
        )


def load_lexicon(path: Path) -> LexiconFile:
    """Read lexicon.toml; a name twice, or words that are right and wrong, are faults."""
    read = parse(LexiconFile, path)
    names = [one.name for one in read.leader]
    for n, name in enumerate(names):
        if name in names[:n]:
            first = entry("leader", names.index(name))
            raise fault(path, entry("leader", n), "name", f"the same name as in {first}")
    right = {one.full for one in read.body} | {one.right for one in read.wording}
    right.update(short for one in read.body for short in one.short)
    wrong = [(entry("body", n), one.wrong) for n, one in enumerate(read.body)]
    wrong += [(entry("wording", n), one.wrong) for n, one in enumerate(read.wording)]
    for where, forms in wrong:
        for words in sorted(right.intersection(forms)):
            raise fault(path, where, "wrong", f'"{words}" is right elsewhere')
    return read


def _leader(one: Leader) -> lexicon.Leader:
    posts = tuple(lexicon.Post(post.title, post.since, post.until) for post in one.posts)
    return lexicon.Leader(one.name, posts)
