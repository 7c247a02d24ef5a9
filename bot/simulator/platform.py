"""The parts of one simulated platform, handed to each of its interfaces."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulator.access import Access
from bot.simulator.attachments import Attachments
from bot.simulator.cards import Cards
from bot.simulator.chat import Chat
from bot.simulator.faults import Faults
from bot.simulator.gateway import Gateway
from bot.simulator.identifiers import Identifiers
from bot.simulator.observations import Clock, Observations
from bot.simulator.timings import Timings
from bot.simulator.world import World


@dataclass(frozen=True, slots=True)
class App:
    """The application as the developer console shows it."""

    client_id: str
    client_secret: str
    robot_code: str
    card_templates: frozenset[str]


@dataclass(slots=True)
class WebhookSession:
    """The address that one inbound message may be answered at."""

    msg_id: str
    place: str
    expires_at: datetime
    replies: int = 0


@dataclass(slots=True)
class Platform:
    """Everything that happens on the other side of the wire."""

    world: World
    app: App
    clock: Clock
    ids: Identifiers
    timings: Timings
    observations: Observations
    gateway: Gateway
    access: Access
    faults: Faults
    chat: Chat
    cards: Cards
    attachments: Attachments
    sessions: OrderedDict[str, WebhookSession] = field(default_factory=OrderedDict)
    monthly_messages: int | None = None
    flow_controlled: set[str] = field(default_factory=set)
    filtered: set[str] = field(default_factory=set)
    blocked_spaces: set[str] = field(default_factory=set)
    base_url: str = ""
    # Whether the event robot_msg_read is ticked in the developer console.
    tells_reads: bool = False

    @property
    def over_quota(self) -> bool:
        """Tell whether the month's messages are used up."""
        limit = self.monthly_messages
        return limit is not None and self.observations.messages >= limit
