"""What stands on the papers of an activity: 桌签, 座次图, 签到表, 车牌单, 领导参阅名单.

A handout is all that a file needs, fixed at the moment it was asked for: who draws it later looks
nothing up. Its words are in config/texts/event_paper.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import AwareDatetime

from flows import reading
from flows.registration import event as activity
from flows.registration.event import Kept
from flows.registration.issues import Change, Issue, Kind, Mark
from flows.registration.registration import Registration, enterprise_key
from flows.registration.seating import Customs, rank, rostrum, rows, seen_from_audience
from flows.tickets.state import State

_INDUSTRY = "行业"  # in the label of a question


class Person(Kept):
    """Somebody on a paper; a companion whose name nobody told has none."""

    name: str
    post: str = ""
    enterprise: str = ""
    beside: str = ""  # 随行: whose companion this is
    mark: Mark = Mark.SAME
    order: int = 0  # on the rostrum: first, second, …


class Line(Kept):
    """One row of a table."""

    cells: tuple[str, ...]  # as `COLUMNS` has them
    mark: Mark = Mark.SAME
    beside: str = ""  # 随行


class Known(Kept):
    """A ticket as far as the list for the officials tells of it."""

    number: str
    state: State
    topic: bool = False  # the enterprise named it beforehand, to talk about it there (议题)


class Firm(Kept):
    """An enterprise that comes, as the officials read of it."""

    name: str
    people: tuple[Person, ...]
    industry: str = ""
    answers: tuple[tuple[str, str], ...] = ()  # what was asked, what was answered
    tickets: tuple[Known, ...] = ()
    mark: Mark = Mark.SAME


class Handout(Kept):
    """One paper with everything that is on it."""

    kind: Kind
    number: str  # of the activity
    title: str
    starts_at: AwareDatetime
    venue: str
    issue: int
    since: int
    changes: tuple[Change, ...] = ()
    people: tuple[Person, ...] = ()  # a card each; on the list for the officials they themselves
    lines: tuple[Line, ...] = ()
    rostrum: tuple[Person, ...] = ()  # as the audience sees it, from the left
    rows: tuple[tuple[Person, ...], ...] = ()  # of the audience, the first in front
    firms: tuple[Firm, ...] = ()


COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.SIGN_IN: ("enterprise", "name", "post", "phone", "code"),
    Kind.PLATES: ("plate", "name", "enterprise"),
}
"""What the columns of a table hold; it is numbered besides."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a paper needs besides the list."""

    customs: Customs = field(default_factory=Customs)
    full: bool = False  # telephone numbers are whole
    tickets: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)  # by enterprise_key


def handout(made: Issue, told: Told) -> Handout:
    """Put together what a paper shows."""
    event = made.roll.event
    head = Handout(
        kind=made.kind,
        number=event.number,
        title=event.title_whole,
        starts_at=event.starts_at,
        venue=event.venue,
        issue=made.number,
        since=made.since,
        changes=made.changes,
    )
    return head.model_copy(update=_content(made, told))


def _content(made: Issue, told: Told) -> Mapping[str, object]:
    match made.kind:
        case Kind.CARDS:
            return {"people": _cards(made, told.customs)}
        case Kind.SEATS:
            return _chart(made, told.customs)
        case Kind.SIGN_IN:
            return {"lines": tuple(_sign_in(made, full=told.full))}
        case Kind.PLATES:
            return {"lines": tuple(_plates(made))}
        case Kind.BRIEFING:
            return {"people": _officials(made, told.customs), "firms": _firms(made, told)}


def _cards(made: Issue, customs: Customs) -> tuple[Person, ...]:
    """Return who gets a card, those to be printed anew in front."""
    every = (*_officials(made, customs), *_audience(made, customs))
    named = [one for one in every if one.name]
    return tuple(sorted(named, key=lambda one: one.mark is Mark.SAME))


def _chart(made: Issue, customs: Customs) -> Mapping[str, object]:
    above = _officials(made, customs)
    seats = rostrum(above[: customs.rostrum], second_on_left=customs.second_on_left)
    below = (*above[customs.rostrum :], *_audience(made, customs))
    return {"rostrum": seen_from_audience(seats), "rows": rows(below, customs.row)}


def _officials(made: Issue, customs: Customs) -> tuple[Person, ...]:
    found = list(made.officials.items())
    if not customs.as_written:
        found.sort(key=lambda one: rank(one[0].post, customs.posts))
    return tuple(
        Person(name=one.name, post=one.post, mark=mark, order=n)
        for n, (one, mark) in enumerate(found, 1)
    )


def _audience(made: Issue, customs: Customs) -> tuple[Person, ...]:
    """Return those who signed up by their posts, then as they came; companions beside them."""
    ordered = sorted(made.listed, key=lambda one: rank(one.post, customs.posts))
    return tuple(person for one in ordered for person in _party(made, one))


def _party(made: Issue, one: Registration) -> Iterable[Person]:
    """Return everybody of a party; marked is whoever is different, not who came with them."""
    was, mark = made.was.get(one.seq), made.marks.get(one.seq, Mark.SAME)
    shows = ("name",) if made.kind is Kind.CARDS else ("name", "enterprise", "post")
    same = was is not None and all(getattr(was, name) == getattr(one, name) for name in shows)
    yield Person(
        name=one.name,
        post=one.post,
        enterprise=one.enterprise,
        mark=Mark.SAME if same else mark,
    )
    unnamed = [""] * (one.party - 1 - len(one.companions))
    known = was.companions if was is not None else ()
    before = max(was.party - 1 - len(known), 0) if was is not None else 0
    for n, name in enumerate((*one.companions, *unnamed), -len(one.companions)):
        here = name in known if name else n < before
        yield Person(
            name=name,
            enterprise=one.enterprise,
            beside=one.name,
            mark=Mark.SAME if here else mark,
        )


def _sign_in(made: Issue, *, full: bool) -> Iterable[Line]:
    """Return a row for each person, in the order of coming; the code is that of the party."""
    for one in made.listed:
        phone = one.phone if full else reading.mask_numbers(one.phone)
        for person in _party(made, one):
            first = not person.beside
            cells = (person.enterprise, person.name, person.post, phone if first else "", one.code)
            yield Line(cells=cells, mark=person.mark, beside=person.beside)


def _plates(made: Issue) -> Iterable[Line]:
    for one in made.listed:
        if one.plate:
            mark = made.marks.get(one.seq, Mark.SAME)
            yield Line(cells=(one.plate, one.name, one.enterprise), mark=mark)


def _firms(made: Issue, told: Told) -> tuple[Firm, ...]:
    """Return the enterprises in the order of their first who came."""
    found: dict[str, list[Registration]] = {}
    for one in made.listed:
        found.setdefault(enterprise_key(one.enterprise) or f"\x1f{one.seq}", []).append(one)
    return tuple(_firm(made, told, key, parties) for key, parties in found.items())


def _firm(made: Issue, told: Told, key: str, parties: Sequence[Registration]) -> Firm:
    people = tuple(person for one in parties for person in _party(made, one))
    marks = {person.mark for person in people}
    new = marks == {Mark.ADDED}
    changed = marks != {Mark.SAME} or any(one.seq in made.marks for one in parties)
    asked = {one.key: one for one in made.roll.event.questions}
    answers = [
        (asked[key].label, answer)
        for one in parties
        for key, answer in one.answers.items()
        # A telephone is nothing for a paper that is passed round.
        if answer and key in asked and asked[key].kind is not activity.Kind.PHONE
    ]
    return Firm(
        name=parties[0].enterprise or parties[0].name,
        people=people,
        industry="、".join(dict.fromkeys(text for label, text in answers if _INDUSTRY in label)),
        answers=tuple(dict.fromkeys(one for one in answers if _INDUSTRY not in one[0])),
        tickets=told.tickets.get(key, ()),
        mark=Mark.ADDED if new else Mark.CHANGED if changed else Mark.SAME,
    )


__all__ = ["COLUMNS", "Firm", "Handout", "Known", "Line", "Person", "Told", "handout"]
