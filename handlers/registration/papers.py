"""会务文书: from one list the 桌签, 座次图, 签到表, 车牌单 and 领导参阅名单, for whoever runs it.

The file goes to the person alone. What it shows is fixed here, and that they had it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.engine.words import Choice, Key
from flows.registration.choosing import matching
from flows.registration.handouts import Handout, Known, Told, handout
from flows.registration.issues import Issue, Kind, issue
from flows.registration.registration import enterprise_key
from flows.registration.roll import Roll
from flows.tickets.case import Ticket
from flows.tickets.rights import may_read
from handlers.ports import Role, Text
from handlers.registration.keeping import ROLE
from handlers.registration.organisers import organises
from handlers.registration.words import IN_FULL
from handlers.visit import Visit

HANDOUT = "handout:"
"""How the order of such a file begins; behind it is everything that stands on the paper."""
PAPERS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
"""What is pressed → which paper."""
FULL = "sign_in_full"
SHOWN = 6
# Names of files are seen by many: the paper, the activity and nobody.
_FILES: Mapping[Kind, tuple[str, str]] = {
    Kind.CARDS: ("桌签", "docx"),
    Kind.SEATS: ("座次图", "xlsx"),
    Kind.SIGN_IN: ("签到表", "xlsx"),
    Kind.PLATES: ("车牌单", "xlsx"),
    Kind.BRIEFING: ("参阅名单", "docx"),
}


def papers_choice(number: str) -> Choice:
    """Make the button that lists the papers of an activity."""
    return Choice(Key("event_paper.button"), f"e:papers:{number}")


def offer_papers(visit: Visit, roll: Roll) -> None:
    """List the papers."""
    number = roll.event.number
    visit.say("event_paper.which_kind", event=roll.event.title_whole)
    visit.offer(*(Choice(_name(kind), f"e:{kind.value}:{number}") for kind in Kind))
    if _may_see_phones(visit):
        visit.offer(Choice(Key("event_paper.full"), f"e:{FULL}:{number}"))


async def typed_paper(visit: Visit, kind: Kind) -> None:
    """Hand out the paper that was named; of several activities the one that is meant."""
    book = visit.book
    if not organises(visit):
        visit.say("event.not_yours")
        return
    events = await book.tx.rolls.open(book.now)
    if not events:
        visit.say("event_paper.none")
        return
    rest = visit.request.rest
    full = kind is Kind.SIGN_IN and any(word in rest for word in IN_FULL)
    one = events[0] if len(events) == 1 else matching(rest, events, book.today).one
    if one is None:
        act = FULL if full else kind.value
        visit.say("event_paper.which_event", paper=_name(kind))
        visit.offer(
            *(Choice(e.title_whole[:20], f"e:{act}:{e.number}") for e in events[:SHOWN]),
        )
        return
    await book.rolls.hold([one.number])
    roll = book.rolls.get(one.number)
    if roll is not None:
        await hand_out(visit, roll, kind, full=full)


async def hand_out(visit: Visit, roll: Roll, kind: Kind, *, full: bool = False) -> None:
    """Issue a paper, have its file made, and keep on record who had which."""
    if not visit.in_private:
        visit.tell("event_paper.private_only")
        return
    if full and not _may_see_phones(visit):
        visit.say("event_paper.not_full")
        return
    made = issue(roll, kind, visit.book.now)
    event = made.roll.event
    if not made.listed and not (made.officials or made.changes):
        visit.say("event_paper.nobody", event=event.title_whole, paper=_name(kind))
        return
    if kind is Kind.PLATES and not any(one.plate for one in made.listed) and not made.changes:
        visit.say("event_paper.no_plates", event=event.title_whole)
        return
    tickets = await _tickets(visit, made) if kind is Kind.BRIEFING else {}
    await _order(visit, handout(made, Told(visit.book.office.seating, full, tickets)), full=full)
    visit.book.rolls.put(made.roll)
    visit.say(
        "event_paper.making", event=event.title_whole, paper=_name(kind), issue=_issue_text(made)
    )
    if full:
        visit.say("event_paper.with_phones")
    if kind is Kind.BRIEFING:
        visit.say("event_paper.only_yours")


async def _order(visit: Visit, paper: Handout, *, full: bool) -> None:
    """Have the file made; that somebody has it is kept, and not who is on it."""
    stem, extension = _FILES[paper.kind]
    name = f"{stem} {paper.number} 第{paper.issue}版.{extension}"
    code = f"{HANDOUT}{paper.model_dump_json()}"
    await visit.book.writing.make_file(visit.filed, code, name)
    visit.book.entries.append(
        visit.record(
            f"event:{paper.number}",
            "paper",
            ROLE,
            public={
                "paper": paper.kind.value,
                "issue": str(paper.issue),
                "full": "yes" if full else "",
            },
        )
    )


async def _tickets(visit: Visit, made: Issue) -> Mapping[str, tuple[Known, ...]]:
    """Find the running tickets of the enterprises that come, those that may stand on paper.

    The paper is passed on: whatever its reader could see, nothing confidential is on it, and
    nothing whose enterprise wished to be hidden.
    """
    book = visit.book
    await book.store_tickets()
    firms = dict.fromkeys(one.enterprise for one in made.listed if one.enterprise)
    persons = {one.person for one in made.listed if one.person is not None}
    speakers = await book.tx.people.speakers_of(list(firms))
    persons |= {one.id for people in speakers.values() for one in people}
    topics = [one.topic for one in made.listed if one.topic]
    found: dict[str, list[Known]] = {}
    for one in await book.tx.tickets.load(topics, sorted(persons)):
        if not one.ended and _may_stand(visit, one):
            known = Known(number=one.number, state=one.state, topic=one.number in topics)
            found.setdefault(enterprise_key(one.enterprise), []).append(known)
    return {key: tuple(sorted(some, key=lambda k: k.number)) for key, some in found.items()}


def _may_stand(visit: Visit, one: Ticket) -> bool:
    """Say whether a ticket may be named beside its enterprise on a paper this person has."""
    if one.confidential or one.anonymous or not one.verified:
        return False
    return may_read(one, visit.book.actor(one, visit.person))


def _may_see_phones(visit: Visit) -> bool:
    """Say whether somebody may have a list with whole telephone numbers."""
    stands_in = visit.person.has(Role.ADMIN) and not visit.book.has_desk
    return stands_in or visit.person.has(Role.ORGANISER, Role.SUPERVISOR)


def _name(kind: Kind) -> Key:
    return Key(f"event_paper.kind.{kind.value}")


def _issue_text(made: Issue) -> Text:
    params = {"issue": made.number, "since": made.since, "count": len(made.changes)}
    way = "first" if not made.since else "changed" if made.changes else "same"
    return Text(f"event_paper.issue.{way}", params)
