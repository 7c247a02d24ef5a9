"""What a report is about: category, departments and danger, by the words the staff maintain."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from flows.office import Category, Department, Emergency

PROPOSED = 3
FAR_BEHIND = 5  # what weighs a fifth of the best or less is chance


def propose_category(text: str, categories: Sequence[Category]) -> tuple[Category, ...]:
    """Propose up to three categories, best first; none when no keyword is found."""
    scores = _scores(text, {category.id: category.keywords for category in categories})
    floor = max(scores.values(), default=0) / FAR_BEHIND
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
    words = {unit.id: (*unit.keywords, *unit.aliases, unit.name) for unit in departments}
    scores = _scores(text, words)
    own = (category.lead, *category.support) if category else ()
    by_text = sorted(scores, key=lambda unit: -scores[unit])
    next_leads = (other.lead for other in others)
    ordered = dict.fromkeys([*own[:1], *_agreed(own[1:], scores), *next_leads, *by_text, *own[1:]])
    known = [unit for unit in ordered if unit in words]
    return tuple(known[:PROPOSED])


def emergency(text: str, emergencies: Sequence[Emergency]) -> tuple[str, ...]:
    """Name the telephone numbers that come before any question, most dangerous first."""
    return tuple(danger.text for danger in emergencies if _is_danger(text, danger))


def first_calls(
    text: str, emergencies: Sequence[Emergency], category: Category | None
) -> tuple[str, ...]:
    """Name the numbers to call at once: of the emergencies, else of the category's repair line."""
    urgent = emergency(text, emergencies)
    if urgent or category is None or not category.hotline:
        return urgent
    return (category.hotline,)


def _agreed(support: Iterable[str], scores: Mapping[str, int]) -> Iterator[str]:
    """Put the supports that the text speaks of before the others."""
    return (unit for unit in support if unit in scores)


def _is_danger(text: str, danger: Emergency) -> bool:
    for phrase in danger.unless:
        text = text.replace(phrase, "\n")
    return any(word in text for word in danger.words)


def _scores(text: str, words: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Weigh each owner by its words found in the text; where words overlap, the longest counts."""
    owners, lengths = _index(tuple((o, tuple(own_words)) for o, own_words in words.items()))
    scores: dict[str, int] = defaultdict(int)
    for word in set(_found(text.casefold(), owners, lengths)):
        for owner in owners[word]:
            scores[owner] += len(word) * len(word)
    return dict(scores)


@lru_cache(maxsize=8)  # the same few lists of the configuration, asked for every message
def _index(
    words: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[Mapping[str, Sequence[str]], Sequence[int]]:
    """Turn each owner's words around, and list the lengths of words, the longest first."""
    owners: dict[str, list[str]] = defaultdict(list)
    for owner, own_words in words:
        for word in dict.fromkeys(own_words):
            owners[word.casefold()].append(owner)
    return owners, sorted({len(word) for word in owners if word}, reverse=True)


def _found(text: str, words: Mapping[str, object], lengths: Sequence[int]) -> Iterator[str]:
    reach = 0  # a word inside one already found does not count again
    for start in range(len(text)):
        for length in lengths:
            if start + length > reach and text[start : start + length] in words:
                yield text[start : start + length]
                reach = start + length
                break
