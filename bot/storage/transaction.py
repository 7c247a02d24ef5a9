"""One transaction of the records, with everything that can be done in it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from bot.storage.accounts import Accounts
from bot.storage.arrivals import Arrivals
from bot.storage.attachments import Attachments
from bot.storage.conversations import ConversationRows
from bot.storage.directory import Directory, Shelf
from bot.storage.erasure import erase_bodies
from bot.storage.funnel import add_events
from bot.storage.groups import Groups
from bot.storage.history import History
from bot.storage.ledger import Ledger
from bot.storage.people import PeopleRows
from bot.storage.roles import Roles
from bot.storage.rows import Attached, DeliveryRow, Reach, SeedPerson
from bot.storage.seals import Seals
from bot.storage.seed import Seed
from bot.storage.session import Session
from bot.storage.tasks import TaskRows
from bot.storage.tickets import TicketRows
from bot.storage.timers import TimerRows
from bot.storage.trace import Traces
from handlers import ports
from handlers.ports import (
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
        self._groups = Groups(session, directory)
        self.history = History(session)
        self.seals = Seals(session, self.history)
        self._roles = Roles(session, directory, self.history)
        self.persons = PeopleRows(session, directory, self._accounts, self._roles, self._groups)
        self.conversations: ports.Conversations = ConversationRows(session)
        self.tickets: ports.Tickets = TicketRows(session)
        self.people: ports.People = self.persons
        self.tasks: ports.Tasks = TaskRows(session)
        self.ledger = Ledger(session)
        self.attachments = Attachments(session)
        self.timers = TimerRows(session)
        self.trace = Traces(session)

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

    async def stored_files(self, files: Sequence[str]) -> Sequence[str]:
        """Return those of the attachments that were not refused, in order."""
        return await self.attachments.kept(files) if files else ()

    # For bot/ alone --------------------------------------------------------------------------

    async def admit(self, arrivals: Sequence[Arrival]) -> Sequence[Filed | None]:
        """File what is new; None stands for what was seen before, or twice in this batch."""
        return await self._arrivals.admit(arrivals)

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

    async def erase_bodies(self, before: datetime) -> int:
        """Empty what messages from before then said; return how many."""
        return await erase_bodies(self._session, before)

    async def seed(self, persons: Sequence[SeedPerson], groups: Sequence[Group]) -> None:
        """Bring in what config/people.toml says; what was changed in chat later wins."""
        await Seed(self._session, self._accounts, self.persons, self._roles).sow(persons)
        await self._groups.seed(groups)

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Reach]:
        """Return where each person was last seen."""
        return await self._accounts.reach(persons)

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        """Return what is known of attachments."""
        return await self.attachments.look_up(files) if files else {}

    async def groups(self) -> Sequence[Group]:
        """Return the known groups."""
        return await self._groups.all()


Dispatch = Callable[
    [Transaction, Sequence[Post], Mapping[ArrivalId, Filed]], Awaitable[Sequence[DeliveryRow]]
]
"""Words posts and finds their addresses (bot/outbox.py)."""
