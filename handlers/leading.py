"""Leaders in chat: 领办清单, the page of the week, 看批示, calms (缓催), and posts that end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key
from flows.office import Content
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Instruction, Ticket
from flows.tickets.desk import Waits
from flows.tickets.ladder import Rung
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM, Part, is_party
from handlers.above import taker
from handlers.acts.after import done_by_clock
from handlers.book import Book, name_of
from handlers.letters import heads
from handlers.lists import Span, Whose
from handlers.ports import Office, Person, PersonId, Post, Role, Text, ToPerson, Tx
from handlers.timers import CASE, DIGEST
from handlers.visit import Visit

BUTTONS = 3
MOST = 200  # cases of one leader
CALM_DAYS = 30  # the longest calm; it may be said again
PAGE = 100  # tickets that one transaction looks at


@dataclass(frozen=True, slots=True)
class Leading:
    """What leaders, their 秘书 and the head of the desk ask for."""

    async def show(self, visit: Visit) -> None:
        """List what the person leads, or whom they serve; the head of the desk sees all."""
        whose = leaders_of(visit.book, visit.person)
        if not whose:
            visit.say("leading.not_yours")
            return
        cases = await led_by(visit.book.tx, whose)
        if not cases:
            visit.say("leading.none")
            return
        visit.say("leading.list", **_page(visit.book, cases))
        visit.offer(*_buttons(cases))

    async def instructions(self, visit: Visit) -> None:
        """Show the words of a 批示 to its leader, the 秘书 and the head of the desk, if anywhere.

        By the channel table they do not leave through DingTalk at all.
        """
        book, number = visit.book, visit.request.number or ""
        ticket = book.tickets.get(number)
        said = _readable(book, ticket, visit.person) if ticket else ()
        if ticket is None or not said:
            visit.say("leading.no_instructions", number=number)
            return
        lines = tuple(_said_by(book, one) for one in said)
        visit.say("leading.instructions", number=number, lines=lines)
        book.entries.append(visit.record(f"ticket:{number}", "view_instructions", "staff"))
        book.posts.extend(
            Post(
                to=ToPerson(visit.person.id),
                content=Content.INSTRUCTION,
                parts=(Text("leading.words", {"text": one.text}),),
                dedupe=f"a:{visit.filed.id}:instruction{n}",
                title=Text("case.title", {"number": number}),
                ticket=number,
            )
            for n, one in enumerate(said)
        )

    # Calms ---------------------------------------------------------------------------------

    async def calm(self, visit: Visit) -> None:
        """Let nobody be urged up to a day, while the clocks run: 缓催 到12月3日 防汛."""
        book = visit.book
        today = book.now.astimezone(OFFICE_ZONE).date()
        until = reading.day(visit.request.rest, today, book.office.days)
        if not visit.person.has(Role.SUPERVISOR, Role.ADMIN):
            visit.say("leading.calm.not_yours")
        elif until is None or until < today:
            visit.say("leading.calm.how")
        elif until > today + timedelta(days=CALM_DAYS):
            visit.say("leading.calm.too_long", days=CALM_DAYS)
        else:
            await self._set(visit, until, "calm")
            visit.say("leading.calm.set", day=until)
            self._tell_others(visit, until)

    async def uncalm(self, visit: Visit) -> None:
        """End a calm before its day (恢复催办)."""
        book = visit.book
        today = book.now.astimezone(OFFICE_ZONE).date()
        if not visit.person.has(Role.SUPERVISOR, Role.ADMIN):
            visit.say("leading.calm.not_yours")
            return
        last = await book.tx.urging.calm()
        if last is None or last < today:
            visit.say("leading.calm.none")
            return
        await self._set(visit, today - timedelta(days=1), "uncalm")
        visit.say("leading.calm.over")

    async def _set(self, visit: Visit, until: date, act: str) -> None:
        book = visit.book
        last = await book.tx.urging.calm()
        await book.writing.urging.set_calm(until, visit.person.id, book.now)
        if last is not None and until < last:  # cases and digests wait for the old day
            await book.writing.wake((CASE, DIGEST), book.now)
        role = "supervisor" if visit.person.has(Role.SUPERVISOR) else "admin"
        why = {"reason": visit.request.rest} if visit.request.rest else {}
        book.entries.append(
            visit.record(
                "office", act, role, after=act, public={"until": until.isoformat()}, personal=why
            )
        )

    def _tell_others(self, visit: Visit, until: date) -> None:
        """Those who would wait for letters hear that none comes."""
        book = visit.book
        readers = {*heads(book), *book.roster.holders(Role.INSPECTOR)} - {visit.person}
        name = visit.person.name or visit.person.nick
        book.posts.extend(
            Post(
                to=ToPerson(one.id),
                content=Content.NOTICE,
                parts=(Text("leading.calm.told", {"name": name, "day": until}),),
                dedupe=f"calm:{visit.filed.id}:p{one.id}",
            )
            for one in sorted(readers, key=lambda one: one.id)
        )


def leaders_of(book: Book, person: Person) -> tuple[PersonId, ...]:
    """Return whose cases somebody may list: their own, those of whom they serve, or everybody's."""
    leaders = [one.id for one in book.roster.holders(Role.LEADER)]
    if person.has(Role.SUPERVISOR):
        return tuple(leaders)
    served = {unit for role, unit in person.roles if role is Role.SECRETARY}
    return tuple(one for one in leaders if one == person.id or str(one) in served)


async def led_by(tx: Tx, leaders: Sequence[PersonId]) -> list[Ticket]:
    """Load what leaders have in hand, the earliest due first."""
    numbers: list[str] = []
    for leader in leaders:
        listed = await tx.lists.due(Whose(leader=leader), tuple(Waits), Span(), MOST)
        numbers += [one.number for one in listed]
    found = {one.number: one for one in await tx.tickets.load(numbers, ())} if numbers else {}
    return [found[number] for number in numbers if number in found]


def is_red(ticket: Ticket, now: datetime) -> bool:
    """Say whether a case is red: a 督办函 or more is open, or what a 批示 asked is overdue."""
    today = now.astimezone(OFFICE_ZONE).date()
    errands = [errand for said in ticket.instructions for errand in said.errands]
    late = any(one.done_at is None and one.by_when < today for one in errands)
    return ticket.rung >= Rung.LETTER or late


def _page(book: Book, cases: Sequence[Ticket]) -> dict[str, object]:
    red = [one for one in cases if is_red(one, book.now)]
    ordered = [*red, *(one for one in cases if one not in red)]
    lines: list[Text] = []
    for one in ordered:
        due = Text("leading.due", {"day": one.due_on}) if one.due_on else Key("progress.no_date")
        shown = {
            "red": Key("leading.red") if one in red else "",
            "number": one.number,
            "state": Key(f"state.{one.state.value}"),
            "due": due,
        }
        lines.append(Text("leading.line", shown))
        lines += [
            Text(
                "leading.errand",
                {"unit": taker(errand, book.office), "day": errand.by_when},
            )
            for said in one.instructions
            for errand in said.errands
            if errand.done_at is None
        ]
    return {"count": len(cases), "red": len(red), "lines": tuple(lines)}


def _buttons(cases: Sequence[Ticket]) -> tuple[Choice, ...]:
    return tuple(Choice(one.number, f"a:view:{one.number}") for one in cases[:BUTTONS])


def _readable(book: Book, ticket: Ticket, person: Person) -> tuple[Instruction, ...]:
    """Return the instructions whose words are for this person."""
    actor = book.actor(ticket, person)
    if actor.barred:  # a case of their own
        return ()
    whose = actor.serves
    whose |= {person.id} if person.has(Role.LEADER) else set()
    head = Part.SUPERVISOR in actor.parts
    return tuple(said for said in ticket.instructions if head or said.leader in whose)


def _said_by(book: Book, said: Instruction) -> Text:
    names = {"leader": name_of(book, said.leader), "at": said.at}
    if said.recorded_by is None:
        return Text("leading.own", names)
    return Text("leading.oral", {**names, "by": name_of(book, said.recorded_by)})


# By the clock -------------------------------------------------------------------------------


async def weekly_page(tx: Tx, office: Office, now: datetime) -> int:
    """Send each leader with cases, and the 秘书, one page on the first working day of the week.

    A page goes out once a week, however often this is called; returns how many there are today.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=n) for n in range((today - monday).days))
    if not office.days.is_workday(today) or any(office.days.is_workday(day) for day in days):
        return 0
    book = await Book.open(tx, office, now, (), {})
    for leader in book.roster.holders(Role.LEADER):
        cases = await led_by(tx, (leader.id,))
        if not cases:
            continue
        page = _page(book, cases)
        for reader in (leader, *book.roster.holders(Role.SECRETARY, str(leader.id))):
            name = f"page:{monday}:{leader.id}:p{reader.id}"
            book.posts.append(
                Post(
                    to=ToPerson(reader.id),
                    content=Content.PROGRESS,
                    parts=(Text("leading.page", page),),
                    dedupe=name,
                    choices=_buttons(cases),
                    title=Text("leading.page_title"),
                    card=name,
                )
            )
    await book.flush({})
    return len(book.posts)


async def posts_ended(tx: Tx, office: Office, now: datetime, after: str = "") -> str:
    """Give what somebody leads who is no leader any more to another, and list it for the head.

    Looks at a page of running tickets, those after `after`; returns the last number looked at,
    empty when there are no more. A second run finds nothing to do.
    """
    page = await tx.tickets.running(after, PAGE)
    book = await Book.open(tx, office, now, (), {0: [one.number for one in page]})
    await hand_over(book, list(book.tickets.values()))
    await book.flush({})
    return page[-1].number if len(page) == PAGE else ""


async def post_ended(book: Book, leader: PersonId) -> None:
    """Give on at once what somebody led whose role was just taken away."""
    today = book.now.astimezone(OFFICE_ZONE).date()
    book.roster = await book.tx.people.roster(today)
    for ticket in await led_by(book.tx, (leader,)):
        book.stored = {ticket.number: ticket.version, **book.stored}
        book.tickets.setdefault(ticket.number, ticket)
    theirs = [one for one in book.tickets.values() if one.leader == leader]
    await hand_over(book, theirs)


async def hand_over(book: Book, tickets: Sequence[Ticket]) -> None:
    """Hand over every case whose leader holds no post any more; no case stays without one."""
    running = [one for one in tickets if not one.ended and one.leader]
    orphaned = sorted((one for one in running if not book.leads(one.leader)), key=_number)
    formers = sorted({one.leader for one in orphaned if one.leader})
    if formers:
        book.persons = {**await book.tx.people.load(formers), **book.persons}
        await book.weigh_leaders()
    left: dict[PersonId, list[Text]] = {}
    for ticket in orphaned:
        former = ticket.leader or 0
        leader = book.leader_for(ticket)
        lines = left.setdefault(former, [])
        if leader is None or is_party(ticket, leader):
            lines.append(Text("leading.ended_open", {"number": ticket.number}))
            continue
        moved = move(ticket, Act.HAND_OVER, SYSTEM, told.Lead(leader, "handed_over"), book.moment)
        if isinstance(moved, Refusal):
            raise RuntimeError(f"a case cannot be handed over: {moved.key}")
        done_by_clock(book, Act.HAND_OVER, ticket, moved)
        lines.append(
            Text("leading.ended_line", {"number": ticket.number, "leader": name_of(book, leader)})
        )
    for former, lines in left.items():
        book.posts += _list_for_heads(book, former, lines)


def _number(ticket: Ticket) -> str:
    return ticket.number


def _list_for_heads(book: Book, former: PersonId, lines: Sequence[Text]) -> list[Post]:
    today = book.now.astimezone(OFFICE_ZONE).date()
    about = {"name": name_of(book, former) or Key("leading.somebody"), "count": len(lines)}
    first = lines[0].params["number"]
    return [
        Post(
            to=ToPerson(head.id),
            content=Content.PROGRESS,
            parts=(Text("leading.ended", {**about, "lines": tuple(lines)}),),
            dedupe=f"ended:{former}:{today}:{first}:p{head.id}",
            title=Text("leading.page_title"),
        )
        for head in heads(book)
    ]


__all__ = ["Leading", "hand_over", "post_ended", "posts_ended", "weekly_page"]
