"""The lexicon (词表) against which the wording of a campaign is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Post:
    """A post (职务), and from when until when somebody holds it; both days count."""

    title: str
    since: date | None = None
    until: date | None = None

    def held_on(self, day: date) -> bool:
        """Say whether it is held on a day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Leader:
    """A leader (领导) with the posts they hold, held and will hold."""

    name: str
    posts: tuple[Post, ...]

    def titles(self, day: date) -> tuple[str, ...]:
        """Return the posts held on a day."""
        return tuple(post.title for post in self.posts if post.held_on(day))


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written in one way only (规范表述, 机构全称), and how it is written wrongly."""

    right: str
    wrong: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # words in which the wrong one is right: 登陆 in 台风登陆


@dataclass(frozen=True, slots=True)
class Body:
    """An institution (机构): its full name, and short ones that may follow after it."""

    full: str
    wrong: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The whole lexicon; config/lexicon.toml holds the office's own."""

    leaders: tuple[Leader, ...] = ()  # in their order (排序)
    bodies: tuple[Body, ...] = ()
    wordings: tuple[Wording, ...] = ()
    elsewhere: tuple[str, ...] = ()  # other places: their 区长 is not ours
    numbers: frozenset[str] = frozenset()  # digits of mobile numbers that belong to the office
    hosts: frozenset[str] = frozenset()  # hosts, with all below them, that links may lead to

    def named(self, name: str) -> Leader:
        """Return a leader by name."""
        return next(one for one in self.leaders if one.name == name)

    def holders(self, title: str, day: date) -> tuple[Leader, ...]:
        """Return those who hold a post on a day."""
        return tuple(one for one in self.leaders if title in one.titles(day))

    def all_titles(self) -> tuple[str, ...]:
        """Return every post that anybody is listed with, the longest first."""
        return longest_first(post.title for one in self.leaders for post in one.posts)


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Order words so that one is found before another that is part of it."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


__all__ = ["Body", "Leader", "Lexicon", "Post", "Wording", "longest_first"]
