"""The pages of activities: a participant's own, a door's, and what a door's phone scans."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from bot.keys import Keys
from bot.pages.door_site import DoorSite
from bot.pages.doorkeeper import Doorkeeper
from bot.pages.entry import EntryPages
from bot.pages.shield import Shield
from bot.pages.tokens import Tokens
from bot.pages.words import Templates, Words
from bot.storage.database import Database
from handlers.ports import Clock, Office
from handlers.registration.door_page import DoorPage


def event_pages(
    database: Database,
    office: Office,
    words: Words,
    keys: Keys,
    clock: Clock,
    *,
    wake: Callable[[], None],
) -> Mapping[str, Callable[[], web.Application]]:
    """Build what answers below /r, /door and /in."""
    path = urlsplit(office.site).path.rstrip("/")
    templates = Templates(words)
    shield = Shield(words, templates, office.phone, f"{path}/door/style.css")
    entries = EntryPages(
        database, office, clock, words=words, templates=templates, shield=shield, path=path
    )
    desk = DoorPage(office, clock)
    site = DoorSite(
        Doorkeeper(database, desk, Tokens(keys), words),
        desk,
        entries=entries,
        words=words,
        templates=templates,
        shield=shield,
        path=path,
        wake=wake,
    )
    return {"/r": entries.application, "/door": site.doors, "/in": site.scans}
