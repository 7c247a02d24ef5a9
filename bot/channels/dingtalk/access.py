"""Who the robot is on DingTalk, and how patient its connection is."""

from dataclasses import dataclass, field

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class DingTalkAccess:
    """The robot application in the organisation, and where the platform answers."""

    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str
    card_template_id: str | None = None
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and bounds of the stream connection."""

    open: float = 10.0  # to get a ticket, and again to get the socket
    heartbeat: float = 20.0
    drain: float = 12.0  # the platform closes an old socket after 10 s of silence
    recycle: tuple[float, float] = (5.0 * HOUR, 5.8 * HOUR)  # its own Java client: 6 h
    backoff_first: float = 1.0
    backoff_last: float = 60.0
    refused: float = 60.0  # at least this after bad credentials
    proven: float = 30.0  # a connection this old (or that brought a message) was a good one
    spacing: float = 1.0  # never open more often than this
    # No frame for so long: the socket may be a zombie. Keep-alive frames are not documented, so
    # the wait doubles while new sockets stay silent too.
    silence: float = 180.0
    silence_longest: float = 1800.0
    max_frame: int = 8 * 1024 * 1024
    in_flight: int = 1000  # frames taken and not yet acknowledged
    card_budget: float = 1.5  # the platform waits 2 s for the answer to a pressed button
    write: float = 5.0
    stop: float = 5.0
