"""The verdict on a run, from the rows and from what stands on the platform."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from bot.simulator.chat import Bubble
from bot.simulator.trace import WebhookReplyTrace
from tests.faults.load import Load, Person, Said, words
from tests.faults.records import Arrived, Owed, Snapshot

Kind = Literal["lost", "doubled", "sent twice", "order", "stuck", "window", "breach", "foreign"]
PER_SECOND, PER_MINUTE = 20, 20  # what the platform allows an app's interface, a group's robot
# Processes count together when they claim; one that got no processor for a moment calls late,
# beside the others. What the platform refuses then is sent again and is no finding of its own.
LATE = 2
BUSY = "系统忙，请稍后再发一次"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be."""

    kind: Kind
    what: str


@dataclass(slots=True)
class Verdict:
    """What was found, and the figures of the run."""

    findings: list[Finding] = field(default_factory=list)
    messages: int = 0
    acknowledged: int = 0
    delivered: int = 0  # what stands on the platform
    doubles: int = 0  # of those, how many stand there once too often
    resends: int = 0  # what the rows admit
    unknown: int = 0
    told_busy: int = 0

    def add(self, kind: Kind, what: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(kind, what))

    @property
    def kinds(self) -> set[str]:
        """Name the kinds of what was found."""
        return {finding.kind for finding in self.findings}

    def __str__(self) -> str:
        return (
            f"{self.messages} messages, {self.acknowledged} acknowledged, {self.delivered} sent, "
            f"{self.doubles} twice, {self.resends} counted as sent again, {self.unknown} unknown, "
            f"{self.told_busy} told to wait; findings: "
            + ("; ".join(f"{f.kind}: {f.what}" for f in self.findings[:20]) or "none")
        )


def judge(load: Load, rows: Snapshot) -> Verdict:
    """Compare what people wrote and heard with the rows."""
    verdict = Verdict(messages=len(load.said))
    arrivals = {row.msg_id: row for row in rows.arrivals}
    _arrivals(verdict, load, rows, arrivals)
    _tickets(verdict, load, rows, arrivals)
    _replies(verdict, load, rows, arrivals)
    for silence in load.silences:
        verdict.add("lost", silence)
    _windows(verdict, load)
    for breach in load.control.breaches:
        verdict.add("breach", f"{breach.code} {breach.detail}")
    return verdict


def _arrivals(verdict: Verdict, load: Load, rows: Snapshot, arrivals: dict[str, Arrived]) -> None:
    for msg_id in _repeated(row.msg_id for row in rows.arrivals):
        verdict.add("doubled", f"arrival {msg_id}")
    for said in load.said:
        row = arrivals.get(said.msg_id)
        if load.push(said).acknowledged:
            verdict.acknowledged += 1
            if row is None or row.state != "done":
                state = row.state if row else "missing"
                verdict.add("lost", f"{said.user} {said.text[:6]!r} is {state}")
        elif row is not None and row.state != "done":
            verdict.add("stuck", f"arrival {row.id} is {row.state}")
    for person in load.persons:
        own = [said for said in load.said if said.user == person.user]
        _one_order(verdict, load, own, arrivals)


def _one_order(
    verdict: Verdict, load: Load, own: Sequence[Said], arrivals: dict[str, Arrived]
) -> None:
    """What was acknowledged before the next was written must have been filed before it."""
    for earlier, later in pairwise(own):
        first, second = arrivals.get(earlier.msg_id), arrivals.get(later.msg_id)
        taken = [ack.at for ack in load.push(earlier).acks if ack.ok]
        if first and second and taken and min(taken) < later.at and first.id > second.id:
            verdict.add("order", f"{earlier.user}: {later.text[:6]!r} was filed first")


def _tickets(verdict: Verdict, load: Load, rows: Snapshot, arrivals: dict[str, Arrived]) -> None:
    by_phone = defaultdict(list)
    for ticket in rows.tickets:
        by_phone[ticket.phone].append(ticket)
    for subject in _repeated(rows.filings):
        verdict.add("doubled", f"filing of {subject}")
    for person in load.persons:
        own = by_phone.pop(person.phone, [])
        if not own:
            verdict.add("lost", f"the ticket of {person.user}")
        elif len(own) > 1:
            verdict.add("doubled", f"the ticket of {person.user}")
        for ticket in own:
            _body(verdict, load, person, ticket.body, arrivals)
    for phone in by_phone:
        verdict.add("foreign", f"a ticket of {phone!r}")


def _body(
    verdict: Verdict, load: Load, person: Person, body: str, arrivals: dict[str, Arrived]
) -> None:
    """The two sentences must stand in the ticket once each, in the order they were filed in."""
    filed = sorted(
        (row.id, said.text)
        for said in load.said
        if said.user == person.user
        and said.text in person.pair
        and (row := arrivals.get(said.msg_id))
    )
    for _, text in filed:
        if body.count(text) != 1:
            kind: Kind = "doubled" if text in body else "lost"
            verdict.add(kind, f"{text!r} stands {body.count(text)} times in {person.user}'s ticket")
    places = [body.find(text) for _, text in filed]
    if places != sorted(places):
        verdict.add("order", f"the sentences of {person.user}'s ticket")


def _replies(verdict: Verdict, load: Load, rows: Snapshot, arrivals: dict[str, Arrived]) -> None:
    answered = {row.arrival for row in rows.deliveries}
    for dedupe in _repeated(row.dedupe for row in rows.deliveries):
        verdict.add("doubled", f"delivery {dedupe}")
    for said in load.said:
        row = arrivals.get(said.msg_id)
        if row is not None and row.id not in answered:
            verdict.add("lost", f"the answer to {said.user} {said.text[:6]!r}")
    stands: Counter[int] = Counter()
    last: dict[tuple[str, bool], Owed] = {}
    for bubble, owed in _placed(verdict, load, rows, arrivals):
        stands[owed.id] += 1
        before = last.setdefault(_line(owed), owed)
        if owed.id < before.id:
            verdict.add("order", f"{owed.to}: {owed.id} after {before.id} at {bubble.sent_at}")
        last[_line(owed)] = owed
    for owed in rows.deliveries:
        if not owed.update:
            _count(verdict, owed, stands[owed.id])
    _row_order(verdict, rows.deliveries)


def _count(verdict: Verdict, row: Owed, stands: int) -> None:
    verdict.delivered += stands
    verdict.resends += row.resends
    verdict.doubles += max(0, stands - 1)
    verdict.unknown += row.state == "unknown"
    about = f"delivery {row.id} to {row.to} is {row.state} {row.code}"
    if row.state not in ("sent", "unknown", "cancelled"):
        verdict.add("stuck" if row.state in ("ready", "sending") else "lost", about)
    elif row.state == "sent" and not stands:
        verdict.add("lost", f"{about} and stands nowhere")
    private = row.door == "private"
    if stands > 1 + (row.resends if private else 0) or (row.card and stands > 1):
        verdict.add("sent twice", f"{about} and stands {stands} times, {row.resends} counted")


def _row_order(verdict: Verdict, rows: Sequence[Owed]) -> None:
    last: dict[str, int] = {}
    for row in rows:
        if row.arrival is None or row.door != "private":
            continue
        if row.arrival < last.setdefault(row.to, row.arrival):
            verdict.add("order", f"{row.to}: arrival {row.arrival} was answered too late")
        last[row.to] = row.arrival


def _line(row: Owed) -> tuple[str, bool]:
    """Name what must stay in order: answers to somebody, notices to somebody or to a group."""
    return row.to, row.door == "private" and row.arrival is not None


def _placed(
    verdict: Verdict, load: Load, rows: Snapshot, arrivals: dict[str, Arrived]
) -> Iterator[tuple[Bubble, Owed]]:
    """Find the row of everything that stands on the platform."""
    by_arrival = defaultdict(list)
    by_place = defaultdict(list)
    for row in rows.deliveries:
        place = load.control.place_of(row.to) if row.door == "private" else row.to
        place = load.hooked.get(place, place)
        by_place[place].append(row)
        by_arrival[row.arrival].append(row)
    for bubble in load.control.sent():
        told = words(load.control, bubble)
        if BUSY in told:
            verdict.told_busy += 1
            continue
        among = by_place[bubble.place]
        if isinstance(bubble.trace, WebhookReplyTrace):
            answered = arrivals.get(bubble.trace.msg_id)
            among = by_arrival[answered.id] if answered else []
        receipted = [row for row in among if row.receipt and row.receipt == bubble.query_key]
        fitting = [row for row in receipted or among if _fits(row, bubble, told)]
        if len(fitting) == 1:
            yield bubble, fitting[0]
        else:
            verdict.add("foreign", f"{len(fitting)} rows fit {told[:30]!r} in {bubble.place}")


def _fits(row: Owed, bubble: Bubble, told: str) -> bool:
    if row.update:
        return False
    if bubble.out_track_id is not None:
        return row.card == bubble.out_track_id
    return told.startswith(row.text)


def _windows(verdict: Verdict, load: Load) -> None:
    """Ask the platform, which counts what arrives, at its own hour and refused or not."""
    for name, most in load.control.most_calls().items():
        if most > PER_SECOND + LATE:
            verdict.add("window", f"{most} calls of {name} came in a second")
    for name, most in load.control.most_posts().items():
        if most > PER_MINUTE:
            verdict.add("window", f"{most} messages of the robot of {name} came in a minute")


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
