"""The pages of activities: a participant's own, a door's, and what a door's phone scans."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from bot.keys import Keys
from bot.pages.answers import HEADERS
from bot.pages.door_site import DoorSite
from bot.pages.doorkeeper import Doorkeeper
from bot.pages.entry import EntryPages
from bot.pages.guard import Guard, Rules
from bot.pages.posted import Patience
from bot.pages.tokens import Tokens
from bot.pages.words import Templates, Words
from bot.storage.database import Database
from handlers.ports import Clock, Office
from handlers.registration.door_page import DoorPage

RULES = Rules(
    looks=240,  # a queue of people is scanned at one door
    presses=120,
    letters=32,
    broken="check_in.broken",
    headers={
        **HEADERS,
        "Content-Security-Policy": (  # these pages have our own script
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
            "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
            "base-uri 'none'"
        ),
    },
)


def event_pages(
    database: Database,
    office: Office,
    words: Words,
    keys: Keys,
    clock: Clock,
    *,
    wake: Callable[[], None],
    patience: Patience,
) -> Mapping[str, Callable[[], web.Application]]:
    """Build what answers below /r, /door and /in."""
    path = urlsplit(office.site).path.rstrip("/")
    templates = Templates(words)
    style = f"{path}/door/style.css"
    guard = Guard(RULES, words, templates, phone=office.phone, style=style)
    entries = EntryPages(
        database, office, clock, words=words, templates=templates, guard=guard, path=path
    )
    desk = DoorPage(office, clock)
    site = DoorSite(
        Doorkeeper(database, desk, Tokens(keys), words),
        desk,
        entries=entries,
        words=words,
        templates=templates,
        guard=guard,
        path=path,
        wake=wake,
        within=patience.form,
    )
    return {"/r": entries.application, "/door": site.doors, "/in": site.scans}
