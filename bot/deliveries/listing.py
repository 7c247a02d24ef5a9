"""Word deliveries for the person at the terminal: never what they say, nor whole names."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.channels.base import API, CLOSED, MESSAGES, WEBHOOK, used_up
from bot.storage.asked import NOT_CONFIRMED
from bot.storage.breakers import Breaker
from bot.storage.doubts import Doubt, Known, Story, Why
from bot.storage.ledger import CALLED_OFF
from bot.storage.meters import HELD, RELEASED
from bot.storage.queue import PACED, SAVED
from bot.terminal import Terminal
from flows.calendar import OFFICE_ZONE
from flows.office import Content, Door
from handlers.campaigns.masses import CODES as MASS_CODES
from handlers.campaigns.records import (
    FILE_LEFT,
    HINTED,
    IN_WORDS,
    MESSAGE_FAILED,
    MESSAGE_MOVED,
    UNREADABLE,
)
from handlers.ports import Entry

DOORS: Mapping[Door, str] = {
    Door.ENTERPRISE_GROUP: "deliveries.door.enterprise_group",
    Door.STAFF_GROUP: "deliveries.door.staff_group",
    Door.DEPARTMENT_GROUP: "deliveries.door.department_group",
    Door.LEADER_GROUP: "deliveries.door.leader_group",
    Door.PRIVATE: "deliveries.door.private",
    Door.OFFICIAL_ACCOUNT: "deliveries.door.official_account",
    Door.LINK_PAGE: "deliveries.door.link_page",
}
CONTENTS: Mapping[Content, str] = {
    Content.PROGRESS: "deliveries.content.progress",
    Content.NOTICE: "deliveries.content.notice",
    Content.FORM: "deliveries.content.form",
    Content.BODY: "deliveries.content.body",
    Content.CONTACT: "deliveries.content.contact",
    Content.INTERNAL: "deliveries.content.internal",
    Content.INSTRUCTION: "deliveries.content.instruction",
    Content.SUPERVISION: "deliveries.content.supervision",
    Content.RATING: "deliveries.content.rating",
}
WHYS: Mapping[Why, tuple[str, str]] = {
    "unknown": ("deliveries.unknown", "deliveries.advice.unknown"),
    "failed": ("deliveries.failed", "deliveries.advice.failed"),
    "stuck": ("deliveries.stuck", "deliveries.advice.stuck"),
    "held": ("deliveries.held", "deliveries.advice.held"),
    "asked": ("confirming.state", "confirming.advice"),
}
STATES: Mapping[str, str] = {
    "ready": "deliveries.state.ready",
    "sending": "deliveries.state.sending",
    "asked": "confirming.state",
    "sent": "deliveries.state.sent",
    "failed": "deliveries.failed",
    "unknown": "deliveries.unknown",
    "cancelled": "deliveries.state.cancelled",
    "recalled": "deliveries.state.recalled",
}
WAYS: Mapping[str, str] = {
    "webhook": "deliveries.way.webhook",
    "hook": "deliveries.way.hook",
    "api": "deliveries.way.api",
    "card": "deliveries.way.card",
    "task": "confirming.way",
}
ACTS: Mapping[str, str] = {
    "resend": "deliveries.act.resend",
    "arrived": "deliveries.act.arrived",
    "drop": "deliveries.act.drop",
    "recall": "deliveries.act.recall",
    "release": "deliveries.act.release",
}
# Codes of our own; what the platform says stands as it said it.
CODES: Mapping[str, str] = {
    "": "deliveries.code.none",
    "no_answer": "deliveries.code.no_answer",
    "no.answer": "deliveries.code.no_answer",
    "crash": "deliveries.code.crash",
    PACED: "deliveries.code.paced",
    "by_hand": "deliveries.code.by_hand",
    "unreadable": "deliveries.code.unreadable",
    "unreachable": "deliveries.code.unreachable",
    CLOSED: "deliveries.code.window_closed",
    "webhook.unknown": "deliveries.code.webhook_unknown",
    UNREADABLE: UNREADABLE,
    MESSAGE_FAILED: "sending.why.message_failed",
    MESSAGE_MOVED: "luggage.moved",
    FILE_LEFT: "luggage.code_left",
    HINTED: "luggage.code_hint",
    IN_WORDS: "luggage.code_words",
    "no_channel": "robot_group.code.no_channel",
    "webhook.foreign": "robot_group.code.foreign",
    "93000": "robot_group.code.gone",
    "45009": "robot_group.code.limit",
    "93008": "robot_group.code.gone",
    **dict.fromkeys(("40050", "49008", "86001", "86003", "86008"), "robot_group.code.no_chat"),
    "customer.no_owner": "robot_group.code.no_owner",
    "customer.left_out": "robot_group.code.left_out",
    "customer.enough": "robot_group.code.enough",
    "customer.no_friend": "robot_group.code.no_friend",
    HELD: "deliveries.code.quota_held",
    RELEASED: "deliveries.code.by_hand",
    CALLED_OFF: "deliveries.code.by_hand",
    SAVED: "deliveries.code.quota_saved",
    NOT_CONFIRMED: "confirming.not_confirmed",
    "45028": "mass.no_quota",
    "45011": "mass.too_fast",
    **MASS_CODES,
    "mass.failed": "mass.failed",
    "mass.deleted": "mass.deleted",
    "mass.too_long": "mass.no_room",
    "blocked.by_reader": "mass.template_blocked",
    "blocked.by_platform": "mass.template_failed",
    used_up(API): "deliveries.code.quota_api",
    used_up(MESSAGES): "deliveries.code.quota_messages",
}
WIDTHS = (8, 14, 11, 22, 8, 14, 4)
GAP = "  "


def table(
    doubts: Sequence[Doubt], resting: Sequence[Breaker], terminal: Terminal, most: int | None = None
) -> Iterator[str]:
    """Word what is in doubt, a line each and of each kind at most so many, and what can be done."""
    for one in resting:
        until = f"{one.until.astimezone(OFFICE_ZONE):%H:%M:%S}"
        what = _resting(one.name, terminal)
        yield terminal.word("deliveries.resting", what=what, until=until, code=one.code)
    if not doubts:
        yield terminal.word("deliveries.none")
        return
    yield _line(terminal.word("deliveries.head").split())
    kinds = {why: [doubt for doubt in doubts if doubt.why == why] for why in WHYS}
    left_out = False
    for why, found in kinds.items():
        yield from (_line(_cells(doubt, terminal)) for doubt in found[:most])
        if most is not None and len(found) > most:
            name = terminal.word(WHYS[why][0])
            yield terminal.word("deliveries.more", count=len(found) - most, name=name)
            left_out = True
    yield from (terminal.word(WHYS[why][1]) for why, found in kinds.items() if found)
    yield terminal.word("deliveries.now_what")
    if left_out:
        yield terminal.word("deliveries.list_all")


def story(one: Story, readers: int, past: Sequence[Entry], terminal: Terminal) -> Iterator[str]:
    """Word what became of one delivery, who read it, and what people decided."""
    word = terminal.word
    yield word(
        "deliveries.show.head",
        number=one.id,
        # Whoever asks for one must know whom to ask whether it arrived.
        to=f"{terminal.word(DOORS[one.door])} {one.group or one.to}".rstrip(),
        content=word(CONTENTS[Content(one.content)]),
        ticket=one.ticket or word("deliveries.code.none"),
    )
    yield word("deliveries.show.written", at=_at(one.since), attempts=one.attempts)
    state = word(STATES[one.state])
    if one.code:
        yield word("deliveries.show.why", state=state, code=code_of(one.code, terminal))
    else:
        yield word("deliveries.show.state", state=state)
    if one.sent_at is not None and one.via:
        way = "hook" if one.to.startswith(WEBHOOK) else one.via
        yield word("deliveries.show.sent", at=_at(one.sent_at), way=word(WAYS[way]))
    elif one.attempted_at is not None:
        yield word("deliveries.show.tried", at=_at(one.attempted_at))
    if one.read_at is not None:
        yield word("deliveries.show.read", at=_at(one.read_at))
    if readers:
        yield word("deliveries.show.readers", count=readers)
    if one.shared:
        yield word("deliveries.show.shared", count=one.shared)
    for entry in past:
        act = word(ACTS[entry.act])
        yield word("deliveries.show.decided", at=_at(entry.at), who=entry.public["reason"], act=act)


def masked(known: Known) -> str:
    """Say to whom it goes, as far as everybody at the terminal may know."""
    if known.group or known.to.startswith(WEBHOOK):
        return known.group or known.to.removeprefix(WEBHOOK)
    if len(known.to) < 4:
        return "*" * len(known.to)
    return f"{known.to[:1]}***{known.to[-2:]}"


def code_of(code: str, terminal: Terminal) -> str:
    """Word why it was not sent."""
    return terminal.word(CODES[code]) if code in CODES else code


def _resting(name: str, terminal: Terminal) -> str:
    """Word what a breaker stops."""
    kind, _, what = name.partition(":")
    if kind == "channel":
        return terminal.word("deliveries.rests.channel", name=what)
    if what.startswith(WEBHOOK):
        return terminal.word("deliveries.rests.webhook", name=what.removeprefix(WEBHOOK))
    return terminal.word("deliveries.rests.robot", name=what)


def _cells(doubt: Doubt, terminal: Terminal) -> Sequence[str]:
    return (
        str(doubt.id),
        terminal.word(WHYS[doubt.why][0]),
        _at(doubt.since),
        _address(doubt, terminal),
        terminal.word(CONTENTS[Content(doubt.content)]),
        doubt.ticket or "-",
        str(doubt.attempts),
        code_of(doubt.code, terminal),
    )


def _address(known: Known, terminal: Terminal) -> str:
    return f"{terminal.word(DOORS[known.door])} {masked(known)}".rstrip()


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE_ZONE):%m-%d %H:%M}"


def _line(cells: Sequence[str]) -> str:
    padded = [_padded(cell, width) for cell, width in zip(cells, WIDTHS, strict=False)]
    return GAP.join((*padded, *cells[len(WIDTHS) :])).rstrip()


def _padded(cell: str, width: int) -> str:
    """Fill up to a width in columns: a Chinese character takes two."""
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(0, width - columns)
