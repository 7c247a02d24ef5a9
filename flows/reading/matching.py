"""What a report is about: category, departments and danger, by the words the staff maintain."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from flows.office import Category, Department, Emergency, Onward

PROPOSED = 3
FAR_BEHIND = 5  # what weighs a fifth of the best or less is chance

Entry = TypeVar("Entry", Category, Department, Emergency)
Made = TypeVar("Made")


class _Once(Generic[Entry, Made]):
    """Make something of a list of the configuration once: it is the same with every message.

    The list of the last time is known by its identity, as comparing hundreds of entries takes
    longer than reading a message.
    """

    def __init__(self, make: Callable[[tuple[Entry, ...]], Made]) -> None:
        self._make = lru_cache(maxsize=4)(make)
        self._last: tuple[Sequence[Entry], Made] | None = None

    def __call__(self, entries: Sequence[Entry]) -> Made:
        last = self._last
        if last is not None and last[0] is entries:
            return last[1]
        known = tuple(entries)
        made = self._make(known)
        self._last = (known, made)
        return made


def propose_category(text: str, categories: Sequence[Category]) -> tuple[Category, ...]:
    """Propose up to three categories, best first; none when no keyword is found."""
    scores = _scores(text, _by_category(categories))
    if not scores:
        return ()
    floor = max(scores.values()) / FAR_BEHIND
    hit = [category for category in categories if scores.get(category.id, 0) > floor]
    return tuple(sorted(hit, key=lambda category: -scores[category.id])[:PROPOSED])


def propose_departments(
    category: Category | None,
    text: str,
    departments: Sequence[Department],
    others: Sequence[Category] = (),
) -> tuple[str, ...]:
    """Propose three departments: the category's own first, then by what the text says.

    Others are the categories that came next; their leads are better guesses than a usual support.
    """
    known = {unit.id for unit in departments}
    scores = _scores(text, _by_department(departments))
    own = (category.lead, *category.support) if category else ()
    by_text = sorted(scores, key=lambda unit: -scores[unit])
    next_leads = (other.lead for other in others)
    ordered = dict.fromkeys([*own[:1], *_agreed(own[1:], scores), *next_leads, *by_text, *own[1:]])
    return tuple(unit for unit in ordered if unit in known)[:PROPOSED]


def emergency(text: str, emergencies: Sequence[Emergency]) -> tuple[str, ...]:
    """Name the telephone numbers that come before any question, most dangerous first."""
    if not _danger_words(emergencies).search(text):
        return ()
    return tuple(danger.text for danger in emergencies if _is_danger(text, danger))


def first_calls(
    text: str, emergencies: Sequence[Emergency], category: Category | None
) -> tuple[str, ...]:
    """Name the numbers to call at once: of the emergencies, else of the category's repair line."""
    urgent = emergency(text, emergencies)
    if urgent or category is None or not category.hotline:
        return urgent
    return (category.hotline,)


def opening_calls(
    text: str, emergencies: Sequence[Emergency], categories: Sequence[Category]
) -> tuple[str, ...]:
    """Name the numbers to call at once, by what the text may be about."""
    if not _hotline_words(categories).search(text.casefold()):
        return emergency(text, emergencies)
    ranked = propose_category(text, categories)
    urgent = next((category for category in ranked if category.urgent), None)
    return first_calls(text, emergencies, urgent or next(iter(ranked), None))


def onward(text: str, bodies: Sequence[Onward]) -> Onward | None:
    """Name the body outside that a text is for (纪检监察, 信访, 法院), by its words."""
    return next((body for body in bodies if _is_danger(text, body)), None)


def _agreed(support: Iterable[str], scores: Mapping[str, int]) -> Iterator[str]:
    """Put the supports that the text speaks of before the others."""
    return (unit for unit in support if unit in scores)


def _is_danger(text: str, danger: Emergency | Onward) -> bool:
    for phrase in danger.unless:
        text = text.replace(phrase, "\n")
    return any(word in text for word in danger.words)


@dataclass(frozen=True, slots=True)
class _Index:
    """Words with their owners, and by first letter their lengths, the longest first."""

    owners: Mapping[str, Sequence[str]]
    lengths: Mapping[str, Sequence[int]]


def _scores(text: str, index: _Index) -> dict[str, int]:
    """Weigh each owner by its words found in the text; where words overlap, the longest counts."""
    scores: dict[str, int] = defaultdict(int)
    for word in set(_found(text.casefold(), index)):
        for owner in index.owners[word]:
            scores[owner] += len(word) * len(word)
    return dict(scores)


@_Once
def _by_category(categories: tuple[Category, ...]) -> _Index:
    return _index({category.id: category.keywords for category in categories})


@_Once
def _by_department(departments: tuple[Department, ...]) -> _Index:
    return _index({d.id: (*d.keywords, *d.aliases, d.name) for d in departments})


@_Once
def _danger_words(emergencies: tuple[Emergency, ...]) -> re.Pattern[str]:
    return _any_of(word for danger in emergencies for word in danger.words)


@_Once
def _hotline_words(categories: tuple[Category, ...]) -> re.Pattern[str]:
    return _any_of(word.casefold() for c in categories if c.hotline for word in c.keywords)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)) or "(?!)")  # no words, no match


def _index(words: Mapping[str, Iterable[str]]) -> _Index:
    owners: dict[str, list[str]] = defaultdict(list)
    for owner, own_words in words.items():
        for word in dict.fromkeys(own_words):
            owners[word.casefold()].append(owner)
    lengths: dict[str, set[int]] = defaultdict(set)
    for word in owners:
        lengths[word[:1]].add(len(word))
    return _Index(owners, {k: sorted(found, reverse=True) for k, found in lengths.items()})


def _found(text: str, index: _Index) -> Iterator[str]:
    reach = 0  # a word inside one already found does not count again
    for start, letter in enumerate(text):
        for length in index.lengths.get(letter, ()):
            if start + length > reach and text[start : start + length] in index.owners:
                yield text[start : start + length]
                reach = start + length
                break
