"""One transaction of the records, with everything that can be done in it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.storage.accounts import Accounts
from bot.storage.allowance import AllowanceRows
from bot.storage.arrivals import Arrivals
from bot.storage.asked import AskedRows
from bot.storage.attachments import Attachments
from bot.storage.backlog import Backlog
from bot.storage.breakers import Breakers
from bot.storage.campaigns import CampaignRows
from bot.storage.card_codes import CardCodes
from bot.storage.conversations import ConversationRows
from bot.storage.departures import DepartureRows
from bot.storage.desks import DeskRows
from bot.storage.directory import Directory, Shelf
from bot.storage.doubts import Doubts
from bot.storage.enterprises import EnterpriseRows
from bot.storage.erasure import AT_ONCE, erase_bodies
from bot.storage.funnel import add_events
from bot.storage.groups import Groups
from bot.storage.history import History
from bot.storage.leases import Leases
from bot.storage.ledger import Express, Ledger
from bot.storage.linkings import prune_linkings
from bot.storage.links import LinkRows
from bot.storage.meters import Meters
from bot.storage.outreach import OutreachRows
from bot.storage.pairings import PairingRows
from bot.storage.people import PeopleRows
from bot.storage.policies import FactRows, PolicyRows
from bot.storage.precedents import PrecedentRows
from bot.storage.proxies import ProxyRows
from bot.storage.queue import Queue
from bot.storage.readings import Readings
from bot.storage.reads import Reads
from bot.storage.recalls import RecallRows
from bot.storage.roles import Roles
from bot.storage.rolls import RollRows
from bot.storage.rows import Attached, DeliveryRow, Reach, SeedPerson
from bot.storage.schedules import ScheduleRows
from bot.storage.seals import Seals
from bot.storage.seed import Seed
from bot.storage.session import Session
from bot.storage.tasks import TaskRows
from bot.storage.tickets import TicketRows
from bot.storage.timers import TimerRows
from bot.storage.topics import TopicRows
from bot.storage.trace import Traces
from bot.storage.urging import UrgingRows
from bot.storage.vitals import Vitals
from bot.storage.ways import WayFinder
from bot.storage.webhooks import Webhooks
from bot.storage.windows import Windows
from flows.campaigns.enclosing import Enclosed, Look
from handlers import ports
from handlers.ports import (
    Answered,
    Arrival,
    ArrivalId,
    Due,
    Entry,
    Filed,
    FlowEvent,
    Group,
    PersonId,
    Post,
)


class Transaction:
    """Reads and writes that are committed together."""

    def __init__(self, session: Session, dispatch: "Dispatch", shelf: Shelf) -> None:
        self._session = session
        self._dispatch = dispatch
        directory = Directory(session, shelf)
        self._accounts = Accounts(session, directory)
        self._arrivals = Arrivals(session, self._accounts)
        self._backlog = Backlog(session, self._arrivals)
        self._groups = Groups(session, directory)
        self.history = History(session)
        self.seals = Seals(session, self.history)
        self._roles = Roles(session, directory, self.history)
        self.persons = PeopleRows(session, directory, self._accounts, self._roles, self._groups)
        self._conversations = ConversationRows(session)
        self.conversations: ports.Conversations = self._conversations
        tickets = TicketRows(session)
        self.tickets: ports.Tickets = tickets
        self._tickets = tickets
        self.lists: ports.Lists = DeskRows(session, tickets)
        self.people: ports.People = self.persons
        enterprises = EnterpriseRows(session, directory)
        self.enterprises: ports.Enterprises = enterprises
        self.policies: ports.Policies = PolicyRows(session)
        self.facts: ports.Facts = FactRows(session, enterprises)
        self.campaigns: ports.Campaigns = CampaignRows(session)
        self.topics: ports.Topics = TopicRows(session)
        self.recalling, self.asked = RecallRows(session), AskedRows(session)
        self.recalls: ports.Recalls = self.recalling
        self.ways: ports.Ways = WayFinder(self, dispatch)
        self.pairings: ports.Pairings = PairingRows(session, directory)
        self.departures: ports.Departures = DepartureRows(session, self.history, directory)
        self.tasks: ports.Tasks = TaskRows(session)
        self.precedents: ports.Precedents = PrecedentRows(session)
        self._urging, self._links = UrgingRows(session), LinkRows(session)
        self.urging: ports.Urging = self._urging
        self.links: ports.Links = self._links
        self.rolls: ports.Rolls = RollRows(session)
        self.proxies: ports.Proxies = ProxyRows(session)
        self.outreaches: ports.Outreaches = OutreachRows(session)
        self.leases, self.ledger = Leases(session), Ledger(session)
        self.card_codes = CardCodes(session)
        self.queue = Queue(session)
        self.doubts = Doubts(session, self.history)
        self.windows, self.breakers = Windows(session), Breakers(session)
        self.meters = Meters(session)
        self.allowance: ports.Allowance = AllowanceRows(session, self._accounts, self.meters)
        self.vitals = Vitals(session)
        # Hear whether it was committed, as far as that is known: of a COMMIT that was cancelled or
        # whose answer was lost they hear False, so they must bear that it was one.
        self.at_end: list[Callable[[bool], None]] = []
        self.attachments, self.readings = Attachments(session), Readings(session)
        self.timers, self.schedules = TimerRows(session), ScheduleRows(session)
        self.trace, self.reads = Traces(session), Reads(session)
        self.webhooks = Webhooks(session, directory, self._groups)

    # For the handlers ------------------------------------------------------------------------

    async def post(self, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]) -> None:
        """Write deliveries (outbox rows); a known dedupe key is left alone."""
        if posts:
            await self.ledger.add(await self._dispatch(self, posts, arrivals))

    async def record(self, entries: Sequence[Entry]) -> None:
        """Append to the history of each subject."""
        await self.history.record(entries)

    async def funnel(self, events: Sequence[FlowEvent]) -> None:
        """Store what happened in the forms."""
        await add_events(self._session, events)

    async def remind(self, dues: Sequence[Due], cancel: Sequence[str] = ()) -> None:
        """Set timers (a known dedupe key is replaced) and cancel others by dedupe key."""
        await self.timers.set(dues, cancel)

    async def wind(self, dues: Sequence[Due]) -> None:
        """Set timers that are missing; a known dedupe key is left alone."""
        await self.timers.wind(dues)

    async def wake(self, kinds: Sequence[str], now: datetime) -> None:
        """Let every timer of these kinds be due now; whoever handles it sets it anew."""
        await self.timers.wake(kinds, now)

    async def told(self, subject: str, act: str) -> Sequence[Entry]:
        """Return the lines of a subject's history about one act, the oldest first."""
        return [entry for entry in await self.history.entries(subject) if entry.act == act]

    async def forget(self, subjects: Sequence[str]) -> None:
        """Erase the personal values in the histories of these subjects; the chains stay valid."""
        if subjects:
            await self.history.erase(subjects)

    async def make_file(self, filed: Filed, code: str, name: str) -> None:
        """Have a file made for whoever asked; it is sent to them when it is there."""
        await self.attachments.order(filed.id, filed.person, code, name)

    async def read_file(self, filed: Filed, file: str, purpose: str) -> bool:
        """Have what is in a file brought in as an arrival; False when it is not their file."""
        return await self.readings.ask(filed.id, filed.person, file, purpose)

    async def stored_files(self, files: Sequence[str]) -> Sequence[str]:
        """Return those of the attachments that were not refused, in order."""
        return await self.attachments.kept(files) if files else ()

    async def enclosed(self, files: Sequence[str], look: Look = Look.NOT) -> Mapping[str, Enclosed]:
        """Return what is known of attachments, by id, in order; `look` at how each is kept."""
        return await self.attachments.enclosed(files, look) if files else {}

    # For bot/ alone --------------------------------------------------------------------------

    def express(self, sender: Express) -> None:
        """Let answers board that are posted from here on."""
        self.ledger.express = sender

    async def admit(
        self, arrivals: Sequence[Arrival], *, waiting: bool = False
    ) -> Sequence[Filed | None]:
        """File what is new; None stands for what was seen before, or twice in this batch.

        What waits is for `backlog`; everything else is handled in this very transaction.
        """
        filed = await self._arrivals.admit(arrivals, "waiting" if waiting else "done")
        if waiting:
            await self._backlog.make_room([one.person for one in filed if one is not None])
        await self._groups.note_robots(
            {one.place.chat: True for one in arrivals if not one.place.private}
        )
        return filed

    async def arrival(self, number: ArrivalId) -> Filed | None:
        """Return an arrival by its number; None when what it said is erased. Raises Unreadable."""
        return await self._arrivals.one(number)

    async def backlog(self, limit: int) -> Sequence[Filed]:
        """Take waiting arrivals in order; until the commit no other worker gets these persons'."""
        return await self._backlog.take(limit)

    async def handled(self, arrivals: Sequence[ArrivalId]) -> None:
        """Mark waiting arrivals as handled."""
        await self._backlog.done(arrivals)

    async def answer(self, arrival: ArrivalId, answered: Answered) -> None:
        """Keep what a pressed card is to say, for the process that waits for it."""
        await self._backlog.answer(arrival, answered)

    async def answered(self, arrival: ArrivalId) -> Answered | None:
        """Return what a pressed card is to say; None while its arrival still waits."""
        return await self._backlog.answered(arrival)

    async def answered_to(self, channel: str, robot: str, msg_id: str) -> Answered | None:
        """Return what was said to an arrival that was handled; None when there is none."""
        return await self._backlog.answered_to(channel, robot, msg_id)

    async def fail(self, arrival: ArrivalId, traceback: str) -> None:
        """Mark an arrival as failed and keep why."""
        await self._arrivals.fail(arrival, traceback)

    async def failed_arrivals(self, limit: int) -> Sequence[Filed]:
        """Return the oldest failed arrivals."""
        return await self._arrivals.failed(limit)

    async def traceback(self, arrival: ArrivalId) -> str | None:
        """Return why an arrival failed."""
        return await self._arrivals.traceback(arrival)

    async def replayed(self, arrival: ArrivalId) -> None:
        """Mark a failed arrival as handled after all."""
        await self._arrivals.replayed(arrival)

    async def erase_bodies(self, before: datetime, most: int = AT_ONCE) -> int:
        """Empty what messages from before then said, at most so many each way; say how many."""
        return await erase_bodies(self._session, before, most)

    async def erase_made(self, before: datetime) -> Sequence[str]:
        """Forget what files that we made before then were made of; return the files to remove."""
        return await self.attachments.erase_made(before)

    async def prune_aside(self, before: datetime, after: PersonId) -> PersonId | None:
        """Forget forms put aside before then, of some people; return the last, None = all done."""
        return await self._conversations.prune(before, after)

    async def prune_told(self, before: datetime) -> int:
        """Forget lines of digests that were told before then; say how many."""
        return await self._urging.prune(before)

    async def prune_links(self, before: datetime) -> int:
        """Forget links that were over before then; say how many."""
        return await self._links.prune(before)

    async def prune_pairings(self, before: datetime) -> int:
        """Erase what was told when accounts were linked before then; say how many values."""
        return await prune_linkings(self._session, before)

    async def seed(self, persons: Sequence[SeedPerson], groups: Sequence[Group]) -> None:
        """Bring in what config/people.toml says; what was changed in chat later wins."""
        await Seed(self._session, self._accounts, self.persons, self._roles).sow(persons)
        await self._groups.seed(groups)

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Reach]]:
        """Return each person's accounts, one a channel, the one last used first."""
        return await self._accounts.reach(persons)

    async def holders(self, persons: Sequence[PersonId]) -> Collection[PersonId]:
        """Return who of these works for the office or a department."""
        return await self._accounts.holders(persons)

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        """Return what is known of attachments."""
        return await self.attachments.look_up(files) if files else {}

    async def unreadable_tickets(self) -> Sequence[str]:
        """Try to read every ticket; return the numbers of those that cannot be read."""
        return await self._tickets.broken()

    async def groups(self) -> Sequence[Group]:
        """Return the known groups."""
        return await self._groups.all()

    async def note_robots(self, there: Mapping[str, bool]) -> None:
        """Note in which groups our robot can write, by chat; what was known is not written."""
        await self._groups.note_robots(there)


Dispatch = Callable[
    [Transaction, Sequence[Post], Mapping[ArrivalId, Filed]], Awaitable[Sequence[DeliveryRow]]
]
"""Words posts and finds their addresses (bot/outbox.py)."""
