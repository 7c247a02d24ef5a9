"""Every page that phones open, by the path below which it is served."""

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.pages import PREFIX, Site
from bot.pages.events import event_pages
from bot.pages.posted import Patience
from bot.pages.words import Words
from bot.premises import Office
from handlers.pages import Pages


def pages_of(
    office: Office, wake: Callable[[], None]
) -> Mapping[str, Callable[[], web.Application]]:
    """Build the pages of links and of activities; `wake` = something was done on one."""
    words = Words(office.config.texts)
    served = office.reception.office
    limits = office.config.office.pages
    patience = Patience(form=limits.form_seconds, files=limits.upload_seconds)
    links = Site(
        office.database,
        Pages(served, office.config.exposure, office.clock),
        words,
        office.keys,
        office.vault,
        wake=wake,
        patience=patience,
    )
    events = event_pages(
        office.database, served, words, office.keys, office.clock, wake=wake, patience=patience
    )
    return {PREFIX: links.application, **events}
